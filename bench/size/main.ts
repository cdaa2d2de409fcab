/**
 * `make size` after the build: prints what the firmware takes of flash and RAM on RISC-V, and writes it to
 * build/size.json. Ends with 1 when a budget of firmware/budgets.json is exceeded.
 */

import { writeFileSync } from "node:fs";
import type { BudgetLine } from "./budgets.js";
import { measureSize, type SizeReport } from "./report.js";

const NAME_WIDTH = 32;
const NUMBER_WIDTH = 11;

function row(name: string, ...cells: readonly (number | string)[]): string {
  const shown = cells.map((cell) => (typeof cell === "number" ? cell.toLocaleString("en") : cell));
  return [name.padEnd(NAME_WIDTH), ...shown.map((cell) => cell.padStart(NUMBER_WIDTH))].join("");
}

function flashTable({ flash, folders, flashBytes }: SizeReport): string[] {
  const rows = Object.entries(flash).map(([part, bytes]) => {
    const folder = folders[part];
    return row(part, ...(folder ? [bytes, folder.bytecodeBytes, folder.preloadedBytes] : [bytes]));
  });
  return [row("flash", "bytes", "bytecode", "preloaded"), ...rows, row("all of it", flashBytes)];
}

function ramTable({ ram }: SizeReport): string[] {
  return [row("RAM", "bytes"), ...Object.entries(ram).map(([name, bytes]) => row(name, bytes))];
}

function budgetTable(budgets: readonly BudgetLine[]): string[] {
  const rows = budgets.map(({ name, bytes, budgetBytes, isKept }) =>
    row(name, bytes, budgetBytes, isKept ? "kept" : "EXCEEDED"),
  );
  return [row("budgets", "bytes", "at most", ""), ...rows];
}

const report = await measureSize();
writeFileSync("build/size.json", `${JSON.stringify(report, null, 2)}\n`);
console.log([...flashTable(report), "", ...ramTable(report), "", ...budgetTable(report.budgets)].join("\n"));
if (!report.budgets.every(({ isKept }) => isKept)) process.exitCode = 1;
