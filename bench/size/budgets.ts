/** What images and features may take: firmware/budgets.json, and how much of it is taken. */

import { readFileSync } from "node:fs";

interface Budget {
  readonly bytes: number;
  /** Why there is this budget beside the first ones, or why it is more than was set at first. */
  readonly reason?: string;
}

/** What parts of flash may take together, in each image. */
interface FlashBudget extends Budget {
  /** Names of parts; one that ends in a slash stands for all that begin so and have no longer name here. */
  readonly parts: readonly string[];
}

/** What a feature may take: a folder of src/applications. */
export interface FeatureLine {
  /** With the names of properties that it alone uses. */
  readonly flashBytes: number;
  /** RAM that it adds to an idle device. */
  readonly idleBytes: number;
  /** Ports that not every image carries: see tools/firmware.js. */
  readonly needs: readonly string[];
}

/** What an image may take. */
export interface ImageLine {
  /** All of its flash. */
  readonly flashBytes: number;
  /** Arena in which the scenario must run on every engine whose slots have 16 bytes, without what its features add. */
  readonly arenaBytes: number;
  /** Of an idle device, without what its features add: live slots, live chunks and the peak of its stack. */
  readonly idleBytes: number;
  readonly reason?: string;
}

export interface Budgets {
  readonly images: Readonly<Record<string, ImageLine>>;
  readonly features: Readonly<Record<string, FeatureLine>>;
  /** What is no feature's. */
  readonly flash: Readonly<Record<string, FlashBudget>>;
}

export interface BudgetLine {
  readonly name: string;
  readonly bytes: number;
  readonly budgetBytes: number;
  readonly isKept: boolean;
}

/** Reads it from the current folder. */
export function readBudgets(): Budgets {
  return JSON.parse(readFileSync("firmware/budgets.json", "utf8")) as Budgets;
}

export function budgetLine(name: string, bytes: number, budgetBytes: number): BudgetLine {
  return { name, bytes, budgetBytes, isKept: bytes <= budgetBytes };
}

/** The line of an image. @throws {Error} that names the image without one */
export function imageLine({ images }: Budgets, image: string): ImageLine {
  const line = images[image];
  if (line === undefined) throw new Error(`firmware/budgets.json: "images" has no line for ${image}`);
  return line;
}

/**
 * What modules that are text take beside those of a linked image, which budgets are for: private members of objects, and
 * copies of strings.
 */
export const TEXT_MODULES_BYTES = 10_240;

/** What an idle device with these features may take. */
export function idleBudget(budgets: Budgets, image: string, features: readonly string[]): number {
  return imageLine(budgets, image).idleBytes + idleOf(budgets, features);
}

/** The arena in which a device with these features must play the scenario. */
export function arenaBudget(budgets: Budgets, image: string, features: readonly string[]): number {
  return imageLine(budgets, image).arenaBytes + idleOf(budgets, features);
}

function idleOf({ features: lines }: Budgets, features: readonly string[]): number {
  return features.reduce((sum, name) => sum + (lines[name]?.idleBytes ?? 0), 0);
}

/** The name of the budget of a part: the one with the longest name for it. */
function budgetOf(budgets: Budgets["flash"], part: string): string | undefined {
  const names = Object.entries(budgets).flatMap(([budget, { parts }]) =>
    parts
      .filter((name) => (name.endsWith("/") ? part.startsWith(name) : part === name))
      .map((name) => ({ budget, length: name.length })),
  );
  return names.sort((one, other) => other.length - one.length)[0]?.budget;
}

/**
 * Lines of what is no feature's, then of each feature in the image.
 * @param features bytes of flash by feature @throws {Error} when a part of flash, or a feature, has no budget
 */
export function flashLines(
  { flash, features: lines }: Budgets,
  parts: Readonly<Record<string, number>>,
  features: Readonly<Record<string, number>>,
): BudgetLine[] {
  const sums = new Map(Object.keys(flash).map((name) => [name, 0]));
  for (const [part, bytes] of Object.entries(parts)) {
    const name = budgetOf(flash, part);
    if (name === undefined) throw new Error(`expected a flash budget for ${part}`);
    sums.set(name, sums.get(name)! + bytes);
  }
  return [
    ...Object.entries(flash).map(([name, { bytes }]) => budgetLine(`flash: ${name}`, sums.get(name)!, bytes)),
    ...Object.entries(features).map(([name, bytes]) => {
      const line = lines[name];
      if (line === undefined) throw new Error(`firmware/budgets.json: "features" has no line for ${name}`);
      return budgetLine(`flash: feature ${name}`, bytes, line.flashBytes);
    }),
  ];
}
