/** A storage in flash whose power is cut again and again. */

import { NorFlash, SeededRandom, assert } from "../../../portable.js";
import type { FlashKeyValue } from "../../../../src/storage/flash/key-value.js";
import { StorageFullError } from "../../../../src/storage/limits.js";
import { applyTo, contentsOf, isSame, makeCommit, mountSurely, type Contents } from "./scenario.js";

/** A life of a few commits on a small memory, so that it is compacted often. */
export interface CutScenario {
  readonly seed: number;
  readonly blocks: number;
  readonly blockLength: number;
  readonly writeAlign: number;
  readonly commits: number;
}

/** A power cut: at which flash operation, counted from the start or from the cut before; and after how many bytes. */
export type Cut = readonly [atOperation: number, afterBytes: number];

/** How the life went. */
export interface Outcome {
  /** Flash operations in all, and after the last cut. */
  readonly operations: number;
  readonly sinceLastCut: number;
  /** Cuts that came before the end. */
  readonly cuts: number;
  /** Erases in all. */
  readonly erases: number;
}

function arrange(flash: NorFlash, cut: Cut | undefined): void {
  if (cut !== undefined) flash.cutPower({ atOperation: cut[0], afterBytes: cut[1] });
}

/**
 * Lives through `cuts`, one after another. After each the storage must mount without a fault and hold exactly what it
 * held before the commit that was cut, or exactly what that commit made.
 */
export function liveThrough(scenario: CutScenario, cuts: readonly Cut[]): Outcome {
  const random = new SeededRandom(scenario.seed);
  const flash = new NorFlash({ ...scenario, random: random.fork("flash") });
  const life = { random: random.fork("life"), keys: 5, maxBytes: 700, maxChanges: 3, longValues: 0.5 };
  let expected: Contents = new Map();
  let store: FlashKeyValue = mountSurely(flash);
  let done = 0;
  let last = 0;
  arrange(flash, cuts[0]);
  for (let commit = 0; commit < scenario.commits; commit += 1) {
    const changes = makeCommit(life);
    const next = new Map(expected);
    applyTo(next, changes);
    try {
      store.commit(changes);
    } catch (error) {
      if (error instanceof StorageFullError) continue;
      if (!flash.isOff) throw error;
    }
    if (!flash.isOff) {
      expected = next;
      continue;
    }
    flash.restorePower();
    done += 1;
    last = flash.operations;
    arrange(flash, cuts[done]);
    store = mountSurely(flash);
    const found = contentsOf(store);
    if (!isSame(found, expected)) {
      assert.ok(isSame(found, next), `commit ${commit}, cut ${JSON.stringify(cuts)}: neither old nor new`);
      expected = next;
    }
  }
  assert.ok(isSame(contentsOf(mountSurely(flash)), expected), `the end, cut ${JSON.stringify(cuts)}`);
  assert.equal(flash.violations, 0);
  return {
    operations: flash.operations,
    sinceLastCut: flash.operations - last,
    cuts: done,
    erases: flash.wear.reduce((sum, erases) => sum + erases, 0),
  };
}
