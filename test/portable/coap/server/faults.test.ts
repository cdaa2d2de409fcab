import { RequestError } from "../../../../src/coap/server/request-error.js";
import { changed, content, text, type Response } from "../../../../src/coap/server/response.js";
import { SERVICE_UNAVAILABLE } from "../../../../src/coap/codec/code.js";
import { assert, describe, it } from "../../../portable.js";
import { Lab, messageId } from "../wire.js";

/** GET /t, Confirmable. */
const GET_T = "40 01 0001 b1 74";
/** Values that no Max-Age has (RFC 7252 §5.10.5: 0 to 2^32 - 1). */
const NO_MAX_AGE = [NaN, Infinity, -Infinity, -1, 0.5, 2 ** 32, 2 ** 53];
/** Values that no response code has (RFC 7252 §12.1.2: 2.00 to 5.31). */
const NO_CODE = [NaN, Infinity, -1, 0, 1, 0x3f, 0x45 + 0.5, 0xc0, 0xe1, 0x145, 2 ** 53];

function throwing(thrown: unknown): () => never {
  return () => {
    throw thrown;
  };
}

describe("faults of what a server calls", () => {
  it("RFC 7252 §5.9.3.1: whatever a handler throws is 5.00, counted and one line of the log", async () => {
    const thrown: unknown[] = [
      new RangeError("boom\nwith a line of its own"),
      undefined,
      null,
      "text",
      Symbol("symbol"),
      Object.create(null),
      {
        toString: () => {
          throw new Error("no text");
        },
      },
    ];
    const lab = new Lab();
    let next = 0;
    lab.site.add("t", {
      get: () => throwing(thrown[next])(),
      post: async () => {
        await Promise.resolve();
        return throwing(thrown[next])();
      },
    });
    for (; next < thrown.length; next += 1)
      for (const method of ["01", "02"])
        assert.deepEqual(await lab.wire.ask(`40 ${method} ${method}0${next} b1 74`), [
          `60a0${method}0${next}`,
        ]);
    assert.equal(lab.endpoint.counters.handlerErrors, 2 * thrown.length);
    assert.equal(lab.endpoint.counters.faults, 0);
    assert.equal(lab.host.lines.length, 2 * thrown.length);
    assert.equal(lab.host.lines[0], "coap: a handler failed: RangeError: boom with a line of its own");
    for (const line of lab.host.lines)
      assert.ok(line.startsWith("coap: a handler failed: ") && !line.includes("\n"));
  });

  it("RFC 7252 §5.10.5: a Max-Age that no option can have is 5.00, in a response and in a refusal; the longest goes", async () => {
    const lab = new Lab();
    let maxAge = 0;
    lab.site.add("t", {
      get: () => text("", { maxAge }),
      put: () => Promise.resolve(changed({ maxAge })),
      post: () => {
        throw new RequestError(SERVICE_UNAVAILABLE, "later", { maxAge });
      },
    });
    for (maxAge of NO_MAX_AGE)
      for (const method of ["01", "02", "03"]) {
        const [answer] = await lab.wire.ask(`40 ${method} 0001 b1 74`);
        assert.equal(answer, "60a00001");
        await lab.advance(300_000);
      }
    assert.equal(lab.endpoint.counters.handlerErrors, 3 * NO_MAX_AGE.length);
    maxAge = 0xffff_ffff;
    assert.deepEqual(await lab.wire.ask(GET_T), ["60450001c024ffffffff"]);
    maxAge = -0;
    assert.deepEqual(await lab.wire.ask(GET_T), ["60450001c020"]);
  });

  it("RFC 7252 §12.1.2: a response code that no response has is 5.00; the first and the last go", async () => {
    const lab = new Lab();
    let code = 0;
    const response = (): Response => ({ code });
    lab.site.add("t", { get: response, put: () => Promise.resolve(response()) });
    for (code of NO_CODE)
      for (const method of ["01", "03"])
        assert.deepEqual(await lab.wire.ask(`40 ${method} 0002 b1 74`), ["60a00002"], String(code));
    for (code of [0x40, 0xbf]) assert.deepEqual(await lab.wire.ask(GET_T), [`60${code.toString(16)}0001`]);
    assert.equal(lab.endpoint.counters.faults, 0);
  });

  it("RFC 7641 §4.2: what a handler throws for a notification, of whatever Max-Age, ends the observation with 5.00", async () => {
    for (const maxAge of NO_MAX_AGE) {
      const lab = new Lab();
      let isBroken = false;
      const resource = lab.site.add("t", {
        observable: true,
        get: () => {
          if (isBroken) throw new RequestError(SERVICE_UNAVAILABLE, "later", { maxAge });
          return text("1");
        },
      });
      await lab.wire.ask("41 01 0001 aa 60 51 74");
      isBroken = true;
      resource.notify();
      await lab.advance(10);
      const [notification, ...none] = lab.wire.take();
      assert.equal(notification, `41a0${messageId(notification!)}aa`);
      await lab.wire.ask(`6000${messageId(notification!)}`);
      resource.notify();
      await lab.advance(10);
      assert.deepEqual([none, lab.wire.take()], [[], []]);
      assert.deepEqual([lab.endpoint.counters.handlerErrors, lab.endpoint.counters.faults], [1, 0]);
    }
  });

  it("RFC 7252 §8.2: what fails after the leisure of a group's answer is not answered, and no fault", async () => {
    const lab = new Lab();
    lab.endpoint.joinGroup("ff02::fd");
    lab.site.add("t", { get: () => content(new Uint8Array(1), NaN) });
    lab.wire.send("51 01 1234 aa b1 74", { address: "ff02::fd", port: 5683 });
    await lab.advance(10_000);
    assert.deepEqual(lab.wire.take(), []);
    assert.deepEqual([lab.endpoint.counters.handlerErrors, lab.endpoint.counters.faults], [1, 0]);
  });

  it("a trace that throws is a fault, counted and logged, and the request is answered all the same", async () => {
    const lab = new Lab({ trace: throwing(new TypeError("no file")) });
    lab.site.add("t", { get: () => text("1") });
    assert.deepEqual(await lab.wire.ask(GET_T), ["60450001c0ff31"]);
    assert.equal(lab.endpoint.counters.faults, 2);
    assert.deepEqual(lab.host.lines, Array(2).fill("coap: caught a fault: TypeError: no file"));
  });

  it("a part of the endpoint that throws is a fault; the request is answered 5.00, the next one as usual", async () => {
    let isBroken = true;
    const lab: Lab = new Lab({
      amplification: {
        received: () => undefined,
        allowance: () => {
          if (isBroken) throw new TypeError("no allowance");
          return Infinity;
        },
        sent: () => undefined,
        verified: () => undefined,
        challenge: () => new Uint8Array(8),
      },
    });
    lab.site.add("t", { get: () => text("1"), put: () => changed() });
    for (const method of ["01", "03"])
      assert.deepEqual(await lab.wire.ask(`40 ${method} 0001 b1 74`), [`60a00001`]);
    assert.ok(lab.endpoint.counters.faults > 0);
    isBroken = false;
    assert.deepEqual(await lab.wire.ask(GET_T), ["60450001c0ff31"]);
  });
});
