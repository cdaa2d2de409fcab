/** What firmware may take: size-budgets.json, and how much of it is taken. */

import { readFileSync } from "node:fs";

/** What parts of flash may take together. */
interface FlashBudget {
  /** Names of parts; one that ends in a slash stands for all that begin so. */
  readonly parts: readonly string[];
  readonly bytes: number;
  /** Why it is more than was set at first. */
  readonly reason?: string;
}

export interface Budgets {
  readonly flash: Readonly<Record<string, FlashBudget>>;
  /** Arena in which the scenario must run on every engine whose slots have 16 bytes. */
  readonly arenaBytes: number;
  /** Of an idle device: live slots, live chunks and the peak of its stack. */
  readonly idleBytes: number;
}

export interface BudgetLine {
  readonly name: string;
  readonly bytes: number;
  readonly budgetBytes: number;
  readonly isKept: boolean;
}

/** Reads it from the current folder. */
export function readBudgets(): Budgets {
  return JSON.parse(readFileSync("size-budgets.json", "utf8")) as Budgets;
}

export function budgetLine(name: string, bytes: number, budgetBytes: number): BudgetLine {
  return { name, bytes, budgetBytes, isKept: bytes <= budgetBytes };
}

/** @throws {Error} when a part of flash has no budget, or two */
export function flashLines(budgets: Budgets["flash"], parts: Readonly<Record<string, number>>): BudgetLine[] {
  const isOf = (budget: FlashBudget, part: string): boolean =>
    budget.parts.some((name) => (name.endsWith("/") ? part.startsWith(name) : part === name));
  const entries = Object.entries(budgets);
  for (const part of Object.keys(parts)) {
    const count = entries.filter(([, budget]) => isOf(budget, part)).length;
    if (count !== 1) throw new Error(`expected one flash budget for ${part}, got ${count}`);
  }
  return entries.map(([name, budget]) => {
    const own = Object.entries(parts).filter(([part]) => isOf(budget, part));
    return budgetLine(
      `flash: ${name}`,
      own.reduce((total, [, bytes]) => total + bytes, 0),
      budget.bytes,
    );
  });
}
