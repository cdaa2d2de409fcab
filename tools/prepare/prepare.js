// @ts-check
/** Makes what is missing, phase by phase, for somebody who waits. */

import { formatSeconds } from "./display.js";
import { InterruptedError, runCommand } from "./command.js";
import { join, relative } from "node:path";
import { readFileSync } from "node:fs";

/**
 * @typedef {import("./phases.js").Phase} Phase
 * @typedef {import("./display.js").Display} Display
 */

/** A phase that took less is not worth a line where it had nothing to make. */
const SHOWN_MS = 5000;
/** Of a log, when its phase fails. */
const SHOWN_LINES = 25;
/** What `make run` takes until the device serves, when everything is made. */
const NEXT_TIME_S = 3;

/**
 * @param {readonly Phase[]} missing
 * @returns {string} what somebody who waits wants to know
 */
function announcement(missing) {
  const tens = (/** @type {"seconds" | "megabytes"} */ of) =>
    Math.ceil(missing.reduce((sum, phase) => sum + phase[of], 0) / 10) * 10;
  const download = tens("megabytes") === 0 ? "" : `; up to ${tens("megabytes")} MB are downloaded`;
  const names = missing.map(({ name }) => name).join(", ");
  return `Building first: ${names}. This takes about ${tens("seconds")} s on two cores${download}.`;
}

/**
 * @param {readonly Phase[]} phases
 * @param {{ output: Display, errors: Display, logs: string }} options `logs` is the folder of the log files
 * @returns {Promise<number>} exit code
 */
export async function prepare(phases, { output, errors, logs }) {
  const missing = phases.filter(({ isMade }) => !isMade());
  if (missing.length > 0) output.line(announcement(missing));
  const startedMs = performance.now();
  const elapsed = () => formatSeconds(performance.now() - startedMs);
  for (const [index, phase] of phases.entries()) {
    const number = `[${index + 1}/${phases.length}]`;
    const progress = new Progress(phase);
    const log = join(logs, `${phase.log}.log`);
    const path = relative(process.cwd(), log);
    output.move(() => `${number} ${progress.text()}`);
    try {
      await progress.plan(log);
      const code = await runCommand(phase.command, { log, onLine: (line) => progress.take(line) });
      output.rest();
      if (code !== 0) {
        errors.line(`${number} ${progress.text()}: failed with exit code ${code}. The end of ${path}:`);
        for (const line of lastLines(log)) errors.line(`  ${line}`);
        return 1;
      }
    } catch (error) {
      output.rest();
      if (!(error instanceof InterruptedError)) throw error;
      errors.line(`${number} ${progress.text()}: ${error.message}; 'make run' goes on from there.`);
      return error.exitCode;
    }
    if (missing.includes(phase) || progress.elapsedMs >= SHOWN_MS)
      output.line(`${number} ${progress.text()}`);
  }
  if (missing.length > 0)
    output.line(`Built in ${elapsed()}; next time it starts in about ${NEXT_TIME_S} s.`);
  return 0;
}

/** How far a phase is. */
class Progress {
  #phase;
  #startedMs = performance.now();
  #total = 0;
  #count = 0;

  /** @param {Phase} phase */
  constructor(phase) {
    this.#phase = phase;
  }

  get elapsedMs() {
    return performance.now() - this.#startedMs;
  }

  /**
   * Finds out how much there is to count.
   *
   * @param {string} log
   */
  async plan(log) {
    const { counted } = this.#phase;
    if (counted === undefined) return;
    // Where it fails, so does the phase, which says why.
    await runCommand(counted.plan, {
      log,
      onLine: (line) => {
        if (counted.planned.test(line)) this.#total += 1;
      },
    });
  }

  /** @param {string} line of the output */
  take(line) {
    if (this.#phase.counted?.line.test(line) === true) this.#count += 1;
  }

  /** @returns {string} */
  text() {
    const { name, counted } = this.#phase;
    const count = counted && this.#total > 0 ? `${this.#count} of ${this.#total} ${counted.of}, ` : "";
    return `${name}: ${count}${formatSeconds(this.elapsedMs)}`;
  }
}

/** @param {string} path @returns {string[]} */
function lastLines(path) {
  return readFileSync(path, "utf8").trimEnd().split("\n").slice(-SHOWN_LINES);
}
