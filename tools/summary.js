// @ts-check
/** The closing lines of `make test`, `make check` and `make interop`. */

/** @typedef {import("./mocha-reporter.js").EngineResult} EngineResult */

/**
 * @typedef {object} Counts
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 */

/**
 * @typedef {object} FailedFile
 * @property {string} file
 * @property {number} tests that failed in it
 * @property {string} command that runs it again
 */

/**
 * @typedef {object} FailedCheck
 * @property {string} name
 * @property {string} [command] that runs it again
 */

/**
 * @typedef {object} Run
 * @property {string} engine
 * @property {string} report name of its results in build/tests
 * @property {Counts} counts
 * @property {boolean} ok
 * @property {FailedFile[]} failed
 * @property {string} command of the whole run
 */

/** More say nothing more. */
const MAX_FILES = 10;

/** @param {Counts} counts */
const format = ({ passed, failed, skipped }) => `${passed} passed, ${failed} failed, ${skipped} skipped`;

/**
 * @param {EngineResult["tests"]} tests
 * @returns {Counts}
 */
export function count(tests) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const { state } of tests) counts[state]++;
  return counts;
}

/**
 * @param {EngineResult["tests"]} tests
 * @returns {{ file: string, tests: number }[]} in the order in which they failed
 */
export function failedFiles(tests) {
  /** @type {Map<string, number>} */
  const files = new Map();
  for (const { file, state } of tests) if (state === "failed") files.set(file, (files.get(file) ?? 0) + 1);
  return [...files].map(([file, failures]) => ({ file, tests: failures }));
}

/** @param {Run} run */
function* failuresOf({ engine, ok, failed, command }) {
  for (const { file, tests, command: again } of failed)
    yield `failed: ${file} on ${engine} (${tests} ${tests === 1 ? "test" : "tests"}): ${again}`;
  if (!ok && failed.length === 0) yield `failed: tests on ${engine}: ${command}`;
}

/**
 * What failed, each with the one command that runs it again; a line an engine; the total. An engine that failed without
 * a failed test (it crashed, or left no result), and a check that failed, count as one failure: where anything failed,
 * the last line says so.
 *
 * @param {Run[]} runs
 * @param {FailedCheck[]} failedChecks
 * @returns {string[]} the lines; the last one is the total, without prefix
 */
export function summary(runs, failedChecks) {
  const failures = failedChecks.map(({ name, command }) =>
    command === undefined ? `failed: ${name}` : `failed: ${name}: ${command}`,
  );
  const files = runs.flatMap((run) => [...failuresOf(run)]);
  failures.push(...files.slice(0, MAX_FILES));
  if (files.length > MAX_FILES) failures.push(`failed: ${files.length - MAX_FILES} more`);
  const lines = [];
  const total = { passed: 0, failed: failedChecks.length, skipped: 0 };
  for (const { engine, counts, ok } of runs) {
    const shown = ok || counts.failed > 0 ? counts : { ...counts, failed: 1 };
    lines.push(`${engine}: ${format(shown)}`);
    total.passed += shown.passed;
    total.failed += shown.failed;
    total.skipped += shown.skipped;
  }
  return [...failures, ...lines, format(total)];
}

/**
 * Prints the closing lines, and sets the exit code.
 *
 * @param {Run[]} runs
 * @param {FailedCheck[]} failedChecks
 */
export function conclude(runs, failedChecks) {
  console.log();
  for (const line of summary(runs, failedChecks)) console.log(line);
  process.exitCode = failedChecks.length === 0 && runs.every(({ ok }) => ok) ? 0 : 1;
}
