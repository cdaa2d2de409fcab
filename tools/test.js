// @ts-check
/**
 * `make test` after the build: the checks, the tests on every engine, that the engines ran the same portable tests, and
 * that every clause of the standards still has its tests. Everything runs, also after a failure; the exit code is 0
 * only when all of it passed.
 *
 *   node tools/test.js TARGET...
 *
 * TARGET is one of hosts/xs/Makefile on which the portable tests run besides Node: linux32, linux64, riscv.
 */

import { FURTHER_TESTS } from "./interop/peers.js";
import { runStep } from "./step.js";
import { runTests } from "./run-tests.js";
import { summary } from "./summary.js";

/** Names of the engines, by target: those of test/xs/runner/target.ts. */
const ENGINES = new Map([
  ["linux32", "xs"],
  ["linux64", "xs64"],
  ["riscv", "riscv"],
]);

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

/** @param {string} target of hosts/xs/Makefile */
function runOnXS(target) {
  // What Node's tests leave of the processors: those wait for the programs of others, in real time.
  const command = ["-n", "5", "node", "build/js/test/xs-driver.js", "--target", target];
  return runTests(ENGINES.get(target) ?? target, "nice", command);
}

/** @param {string[]} targets */
async function runOnEach(targets) {
  const results = [];
  for (const target of targets) results.push(await runOnXS(target));
  return results;
}

/** Tests that Node runs of the XS host as a program: bombardment, soak, power cuts. */
const BOARDS = "build/js/test/xs/**";

/**
 * @param {string} name of the results in build/tests
 * @param {string[]} files and what is not among them
 */
function runMocha(name, files) {
  const reporter = [
    "--reporter",
    "tools/mocha-reporter.js",
    "--reporter-option",
    `output=build/tests/${name}.json`,
  ];
  return runTests(name, "node_modules/.bin/mocha", [...reporter, ...files]);
}

async function runOnNode() {
  for (const check of ["lint", "check-manifest", "check-format"])
    failedChecks.push(...(await runCheck(check, "make", ["--no-print-directory", check])));
  // Those of `make interop` are not among them.
  const others = ["--ignore", FURTHER_TESTS, "--ignore", BOARDS];
  return runMocha("node", ["build/js/test/**/*.test.js", "test/tools/**/*.test.js", ...others]);
}

/** @param {string[]} targets */
async function runOnBoards(targets) {
  const engines = await runOnEach(targets);
  return { engines, boards: await runMocha("boards", [`${BOARDS}/*.test.js`]) };
}

/** @type {string[]} */
const failedChecks = [];
const [onNode, onXS] = await Promise.all([runOnNode(), runOnBoards(process.argv.slice(2))]);
const engines = [onNode, ...onXS.engines];
const runs = [...engines, onXS.boards];
const names = engines.map(({ engine }) => engine);
failedChecks.push(
  ...(await runCheck("same tests on each engine", "node", ["tools/compare-engines.js", ...names])),
  ...(await runCheck("conformance", "node", ["tools/conformance.js", "--check"])),
);

console.log();
for (const line of summary(runs, failedChecks)) console.log(line);
process.exitCode = failedChecks.length === 0 && runs.every(({ ok }) => ok) ? 0 : 1;
