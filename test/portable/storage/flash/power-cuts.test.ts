import { assert, describe, it } from "../../../portable.js";
import { liveThrough, type CutScenario } from "./power-cuts.js";

const SCENARIO: CutScenario = { seed: 32, blocks: 3, blockLength: 2048, writeAlign: 4, commits: 18 };
/** Bytes of a write that are finished before the power goes: none, a part of the head, of the body, and all. */
const TEARS = [0, 1, 15, 16, 40, 100_000];

describe("power cuts of storage in flash", () => {
  it("the scenario compacts, and has at most 300 flash operations", () => {
    const { operations, erases } = liveThrough(SCENARIO, []);
    assert.ok(erases >= 6, `${erases} erases`);
    assert.ok(operations > 40 && operations <= 300, `${operations} operations`);
  });

  it("a cut at every operation, torn at any byte, leaves the old contents or the new", () => {
    const { operations } = liveThrough(SCENARIO, []);
    let cuts = 0;
    for (let operation = 1; operation <= operations; operation += 1)
      cuts += liveThrough(SCENARIO, [[operation, TEARS[operation % TEARS.length]!]]).cuts;
    assert.equal(cuts, operations);
  });

  it("a second cut soon after a first one does so, too", () => {
    const { operations } = liveThrough(SCENARIO, []);
    let cuts = 0;
    for (let second = 1; second <= operations; second += 2) {
      const first = 1 + ((second * 31) % operations);
      cuts += liveThrough(SCENARIO, [
        [first, TEARS[second % TEARS.length]!],
        [1 + (second % 12), second * 5],
      ]).cuts;
    }
    assert.ok(cuts > operations / 2, `${cuts} cuts`);
  });
});
