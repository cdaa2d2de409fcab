// @ts-check
/**
 * `make test` after the build: the checks, the tests on every engine, that the engines ran the same portable tests, and
 * that every clause of the standards still has its tests. Everything runs, also after a failure; the exit code is 0
 * only when all of it passed.
 *
 *   node tools/test.js [--xs-target linux32|linux64]
 */

import { parseArgs } from "node:util";
import { runStep } from "./step.js";
import { runTests } from "./run-tests.js";
import { summary } from "./summary.js";

/**
 * @param {string} name
 * @param {string} command
 * @param {string[]} args
 * @returns {Promise<string[]>} the name when the check failed
 */
async function runCheck(name, command, args) {
  console.log(`\n== ${name}`);
  return (await runStep(name, command, args)) ? [] : [name];
}

const { values } = parseArgs({ options: { "xs-target": { type: "string", default: "linux32" } } });

const failedChecks = [];
for (const check of ["lint", "check-manifest", "check-format"])
  failedChecks.push(...(await runCheck(check, "make", ["--no-print-directory", check])));

// Side by side: on Node much time goes by in waiting for the programs of others.
const engines = await Promise.all([
  runTests("node", "node_modules/.bin/c8", [
    "node_modules/.bin/mocha",
    "--reporter",
    "tools/mocha-reporter.js",
    "build/js/test/**/*.test.js",
    "test/tools/**/*.test.js",
    // Those of `make interop`.
    "--ignore",
    "build/js/test/interop-registries/**",
  ]),
  runTests("xs", "node", ["build/js/test/xs-driver.js", "--target", values["xs-target"]]),
]);
const names = engines.map(({ engine }) => engine);
failedChecks.push(
  ...(await runCheck("same tests on each engine", "node", ["tools/compare-engines.js", ...names])),
  ...(await runCheck("conformance", "node", ["tools/conformance.js", "--check"])),
);

console.log();
for (const line of summary(engines, failedChecks)) console.log(line);
process.exitCode = failedChecks.length === 0 && engines.every(({ ok }) => ok) ? 0 : 1;
