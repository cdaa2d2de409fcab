import assert from "node:assert/strict";
import { World } from "../../../simulators/index.js";
import { NetworkError, type Packet, type PacketEvent } from "../../../simulators/packet.js";
import type { VirtualHost } from "../../../simulators/host.js";
import { MAX_QUEUED_DATAGRAMS } from "../../../simulators/virtual-udp.js";
import type { Datagram, UDP, UDPOptions } from "../../../src/ports/udp.js";

interface Arrival {
  readonly atMs: number;
  readonly datagram: Datagram;
}

/** A socket that writes down what arrives and when. */
function listen(
  world: World,
  host: VirtualHost,
  options: UDPOptions = {},
): { socket: UDP; arrivals: Arrival[] } {
  const arrivals: Arrival[] = [];
  const socket = new host.udp({
    ...options,
    onReadable(count) {
      for (let index = 0; index < count; index += 1)
        arrivals.push({ atMs: world.time.nowMs, datagram: socket.read()! });
    },
  });
  return { socket, arrivals };
}

const bytesOf = ({ datagram }: Arrival): number[] => [...new Uint8Array(datagram)];

/** Sends numbered datagrams, one a virtual second, and gives what arrived. */
async function sendMany(world: World, count: number): Promise<Arrival[]> {
  const { arrivals } = listen(world, world.host("fd00::2"), { port: 5683 });
  const sender = new (world.host("fd00::1").udp)({});
  for (let index = 0; index < count; index += 1) {
    sender.write(new Uint8Array([index >> 8, index & 0xff]), "fd00::2", 5683);
    await world.time.advance(1000);
  }
  return arrivals;
}

describe("virtual network", () => {
  it("carries datagrams with their source, after the delay", async () => {
    const world = new World({ seed: 1, network: { delayMs: 25 } });
    const { socket: server, arrivals } = listen(world, world.host("FD00:0::2"), { port: 5683 });
    const { socket: client, arrivals: answers } = listen(world, world.host(["fd00::1", "192.0.2.1"]));
    const bytes = new Uint8Array([1, 2, 3]);
    client.write(bytes, "fd00:0:0::2", 5683);
    bytes.fill(0);
    await world.time.run();
    const [arrival] = arrivals;
    assert.ok(arrival !== undefined);
    assert.deepEqual([arrival.atMs, bytesOf(arrival)], [25, [1, 2, 3]]);
    const { address, port, multicast } = arrival.datagram;
    assert.deepEqual([address, port, multicast], ["fd00::1", client.port, false]);
    assert.ok(client.port >= 49152);
    server.write(new Uint8Array(0), address, port);
    await world.time.run();
    assert.equal(answers[0]?.datagram.byteLength, 0);
    assert.equal(answers[0].datagram.address, "fd00::2");
  });

  it("takes the source of the destination's family, and refuses one without", () => {
    const world = new World({ seed: 1 });
    const host = world.host(["fd00::1", "192.0.2.1"]);
    const sent: Packet[] = [];
    world.network.trace = (packet): void => void sent.push(packet);
    const socket = new host.udp({});
    socket.write(new Uint8Array(1), "::ffff:192.0.2.9", 1);
    socket.write(new Uint8Array(1), "fd00::9", 65535);
    assert.deepEqual(
      sent.filter((_, index) => index % 2 === 0).map(({ from, to }) => [from.address, to.address]),
      [
        ["192.0.2.1", "192.0.2.9"],
        ["fd00::1", "fd00::9"],
      ],
    );
    const other = new (world.host("fd00::2").udp)({});
    assert.throws(() => other.write(new Uint8Array(1), "192.0.2.1", 1), /ENETUNREACH/);
    for (const port of [0, 65536, 1.5, NaN])
      assert.throws(() => other.write(new Uint8Array(1), "fd00::1", port), /EINVAL/, String(port));
    assert.throws(() => other.write(new Uint8Array(1), "example.com", 1), /numeric/);
  });

  it("loses what is to be lost", async () => {
    const world = new World({ seed: 2, network: { loss: 0.3 } });
    const arrivals = await sendMany(world, 1000);
    const { sent, delivered, lost } = world.network.counters;
    assert.deepEqual([sent, delivered, delivered + lost], [1000, arrivals.length, 1000]);
    assert.ok(lost > 240 && lost < 360, `${lost} lost`);
  });

  it("draws delays uniformly from their range", async () => {
    const world = new World({ seed: 3, network: { delayMs: [30, 70] } });
    const delays = (await sendMany(world, 1000)).map(({ atMs }) => atMs % 1000);
    assert.ok(delays.every((delay) => delay >= 30 && delay <= 70.001));
    const mean = delays.reduce((sum, delay) => sum + delay, 0) / 1000;
    assert.ok(Math.abs(mean - 50) < 1.5, `mean ${mean}`);
    assert.ok(delays.some((delay) => delay < 32) && delays.some((delay) => delay > 68));
  });

  it("adds jitter of the stated mean, with a tail", async () => {
    const world = new World({ seed: 4, network: { delayMs: 10, jitterMs: 20 } });
    const delays = (await sendMany(world, 2000)).map(({ atMs }) => atMs % 1000);
    const mean = delays.reduce((sum, delay) => sum + delay, 0) / delays.length;
    assert.ok(Math.abs(mean - 30) < 2, `mean ${mean}`);
    assert.ok(Math.min(...delays) >= 10 && Math.max(...delays) > 90, `most ${Math.max(...delays)}`);
  });

  it("duplicates, and gives the copy its own time", async () => {
    const world = new World({ seed: 5, network: { duplication: 0.2, delayMs: [1, 5] } });
    const arrivals = await sendMany(world, 500);
    const { duplicated } = world.network.counters;
    assert.equal(arrivals.length, 500 + duplicated);
    assert.ok(duplicated > 60 && duplicated < 140, `${duplicated} duplicated`);
  });

  it("lets datagrams be overtaken", async () => {
    const world = new World({ seed: 6, network: { reordering: 0.1, reorderingMs: 2500 } });
    const order = (await sendMany(world, 500))
      .map((arrival) => bytesOf(arrival))
      .map(([high = 0, low = 0]) => high * 256 + low);
    await world.time.run();
    assert.ok(order.some((number, index) => number < (order[index - 1] ?? 0)));
    assert.ok(world.network.counters.reordered > 25 && world.network.counters.reordered < 80);
  });

  it("turns over one bit of what it corrupts", async () => {
    const world = new World({ seed: 7, network: { corruption: 1 } });
    const { arrivals } = listen(world, world.host("fd00::2"), { port: 1 });
    const sender = new (world.host("fd00::1").udp)({});
    const sent = new Uint8Array(32);
    sender.write(sent, "fd00::2", 1);
    sender.write(new Uint8Array(0), "fd00::2", 1);
    await world.time.run();
    const bits = bytesOf(arrivals[0]!).map((byte) => byte.toString(2).replaceAll("0", "").length);
    assert.equal(
      bits.reduce((sum, count) => sum + count, 0),
      1,
    );
    assert.deepEqual(sent, new Uint8Array(32));
    assert.equal(world.network.counters.corrupted, 1, "nothing to corrupt in an empty datagram");
  });

  it("refuses packets above the MTU, headers counted", () => {
    const world = new World({ seed: 8, network: { mtuBytes: 1280 } });
    const socket = new (world.host(["fd00::1", "192.0.2.1"]).udp)({});
    world.host("fd00::2");
    socket.write(new Uint8Array(1232), "fd00::2", 1);
    assert.throws(
      () => socket.write(new Uint8Array(1233), "fd00::2", 1),
      (error) => error instanceof NetworkError && error.code === "EMSGSIZE",
    );
    socket.write(new Uint8Array(1252), "192.0.2.2", 1);
    assert.throws(() => socket.write(new Uint8Array(1253), "192.0.2.2", 1), /EMSGSIZE/);
    socket.write(new Uint8Array(60_000), "::1", 1);
    assert.equal(world.network.counters.tooBig, 2);
  });

  it("has conditions that can change, and differ for one direction", async () => {
    const world = new World({ seed: 9, network: { delayMs: 10 } });
    const { socket: a, arrivals: atA } = listen(world, world.host("fd00::a"), { port: 1 });
    const { socket: b, arrivals: atB } = listen(world, world.host("fd00::b"), { port: 1 });
    world.network.setLink("fd00::a", "fd00::b", { delayMs: 100 });
    const exchange = async (): Promise<unknown[]> => {
      const startMs = world.time.nowMs;
      a.write(new Uint8Array(1), "fd00::b", 1);
      b.write(new Uint8Array(1), "fd00::a", 1);
      await world.time.run();
      return [atA.splice(0), atB.splice(0)].map(([arrival]) => arrival && arrival.atMs - startMs);
    };
    assert.deepEqual(await exchange(), [10, 100]);
    world.network.setConditions({ delayMs: 20 });
    assert.deepEqual(await exchange(), [20, 100]);
    world.network.setLink("fd00::a", "fd00::b", { loss: 1 });
    assert.deepEqual(await exchange(), [20, undefined]);
    world.network.setLink("fd00::a", "fd00::b", {});
    assert.deepEqual(await exchange(), [20, 20]);
    for (const bad of [
      { loss: 1.1 },
      { corruption: -1 },
      { delayMs: [2, 1] as const },
      { jitterMs: NaN },
      { mtuBytes: 0 },
    ])
      assert.throws(() => world.network.setConditions(bad), RangeError, JSON.stringify(bad));
  });

  it("reports an unreachable port to the sender after a round trip, an absent host not at all", async () => {
    const world = new World({ seed: 10, network: { delayMs: 10 } });
    world.host("fd00::2");
    const errors: unknown[] = [];
    const socket = new (world.host("fd00::1").udp)({
      onError: (error, address, port) =>
        errors.push([(error as NetworkError).code, address, port, world.time.nowMs]),
    });
    socket.write(new Uint8Array(1), "fd00:0::2", 7);
    socket.write(new Uint8Array(1), "fd00::3", 7);
    socket.write(new Uint8Array(1), "::1", 7);
    await world.time.run();
    assert.deepEqual(errors, [
      ["ECONNREFUSED", "::1", 7, 0],
      ["ECONNREFUSED", "fd00:0::2", 7, 20],
    ]);
    assert.deepEqual([world.network.counters.unreachable, world.network.counters.noHost], [2, 1]);
  });

  it("shows all that happens to a trace, and lets a filter lose certain packets", async () => {
    const world = new World({ seed: 11, network: { delayMs: 10 } });
    listen(world, world.host("fd00::2"), { port: 5683 });
    const socket = new (world.host("fd00::1").udp)({ port: 1000 });
    const events: unknown[] = [];
    world.network.trace = ({ timeMs, from, to, bytes }: Packet, event: PacketEvent): void =>
      void events.push([event, timeMs, `${from.address} ${from.port}`, `${to.address} ${to.port}`, bytes[0]]);
    world.network.filter = ({ bytes }): boolean => bytes[0] !== 2;
    for (const [number, address, port] of [
      [1, "fd00::2", 5683],
      [2, "fd00::2", 5683],
      [3, "fd00::2", 9],
      [4, "fd00::3", 9],
    ] as const)
      socket.write(new Uint8Array([number]), address, port);
    await world.time.run();
    const from = "fd00::1 1000";
    assert.deepEqual(events, [
      ["sent", 0, from, "fd00::2 5683", 1],
      ["sent", 0, from, "fd00::2 5683", 2],
      ["lost", 0, from, "fd00::2 5683", 2],
      ["sent", 0, from, "fd00::2 9", 3],
      ["sent", 0, from, "fd00::3 9", 4],
      ["no host", 0, from, "fd00::3 9", 4],
      ["delivered", 10, from, "fd00::2 5683", 1],
      ["unreachable", 10, from, "fd00::2 9", 3],
    ]);
  });

  it(`keeps ${MAX_QUEUED_DATAGRAMS} datagrams for a socket that does not read, and drops the oldest`, async () => {
    const world = new World({ seed: 12 });
    const slow = new (world.host("fd00::2").udp)({ port: 1 });
    const sender = new (world.host("fd00::1").udp)({});
    const send = (from: number, to: number): void => {
      for (let index = from; index <= to; index += 1) sender.write(new Uint8Array([index]), "fd00::2", 1);
    };
    const readAll = (): number[] => {
      const numbers: number[] = [];
      for (let next = slow.read(); next !== undefined; next = slow.read())
        numbers.push(new Uint8Array(next)[0]!);
      return numbers;
    };
    send(1, MAX_QUEUED_DATAGRAMS);
    await world.time.run();
    assert.equal(world.network.counters.queueFull, 0);
    assert.deepEqual([readAll().length, readAll()], [MAX_QUEUED_DATAGRAMS, []]);
    send(1, MAX_QUEUED_DATAGRAMS + 1);
    await world.time.run();
    assert.equal(world.network.counters.queueFull, 1);
    assert.equal(readAll()[0], 2);
  });
});
