import assert from "node:assert/strict";
import { PowerCutError, World } from "../../../simulators/index.js";
import { MAX_CONSOLE_LINES } from "../../../simulators/host.js";

/** Two hosts that talk over a bad network for a while; gives everything that happened. */
async function story(seed: number): Promise<string[]> {
  const world = new World({
    seed,
    network: { loss: 0.2, delayMs: [5, 50], jitterMs: 5, duplication: 0.1, reordering: 0.1, corruption: 0.1 },
  });
  const log: string[] = [];
  world.network.trace = ({ timeMs, from, to, bytes }, event): void =>
    void log.push(`${timeMs} ${event} ${from.address} ${to.address} ${bytes.join()}`);
  const server = world.host("fd00::2", { clockDriftPpm: 50 });
  const socket = new server.udp({
    port: 1,
    onReadable() {
      const datagram = socket.read()!;
      server.timers.set(() => socket.write(new Uint8Array(datagram), datagram.address, datagram.port), 3);
    },
  });
  const client = world.host("fd00::1");
  const asking = new client.udp({});
  const ask = (): void => {
    const token = new Uint8Array(4);
    client.random.fill(token);
    asking.write(token, "fd00::2", 1);
    client.timers.set(ask, 20);
  };
  ask();
  await world.time.run(5000);
  return log;
}

describe("virtual world", () => {
  it("repeats exactly with its seed, and is another with another", async () => {
    const [first, second, other] = [await story(1), await story(1), await story(2)];
    assert.ok(first.length > 500);
    assert.deepEqual(first, second);
    assert.notDeepEqual(first, other);
  });

  it("gives each host random numbers that others do not disturb", () => {
    const draw = (world: World): number[] => {
      const bytes = new Uint8Array(8);
      world.host("fd00::1").random.fill(bytes);
      return [...bytes];
    };
    const crowded = new World({ seed: 1 });
    crowded.host("fd00::2").random.fill(new Uint8Array(3));
    assert.deepEqual(draw(crowded), draw(new World({ seed: 1 })));
    assert.notDeepEqual(draw(new World({ seed: 1 })), draw(new World({ seed: 2 })));
  });

  it("has hosts with addresses of their own", () => {
    const world = new World({ seed: 1 });
    assert.equal(world.host("FD00:0:0:0::1").address, "fd00::1");
    assert.throws(() => world.host(["fd00::2", "fd00::1"]), /another host's address/);
    assert.throws(() => world.host("ff02::1"), /not an address for a host/);
    assert.throws(() => world.host("::1"), /not an address for a host/);
    assert.throws(() => world.host("fd00::x"), /numeric/);
    assert.equal(world.host("fd00::2").address, "fd00::2", "free after the refusal");
  });

  it("keeps the console's lines, up to a limit", () => {
    const host = new World({ seed: 1 }).host("fd00::1");
    for (let line = 1; line <= MAX_CONSOLE_LINES; line += 1) host.console.log(`line ${line}`);
    assert.deepEqual([host.lines.length, host.lines[0]], [MAX_CONSOLE_LINES, "line 1"]);
    host.console.log("one more");
    assert.deepEqual(
      [host.lines.length, host.lines[0], host.lines.at(-1)],
      [MAX_CONSOLE_LINES, "line 2", "one more"],
    );
  });
});

describe("clock of a virtual host", () => {
  it("starts where it is told and drifts by parts per million", async () => {
    const world = new World({ seed: 1 });
    await world.time.advance(500);
    const exact = world.host("fd00::1");
    const fast = world.host("fd00::2", { clockDriftPpm: 50, clockOffsetMs: 1000 });
    const slow = world.host("fd00::3", { clockDriftPpm: -20 });
    assert.deepEqual(
      [exact, fast, slow].map(({ clock }) => clock.monotonicMs()),
      [0, 1000, 0],
    );
    await world.time.advance(1_000_000);
    assert.equal(exact.clock.monotonicMs(), 1_000_000);
    assert.ok(Math.abs(fast.clock.monotonicMs() - 1_001_050) < 1e-6);
    assert.ok(Math.abs(slow.clock.monotonicMs() - 999_980) < 1e-6);
  });

  it("times the host's timers: never early by its own reading, late by 2 µs at most", async () => {
    const world = new World({ seed: 1 });
    for (const [index, clockDriftPpm] of [0, 50, -50, 99.7, -1e5, 1e5].entries()) {
      const host = world.host(`fd00::${index + 1}`, { clockDriftPpm, clockOffsetMs: 0.1 * index });
      for (let count = 0; count < 200; count += 1) {
        const delayMs = world.random.uniform(0, 5000);
        const startMs = host.clock.monotonicMs();
        await world.time.until(new Promise<void>((resolve) => void host.timers.set(resolve, delayMs)));
        const lateMs = host.clock.monotonicMs() - (startMs + delayMs);
        assert.ok(lateMs >= 0 && lateMs < 0.003, `${lateMs} ms late with ${clockDriftPpm} ppm`);
      }
    }
  });

  it("reaches a deadline that the program works out by itself", async () => {
    const world = new World({ seed: 1 });
    const host = world.host("fd00::1", { clockDriftPpm: 33.3, clockOffsetMs: 1 / 3 });
    let rounds = 0;
    for (let count = 0; count < 200; count += 1) {
      const deadlineMs = host.clock.monotonicMs() + world.random.uniform(0, 1000);
      while (host.clock.monotonicMs() < deadlineMs) {
        rounds += 1;
        const remainingMs = deadlineMs - host.clock.monotonicMs();
        await world.time.until(new Promise<void>((resolve) => void host.timers.set(resolve, remainingMs)));
      }
    }
    assert.ok(rounds <= 400, `${rounds} timers for 200 deadlines`);
  });
});

describe("power of a virtual host", () => {
  it("ends sockets and timers without a word when it goes, and leaves the storage", async () => {
    const world = new World({ seed: 1 });
    const host = world.host("fd00::1");
    const peer = world.host("fd00::2");
    const seen: string[] = [];
    const boot = (run: number): void => {
      const socket = new host.udp({
        port: 1,
        onReadable: () => seen.push(`${run} datagram ${new Uint8Array(socket.read()!)[0]}`),
      });
      host.timers.set(() => seen.push(`${run} timer at ${host.clock.monotonicMs()}`), 100);
    };
    const sender = new peer.udp({ onError: () => seen.push("refused") });
    const storage = host.keyValue.open({ path: "boot" });
    storage.write("count", new Uint8Array([1]));
    boot(1);
    await world.time.advance(50);
    sender.write(new Uint8Array([1]), "fd00::1", 1);
    host.powerOff();
    assert.throws(() => new host.udp({}), /switched off/);
    host.timers.set(() => seen.push("ghost"), 1);
    await world.time.advance(500);
    sender.write(new Uint8Array([2]), "fd00::1", 1);
    await world.time.advance(500);
    assert.deepEqual(seen, [], "neither timers nor datagrams nor errors");
    host.powerOn();
    assert.equal(host.clock.monotonicMs(), 0);
    boot(2);
    sender.write(new Uint8Array([3]), "fd00::1", 1);
    await world.time.run();
    assert.deepEqual(seen, ["2 datagram 3", "2 timer at 100"]);
    assert.deepEqual(
      new Uint8Array(host.keyValue.open({ path: "boot" }).read("count")!),
      new Uint8Array([1]),
    );
  });

  for (const leaves of ["old", "new"] as const)
    it(`goes at a chosen write, which leaves the ${leaves} value`, () => {
      const host = new World({ seed: 1 }).host("fd00::1");
      const storage = host.keyValue.open({ path: "domain" });
      storage.write("key", new Uint8Array([1]));
      host.keyValue.cutPower({ atWrite: 2, leaves });
      storage.write("other", new Uint8Array([1]));
      assert.throws(() => storage.write("key", new Uint8Array([2])), PowerCutError);
      assert.throws(() => new host.udp({}), /switched off/);
      host.powerOn();
      assert.deepEqual(new Uint8Array(storage.read("key")!), new Uint8Array([leaves === "old" ? 1 : 2]));
      storage.delete("key");
      assert.deepEqual([storage.read("key"), host.keyValue.writes], [undefined, 4]);
    });

  it("is not cut when that was called off", () => {
    const host = new World({ seed: 1 }).host("fd00::1");
    const storage = host.keyValue.open({ path: "domain" });
    host.keyValue.cutPower({ atWrite: 1, leaves: "old" });
    host.keyValue.cutPower(undefined);
    storage.write("key", new Uint8Array([2]));
    assert.equal(storage.read("key")?.byteLength, 1);
  });
});
