import { fromHex } from "../../../../src/bytes/hex.js";
import { Message } from "../../../../src/coap/codec/message.js";
import { changed, content, text, type Response } from "../../../../src/coap/server/response.js";
import type { Resource, ResourceDefinition } from "../../../../src/coap/server/resource.js";
import { assert, describe, it } from "../../../portable.js";
import { Lab, PEER_PORT, Wire, messageId, type LabOptions } from "../wire.js";

/** GET /v with Observe (6) register and deregister, token aa. */
const REGISTER = "41 01 0001 aa 60 51 76";
const DEREGISTER = "41 01 0002 aa 61 01 51 76";

class Bench extends Lab {
  readonly resource: Resource;
  state = 0;

  constructor(options: LabOptions = {}, definition: ResourceDefinition = {}) {
    super(options);
    this.resource = this.site.add("v", {
      observable: true,
      get: () => text(String(this.state)),
      ...definition,
    });
  }

  /** The next state, and what is heard within `waitMs`. */
  async change(waitMs = 10): Promise<string[]> {
    this.state += 1;
    this.resource.notify();
    await this.advance(waitMs);
    return this.wire.take();
  }
}

function observeOf(message: string | undefined): number | undefined {
  return Message.parse(fromHex(message!)).options.uint(6);
}

function textOf(message: string | undefined): string {
  return String.fromCharCode(...Message.parse(fromHex(message!)).payload);
}

function acknowledge(bench: Lab, message: string | undefined, waitMs = 10): Promise<string[]> {
  return bench.wire.ask(`6000${messageId(message!)}`, waitMs);
}

describe("observers", () => {
  it("RFC 7641 §4.2: a handler may tell of the change that it makes: after its response", async () => {
    const bench: Bench = new Bench(
      {},
      {
        put: () => {
          bench.state += 1;
          bench.resource.notify();
          return changed();
        },
      },
    );
    await bench.wire.ask(REGISTER);
    const [response, notification, ...none] = await bench.wire.ask("41 03 0002 bb b1 76");
    assert.deepEqual([response, none.length], ["61440002bb", 0]);
    assert.equal(textOf(notification), "1");
  });

  it("RFC 7641 §4.1, §4.2: registers, and notifies with the token, a higher number and the new state", async () => {
    const bench = new Bench();
    const [registered] = await bench.wire.ask(REGISTER);
    assert.equal(registered!.slice(0, 10), "61450001aa");
    assert.equal(textOf(registered), "0");
    let known = observeOf(registered)!;
    for (const state of ["1", "2", "3"]) {
      const [notification, ...none] = await bench.change();
      assert.equal(none.length, 0);
      assert.equal(notification!.slice(0, 4) + notification!.slice(8, 10), "4145aa", "Confirmable 2.05");
      assert.equal(textOf(notification), state);
      assert.ok(observeOf(notification)! > known);
      known = observeOf(notification)!;
      assert.deepEqual(await acknowledge(bench, notification, 5000), []);
    }
  });

  it("RFC 7641 §4.1: a resource that cannot be observed, or another Observe value, is a plain GET", async () => {
    const bench = new Bench();
    bench.site.add("w", { get: () => text("0") });
    // Observe 2; Observe of 4 bytes; not observable; a PUT.
    for (const request of ["01 0001 61 02 51 76", "01 0002 64 00000000 51 76", "01 0003 60 51 77"]) {
      const [answer] = await bench.wire.ask(`40 ${request}`);
      assert.deepEqual([answer!.slice(2, 4), observeOf(answer)], ["45", undefined]);
    }
    assert.deepEqual(await bench.change(5000), []);
  });

  it("RFC 7641 §3.6: deregistration with the token ends it; the answer has no Observe option", async () => {
    const bench = new Bench();
    await bench.wire.ask(REGISTER);
    const [other] = await bench.wire.ask(DEREGISTER.replace("aa", "ab"));
    assert.equal(observeOf(other), undefined);
    const [still] = await bench.change();
    await acknowledge(bench, still);
    const [answer] = await bench.wire.ask(DEREGISTER);
    assert.deepEqual([answer!.slice(2, 4), observeOf(answer)], ["45", undefined]);
    assert.deepEqual(await bench.change(5000), []);
  });

  it("RFC 7641 §3.6, §4.5: a Reset ends it, of a Confirmable and of a Non-confirmable notification", async () => {
    for (const notifications of ["CON", "NON"] as const) {
      const bench: Bench = new Bench({}, { notifications });
      await bench.wire.ask(REGISTER);
      const [notification] = await bench.change();
      assert.equal(notification!.slice(0, 2), notifications === "CON" ? "41" : "51");
      await bench.wire.ask(`7000${messageId(notification!)}`);
      assert.deepEqual(await bench.change(100_000), []);
    }
  });

  it("RFC 7641 §4.5: a notification that is never acknowledged ends it", async () => {
    const bench = new Bench();
    await bench.wire.ask(REGISTER);
    assert.equal((await bench.change(100_000)).length, 5);
    assert.deepEqual(await bench.change(100_000), []);
  });

  it("RFC 7641 §4.1: a second registration with the token takes the place of the first", async () => {
    const bench = new Bench();
    await bench.wire.ask(REGISTER);
    const [again] = await bench.wire.ask(REGISTER.replace("0001", "0009"));
    assert.ok(observeOf(again) !== undefined);
    const [notification, ...none] = await bench.change();
    assert.equal(none.length, 0);
    assert.deepEqual(await acknowledge(bench, notification, 5000), []);
  });

  it("RFC 7641 §4.5.2: a newer state takes the place of one under way, with its time-out and count", async () => {
    const bench = new Bench();
    await bench.wire.ask(REGISTER);
    bench.state = 1;
    bench.resource.notify();
    await bench.advance(1000);
    bench.state = 2;
    bench.resource.notify();
    await bench.advance(100);
    bench.state = 3;
    bench.resource.notify();
    await bench.advance(100_000);
    const { heard } = bench.wire;
    assert.deepEqual(
      heard.map((one) => textOf(one.hex)),
      ["1", "3", "3", "3", "3"],
    );
    assert.ok(messageId(heard[1]!.hex) !== messageId(heard[0]!.hex), "a new message ID");
    assert.equal(new Set(heard.slice(1).map((one) => one.hex)).size, 1);
    const firstMs = heard[1]!.atMs - heard[0]!.atMs;
    for (const [index, factor] of [3, 7, 15].entries())
      assert.ok(Math.abs(heard[index + 2]!.atMs - heard[0]!.atMs - factor * firstMs) < 0.1);
    bench.wire.take();
    assert.deepEqual(await bench.change(100_000), [], "and then it is over");
  });

  it("RFC 7641 §4.5.2: what changed while a notification was under way is sent when it is acknowledged", async () => {
    const bench = new Bench();
    await bench.wire.ask(REGISTER);
    const [first] = await bench.change();
    assert.deepEqual(await bench.change(), []);
    assert.deepEqual(await bench.change(), []);
    const [second, ...none] = await acknowledge(bench, first);
    assert.deepEqual([textOf(second), none.length], ["3", 0]);
  });

  it("RFC 7641 §4.5.1: Non-confirmable notifications keep 3 s apart, and the newest state gets through", async () => {
    const bench: Bench = new Bench({}, { notifications: "NON" });
    await bench.wire.ask(REGISTER);
    assert.equal((await bench.change()).length, 1);
    assert.deepEqual(await bench.change(), []);
    assert.deepEqual(await bench.change(2900), []);
    await bench.advance(200);
    const [notification, ...none] = bench.wire.take();
    assert.deepEqual([notification!.slice(0, 2), textOf(notification), none.length], ["51", "3", 0]);
  });

  it("RFC 7641 §4.5: the last state is told again in a Confirmable message", async () => {
    const bench: Bench = new Bench({}, { notifications: "NON" });
    await bench.wire.ask(REGISTER);
    const [told] = await bench.change();
    await bench.advance(64_000);
    const [again, ...none] = bench.wire.take();
    assert.deepEqual([again!.slice(0, 2), textOf(again), none.length], ["41", "1", 0]);
    assert.ok(observeOf(again)! > observeOf(told)!);
    assert.deepEqual(await acknowledge(bench, again, 200_000), []);
    assert.equal((await bench.change())[0]!.slice(0, 2), "51");
  });

  it("RFC 7641 §4.5: one notification is Confirmable at least every 24 hours", async () => {
    const bench: Bench = new Bench({}, { notifications: "NON" });
    await bench.wire.ask(REGISTER);
    const types: string[] = [];
    for (let round = 0; round < 26 * 72; round += 1) {
      // Often enough that the last state is never told again.
      const [notification] = await bench.change(50_000);
      if (notification!.startsWith("41")) {
        types.push(`${Math.round(bench.world.time.nowMs / 3_600_000)} h`);
        await acknowledge(bench, notification);
      }
    }
    assert.deepEqual(types, ["24 h"]);
  });

  it("RFC 7641 §4.2: an error is the last notification, without an Observe option", async () => {
    const bench = new Bench();
    await bench.wire.ask(REGISTER);
    bench.site.remove("v");
    await bench.advance(10);
    const [last] = bench.wire.take();
    assert.deepEqual([last!.slice(0, 4), last!.slice(8, 10), observeOf(last)], ["4184", "aa", undefined]);
    await acknowledge(bench, last);
    assert.deepEqual(await bench.change(5000), []);
  });

  it("RFC 7641 §4.2, §4.5.2: an error that takes the place of a state under way is the last one, too", async () => {
    const bench: Bench = new Bench(
      {},
      {
        get: () => (bench.state < 2 ? text(String(bench.state)) : { code: 0x84 }),
      },
    );
    await bench.wire.ask(REGISTER);
    const [first] = await bench.change();
    assert.equal(first!.slice(0, 4), "4145");
    const [error] = await bench.change(3500);
    assert.equal(error!.slice(0, 4), "4184");
    bench.state = 0;
    assert.deepEqual(await acknowledge(bench, error, 5000), []);
    assert.deepEqual(await bench.change(100_000), []);
  });

  it("RFC 7641 §4.2: a client that renews its interest and gets an error is no longer on the list", async () => {
    const bench: Bench = new Bench(
      {},
      { get: () => (bench.state === 1 ? { code: 0x84 } : text(String(bench.state))) },
    );
    await bench.wire.ask(REGISTER);
    bench.state = 1;
    assert.equal((await bench.wire.ask(REGISTER.replace("0001", "0002")))[0]!.slice(2, 4), "84");
    assert.deepEqual(await bench.change(100_000), []);
  });

  it("RFC 7641 §4.2: a state in another Content-Format than the first is a 4.06, and the last notification", async () => {
    const bench: Bench = new Bench(
      {},
      { get: () => content(Uint8Array.of(bench.state), bench.state < 2 ? 42 : 60) },
    );
    await bench.wire.ask(REGISTER);
    const [first] = await bench.change();
    assert.equal(first!.slice(0, 4), "4145");
    await acknowledge(bench, first);
    const [last] = await bench.change();
    assert.deepEqual([last!.slice(0, 4), observeOf(last)], ["4186", undefined]);
    await acknowledge(bench, last);
    assert.deepEqual(await bench.change(100_000), []);
  });

  it("RFC 7641 §4.3.2: 2.03 tells an observer that it knows the state", async () => {
    const bench: Bench = new Bench({}, { get: () => text("s", { etag: Uint8Array.of(bench.state) }) });
    // ETag (4) 01, Observe behind it.
    const [registered] = await bench.wire.ask("41 01 0001 aa 41 01 20 51 76");
    assert.equal(registered!.slice(2, 4), "45");
    const [notification] = await bench.change();
    assert.deepEqual([notification!.slice(2, 4), textOf(notification)], ["43", ""]);
    assert.ok(observeOf(notification) !== undefined);
  });

  it("a change while a slow registration is answered is not missed", async () => {
    const bench: Bench = new Bench(
      {},
      {
        get: () => {
          const seen = bench.state;
          return new Promise<Response>(
            (resolve) => void bench.world.time.set(() => resolve(text(String(seen))), 100),
          );
        },
      },
    );
    bench.wire.send(REGISTER);
    await bench.advance(50);
    const [registered, notification] = await bench.change(300);
    assert.deepEqual([textOf(registered), textOf(notification)], ["0", "1"]);
  });

  it("RFC 7959 §2.6: a notification has the first block, in the size of the registration", async () => {
    const bench: Bench = new Bench({}, { get: () => content(new Uint8Array(50).fill(bench.state), 42) });
    // Observe, Uri-Path, Block2 0/0/16.
    const [registered] = await bench.wire.ask("41 01 0001 aa 60 51 76 c1 00");
    assert.equal(Message.parse(fromHex(registered!)).options.uint(23), 0x08);
    const [notification] = await bench.change();
    const first = Message.parse(fromHex(notification!));
    assert.deepEqual([first.options.uint(23), first.payload.length, first.options.uint(28)], [0x08, 16, 50]);
    await acknowledge(bench, notification);
    bench.state += 1;
    // The rest is fetched without Observe and with another token, and is of the notified state.
    const [second] = await bench.wire.ask("41 01 0002 bb b1 76 c1 10");
    const next = Message.parse(fromHex(second!));
    assert.deepEqual([next.payload[0], next.options.has(6)], [1, false]);
    assert.ok(first.options.first(4));
    assert.deepEqual(next.options.first(4), first.options.first(4));
  });

  it("RFC 8132 §2.4: a FETCH can observe, with its body", async () => {
    const bench: Bench = new Bench({}, { fetch: ({ payload }) => text(`${payload.length} ${bench.state}`) });
    const [registered] = await bench.wire.ask("41 05 0001 aa 60 51 76 ff 010203");
    assert.equal(textOf(registered), "3 0");
    assert.equal(textOf((await bench.change())[0]), "3 1");
  });

  it("limit observers: at the limit all are notified, one more is answered without Observe", async () => {
    const bench = new Bench({ limits: { observers: 2 } });
    const wires = [1, 2, 3].map(
      (index) => new Wire(bench.world, bench.peerHost, bench.to, PEER_PORT + index),
    );
    const observing: boolean[] = [];
    for (const wire of wires) observing.push(observeOf((await wire.ask(REGISTER))[0]) !== undefined);
    assert.deepEqual(observing, [true, true, false]);
    await bench.change();
    assert.deepEqual(
      wires.map((wire) => wire.take().length),
      [1, 1, 0],
    );
    await wires[0]!.ask(DEREGISTER);
    assert.ok(observeOf((await wires[2]!.ask(REGISTER))[0]) !== undefined, "there is room again");
  });
});
