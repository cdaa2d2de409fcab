import { DeadlineQueue } from "../../../src/timers/deadline-queue.js";
import { SeededRandom, World, assert, describe, it } from "../../portable.js";

interface Bench {
  readonly world: World;
  readonly queue: DeadlineQueue;
  readonly fired: string[];
  readonly faults: unknown[];
  add(name: string, delayMs: number): object;
}

function bench(): Bench {
  const world = new World({ seed: 1 });
  const faults: unknown[] = [];
  const queue = new DeadlineQueue(world.time, world.time, (error) => faults.push(error));
  const fired: string[] = [];
  const add = (name: string, delayMs: number): object =>
    queue.set(() => fired.push(`${name}@${world.time.nowMs}`), delayMs);
  return { world, queue, fired, faults, add };
}

describe("deadline queue", () => {
  it("calls back in the order of the deadlines, on one timer of the platform", async () => {
    const { world, fired, add } = bench();
    for (const [name, delayMs] of [
      ["c", 30],
      ["a", 10],
      ["d", 40],
      ["b", 20],
    ] as const)
      add(name, delayMs);
    assert.equal(world.time.pending, 1);
    await world.time.run();
    assert.deepEqual(fired, ["a@10", "b@20", "c@30", "d@40"]);
    assert.equal(world.time.pending, 0);
  });

  it("does not call what was cleared; clearing twice, or what has fired, does nothing", async () => {
    const { world, queue, fired, add } = bench();
    const [a, b, c] = [add("a", 10), add("b", 20), add("c", 30)];
    queue.clear(b);
    queue.clear(b);
    await world.time.run(15);
    queue.clear(a);
    await world.time.run();
    queue.clear(c);
    assert.deepEqual(fired, ["a@10", "c@30"]);
  });

  it("takes a deadline that is set while one fires", async () => {
    const { world, queue, fired, add } = bench();
    queue.set(() => {
      add("now", 0);
      add("later", 5);
    }, 10);
    await world.time.run();
    assert.deepEqual(fired, ["now@10", "later@15"]);
  });

  it("reaches a deadline beyond the longest timer of a platform", async () => {
    const { world, fired, add } = bench();
    const days60 = 60 * 86_400_000;
    add("far", days60);
    await world.time.run();
    assert.deepEqual(fired, [`far@${days60}`]);
  });

  it("a callback or a job that throws is a fault, and keeps no other from its turn", async () => {
    const { world, queue, fired, faults, add } = bench();
    const fail = (): never => {
      throw new RangeError("boom");
    };
    queue.set(fail, 10);
    add("same", 10);
    add("later", 20);
    queue.soon(fail);
    queue.soon(() => fired.push("job"));
    await world.time.run();
    assert.deepEqual(fired, ["job", "same@10", "later@20"]);
    assert.deepEqual(faults.map(String), ["RangeError: boom", "RangeError: boom"]);
  });

  it("delays at the limits: NaN is refused, below 0 is now, Infinity is never", async () => {
    const { world, fired, add } = bench();
    assert.throws(() => add("nan", NaN), RangeError);
    add("never", Infinity);
    add("minus", -1);
    add("max-age", 0xffff_ffff * 1000);
    await world.time.run(0);
    assert.deepEqual(fired, ["minus@0"]);
    await world.time.run(0xffff_ffff * 1000);
    assert.deepEqual(fired, ["minus@0", `max-age@${0xffff_ffff * 1000}`]);
  });

  it("drops all when closed, and what is set afterwards", async () => {
    const { world, queue, fired, add } = bench();
    const handle = add("a", 10);
    queue.close();
    add("b", 5);
    queue.clear(handle);
    await world.time.run();
    assert.deepEqual([fired, world.time.pending], [[], 0]);
  });

  it("keeps the order through many random sets and clears", async () => {
    const { world, queue } = bench();
    const random = new SeededRandom(3);
    const expected = new Set<number>();
    const fired: number[] = [];
    const handles: { readonly atMs: number; readonly handle: object }[] = [];
    for (let round = 0; round < 200; round += 1) {
      const atMs = random.integer(1, 100_000);
      if (expected.has(atMs)) continue;
      expected.add(atMs);
      handles.push({ atMs, handle: queue.set(() => fired.push(atMs), atMs) });
      if (random.chance(0.4)) {
        const [dropped] = handles.splice(random.integer(0, handles.length - 1), 1);
        queue.clear(dropped!.handle);
        expected.delete(dropped!.atMs);
      }
    }
    await world.time.run();
    assert.deepEqual(
      fired,
      [...expected].sort((a, b) => a - b),
    );
  });
});
