// @ts-check
/**
 * Mocha reporter of `make test`: a line for each outermost group, then failures in full and skips with their reasons,
 * and everything that ran as JSON in build/tests/node.json, for the comparison of engines and for the summary
 * (`--reporter-option output=FILE` puts it elsewhere).
 */

import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import Mocha from "mocha";
import { repositoryRoot } from "./repository.js";

/**
 * @typedef {object} TestResult
 * @property {string} file source of the test, such as test/portable/bytes/hex.test.ts
 * @property {string} title titles from the outermost group to the test, joined by " › "
 * @property {"passed" | "failed" | "skipped"} state
 * @property {string} [reason] why it was skipped
 */

/**
 * @typedef {object} EngineResult
 * @property {string} engine
 * @property {string[]} [parts] of the names of the files that were to run; all files where absent or empty
 * @property {TestResult[]} tests
 */
/** @typedef {{ skipReason?: string }} Skippable see test/skip.ts */

const OUTPUT = join(repositoryRoot, "build/tests/node.json");
const KEPT_ALIVE_LIMIT_MS = 2000;
/** While the tests of a group end one after another, a line shows it so often. */
const PROGRESS_MS = 15_000;
const COMPILED = join(repositoryRoot, "build/js", sep);

/** @param {string | undefined} file as mocha loaded it */
function sourceOf(file) {
  if (file === undefined) return "";
  const path = file.startsWith(COMPILED)
    ? relative(COMPILED, file).replace(/\.js$/u, ".ts")
    : relative(repositoryRoot, file);
  return path.split(sep).join("/");
}

/** @param {Mocha.Runnable} runnable */
function reasonOf(runnable) {
  /** @type {(Skippable & { parent?: Mocha.Suite | undefined }) | undefined} */
  let item = runnable;
  for (; item !== undefined; item = item.parent) if (item.skipReason !== undefined) return item.skipReason;
  return undefined;
}

/** @param {Mocha.Runnable} runnable */
function groupOf(runnable) {
  return runnable.titlePath()[0] ?? "";
}

/** Ends a run whose tests are over when something they left open (a socket, a child process) keeps Node alive. */
function failWhenKeptAlive() {
  // The timer itself keeps nothing alive: it only fires when something else does.
  setTimeout(() => {
    console.log(`  FAIL the tests left something open: ${process.getActiveResourcesInfo().join(", ")}`);
    // After mocha's own handler, which sets the exit code to the number of failed tests.
    process.once("exit", () => {
      process.exitCode = 1;
    });
    process.exit();
  }, KEPT_ALIVE_LIMIT_MS).unref();
}

/** The default export, as mocha expects of a reporter. */
export default class Reporter extends Mocha.reporters.Base {
  /** @type {TestResult[]} */
  #tests = [];
  /** @type {{ title: string, tests: number, failed: number, startMs: number } | undefined} */
  #group;
  /** When the last test ended, and the next, with its hooks, began. */
  #endMs = Date.now();
  /** When the last line was shown. */
  #shownMs = Date.now();
  #output = OUTPUT;

  /**
   * @param {Mocha.Runner} runner
   * @param {Mocha.MochaOptions & { reporterOption?: { output?: string } }} options
   */
  constructor(runner, options) {
    super(runner, options);
    if (options.reporterOption?.output !== undefined) this.#output = options.reporterOption.output;
    runner.on("pass", (test) => {
      this.#add(test, "passed");
    });
    runner.on("fail", (test) => {
      this.#add(test, "failed");
    });
    runner.on("pending", (test) => {
      this.#add(test, "skipped", reasonOf(test));
    });
    runner.once("end", () => {
      this.#endGroup();
      this.#end();
    });
  }

  /**
   * @param {Mocha.Runnable} runnable a test, or a hook that failed
   * @param {TestResult["state"]} state
   * @param {string} [reason]
   */
  #add(runnable, state, reason) {
    const title = groupOf(runnable);
    if (this.#group?.title !== title) {
      this.#endGroup();
      this.#group = { title, tests: 0, failed: 0, startMs: this.#endMs };
    }
    this.#endMs = Date.now();
    if (this.#endMs - this.#shownMs >= PROGRESS_MS) this.#show(`  ...  ${title}`);
    this.#group.tests++;
    if (state === "failed") this.#group.failed++;
    this.#tests.push({
      file: sourceOf(runnable.file ?? runnable.parent?.file),
      title: runnable.titlePath().join(" › "),
      state,
      ...(reason === undefined ? {} : { reason }),
    });
  }

  /** @param {string} line */
  #show(line) {
    console.log(line);
    this.#shownMs = Date.now();
  }

  #endGroup() {
    if (this.#group === undefined) return;
    const { title, tests, failed, startMs } = this.#group;
    const outcome = failed === 0 ? "ok  " : "FAIL";
    this.#show(`  ${outcome} ${title} (${tests} tests, ${this.#endMs - startMs} ms)`);
    this.#group = undefined;
  }

  #end() {
    console.log();
    Mocha.reporters.Base.list(this.failures);
    for (const { title, state, reason } of this.#tests)
      if (state === "skipped") console.log(`  skipped: ${title}: ${reason ?? "no reason given"}`);
    mkdirSync(dirname(this.#output), { recursive: true });
    writeFileSync(this.#output, `${JSON.stringify({ engine: "node", tests: this.#tests }, undefined, 1)}\n`);
    failWhenKeptAlive();
  }
}
