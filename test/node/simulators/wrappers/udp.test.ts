import assert from "node:assert/strict";
import { once } from "node:events";

import { nodePlatform } from "../../../../hosts/node/index.js";
import { NodeUDP } from "../../../../hosts/node/udp.js";
import {
  faultyUDP,
  SeededRandom,
  tracedUDP,
  World,
  type FaultyUDPOptions,
} from "../../../../simulators/index.js";
import type { UDPConstructor } from "../../../../src/ports/udp.js";

interface Outcome {
  /** What arrived, as `milliseconds: bytes`. */
  readonly arrivals: string[];
  readonly counters: { lost: number; duplicated: number; reordered: number; corrupted: number };
}

/** Sends numbered datagrams 10 ms apart through a faulty socket on a perfect virtual network. */
async function send(count: number, options: Omit<FaultyUDPOptions, "timers" | "counters">): Promise<Outcome> {
  const world = new World({ seed: 1, network: { delayMs: 0 } });
  const arrivals: string[] = [];
  const host = world.host("fd00::1");
  const receiver = new (world.host("fd00::2").udp)({
    port: 5683,
    onReadable: () => {
      for (let one = receiver.read(); one !== undefined; one = receiver.read())
        arrivals.push(`${world.time.nowMs}: ${[...new Uint8Array(one)].join(" ")}`);
    },
  });
  const counters = { lost: 0, duplicated: 0, reordered: 0, corrupted: 0 };
  const socket = new (faultyUDP(host.udp, { ...options, counters, timers: host.timers }))({});
  for (let number = 0; number < count; number += 1) {
    socket.write(Uint8Array.of(number, 0, 0), "fd00::2", 5683);
    await world.time.advance(10);
  }
  await world.time.advance(1000);
  return { arrivals, counters };
}

const numberOf = (arrival: string): number => Number(arrival.split(" ")[1]);

describe("a UDP port with faults", () => {
  it("without any passes all on, at once and unchanged", async () => {
    const { arrivals, counters } = await send(3, {});
    assert.deepEqual(arrivals, ["0: 0 0 0", "10: 1 0 0", "20: 2 0 0"]);
    assert.deepEqual(counters, { lost: 0, duplicated: 0, reordered: 0, corrupted: 0 });
  });

  it("loses certain datagrams, by their number", async () => {
    const { arrivals, counters } = await send(4, { isLost: (number) => number === 2 || number === 3 });
    assert.deepEqual(arrivals.map(numberOf), [0, 3]);
    assert.equal(counters.lost, 2);
  });

  it("loses, duplicates, corrupts by the seed: what arrives is what the counters say", async () => {
    const conditions = { loss: 0.2, duplication: 0.2, corruption: 0.2 };
    const { arrivals, counters } = await send(200, { conditions, random: new SeededRandom(5) });
    assert.equal(arrivals.length, 200 + counters.duplicated - counters.lost);
    assert.ok(counters.lost > 20 && counters.duplicated > 20, "both happen");
    const flipped = arrivals.filter((arrival) => !arrival.endsWith(" 0 0")).length;
    // Two of three bytes are 0; the first one is the number.
    assert.ok(
      counters.corrupted > 20 && flipped > counters.corrupted / 3,
      `${flipped} of ${counters.corrupted}`,
    );
    assert.deepEqual(await send(200, { conditions, random: new SeededRandom(5) }), { arrivals, counters });
    assert.notDeepEqual(await send(200, { conditions, random: new SeededRandom(6) }), { arrivals, counters });
  });

  it("delays in the time of the host's timers, and lets later datagrams overtake", async () => {
    const late = await send(2, { conditions: { delayMs: 500 } });
    assert.deepEqual(late.arrivals, ["500: 0 0 0", "510: 1 0 0"]);
    const { arrivals, counters } = await send(100, { conditions: { reordering: 0.1, reorderingMs: 25 } });
    const numbers = arrivals.map(numberOf);
    assert.equal(numbers.length, 100);
    assert.ok(counters.reordered > 0);
    assert.notDeepEqual(
      numbers,
      [...numbers].sort((a, b) => a - b),
    );
  });

  it("refuses conditions out of range, and forgets what is on its way when it is closed", async () => {
    const world = new World({ seed: 1 });
    const { udp, timers } = world.host("fd00::1");
    assert.throws(() => faultyUDP(udp, { timers, conditions: { loss: 2 } }), RangeError);
    const socket = new (faultyUDP(udp, { timers, conditions: { delayMs: 100 } }))({});
    socket.write(Uint8Array.of(1), "fd00::2", 5683);
    assert.equal(world.time.pending, 1);
    socket.close();
    assert.equal(world.time.pending, 0);
    await world.time.advance(200);
    assert.equal(world.network.counters.sent, 0);
  });

  it("does the same to real sockets; a tracer around it is told of what is lost, too", async () => {
    const { timers } = nodePlatform();
    const seen: string[] = [];
    const traced = (udp: UDPConstructor): UDPConstructor =>
      tracedUDP(udp, ({ direction, bytes }) => seen.push(`${direction} ${bytes.join(" ")}`));
    const received = new EventTarget();
    const receiver = new NodeUDP({
      address: "127.0.0.1",
      onReadable: () => received.dispatchEvent(new Event("readable")),
    });
    await new Promise((resolve) => setImmediate(resolve));
    const Socket = traced(faultyUDP(NodeUDP, { timers, isLost: (number) => number === 1 }));
    const socket = new Socket({ address: "127.0.0.1" });
    try {
      const readable = once(received, "readable");
      socket.write(Uint8Array.of(1), "127.0.0.1", receiver.port);
      socket.write(Uint8Array.of(2), "127.0.0.1", receiver.port);
      await readable;
      assert.deepEqual([...new Uint8Array(receiver.read()!)], [2]);
      assert.equal(receiver.read(), undefined);
      assert.deepEqual(seen, ["out 1", "out 2"]);
    } finally {
      socket.close();
      receiver.close();
    }
  });
});
