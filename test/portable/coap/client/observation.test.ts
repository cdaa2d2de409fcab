import { toHex } from "../../../../src/bytes/hex.js";
import { Cancellation } from "../../../../src/coap/client/cancellation.js";
import { Endpoint } from "../../../../src/coap/endpoint.js";
import {
  CancelledError,
  ClientErrorResponse,
  ProtocolError,
  LimitError,
  ResponseError,
  TimeoutError,
} from "../../../../src/coap/errors.js";
import { content, text } from "../../../../src/coap/server/response.js";
import { World, assert, describe, it } from "../../../portable.js";
import { Lab, reply } from "../wire.js";
import { Watched, behindToken, observe } from "./watched.js";

describe("observation", () => {
  it("RFC 7641 §3.1: registers with Observe 0 and gives the first response, and each that follows", async () => {
    const watched = await Watched.begin();
    assert.equal(behindToken(toHex(watched.request)), "605161");
    assert.deepEqual(await watched.notify(11, "31"), ["60007001"]);
    assert.deepEqual(await watched.notify(12, "32", "NON"), []);
    assert.equal(await watched.unread(), "012");
    assert.ok(watched.observation.active);
  });

  it("RFC 7641 §3.4: older notifications are dropped, in numbers of 24 bits", async () => {
    const cases = [
      [10, 11, true],
      [10, 10, false],
      [10, 9, false],
      [0xffffff, 0, true],
      [0xfffff0, 5, true],
      [5, 0xfffff0, false],
      [0, 0x7fffff, true],
      [0, 0x800000, false],
      [0x800001, 0, true],
    ] as const;
    for (const [known, number, isNewer] of cases) {
      const watched = await Watched.begin(known);
      assert.equal((await watched.notify(number, "31")).length, 1, "it is acknowledged all the same");
      assert.equal(await watched.unread(), isNewer ? "01" : "0", `${known} ${number}`);
    }
  });

  it("RFC 7641 §3.4: after 128 seconds any number is newer", async () => {
    for (const [seconds, isNewer] of [
      [127, false],
      [129, true],
    ] as const) {
      // Max-Age of 1000 s, so that nothing is registered anew meanwhile: delta 8 behind Observe.
      const watched = await Watched.begin(10, "8203e8");
      await watched.lab.advance(seconds * 1000);
      await watched.notify(3, "31");
      assert.equal(await watched.unread(), isNewer ? "01" : "0");
    }
  });

  it("RFC 7641 §3.3.1: registers anew with the same token, 5 to 15 s after Max-Age has passed", async () => {
    const waits: number[] = [];
    for (let seed = 1; seed <= 8; seed += 1) {
      const watched = await Watched.begin(10, "810a", new Lab({ seed }));
      await watched.lab.advance(30_000);
      const [{ atMs, hex }] = watched.lab.wire.heard as [{ atMs: number; hex: string }];
      waits.push(atMs);
      assert.deepEqual(hex.slice(8), toHex(watched.request).slice(8), "token and options");
    }
    assert.ok(Math.min(...waits) >= 15_000 && Math.max(...waits) <= 25_005, waits.join());
    assert.ok(Math.max(...waits) - Math.min(...waits) > 2000);
  });

  it("RFC 7641 §3.3.1: MAX_OBSERVED_AGE_S: registers anew within a day, however long Max-Age is", async () => {
    // 86,400 and 4,294,967,295 seconds.
    for (const option of ["83015180", "84ffffffff"]) {
      const watched = await Watched.begin(10, option);
      await watched.lab.advance(86_404_000);
      assert.deepEqual(watched.lab.wire.take(), []);
      await watched.lab.advance(12_000);
      assert.ok(watched.lab.wire.take().length > 0);
    }
  });

  it("RFC 7641 §3.4: the answer to a new registration counts whatever its number: a server may have restarted", async () => {
    const watched = await Watched.begin(1000, "810a");
    watched.lab.wire.answer = (heard) => reply(heard, "ACK", "45", `${observe(2)}810aff31`);
    await watched.lab.advance(26_000);
    assert.equal(await watched.unread(), "01");
    await watched.notify(3, "32");
    assert.equal(await watched.unread(), "2");
  });

  it("RFC 7641 §3.6: cancels with Observe 1 and the same token; what comes later is rejected", async () => {
    const watched = await Watched.begin();
    const { lab, observation } = watched;
    lab.wire.answer = (heard) => reply(heard, "ACK", "45", "ff39");
    await lab.until(observation.cancel());
    const [request] = lab.wire.take();
    assert.equal(request!.slice(8, 16), toHex(watched.request).slice(8, 16));
    assert.equal(behindToken(request), "61015161");
    lab.wire.answer = undefined;
    assert.deepEqual(await watched.notify(11, "31"), ["70007001"]);
    assert.equal(await watched.unread(), "0.");
    await lab.until(observation.cancel());
    assert.deepEqual([observation.active, lab.wire.take().length], [false, 0]);
  });

  it("leaving the loop cancels", async () => {
    const watched = await Watched.begin();
    watched.lab.wire.answer = (heard) => reply(heard, "ACK", "45");
    const texts: string[] = [];
    const loop = async (): Promise<void> => {
      for await (const response of watched.observation) {
        texts.push(response.text());
        if (texts.length === 2) break;
      }
    };
    const left = loop();
    const [acknowledgement, cancellation] = await watched.notify(11, "31");
    await watched.lab.until(left);
    assert.deepEqual(texts, ["0", "1"]);
    assert.deepEqual([acknowledgement, behindToken(cancellation)], ["60007001", "61015161"]);
  });

  it("RFC 7641 §3.2: an error ends it, and is what the reader gets", async () => {
    const watched = await Watched.begin();
    await watched.lab.wire.ask(reply(watched.request, "CON", "84", "", "7777"));
    assert.equal((await watched.observation.next()).value?.text(), "0");
    await assert.rejects(watched.observation.next(), ClientErrorResponse, "4.04");
    assert.equal((await watched.observation.next()).done, true);
    assert.equal(watched.observation.active, false);
  });

  it("an error ends a read that waits", async () => {
    const watched = await Watched.begin();
    await watched.observation.next();
    const waiting = assert.rejects(watched.observation.next(), ClientErrorResponse, "4.04");
    await watched.lab.wire.ask(reply(watched.request, "CON", "84", "", "7777"));
    assert.ok((await waiting) instanceof ResponseError);
  });

  it("reads that wait side by side are served in their order", async () => {
    const watched = await Watched.begin();
    await watched.observation.next();
    const reads = [1, 2, 3, 4].map(() => watched.observation.next());
    await watched.notify(11, "31");
    await watched.notify(12, "32");
    assert.deepEqual([(await reads[0]!).value?.text(), (await reads[1]!).value?.text()], ["1", "2"]);
    const failure = assert.rejects(reads[2]!, ClientErrorResponse, "4.04");
    await watched.lab.wire.ask(reply(watched.request, "CON", "84", "", "7777"));
    await failure;
    assert.equal((await reads[3]!).done, true);
  });

  it("RFC 7641 §3.1: a response without Observe is the only one", async () => {
    const lab = new Lab();
    lab.wire.answer = (heard) => reply(heard, "ACK", "45", "ff30");
    const observation = await lab.until(lab.endpoint.client.observe(lab.uri("a")));
    assert.equal(observation.active, false);
    assert.equal((await observation.next()).value?.text(), "0");
    assert.equal((await observation.next()).done, true);
    assert.equal(lab.wire.take().length, 1);
  });

  it("RFC 7959 §2.9.1: 2.31 neither registers nor notifies", async () => {
    const lab = new Lab();
    const { client } = lab.endpoint;
    // Observe (6) 5, then 6.
    lab.wire.answer = (heard) => reply(heard, "ACK", "5f", "6105ff30");
    await lab.until(assert.rejects(client.observe(lab.uri("a")), ProtocolError, "2.31"));
    const notification = "6106ff31";
    lab.wire.answer = (heard) => [
      reply(heard, "ACK", "45", "6105ff30"),
      reply(heard, "NON", "5f", notification, "7777"),
    ];
    const observation = await lab.until(client.observe(lab.uri("a")));
    assert.equal((await observation.next()).value?.text(), "0");
    await lab.until(assert.rejects(observation.next(), ProtocolError, "2.31"));
  });

  it("a registration that is refused, or not answered, fails", async () => {
    const lab = new Lab();
    lab.wire.answer = (heard) => reply(heard, "ACK", "84");
    await lab.until(assert.rejects(lab.endpoint.client.observe(lab.uri("a")), ClientErrorResponse, "4.04"));
    lab.wire.answer = undefined;
    await lab.until(assert.rejects(lab.endpoint.client.observe(lab.uri("a")), TimeoutError));
    const failure = assert.rejects(
      lab.endpoint.client.observe(lab.uri("a"), { timeoutMs: 500 }),
      TimeoutError,
      "500 ms",
    );
    await lab.until(failure);
    await lab.advance(100_000);
    assert.equal(lab.wire.take().length, 1 + 5 + 1);
  });

  it("a signal ends it before it is registered, and cancels it afterwards", async () => {
    const lab = new Lab();
    const early = new Cancellation();
    const failure = assert.rejects(
      lab.endpoint.client.observe(lab.uri("a"), { signal: early }),
      CancelledError,
    );
    await lab.advance(10);
    early.cancel();
    await failure;
    await lab.advance(100_000);
    assert.equal(lab.wire.take().length, 1);
    const signal = new Cancellation();
    lab.wire.answer = (heard) => reply(heard, "ACK", "45", `${observe(1)}ff30`);
    const observation = await lab.until(lab.endpoint.client.observe(lab.uri("a"), { signal }));
    lab.wire.take();
    signal.cancel();
    await lab.advance(10);
    assert.deepEqual([observation.active, behindToken(lab.wire.take()[0])], [false, "61015161"]);
  });

  it("RFC 9175 §2.3: registers once more with the Echo option that a server asks for", async () => {
    const lab = new Lab();
    let asked = false;
    lab.wire.answer = (heard) => {
      const answer = asked
        ? reply(heard, "ACK", "45", `${observe(1)}ff30`)
        : reply(heard, "ACK", "81", "d2efabcd");
      asked = true;
      return answer;
    };
    const observation = await lab.until(lab.endpoint.client.observe(lab.uri("a")));
    assert.equal((await observation.next()).value?.text(), "0");
    assert.deepEqual(lab.wire.take().map(behindToken), ["605161", "605161d2e4abcd"]);
  });

  it("RFC 7959 §2.6: fetches the rest of a notification with another token and without Observe", async () => {
    const watched = await Watched.begin();
    const { lab } = watched;
    await watched.observation.next();
    lab.wire.answer = (heard) => (heard[0]! >> 4 === 4 ? reply(heard, "ACK", "45", "d10a10ff31") : undefined);
    const [acknowledgement, rest] = await watched.notify(11, "30".repeat(16), "CON", "d10408");
    // Both within the milliseconds that notify waits: without delay.
    assert.equal(acknowledgement, "60007001");
    assert.equal(behindToken(rest), "b161c110");
    assert.ok(rest!.slice(8, 16) !== toHex(watched.request).slice(8, 16));
    assert.equal(await watched.unread(), `${"0".repeat(16)}1`);
  });

  it("the round trip of a notification is unknown", async () => {
    const watched = await Watched.begin();
    await watched.notify(11, "31");
    const responses = [await watched.observation.next(), await watched.observation.next()];
    assert.deepEqual(
      responses.map(({ value }) => value?.roundTripMs),
      [2, undefined],
    );
  });

  it("limit notificationQueue: at the limit all are kept, one more pushes out the oldest, the newest never goes", async () => {
    const watched = await Watched.begin(10, "", new Lab({ limits: { notificationQueue: 3 } }));
    await watched.notify(11, "31");
    await watched.notify(12, "32");
    await watched.notify(13, "33");
    await watched.notify(14, "34");
    assert.equal(await watched.unread(), "234");
  });

  it("limit maxBodyBytes: a notification that is too large ends it with an error", async () => {
    const watched = await Watched.begin(10, "", new Lab({ limits: { maxBodyBytes: 2 } }));
    await watched.notify(11, "3132");
    assert.equal((await watched.observation.next()).value?.text(), "0");
    assert.equal((await watched.observation.next()).value?.text(), "12");
    await watched.notify(12, "313233");
    await assert.rejects(watched.observation.next(), LimitError, "maxBodyBytes (2)");
  });

  it("closing the endpoint ends it", async () => {
    const watched = await Watched.begin();
    await watched.observation.next();
    const waiting = assert.rejects(watched.observation.next(), CancelledError);
    watched.lab.endpoint.close();
    await waiting;
    assert.equal(watched.observation.active, false);
  });

  it("RFC 7641: survives a server that restarts, and ends with the state that the server has, in spite of loss", async () => {
    const world = new World({ seed: 5, network: { loss: 0.2, delayMs: [5, 30] } });
    const host = world.host("fd00::1");
    let state = 0;
    const serve = (): Endpoint => {
      const endpoint = new Endpoint(host, { port: 5683 });
      const resource = endpoint.site.add("v", {
        observable: true,
        maxAge: 20,
        get: () => text(String(state)),
      });
      const tick = (): void => {
        state += 1;
        resource.notify();
        if (state % 10 !== 0) host.timers.set(tick, 700);
      };
      host.timers.set(tick, 700);
      return endpoint;
    };
    serve();
    const client = new Endpoint(world.host("fd00::2"));
    const observation = await world.time.until(client.client.observe("coap://[fd00::1]/v"));
    const seen: string[] = [];
    const read = async (): Promise<void> => {
      for await (const response of observation) seen.push(response.text());
    };
    const reading = read();
    await world.time.advance(60_000);
    assert.equal(seen.at(-1), "10");
    host.powerOff();
    await world.time.advance(1000);
    host.powerOn();
    serve();
    await world.time.advance(120_000);
    assert.equal(seen.at(-1), "20");
    assert.deepEqual(
      seen.map(Number),
      seen.map(Number).sort((a, b) => a - b),
    );
    await world.time.until(observation.cancel());
    await world.time.until(reading);
  });

  it("RFC 7959 §2.6: a large resource that changes is observed whole, each time of one state", async () => {
    const world = new World({ seed: 2, network: { loss: 0.1, delayMs: [5, 30] } });
    const server = new Endpoint(world.host("fd00::1"), { port: 5683, limits: { blockBytes: 64 } });
    let state = 0;
    const resource = server.site.add("v", {
      observable: true,
      get: () => content(new Uint8Array(300).fill(state), 42, { maxAge: 10_000 }),
    });
    const client = new Endpoint(world.host("fd00::2"));
    const observation = await world.time.until(client.client.observe("coap://[fd00::1]/v"));
    const states: number[] = [];
    const read = async (): Promise<void> => {
      for await (const { payload } of observation) {
        assert.ok(payload.length === 300 && payload.every((byte) => byte === payload[0]));
        states.push(payload[0]!);
      }
    };
    const reading = read();
    for (state = 1; state <= 5; state += 1) {
      resource.notify();
      await world.time.advance(200_000);
    }
    await world.time.until(observation.cancel());
    await world.time.until(reading);
    assert.deepEqual(states, [0, 1, 2, 3, 4, 5]);
  });
});
