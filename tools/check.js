// @ts-check
/**
 * `make check` after the build: all portable tests on every engine, also linked as a release image is, and what takes
 * long (files called *.long.test.ts): a million datagrams, boards that are killed, damage to every byte, many seeds.
 * Everything runs, also after a failure; the exit code is 0 only when all of it passed.
 *
 *   node tools/check.js TARGET...
 *
 * TARGET is one of hosts/xs/Makefile.
 */

import { runCheck, runMocha, runOnXS } from "./run-tests.js";
import { conclude } from "./summary.js";

/** @param {string[]} targets */
async function runOnOthers(targets) {
  const engines = [await runMocha("node", ["build/js/test/portable/**/*.test.js"], "node-portable")];
  for (const target of targets) engines.push(await runOnXS(target));
  for (const target of targets.slice(0, 1)) engines.push(await runOnXS(target, [], true));
  return { engines, long: await runMocha("long", ["build/js/test/**/*.long.test.js"]) };
}

// The slowest engine comes last, and has a processor of its own.
const targets = process.argv.slice(2);
const slowest = targets.pop() ?? "";
const [{ engines, long }, onSlowest] = await Promise.all([runOnOthers(targets), runOnXS(slowest)]);
engines.push(onSlowest);
const reports = engines.map(({ report }) => report);
const failedChecks = [
  ...(await runCheck("linked tests on Node", ["node", "build/js/test/linked-node.js"])),
  ...(await runCheck("same tests on each engine", ["node", "tools/compare-engines.js", ...reports])),
];
conclude([...engines, long], failedChecks);
