/** Measures the firmware on RISC-V: what its image takes in flash, and in RAM while the scenario of `make run` plays. */

import { readFileSync } from "node:fs";
import { budgetLine, flashLines, idleBudget, readBudgets, type BudgetLine } from "./budgets.js";
import { readFlash, type FolderBytes } from "./flash.js";
import { playScenario } from "./scenario.js";
import type { Statistics } from "./statistics.js";

const FOLDER = "build/riscv";

export interface SizeReport {
  /** All that lies in flash, the root machine's heap included. */
  readonly flashBytes: number;
  readonly flash: Readonly<Record<string, number>>;
  readonly folders: Readonly<Record<string, FolderBytes>>;
  readonly rootHeapBytes: number;
  /** What the arena had to give. */
  readonly arenaPeakBytes: number;
  /** Live slots and chunks after the scenario, and the peak of the JavaScript stack. */
  readonly idleBytes: number;
  readonly cStackPeakBytes: number;
  /** Bytes by what takes them. */
  readonly ram: Readonly<Record<string, number>>;
  readonly budgets: readonly BudgetLine[];
}

export function idleBytes({ live, peakStackBytes }: Statistics): number {
  return live.slotBytes + live.chunkBytes + peakStackBytes;
}

function ramOf(statistics: Statistics, host: ReadonlyMap<string, number>): Record<string, number> {
  return {
    "slots, live": statistics.live.slotBytes,
    "slots, peak": statistics.peakSlotBytes,
    "chunks, live": statistics.live.chunkBytes,
    "chunks, peak": statistics.peakChunkBytes,
    "JavaScript stack, peak": statistics.peakStackBytes,
    "machine and its tables": statistics.live.tableBytes,
    "C stack, peak": statistics.cStackPeakBytes,
    // Frames of the network, reports, the command line.
    "buffers of the host": host.get("host") ?? 0,
    "variables of the engine": host.get("engine") ?? 0,
    "variables of the C library": host.get("C library") ?? 0,
  };
}

/** @throws {Error} when something is not built, or the scenario fails */
export async function measureSize(): Promise<SizeReport> {
  const budgets = readBudgets();
  const { statistics } = await playScenario({ image: `${FOLDER}/standard.elf` }, budgets.arenaBytes);
  const { report: census } = await playScenario(
    { image: `${FOLDER}/standard-census.elf` },
    budgets.arenaBytes,
  );
  const flash = readFlash({
    map: readFileSync(`${FOLDER}/standard.map`, "utf8"),
    archive: readFileSync(`${FOLDER}/standard.xsb`),
    census,
    preloaded: statistics.preloaded,
  });
  return {
    flashBytes: flash.bytes,
    flash: flash.parts,
    folders: flash.folders,
    rootHeapBytes: flash.rootHeapBytes,
    arenaPeakBytes: statistics.takenBytes,
    idleBytes: idleBytes(statistics),
    cStackPeakBytes: statistics.cStackPeakBytes,
    ram: ramOf(statistics, flash.hostRam),
    budgets: [
      ...flashLines(budgets.flash, flash.parts),
      budgetLine("RAM: arena of the scenario", statistics.takenBytes, budgets.arenaBytes),
      budgetLine("RAM: idle device", idleBytes(statistics), idleBudget(budgets)),
    ],
  };
}
