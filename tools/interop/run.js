// @ts-check
/**
 * `make interop` after the build: the tests against peers of registries beyond npm and Debian. First it looks for the
 * tools of all of them. A peer whose tools are missing, or that cannot be installed, has failed, with the reason; the
 * others run all the same. Prints which peers ran, then a line a peer, then the total.
 */

import { FURTHER_PEERS, testsOf } from "./peers.js";
import { complaintAbout } from "./tools.js";
import { conclude } from "../summary.js";
import { runMocha } from "../run-tests.js";
import { runStep } from "../step.js";

/** @type {Map<string, string[]>} what is missing, by peer */
const missing = new Map();
for (const { name, tools = [] } of FURTHER_PEERS) {
  const complaints = tools.flatMap((tool) => complaintAbout(tool) ?? []);
  if (complaints.length > 0) missing.set(name, complaints);
}
for (const complaint of new Set([...missing.values()].flat())) console.log(`missing: ${complaint}`);

const failed = [];
const ran = [];
const results = [];
for (const { name: peer } of FURTHER_PEERS) {
  console.log(`\n== ${peer}`);
  const command = `tools/interop/install.sh ${peer}`;
  const complaints = missing.get(peer);
  if (complaints !== undefined) {
    failed.push({ name: `${peer}: its tests did not run: ${complaints.join("; ")}`, command });
    continue;
  }
  let last = "";
  const log = (/** @type {string} */ line) => {
    last = line;
    console.log(line);
  };
  if (!(await runStep(`installing ${peer}`, "tools/interop/install.sh", [peer], { log }))) {
    failed.push({ name: `${peer} could not be installed, its tests did not run`, command });
    continue;
  }
  ran.push(last);
  results.push(await runMocha(peer, [testsOf(peer)]));
}

console.log(`\npeers that ran: ${ran.length === 0 ? "none" : ran.join(", ")}`);
conclude(results, failed);
