// @ts-check
/**
 * `make test` after the build: the checks, all tests on Node and on the reference engine, a part of the portable ones on
 * the others, that the engines ran the same tests, and that every clause of the standards still has its tests. What
 * takes long is in tools/check.js. Everything runs, also after a failure; the exit code is 0 only when all of it passed.
 *
 *   node tools/test.js TARGET...
 *
 * TARGET is one of hosts/xs/Makefile on which the portable tests run besides Node, the reference engine first:
 * linux32, linux64, riscv.
 */

import { FURTHER_TESTS } from "./interop/peers.js";
import { runCheck, runMocha, runOnXS } from "./run-tests.js";
import { conclude } from "./summary.js";

/** Folders of portable tests in which word size, byte order and C code of an engine show; the others say it is there. */
const TELLING = ["bytes/", "cbor/", "coap/codec/", "crypto/", "firmware", "oscore/message/", "timers/"];
/** Tests that Node runs of the XS hosts as programs. */
const BOARDS = "build/js/test/boards/**";
/** What takes long: `make check`. */
const LONG = "build/js/test/**/*.long.test.js";

/** @param {string[]} targets */
async function runOnBoards([reference = "", ...others]) {
  const engines = [await runOnXS(reference)];
  for (const target of others) engines.push(await runOnXS(target, TELLING));
  return { engines, boards: await runMocha("boards", [`${BOARDS}/*.test.js`, "--ignore", LONG]) };
}

async function checkSources() {
  const failed = [];
  for (const name of ["lint", "check-format"])
    failed.push(...(await runCheck(name, ["make", "--no-print-directory", name])));
  return failed;
}

async function runOnNode() {
  // Those of `make interop` are not among them.
  const ignored = [FURTHER_TESTS, BOARDS, LONG];
  const others = ignored.flatMap((files) => ["--ignore", files]);
  return runMocha("node", ["build/js/test/**/*.test.js", "test/node/tools/**/*.test.js", ...others]);
}

/** What needs a processor, beside the tests on Node, which often wait. */
async function runTheRest() {
  const onXS = await runOnBoards(process.argv.slice(2));
  return { ...onXS, failedChecks: await checkSources() };
}

const [onNode, { engines: onXS, boards, failedChecks }] = await Promise.all([runOnNode(), runTheRest()]);
const engines = [onNode, ...onXS];
const reports = engines.map(({ report }) => report);
failedChecks.push(
  ...(await runCheck("same tests on each engine", ["node", "tools/compare-engines.js", ...reports])),
  ...(await runCheck("conformance", ["node", "tools/conformance.js", "--check"])),
);
conclude([...engines, boards], failedChecks);
