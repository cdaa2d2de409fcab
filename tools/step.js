// @ts-check
/** Runs one command of `make test`, its output shown as it comes. It is ended for silence, never for the time it takes. */

import { createInterface } from "node:readline";
import { endMarked, markedEnvironment } from "./left-behind.js";
import { repositoryRoot } from "./repository.js";
import { spawn } from "node:child_process";

/**
 * A step that writes nothing for so long hangs: test runners write a line at least every quarter of a minute while
 * their tests end one after another, and each test has a limit of its own.
 */
export const SILENCE_LIMIT_MS = 10 * 60_000;
/** In so many turns of the clock: one turn counts as one, however long we were stopped or held up in it. */
const SILENT_TURNS = 20;
/** How often to see whether whoever started us is still there. */
const ORPHAN_CHECK_MS = 1000;
const SIGNALS = /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"]);

/**
 * @param {string} title
 * @param {string} command
 * @param {string[]} args
 * @param {{ silenceMs?: number, hide?: RegExp, log?: (line: string) => void }} [options] `hide`: lines of its output
 *   that are not shown; `log`: where the others go
 * @returns {Promise<boolean>} whether it ended with exit code 0
 */
export function runStep(title, command, args, options = {}) {
  const { silenceMs = SILENCE_LIMIT_MS, hide, log = console.log } = options;
  const { mark, env } = markedEnvironment();
  return new Promise((resolve) => {
    const end = () => endMarked(mark, child.pid);
    const interrupt = () => process.exit(130);
    // Before the command starts: a signal that came in between would end us alone.
    for (const signal of SIGNALS) process.once(signal, interrupt);
    // Of steps side by side only the first hears of the signal: it ends the process, and that ends all of them.
    process.once("exit", end);
    // A process group of its own: Ctrl-C reaches the command through us, once.
    const child = spawn(command, args, {
      cwd: repositoryRoot,
      env,
      stdio: ["ignore", "pipe", "inherit"],
      detached: true,
    });
    let silentTurns = 0;
    const giveUp = () => {
      log(`${title}: ended after ${silenceMs / 1000} s without a line`);
      end();
      // What has shed the mark may still hold it open.
      child.stdout.destroy();
    };
    /** @type {NodeJS.Timeout} */
    let timer;
    const listen = () => {
      timer = setTimeout(() => {
        if (++silentTurns < SILENT_TURNS) listen();
        else giveUp();
      }, silenceMs / SILENT_TURNS);
    };
    listen();
    const parent = process.ppid;
    const orphanCheck = setInterval(() => {
      if (process.ppid !== parent) interrupt();
    }, ORPHAN_CHECK_MS);
    createInterface({ input: child.stdout }).on("line", (line) => {
      silentTurns = 0;
      if (hide?.test(line) !== true) log(line);
    });
    child.on("error", (error) => {
      log(`${title}: ${error.message}`);
    });
    child.on("exit", end);
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      clearInterval(orphanCheck);
      for (const name of SIGNALS) process.off(name, interrupt);
      process.off("exit", end);
      // A negative code is that of an error told above.
      if (code === null || code > 0) log(`${title}: ${signal ?? `exit code ${code}`}`);
      resolve(code === 0 && silentTurns < SILENT_TURNS);
    });
  });
}
