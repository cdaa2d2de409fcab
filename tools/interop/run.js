// @ts-check
/**
 * `make interop` after the build: the tests against peers of registries beyond npm and Debian. A peer that cannot be
 * installed has failed, with the reason; the others run all the same. Prints which peers ran, then a line a peer, then
 * the total.
 */

import { FURTHER_PEERS, testsOf } from "./peers.js";
import { runStep } from "../step.js";
import { conclude } from "../summary.js";
import { runMocha } from "../run-tests.js";

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
    failed.push({
      name: `${peer} could not be installed, its tests did not run`,
      command: `tools/interop/install.sh ${peer}`,
    });
    continue;
  }
  ran.push(last);
  results.push(await runMocha(peer, [testsOf(peer)]));
}

console.log(`\npeers that ran: ${ran.length === 0 ? "none" : ran.join(", ")}`);
conclude(results, failed);
