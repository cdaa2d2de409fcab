/**
 * `make size` after the build: prints what each image takes of flash and RAM on RISC-V, and writes it to
 * build/size.json, by image. Ends with 1 when a budget of firmware/budgets.json is exceeded.
 *
 *   node build/js/bench/size/main.js [IMAGE...]
 */

import { writeFileSync } from "node:fs";
import { readBudgets, type BudgetLine } from "./budgets.js";
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

const budgets = readBudgets();
const images = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(budgets.images);
const reports: SizeReport[] = [];
for (const image of images) {
  const report = await measureSize(image);
  reports.push(report);
  const tables = [flashTable(report), ramTable(report), budgetTable(report.budgets)];
  console.log([`${image}:`, ...tables.flatMap((table) => [...table, ""])].join("\n"));
  if (!report.budgets.every(({ isKept }) => isKept)) process.exitCode = 1;
}
const byImage = Object.fromEntries(reports.map((report) => [report.image, report]));
writeFileSync("build/size.json", `${JSON.stringify(byImage, null, 2)}\n`);
