// @ts-check
/** Runs one test run of `make test`, `make check` or `make interop`, and reads what it left behind. */

import { existsSync, readFileSync, rmSync } from "node:fs";
import { count, failedFiles } from "./summary.js";
import { join } from "node:path";
import { repositoryRoot } from "./repository.js";
import { runStep } from "./step.js";

/** @typedef {import("./mocha-reporter.js").EngineResult} EngineResult */
/** @typedef {import("./summary.js").Run} Run */

/** A test runner's own closing line: ours comes at the end. */
const ENGINE_LINE = /^[\w-]+: \d+ passed, \d+ failed, \d+ skipped$/u;

/** Names of the engines, by target of hosts/xs/Makefile: those of test/boards/runner/target.ts. */
const ENGINES = new Map([
  ["linux32", "xs"],
  ["linux64", "xs64"],
  ["riscv", "riscv"],
]);

/**
 * @param {string} engine
 * @param {string} report name of the results that it leaves in build/tests
 * @param {string[]} command and its arguments
 * @param {(file: string) => string} repeat the command that runs one file again
 * @returns {Promise<Run>}
 */
async function runTests(engine, report, command, repeat) {
  const path = join(repositoryRoot, "build/tests", `${report}.json`);
  rmSync(path, { force: true });
  console.log(`\n== tests on ${engine}`);
  const [program = "", ...args] = command;
  const ended = await runStep(`tests on ${engine}`, program, args, { hide: ENGINE_LINE });
  /** @type {Pick<EngineResult, "tests">} */
  const { tests } = existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : { tests: [] };
  const unexplained = tests.filter(({ state, reason }) => state === "skipped" && reason === undefined);
  for (const { title } of unexplained) console.log(`${engine}: skipped without a reason: ${title}`);
  return {
    engine,
    report,
    counts: count(tests),
    ok: ended && unexplained.length === 0,
    failed: failedFiles(tests).map(({ file, tests: failures }) => ({
      file,
      tests: failures,
      command: repeat(file),
    })),
    command: command.join(" "),
  };
}

/**
 * Runs portable tests on an XS host; on a board as a release image has its modules.
 *
 * @param {string} target of hosts/xs/Makefile
 * @param {readonly string[]} [parts] of file names; all files where absent
 * @param {boolean} [linked] the same on Linux
 */
export function runOnXS(target, parts = [], linked = false) {
  const isBoard = target === "riscv";
  const mode = linked || isBoard ? ["--linked"] : [];
  const driver = ["node", "build/js/test/boards/xs-driver.js", "--target", target, ...mode];
  // What Node's tests leave of the processors: those wait for the programs of others, in real time.
  const engine = `${ENGINES.get(target) ?? target}${linked ? "-linked" : ""}`;
  return runTests(engine, engine, ["nice", "-n", "5", ...driver, ...parts], (file) => {
    return [...driver, file.replace(/^test\/portable\//u, "").replace(/\.test\.ts$/u, "")].join(" ");
  });
}

/**
 * Runs tests on Node.
 *
 * @param {string} engine what the summary calls it
 * @param {string[]} files and what is not among them
 * @param {string} [report] name of the results in build/tests
 */
export function runMocha(engine, files, report = engine) {
  const mocha = "node_modules/.bin/mocha";
  const reporter = ["--reporter", "tools/mocha-reporter.js"];
  const output = ["--reporter-option", `output=build/tests/${report}.json`];
  return runTests(engine, report, [mocha, ...reporter, ...output, ...files], (file) => {
    return `${mocha} ${file.endsWith(".js") ? file : `build/js/${file.replace(/\.ts$/u, ".js")}`}`;
  });
}

/**
 * Runs one check beside the tests.
 *
 * @param {string} name
 * @param {string[]} command and its arguments
 * @returns {Promise<import("./summary.js").FailedCheck[]>} the check when it failed
 */
export async function runCheck(name, command) {
  console.log(`\n== ${name}`);
  const [program = "", ...args] = command;
  return (await runStep(name, program, args)) ? [] : [{ name, command: command.join(" ") }];
}
