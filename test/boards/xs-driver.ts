/**
 * Runs every portable test on an XS host, a process a file, and prints `xs: N passed, N failed, N skipped` last, or
 * `xs64: …` on a 64-bit host, `riscv: …` on the microcontroller in QEMU.
 * A file that fails runs again on the debug engine, whose stacks carry file and line.
 *
 *   node build/js/test/boards/xs-driver.js [--target TARGET] [--linked] [--arena BYTES] [--stats] [part of a file name]...
 *
 * --linked: as modules of a release image (runner/linked-target.ts).
 * TARGET is one of hosts/xs/Makefile: linux32, linux64, linux32-bytecode, riscv. The titles that ran are left in
 * build/tests/xs.json, likewise for the others. Exit code 1 when a test failed or a file ran none.
 */

import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";

import { inParallel } from "../../cli/testing/in-parallel.js";
import type { FileResult } from "../../cli/testing/result.js";
import { openLinkedTarget } from "./runner/linked-target.js";
import { runFile } from "./runner/run-file.js";
import { MODULES, openTarget, type Target } from "./runner/target.js";

const RUNNER = "test/boards/xs-runner.js";
const REPORTS = join(MODULES, "..", "tests");

function testFiles(parts: readonly string[]): string[] {
  return readdirSync(join(MODULES, "test", "portable"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".test.js"))
    .map((name) => join("test", "portable", name))
    .filter((name) => parts.length === 0 || parts.some((part) => name.includes(part)))
    .sort();
}

function sourceOf(file: string): string {
  return file.replace(/\.js$/, ".ts");
}

function printFailures(result: FileResult): void {
  for (const { title, error } of result.failed) {
    console.log(`\n  ${sourceOf(result.file)}`);
    console.log(`  ✗ ${title}`);
    console.log(`    ${error.replaceAll("\n", "\n    ")}`);
  }
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    linked: { type: "boolean", default: false },
    target: { type: "string", default: "linux32" },
    arena: { type: "string" },
    stats: { type: "boolean", default: false },
  },
});

/** While tests run, a line shows it so often. */
const PROGRESS_MS = 15_000;
let nextProgressMs = performance.now() + PROGRESS_MS;

/** Says how far we are, where something has happened. */
function showProgress(): void {
  if (performance.now() < nextProgressMs) return;
  nextProgressMs = performance.now() + PROGRESS_MS;
  console.log(`  ${engine}: ${results.length} of ${files.length} files`);
}

/** Says how many files have been linked, where something has happened. */
function showLinked(count: number): void {
  if (performance.now() < nextProgressMs) return;
  nextProgressMs = performance.now() + PROGRESS_MS;
  console.log(`  ${values.target}: ${count} of ${files.length} files linked`);
}

async function openOrExit(modules: readonly string[]): Promise<Target> {
  try {
    return values.linked
      ? await openLinkedTarget(values.target, modules, showLinked)
      : openTarget(values.target, [RUNNER, ...modules]);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  }
}

const files = testFiles(positionals);
const { engine, run, runDebug } = await openOrExit(files);
const hostOptions = ["--stats", ...(values.arena === undefined ? [] : ["--arena", values.arena])];
const results: FileResult[] = [];
// The board links all files first, from the first one: whoever begins with the last finds half of them linked.
const order = values.linked ? [...files].reverse() : files;
await inParallel(order, async (file) => {
  let result = await runFile(run, hostOptions, file, showProgress);
  if (result.failed.length > 0 && runDebug !== undefined) {
    const again = await runFile(runDebug, hostOptions, file);
    // What fails on the release engine only is still a failure, without its lines.
    if (again.failed.length > 0) result = { ...result, failed: again.failed };
  }
  results.push(result);
  printFailures(result);
  if (values.stats && result.statistics !== undefined) console.log(`${sourceOf(file)}: ${result.statistics}`);
});

results.sort((a, b) => (a.file < b.file ? -1 : 1));
const tests = results.flatMap((result) => [
  ...result.passed.map((title) => ({ file: sourceOf(result.file), title, state: "passed" })),
  ...result.failed.map(({ title }) => ({ file: sourceOf(result.file), title, state: "failed" })),
]);
const report = join(REPORTS, `${engine}.json`);
mkdirSync(dirname(report), { recursive: true });
writeFileSync(report, `${JSON.stringify({ engine, parts: positionals, tests }, null, 1)}\n`);

const failed = tests.filter((test) => test.state === "failed").length;
console.log(`${engine}: ${tests.length - failed} passed, ${failed} failed, 0 skipped`);
process.exitCode = failed > 0 || tests.length === 0 ? 1 : 0;
