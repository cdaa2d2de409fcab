import { fromHex } from "../../../../src/bytes/hex.js";
import { CachingClient } from "../../../../src/coap/cache/caching-client.js";
import { PUT } from "../../../../src/coap/codec/code.js";
import { MessageTooLargeError } from "../../../../src/coap/codec/message.js";
import { StatelessRequests } from "../../../../src/coap/stateless/stateless-requests.js";
import { assert, describe, it } from "../../../portable.js";
import { ask, body } from "../bodies/qblock/asking.js";
import { ChecksumProtector } from "../stateless/checksum-protector.js";
import { Lab, repeat, reply } from "../wire.js";

describe("faults of what a client calls", () => {
  it("RFC 8974 §3: a listener that cannot read a response is a fault, and hears the next one", async () => {
    const lab = new Lab();
    const texts: string[] = [];
    const requests = new StatelessRequests(lab.endpoint.client, {
      protector: new ChecksumProtector(),
      maxStateBytes: 1,
      onResponse: (_state, response) => texts.push(response.text()),
    });
    lab.wire.answer = (request) => reply(request, "ACK", "84");
    for (const payload of ["ff", "31"]) {
      await lab.until(requests.send(lab.uri("a"), Uint8Array.of(1)));
      await lab.advance(5);
      const request = fromHex(lab.wire.take().at(-1)!);
      lab.wire.send(reply(request, "NON", "45", `ff${payload}`, `77${payload}`));
      await lab.advance(5);
    }
    assert.deepEqual(texts, ["1"]);
    assert.equal(lab.endpoint.counters.faults, 1);
    assert.ok(lab.host.lines[0]!.startsWith("coap: caught a fault: Utf8Error: "), lab.host.lines[0]);
  });

  it("RFC 7959 §2.6: a notification whose blocks cannot be asked for ends the observation, and its reader hears why", async () => {
    const lab = new Lab({ limits: { maxMessageBytes: 200 } });
    const { client, counters } = lab.endpoint;
    const uri = lab.uri("p".repeat(150));
    lab.wire.answer = (request) => reply(request, "ACK", "45", "6101ff31");
    const observation = await lab.until(client.observe(uri));
    const request = fromHex(lab.wire.take()[0]!);
    assert.equal((await observation.next()).value?.text(), "1");
    // Its peer has a longest Echo value (252: 40 bytes, RFC 9175 §2.2.1) in each of its answers.
    lab.wire.answer = (asked) => reply(asked, "ACK", "45", `dd ef 1b ${repeat("ee", 40)} ff 31`);
    await lab.until(client.get(lab.uri("e")));
    lab.wire.answer = undefined;
    const next = observation.next();
    // Observe 2; Block2 0/1/16.
    lab.wire.send(reply(request, "CON", "45", `6102 d1 04 08 ff ${repeat("00", 16)}`, "7777"));
    await assert.rejects(lab.until(next), MessageTooLargeError);
    assert.equal(counters.faults, 0);
  });

  it("RFC 9177: what the listener of a transfer's progress throws is what the transfer fails with", async () => {
    const onProgress = (): void => {
      throw new RangeError("no progress bar");
    };
    const { lab, response } = await ask(PUT, { payload: body(3), onProgress });
    await assert.rejects(lab.until(response), RangeError);
    assert.equal(lab.endpoint.counters.faults, 0);
  });

  it("RFC 7252 §5.10.5: the longest Max-Age is used again from the cache whatever fractions a clock shows", async () => {
    const lab = new Lab();
    let nowMs = 0.1;
    const clock = { monotonicMs: (): number => nowMs };
    const cache = new CachingClient(lab.endpoint.client, clock, { maxFreshS: 0xffff_ffff });
    // Max-Age (14) 2^32 - 1.
    lab.wire.answer = (request) => reply(request, "ACK", "45", "d401ffffffffff31");
    await lab.until(cache.get(lab.uri("a")));
    for (nowMs of [0.1, 0.7, 1e9 + 0.3]) {
      const { maxAge } = await lab.until(cache.get(lab.uri("a")));
      assert.ok(maxAge > 0xffff_ffff - 1_000_002 && maxAge <= 0xffff_ffff);
    }
    assert.equal(lab.wire.take().length, 1);
  });
});
