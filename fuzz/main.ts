/**
 * `make fuzz`: runs the targets one after the other, each from its corpus in the repository, and writes what is found
 * to build/fuzz. Exits with 1 where anything was found.
 *
 *   node build/js/fuzz/main.js [--target NAME]... [--seconds N | --executions N] [--seed N] [--keep]
 *   node build/js/fuzz/main.js --target NAME --reproduce FILE
 *
 *   --seconds     for all targets together, shared equally: 60
 *   --executions  for each target, however long it takes
 *   --keep        writes the corpus back to fuzz/corpus, with what reached new code
 */

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { SeededRandom } from "../simulators/random.js";
import { readCorpus, writeCorpus } from "./corpus.js";
import { Coverage } from "./coverage.js";
import type { Finding } from "./finding.js";
import { Fuzzer, type Report } from "./fuzzer.js";
import { execute, type Target } from "./target.js";
import { TARGETS } from "./targets.js";
import { Watchdog } from "./watchdog.js";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const { values } = parseArgs({
  options: {
    target: { type: "string", multiple: true },
    seconds: { type: "string", default: "60" },
    executions: { type: "string" },
    seed: { type: "string", default: "1" },
    keep: { type: "boolean", default: false },
    reproduce: { type: "string" },
  },
});

/** The product's own modules: neither the engine's nor this loop's. */
function isProduct(url: string): boolean {
  return /\/build\/js\/(?:src|services|hosts)\//u.test(url);
}

function chosenTargets(): readonly Target[] {
  const names = values.target;
  if (names === undefined) return TARGETS;
  return names.map((name) => {
    const target = TARGETS.find((candidate) => candidate.name === name);
    if (target) return target;
    throw new RangeError(`expected one of ${TARGETS.map((known) => known.name).join(", ")}, got ${name}`);
  });
}

function write({ name }: Target, { cause, report, input }: Finding, index: number): void {
  const path = join("build/fuzz", `${name}-${index}.bin`);
  mkdirSync(join(root, "build/fuzz"), { recursive: true });
  writeFileSync(join(root, path), input);
  console.log(`${name}: ${cause}\n${report}`);
  console.log(`  node build/js/fuzz/main.js --target ${name} --reproduce ${path}`);
}

function describe({ name }: Target, report: Report, seconds: number, characters: number): string {
  const { executions, accepted, corpus, growthBytes, findings } = report;
  const rate = Math.round(executions / seconds).toLocaleString("en");
  const share = Math.round((100 * accepted) / Math.max(1, executions));
  return (
    `${name}: ${executions.toLocaleString("en")} executions, ${rate}/s, ${share} % accepted, ` +
    `${corpus.length} inputs reach ${characters} characters, memory ${Math.round(growthBytes / 1024)} KiB, ` +
    `${findings.length} findings`
  );
}

async function fuzz(
  target: Target,
  seconds: number,
  coverage: Coverage,
  watchdog: Watchdog,
): Promise<number> {
  const path = join(root, "fuzz/corpus", `${target.name}.hex`);
  const random = new SeededRandom(Number(values.seed)).fork(target.name);
  const started = performance.now();
  const fuzzer = new Fuzzer(target, readCorpus(path), random, coverage, watchdog);
  const executions = values.executions === undefined ? Infinity : Number(values.executions);
  const end = executions === Infinity ? started + seconds * 1000 : Infinity;
  const report = await fuzzer.run(executions, () => performance.now() > end);
  console.log(describe(target, report, (performance.now() - started) / 1000, coverage.characters));
  for (const [index, finding] of report.findings.entries()) write(target, finding, index);
  if (values.keep) writeCorpus(path, report.corpus);
  return report.findings.length;
}

async function reproduce(path: string): Promise<number> {
  const [target] = chosenTargets();
  const outcome = await execute(target!, readFileSync(path));
  console.log(typeof outcome === "object" ? outcome.error : outcome);
  return typeof outcome === "object" ? 1 : 0;
}

async function fuzzAll(): Promise<number> {
  // Most executions end in an error: its stack would take longer than all else.
  Error.stackTraceLimit = 0;
  const coverage = new Coverage(isProduct);
  const watchdog = new Watchdog();
  const targets = chosenTargets();
  const seconds = Number(values.seconds) / targets.length;
  let findings = 0;
  for (const target of targets) findings += await fuzz(target, seconds, coverage, watchdog);
  await watchdog.stop();
  return findings;
}

const findings = values.reproduce === undefined ? await fuzzAll() : await reproduce(values.reproduce);
if (findings > 0) process.exitCode = 1;
