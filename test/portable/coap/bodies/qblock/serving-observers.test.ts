import { Message } from "../../../../../src/coap/codec/message.js";
import { CONTENT_FORMAT, OBSERVE } from "../../../../../src/coap/codec/option-number.js";
import { qBlock } from "../../../../../src/coap/bodies/qblock/q-block.js";
import { content } from "../../../../../src/coap/server/response.js";
import type { Resource, ResourceDefinition } from "../../../../../src/coap/server/resource.js";
import { fromHex } from "../../../../../src/bytes/hex.js";
import { assert, describe, it } from "../../../../portable.js";
import { BLOCK, body, byte } from "./asking.js";
import { Lab, PEER_PORT, Wire, empty, messageId, repeat, type LabOptions } from "../../wire.js";

/** `GET /b` that registers, Non-confirmable, with the token c0: Observe, Uri-Path, Q-Block2 0/1/16. */
const REGISTER = "5101 2001 c0 60 5162 d10708";

/** One block of a notification, without its message ID: ETag, Observe, Content-Format, Size2, Q-Block2. */
function block(
  token: string,
  observe: number,
  number: number,
  blockCount: number,
  etag = "16",
  type = "5",
): string {
  return `${type}145${token}41${etag}21${byte(observe)}612a${transfer(number, blockCount)}`;
}

/** The same without Observe: it was asked for. */
function asked(token: string, number: number, blockCount: number, etag = "16"): string {
  return `5145${token}41${etag}812a${transfer(number, blockCount)}`;
}

function transfer(number: number, blockCount: number): string {
  const value = (number << 4) | (number < blockCount - 1 ? 8 : 0);
  return `d103${byte(blockCount * BLOCK)}31${byte(value)}ff${repeat(byte(number), BLOCK)}`;
}

function shapes(heard: readonly string[]): string[] {
  return heard.map((message) => message.slice(0, 4) + message.slice(8));
}

function range(start: number, end: number): number[] {
  return Array.from({ length: end - start }, (_, index) => start + index);
}

function observeOf(message: string | undefined): number | undefined {
  return Message.parse(fromHex(message!)).options.uint(OBSERVE);
}

/** An endpoint whose /b has full blocks of 16 bytes, and as its entity tag the number of its state. */
class Bench extends Lab {
  readonly resource: Resource;
  blockCount: number;
  etag = 0x15;

  constructor(blockCount: number, options: LabOptions = {}, definition: ResourceDefinition = {}) {
    super({ qBlock: qBlock(), ...options });
    this.blockCount = blockCount;
    this.resource = this.site.add("b", {
      observable: true,
      get: () => content(body(this.blockCount), 42, { etag: Uint8Array.of(this.etag) }),
      ...definition,
    });
  }

  async ask(message: string, waitMs = 10): Promise<string[]> {
    return shapes(await this.wire.ask(message, waitMs));
  }

  /** The next state, and what is heard within `waitMs`. */
  async change(waitMs = 10): Promise<string[]> {
    this.etag += 1;
    this.resource.notify();
    await this.advance(waitMs);
    return this.wire.take();
  }

  /** Acknowledges a message, and takes what comes. */
  acknowledge(message: string | undefined): Promise<string[]> {
    return this.wire.ask(`6000${messageId(message!)}`);
  }
}

describe("Q-Block2, notified", () => {
  it("RFC 9177 §10.2.1, §4.5: the answer and each notification in blocks, one Observe value and the token in all", async () => {
    const bench = new Bench(4);
    assert.deepEqual(
      await bench.ask(REGISTER),
      range(0, 4).map((number) => block("c0", 2, number, 4, "15")),
    );
    assert.deepEqual(
      shapes(await bench.change()),
      range(0, 4).map((number) => block("c0", 3, number, 4)),
    );
  });

  it("RFC 9177 §4.4: a notification that fits a block comes without the option", async () => {
    const bench = new Bench(2);
    await bench.ask(REGISTER);
    bench.blockCount = 1;
    assert.deepEqual(shapes(await bench.change()), [`5145c041162103612aff${repeat("00", BLOCK)}`]);
  });

  it("RFC 9177 §10.2.2, §4.5: 'Continue' brings the next set, with Observe and the token of the registration", async () => {
    const bench = new Bench(11);
    await bench.ask(REGISTER);
    await bench.advance(5_000);
    bench.wire.take();
    assert.equal((await bench.change()).length, 10);
    assert.deepEqual(await bench.ask("5101 2002 f2 b162 d107a8"), [block("c0", 3, 10, 11)]);
  });

  it("RFC 9177 §7.2: the next set of a notification comes after NON_TIMEOUT_RANDOM by itself", async () => {
    const bench = new Bench(11);
    await bench.ask(REGISTER);
    await bench.advance(5_000);
    bench.wire.take();
    await bench.change(1_990);
    await bench.advance(1_020);
    assert.deepEqual(shapes(bench.wire.take()), [block("c0", 3, 10, 11)]);
  });

  it("RFC 9177 §10.2.3, §4.5: missing blocks come without Observe, with the token of the request for them", async () => {
    const bench = new Bench(11);
    await bench.ask(REGISTER);
    await bench.change();
    assert.deepEqual(await bench.ask("5101 2004 f3 b162 d10710 0190"), [
      asked("f3", 1, 11),
      asked("f3", 9, 11),
    ]);
  });

  it("RFC 9177 §4.5: Observe in a request for missing blocks registers nobody", async () => {
    const bench = new Bench(3);
    assert.deepEqual(await bench.ask("5101 2004 f3 60 5162 d10710"), [asked("f3", 1, 3, "15")]);
    assert.deepEqual(await bench.change(), []);
  });

  it("RFC 9177 §A.2, §7: to a Confirmable registration all blocks are Confirmable", async () => {
    const bench = new Bench(3);
    const heard = await bench.wire.ask("4101 2001 c0 60 5162 d10708");
    assert.deepEqual(shapes(heard), [block("c0", 2, 0, 3, "15", "6"), block("c0", 2, 1, 3, "15", "4")]);
    await bench.acknowledge((await bench.acknowledge(heard[1]))[0]);
    let [message] = await bench.change();
    for (const number of [0, 1, 2]) {
      assert.deepEqual(shapes([message!]), [block("c0", 3, number, 3, "16", "4")]);
      [message] = await bench.acknowledge(message);
    }
    assert.equal(message, undefined);
    assert.equal((await bench.change()).length, 1);
  });

  it("RFC 9177 §A.2: a block that is never acknowledged ends the observation", async () => {
    const bench = new Bench(3, {}, { notifications: "CON" });
    await bench.ask(REGISTER);
    assert.equal((await bench.change()).length, 1);
    await bench.advance(100_000);
    assert.equal(bench.wire.take().length, 4);
    assert.deepEqual(await bench.change(), []);
  });

  it("RFC 7641 §4.5.2: a new state takes the place of a block that is not acknowledged, from its start", async () => {
    const bench = new Bench(3, {}, { notifications: "CON" });
    await bench.ask(REGISTER);
    const [first] = await bench.change();
    const [second] = await bench.acknowledge(first);
    assert.deepEqual(shapes([second!]), [block("c0", 3, 1, 3, "16", "4")]);
    assert.deepEqual(await bench.change(), []);
    await bench.advance(3_000);
    let [message] = bench.wire.take();
    for (const number of [0, 1, 2]) {
      assert.deepEqual(shapes([message!]), [block("c0", 4, number, 3, "17", "4")]);
      [message] = await bench.acknowledge(message);
    }
    assert.equal(message, undefined);
  });

  it("RFC 7641 §4.5.2: a state of one message, or an error, takes the place of a block as well", async () => {
    for (const isGone of [false, true]) {
      const bench = new Bench(3, {}, { notifications: "CON" });
      await bench.ask(REGISTER);
      await bench.change();
      if (isGone) bench.site.remove("b");
      bench.blockCount = 1;
      await bench.change();
      await bench.advance(3_000);
      const [message, ...others] = bench.wire.take();
      assert.deepEqual(others, []);
      if (isGone) assert.ok(message!.startsWith("4184"), message);
      else assert.deepEqual(shapes([message!]), [`4145c041172104612aff${repeat("00", BLOCK)}`]);
      assert.deepEqual(await bench.acknowledge(message), []);
    }
  });

  it("RFC 7641 §4.5.1: the next state waits until all blocks of the last one were sent, and for 3 s", async () => {
    for (const [blockCount, leastMs, mostMs] of [
      [2, 2_990, 3_010],
      [21, 3_990, 6_010],
    ] as const) {
      const bench = new Bench(blockCount, { parameters: { probingRate: 1_000_000 } });
      await bench.ask(REGISTER);
      await bench.advance(10_000);
      bench.wire.take();
      const startMs = bench.world.time.nowMs;
      for (const waitMs of [10, 20_000]) {
        bench.etag += 1;
        bench.resource.notify();
        await bench.advance(waitMs);
      }
      const atMs = bench.wire.heard.map((one) => one.atMs - startMs);
      const messages = bench.wire.take();
      const last = messages.findIndex((message) => observeOf(message) === 4);
      assert.equal(messages.length, 2 * blockCount);
      assert.equal(last, blockCount);
      assert.ok(atMs[last]! >= leastMs && atMs[last]! <= mostMs, `${atMs[last]} ms`);
    }
  });

  it("RFC 9177 §7.2: what PROBING_RATE holds back from a silent client goes Confirmable", async () => {
    const bench = new Bench(2);
    await bench.ask(REGISTER);
    assert.deepEqual(shapes(await bench.change()), [block("c0", 3, 0, 2), block("c0", 3, 1, 2)]);
    let heard = await bench.change();
    for (const number of [0, 1]) {
      assert.deepEqual(shapes(heard), [block("c0", 4, number, 2, "17", "4")]);
      heard = await bench.acknowledge(heard[0]);
    }
    assert.deepEqual(shapes(await bench.change()), [block("c0", 5, 0, 2, "18"), block("c0", 5, 1, 2, "18")]);
  });

  it("RFC 7641 §4.5: a state that nothing follows is repeated, Confirmable", async () => {
    const bench = new Bench(2);
    await bench.ask(REGISTER);
    await bench.change();
    await bench.advance(64_000);
    const [message] = bench.wire.take();
    assert.deepEqual(shapes([message!]), [block("c0", 4, 0, 2, "16", "4")]);
    assert.deepEqual(shapes(await bench.acknowledge(message)), [block("c0", 4, 1, 2, "16", "4")]);
  });

  it("RFC 7641 §3.6: a Reset to any block ends the observation, and the body", async () => {
    for (const notifications of ["CON", "NON"] as const) {
      const bench = new Bench(11, {}, { notifications });
      await bench.ask(REGISTER);
      await bench.advance(5_000);
      bench.wire.take();
      const heard = await bench.change();
      bench.wire.send(`7000 ${messageId(heard.at(-1)!)}`);
      await bench.advance(70_000);
      assert.deepEqual(bench.wire.take(), []);
      assert.deepEqual(await bench.change(), []);
    }
  });

  it("RFC 7641 §3.6: Observe 1 ends the observation, whatever the block option", async () => {
    for (const option of ["d10708", "c10a", ""]) {
      const bench = new Bench(11);
      await bench.ask(REGISTER);
      await bench.advance(5_000);
      await bench.change();
      await bench.ask(`5101 2003 c0 6101 5162 ${option}`);
      await bench.advance(5_000);
      bench.wire.take();
      assert.deepEqual(await bench.change(70_000), [], option);
    }
  });

  it("RFC 9177 §4.3, §10.3.1: notifications have the token of the 2.05 to a FETCH with Q-Block1", async () => {
    const bench = new Bench(1);
    let prefix = 0;
    const resource = bench.site.add("f", {
      observable: true,
      fetch: ({ payload }) =>
        content(
          Uint8Array.from(payload, (one) => one + prefix),
          42,
        ),
    });
    const half = (number: number): string =>
      // Observe, Uri-Path, Content-Format, Q-Block1, Size1, Request-Tag.
      `5105 300${number} 9${number} 60 5166 112a 71${number === 0 ? "08" : "10"} d11c20 d1db1e ff ${repeat(byte(number), BLOCK)}`;
    bench.wire.send(half(1));
    const [first] = await bench.wire.ask(half(0));
    assert.equal(first!.slice(8, 10), "90");
    bench.wire.take();
    prefix = 1;
    resource.notify();
    await bench.advance(10);
    const notified = bench.wire.take().map((message) => Message.parse(fromHex(message)));
    assert.deepEqual(
      notified.map(({ token, payload }) => [token[0], payload[0]]),
      [
        [0x90, 1],
        [0x90, 2],
      ],
    );
    assert.equal(notified[0]!.options.uint(CONTENT_FORMAT), 42);
  });

  it("limit representations: notifications under way have places of their own; of those that were sent the newest are kept", async () => {
    const bench = new Bench(11, { limits: { representations: 1, observers: 3 } });
    const wires = [1, 2].map((index) => new Wire(bench.world, bench.peerHost, bench.to, PEER_PORT + index));
    const all = [bench.wire, ...wires];
    for (const wire of all) {
      wire.send(REGISTER);
      await bench.advance(5_000);
      wire.take();
    }
    await bench.change();
    await bench.advance(5_000);
    for (const wire of wires) assert.equal(wire.take().length, 11);
    assert.equal(bench.wire.take().length, 1);
  });

  it("RFC 9177 §7.2: a notification is kept for NON_PARTIAL_TIMEOUT; then the blocks are those of the present state", async () => {
    const bench = new Bench(3, { parameters: { probingRate: 1_000_000 } });
    await bench.ask(REGISTER);
    await bench.change();
    bench.wire.answer = (heard) => ((heard[0]! & 0x30) === 0 ? empty(heard, "ACK") : undefined);
    bench.etag += 1;
    const token = "5101 20f3 f3 b162 d10710";
    assert.deepEqual(await bench.ask(token), [asked("f3", 1, 3)]);
    await bench.change(64_000);
    // The state was repeated as Confirmable, and is kept from then on.
    await bench.advance(240_000);
    bench.wire.take();
    bench.etag += 1;
    assert.deepEqual(await bench.ask(token.replace("20f3", "20f4")), [asked("f3", 1, 3, "18")]);
    await bench.advance(250_000);
    assert.deepEqual(await bench.ask(token.replace("20f3", "20f5")), [asked("f3", 1, 3, "19")]);
  });

  it("RFC 7641 §4.1: a later registration with the token begins anew", async () => {
    const bench = new Bench(2);
    await bench.ask(REGISTER);
    bench.wire.take();
    const heard = await bench.wire.ask(REGISTER.replace("2001", "2002"));
    assert.deepEqual(heard.map(observeOf), [3, 3]);
    assert.equal((await bench.change()).length, 2);
  });
});
