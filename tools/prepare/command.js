// @ts-check
/** Runs one command whose output goes to a log; signals to us end it first, with all that it has started. */

import { closeSync, mkdirSync, openSync, writeSync } from "node:fs";
import { constants } from "node:os";
import { createInterface } from "node:readline";
import { dirname } from "node:path";
import { repositoryRoot } from "../repository.js";
import { spawn } from "node:child_process";

const SIGNALS = /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"]);
/** How long a command that was told to end may take to remove what is half done. */
const END_LIMIT_MS = 5000;

/** It was told to end from outside. */
export class InterruptedError extends Error {
  /** @override */
  name = "InterruptedError";

  /** @param {NodeJS.Signals} signal */
  constructor(signal) {
    super(`interrupted by ${signal}`);
    /** As shells have it. */
    this.exitCode = 128 + constants.signals[signal];
  }
}

/**
 * @param {readonly string[]} command program and arguments
 * @param {{ log: string, onLine?: (line: string) => void }} options `log`: path of the file that gets all its output;
 *   `onLine` is told of each line
 * @returns {Promise<number>} its exit code
 * @throws {InterruptedError} when a signal arrived, after the command has ended
 */
export async function runCommand(command, { log, onLine = () => undefined }) {
  mkdirSync(dirname(log), { recursive: true });
  const file = openSync(log, "w");
  try {
    return await runInto(command, (line) => {
      writeSync(file, `${line}\n`);
      onLine(line);
    });
  } finally {
    closeSync(file);
  }
}

/**
 * @param {readonly string[]} command
 * @param {(line: string) => void} onLine
 * @returns {Promise<number>}
 */
function runInto(command, onLine) {
  return new Promise((resolve, reject) => {
    /** @type {NodeJS.Signals | undefined} */
    let interruption;
    /** @type {NodeJS.Timeout | undefined} */
    let timer;
    /** @param {NodeJS.Signals} signal */
    const sendAll = (signal) => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, signal);
      } catch {
        // All have ended meanwhile.
      }
    };
    /** @param {NodeJS.Signals} signal */
    const interrupt = (signal) => {
      interruption ??= signal;
      sendAll(signal);
      timer ??= setTimeout(() => sendAll("SIGKILL"), END_LIMIT_MS);
    };
    // Before it starts: a signal that came in between would end us alone.
    for (const signal of SIGNALS) process.on(signal, interrupt);
    // One pipe for both streams, so that their lines keep their order. A process group of its own: Ctrl-C reaches it
    // through us, once.
    const child = spawn("sh", ["-c", 'exec "$0" "$@" 2>&1', ...command], {
      cwd: repositoryRoot,
      stdio: ["ignore", "pipe", "inherit"],
      detached: true,
    });
    createInterface({ input: child.stdout }).on("line", onLine);
    child.on("error", reject);
    child.on("close", (code) => {
      clearTimeout(timer);
      for (const signal of SIGNALS) process.off(signal, interrupt);
      if (interruption === undefined) resolve(code ?? 1);
      else reject(new InterruptedError(interruption));
    });
  });
}
