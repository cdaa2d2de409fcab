// @ts-check
/**
 * Compares what ran on the engines: a portable test that ran on one and not on another is an error, as is one that
 * was skipped on one only. An engine that was to run some files only is asked about those. Reads what the test runners
 * left in build/tests/.
 *
 *   node tools/compare-engines.js node xs
 */

import { isMain, repositoryRoot } from "./repository.js";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** @typedef {import("./mocha-reporter.js").EngineResult} EngineResult */

/** More say nothing more: then a whole file, or a runner, is missing. */
const MAX_MESSAGES = 20;
const PORTABLE = "test/portable/";

/**
 * @param {EngineResult} result
 * @returns {{ file: string, key: string }[]} each run of a portable test, by file and title
 */
function portableRuns({ tests }) {
  return tests
    .filter(({ file, state }) => file.startsWith(PORTABLE) && state !== "skipped")
    .map(({ file, title }) => ({ file, key: `${file}: ${title}` }));
}

/**
 * @param {EngineResult} result
 * @param {string} file
 */
function wasToRun({ parts = [] }, file) {
  return parts.length === 0 || parts.some((part) => file.includes(part));
}

/**
 * @param {EngineResult[]} results
 * @returns {string[]} what differs, a message each; no portable test at all is a difference too
 */
export function compareEngines(results) {
  const runs = results.map(portableRuns);
  const idle = results.filter((_, i) => runs[i]?.length === 0);
  if (idle.length > 0) return idle.map(({ engine }) => `${engine}: no portable test ran`);
  /** @type {Map<string, { file: string, counts: number[] }>} */
  const tests = new Map();
  runs.forEach((ofEngine, engine) => {
    for (const { file, key } of ofEngine) {
      const test = tests.get(key) ?? { file, counts: results.map(() => 0) };
      test.counts[engine] = (test.counts[engine] ?? 0) + 1;
      tests.set(key, test);
    }
  });
  const messages = [];
  for (const [key, { file, counts }] of [...tests].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const asked = results.flatMap((result, i) =>
      wasToRun(result, file) ? [{ engine: result.engine, count: counts[i] ?? 0 }] : [],
    );
    if (new Set(asked.map(({ count }) => count)).size > 1)
      messages.push(`${key}: ran ${asked.map(({ engine, count }) => `${count} × on ${engine}`).join(", ")}`);
  }
  return messages;
}

/**
 * @param {string[]} engines whose results lie in build/tests/
 * @returns {string[]} what differs or is missing, a message each
 */
function compareResults(engines) {
  const paths = engines.map((engine) => join(repositoryRoot, "build/tests", `${engine}.json`));
  const missing = engines.filter((_, i) => !existsSync(paths[i] ?? ""));
  if (missing.length > 0)
    return missing.map((engine) => `${engine}: left no result in build/tests/${engine}.json`);
  return compareEngines(
    paths.map((path) => /** @type {EngineResult} */ (JSON.parse(readFileSync(path, "utf8")))),
  );
}

if (isMain(import.meta)) {
  const messages = compareResults(process.argv.slice(2));
  for (const message of messages.slice(0, MAX_MESSAGES)) console.error(message);
  if (messages.length > MAX_MESSAGES) console.error(`and ${messages.length - MAX_MESSAGES} more`);
  if (messages.length > 0) process.exitCode = 1;
}
