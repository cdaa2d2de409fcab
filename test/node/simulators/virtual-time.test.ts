import assert from "node:assert/strict";
import { settleByTurns } from "../../../simulators/settle.js";
import {
  MAX_CALLBACKS_AT_ONE_INSTANT,
  MAX_DELAY_MS,
  VirtualTime,
  VirtualTimeError,
} from "../../../simulators/virtual-time.js";

const engines = [
  { title: "with setImmediate", options: {} },
  { title: "by turns", options: { settle: settleByTurns } },
];

for (const { title, options } of engines)
  describe(`virtual time, ${title}`, () => {
    it("runs timers in the order of their deadlines, equal ones in the order of their making", async () => {
      const time = new VirtualTime(options);
      const seen: string[] = [];
      for (const [name, delayMs] of [
        ["c", 30],
        ["a", 10],
        ["b1", 20],
        ["b2", 20],
        ["now", 0],
      ] as const)
        time.set(() => seen.push(`${name}@${time.nowMs}`), delayMs);
      assert.deepEqual(seen, [], "none from within set");
      await time.run();
      assert.deepEqual(seen, ["now@0", "a@10", "b1@20", "b2@20", "c@30"]);
    });

    it("runs promise jobs to their end before the next callback", async () => {
      const time = new VirtualTime(options);
      const seen: string[] = [];
      const chain = async (): Promise<void> => {
        for (let step = 0; step < 50; step += 1) await Promise.resolve();
        seen.push("chain");
        await new Promise<void>((resolve) => time.set(resolve, 0));
        for (let step = 0; step < 50; step += 1) await Promise.resolve();
        seen.push("second chain");
      };
      time.set(() => void chain(), 1);
      time.set(() => seen.push("other timer"), 1);
      time.set(() => seen.push("later"), 2);
      await time.run();
      assert.deepEqual(seen, ["chain", "other timer", "second chain", "later"]);
    });

    it("runs jobs that wait when it starts, and those after the last timer", async () => {
      const time = new VirtualTime(options);
      const seen: number[] = [];
      const sleep = async (ms: number): Promise<void> => {
        await new Promise<void>((resolve) => time.set(resolve, ms));
      };
      void (async (): Promise<void> => {
        await Promise.resolve();
        await sleep(5);
        seen.push(time.nowMs);
      })();
      await time.run();
      assert.deepEqual(seen, [5]);
    });
  });

describe("virtual time", () => {
  it("waits for promise chains of any depth where the engine can", async () => {
    const time = new VirtualTime();
    let depth = 0;
    time.set(() => {
      void (async (): Promise<void> => {
        for (; depth < 10_000; depth += 1) await Promise.resolve();
      })();
    }, 1);
    let seen = 0;
    time.set(() => {
      seen = depth;
    }, 1);
    await time.run();
    assert.equal(seen, 10_000);
  });

  it("stops at a given moment, with that moment's timers run", async () => {
    const time = new VirtualTime();
    const seen: number[] = [];
    for (const delayMs of [99, 100, 101]) time.set(() => seen.push(delayMs), delayMs);
    await time.run(100);
    assert.deepEqual([seen, time.nowMs, time.pending, time.nextMs], [[99, 100], 100, 1, 101]);
    await time.advance(0.5);
    assert.deepEqual([seen, time.nowMs], [[99, 100], 100.5]);
    await time.advance(1000);
    assert.deepEqual([seen, time.nowMs, time.pending], [[99, 100, 101], 1100.5, 0]);
  });

  it("does not call what was cleared, and ignores handles that have fired or were cleared", async () => {
    const time = new VirtualTime();
    const seen: string[] = [];
    const handles = Array.from({ length: 100 }, (_, index) =>
      time.set(() => seen.push(String(index)), (index * 37) % 100),
    );
    for (const [index, handle] of handles.entries()) if (index % 10 !== 3) time.clear(handle);
    for (const handle of handles) if (seen.length > 0) time.clear(handle);
    assert.equal(time.pending, 10);
    await time.run();
    const expected = [3, 13, 23, 33, 43, 53, 63, 73, 83, 93].sort(
      (a, b) => ((a * 37) % 100) - ((b * 37) % 100),
    );
    assert.deepEqual(seen, expected.map(String));
    for (const handle of handles) time.clear(handle);
    assert.equal(time.pending, 0);
  });

  it("gives the value or the reason of a promise", async () => {
    const time = new VirtualTime();
    const late = new Promise<string>((resolve) => time.set(() => resolve("here"), 1000));
    const endless = (): void => void time.set(endless, 300);
    endless();
    assert.equal(await time.until(late), "here");
    assert.equal(time.nowMs, 1000);
    const failing = new Promise((_, reject) => time.set(() => reject(new Error("no")), 1));
    await assert.rejects(time.until(failing), /^Error: no$/);
    assert.equal(await time.until(Promise.resolve(1)), 1);
  });

  it("says why a promise will not settle", async () => {
    const time = new VirtualTime();
    const never = new Promise<void>(() => {});
    await assert.rejects(time.until(never), VirtualTimeError);
    const late = new Promise<void>((resolve) => time.set(resolve, 101));
    await assert.rejects(time.until(late, 100), /settle by 100 ms/);
    await time.until(late, 101);
    assert.equal(time.nowMs, 101);
  });

  it("passes on what a callback throws", async () => {
    const time = new VirtualTime();
    time.set(() => {
      throw new Error("broken");
    }, 1);
    await assert.rejects(time.run(), /broken/);
    await time.run();
    assert.equal(time.nowMs, 1);
  });

  it("refuses to be run twice at a time", async () => {
    const time = new VirtualTime();
    time.set(() => {}, 1);
    const first = time.run();
    await assert.rejects(time.run(), VirtualTimeError);
    await first;
  });

  it(`takes delays from 0 to ${MAX_DELAY_MS} ms`, async () => {
    const time = new VirtualTime();
    for (const delayMs of [-1, MAX_DELAY_MS + 1, NaN, Infinity])
      assert.throws(() => time.set(() => {}, delayMs), RangeError, String(delayMs));
    time.set(() => {}, MAX_DELAY_MS);
    await time.run();
    assert.equal(time.nowMs, MAX_DELAY_MS);
  });

  it("moves on for any delay above 0, so that rounding cannot hold it still", async () => {
    const time = new VirtualTime();
    await time.advance(1e12 + 0.1);
    const before = time.nowMs;
    time.set(() => {}, Number.MIN_VALUE);
    time.set(() => {}, 1e-9);
    await time.run();
    assert.ok(time.nowMs > before && time.nowMs < before + 0.01, `${time.nowMs} after ${before}`);
  });

  it("takes callbacks without end at one instant for an error", async () => {
    const time = new VirtualTime({ settle: () => Promise.resolve() });
    let count = 0;
    const again = (): void => {
      count += 1;
      time.set(again, 0);
    };
    again();
    await assert.rejects(time.run(), VirtualTimeError);
    assert.equal(count, MAX_CALLBACKS_AT_ONE_INSTANT + 1);
  });
});
