// @ts-check
/**
 * `make interop` after the build: the tests against peers of registries beyond npm and Debian. A peer that cannot be
 * installed has failed, with the reason; the others run all the same. Prints which peers ran, then a line a peer, then
 * the total.
 */

import { FURTHER_PEERS, testsOf } from "./peers.js";
import { runStep } from "../step.js";
import { runTests } from "../run-tests.js";
import { summary } from "../summary.js";

const failed = [];
const ran = [];
const results = [];
for (const { name: peer } of FURTHER_PEERS) {
  console.log(`\n== ${peer}`);
  let last = "";
  const log = (/** @type {string} */ line) => {
    last = line;
    console.log(line);
  };
  if (!(await runStep(`installing ${peer}`, "tools/interop/install.sh", [peer], { log }))) {
    failed.push(`${peer} could not be installed, its tests did not run`);
    continue;
  }
  ran.push(last);
  results.push(
    await runTests(peer, "node_modules/.bin/mocha", [
      "--reporter",
      "tools/mocha-reporter.js",
      "--reporter-option",
      `output=build/tests/${peer}.json`,
      testsOf(peer),
    ]),
  );
}

console.log(`\npeers that ran: ${ran.length === 0 ? "none" : ran.join(", ")}`);
for (const line of summary(results, failed)) console.log(line);
process.exitCode = failed.length === 0 && results.every(({ ok }) => ok) ? 0 : 1;
