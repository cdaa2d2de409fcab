/** What takes too long for a device's engine: the same scenarios as in test/portable/storage/flash, in full. */

import assert from "node:assert/strict";
import { NorFlash, SeededRandom } from "../../../portable.js";
import { live } from "../../../portable/storage/flash/scenario.js";
import { liveThrough, type CutScenario } from "../../../portable/storage/flash/power-cuts.js";

const MOUNTS = 20;
/** Bytes that are finished before the power goes. */
const TEARS = [0, 9, 20, 48, 300, 100_000];

describe("storage in flash, in full", function () {
  for (const [blocks, blockLength, writeAlign, operations] of [
    [8, 4096, 4, 100_000],
    [3, 262_144, 16, 20_000],
  ] as const)
    it(`holds what a plain map holds after ${operations} random operations on ${blockLength} byte blocks`, () => {
      const random = new SeededRandom(operations);
      const flash = new NorFlash({ blocks, blockLength, writeAlign, random: random.fork("flash") });
      live(flash, { random, keys: 30, maxBytes: 1500, maxChanges: 4 }, operations, operations / MOUNTS);
      // Each mount erases its spare block once more.
      const spread = Math.max(...flash.wear) - Math.min(...flash.wear);
      assert.ok(spread <= MOUNTS, `wear ${flash.wear.join(", ")}`);
    });

  for (const writeAlign of [1, 4, 16])
    it(`a cut at every operation, torn in head, name, value, padding or not, with writes of ${writeAlign}`, () => {
      const scenario: CutScenario = { seed: 2, blocks: 4, blockLength: 4096, writeAlign, commits: 100 };
      const { operations, erases } = liveThrough(scenario, []);
      assert.ok(operations <= 300, `${operations} operations`);
      assert.ok(erases > 7, `${erases} erases`);
      let cuts = 0;
      for (let operation = 1; operation <= operations; operation += 1)
        for (const bytes of TEARS) cuts += liveThrough(scenario, [[operation, bytes]]).cuts;
      assert.equal(cuts, TEARS.length * operations);
    });

  it("two cuts in a row, at every pair of operations", () => {
    const scenario: CutScenario = { seed: 2, blocks: 3, blockLength: 2048, writeAlign: 4, commits: 36 };
    const { operations, erases } = liveThrough(scenario, []);
    assert.ok(erases > 7, `${erases} erases`);
    let pairs = 0;
    for (let first = 1; first <= operations; first += 1) {
      const { sinceLastCut } = liveThrough(scenario, [[first, first % 50]]);
      for (let second = 1; second <= sinceLastCut; second += 1) {
        const { cuts } = liveThrough(scenario, [
          [first, first % 50],
          [second, (first + second) % 70],
        ]);
        assert.equal(cuts, 2);
        pairs += 1;
      }
    }
    assert.ok(pairs > (operations * (operations - 1)) / 3, `${pairs} pairs`);
  });
});
