/** Measures an image on RISC-V: what it takes in flash, and in RAM while the scenario of `make run` plays. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { partsOf } from "../../hosts/node/images/link/census-parts.js";
import { placesOf, type SideFile } from "../../hosts/node/images/link/side-file.js";
import {
  arenaBudget,
  budgetLine,
  flashLines,
  idleBudget,
  imageLine,
  readBudgets,
  type BudgetLine,
} from "./budgets.js";
import { readFlash, type Flash, type FolderBytes } from "./flash.js";
import { featureOf, featuresAmong } from "./names.js";
import { playScenario } from "./scenario.js";
import type { Statistics } from "./statistics.js";

const FOLDER = "build/riscv";

export interface SizeReport {
  /** Its name. */
  readonly image: string;
  /** All that lies in flash, the root machine's heap included. */
  readonly flashBytes: number;
  readonly flash: Readonly<Record<string, number>>;
  /** What of it is a feature's. */
  readonly features: Readonly<Record<string, number>>;
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

/** What places in an image's bytecode come from. @param image its name */
export function readSideFile(image: string): SideFile {
  return JSON.parse(readFileSync(join(FOLDER, image, "places.json"), "utf8")) as SideFile;
}

/** Parts that are no feature's, and what names take that are not. */
function withoutFeatures({ parts, features }: Flash): Record<string, number> {
  const others = Object.entries(parts).filter(([part]) => featureOf(part) === undefined);
  const ofFolders = sum(Object.entries(parts)) - sum(others);
  const names = (parts["names"] ?? 0) - (sum(Object.entries(features)) - ofFolders);
  return { ...Object.fromEntries(others), names };
}

function sum(entries: readonly (readonly [name: string, bytes: number])[]): number {
  return entries.reduce((total, [, bytes]) => total + bytes, 0);
}

/** @param image its name @throws {Error} when something is not built, or the scenario fails */
export async function measureSize(image: string): Promise<SizeReport> {
  const budgets = readBudgets();
  const path = (end: string): string => `${FOLDER}/${image}${end}`;
  const sideFile = readSideFile(image);
  const features = featuresAmong(sideFile.sources);
  const arenaBytes = arenaBudget(budgets, image, features);
  const { statistics } = await playScenario({ image: path(".elf") }, image, arenaBytes);
  const { report: census } = await playScenario({ image: path("-census.elf") }, image, arenaBytes);
  const flash = readFlash({
    map: readFileSync(path(".map"), "utf8"),
    archive: readFileSync(path(".xsb")),
    parts: partsOf(placesOf(sideFile)),
    census,
    names: readFileSync(join(path(""), "names.txt"), "utf8"),
    preloaded: statistics.preloaded,
  });
  return {
    image,
    flashBytes: flash.bytes,
    flash: flash.parts,
    features: flash.features,
    folders: flash.folders,
    rootHeapBytes: flash.rootHeapBytes,
    arenaPeakBytes: statistics.takenBytes,
    idleBytes: idleBytes(statistics),
    cStackPeakBytes: statistics.cStackPeakBytes,
    ram: ramOf(statistics, flash.hostRam),
    budgets: [
      ...flashLines(budgets, withoutFeatures(flash), flash.features),
      budgetLine("flash: all of it", flash.bytes, imageLine(budgets, image).flashBytes),
      budgetLine("RAM: arena of the scenario", statistics.takenBytes, arenaBytes),
      budgetLine("RAM: idle device", idleBytes(statistics), idleBudget(budgets, image, features)),
    ],
  };
}
