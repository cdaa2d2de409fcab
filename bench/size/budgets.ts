/** What firmware may take: firmware/budgets.json, and how much of it is taken. */

import { readFileSync } from "node:fs";

interface Budget {
  readonly bytes: number;
  /** Why there is this budget beside the first ones, or why it is more than was set at first. */
  readonly reason?: string;
}

/** What parts of flash may take together. */
interface FlashBudget extends Budget {
  /** Names of parts; one that ends in a slash stands for all that begin so and have no longer name here. */
  readonly parts: readonly string[];
}

export interface Budgets {
  readonly flash: Readonly<Record<string, FlashBudget>>;
  /** Arena in which the scenario must run on every engine whose slots have 16 bytes. */
  readonly arenaBytes: number;
  /** Of an idle device: live slots, live chunks and the peak of its stack; what each part adds to those before. */
  readonly idle: Readonly<Record<string, Budget>>;
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

/** What an idle device may take. */
export function idleBudget({ idle }: Budgets): number {
  return Object.values(idle).reduce((sum, { bytes }) => sum + bytes, 0);
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

/** @throws {Error} when a part of flash has no budget */
export function flashLines(budgets: Budgets["flash"], parts: Readonly<Record<string, number>>): BudgetLine[] {
  const sums = new Map(Object.keys(budgets).map((name) => [name, 0]));
  for (const [part, bytes] of Object.entries(parts)) {
    const name = budgetOf(budgets, part);
    if (name === undefined) throw new Error(`expected a flash budget for ${part}`);
    sums.set(name, sums.get(name)! + bytes);
  }
  return Object.entries(budgets).map(([name, { bytes }]) =>
    budgetLine(`flash: ${name}`, sums.get(name)!, bytes),
  );
}
