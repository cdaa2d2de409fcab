/** What ends a command from outside: Ctrl-C, a signal to end, or a reader that went away. */

import { constants } from "node:os";
import { FAILURE, SIGNAL_BASE, SUCCESS } from "./exit-code.js";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Turns the first of them into an abort signal, so that commands can take their leave; the second ends the process as
 * if nobody listened.
 */
export class Interruption {
  readonly #controller = new AbortController();
  readonly #report: (error: Error) => void;
  #exitCode: number | undefined;
  #hasFailed = false;

  /** @param report is told, once, why nothing more can be written to standard output; a reader that went away is no reason */
  constructor(report: (error: Error) => void) {
    this.#report = report;
    for (const name of SIGNALS) process.once(name, this.#onSignal);
    process.stdout.on("error", this.#onOutputError);
    process.stderr.on("error", this.#onMessageError);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** 128 and the signal's number, 1 where nothing more can be written; undefined while nothing happened. */
  get exitCode(): number | undefined {
    return this.#exitCode;
  }

  /** Resolves when something happened. */
  get happened(): Promise<void> {
    const { signal } = this;
    return new Promise((resolve) => {
      if (signal.aborted) resolve();
      else signal.addEventListener("abort", () => resolve(), { once: true });
    });
  }

  /** It was the way to end this command: the exit code is 0. */
  settle(): void {
    if (this.#exitCode !== undefined && !this.#hasFailed) this.#exitCode = SUCCESS;
  }

  /** Leaves signals to the system again. */
  dispose(): void {
    for (const name of SIGNALS) process.off(name, this.#onSignal);
  }

  readonly #onSignal = (name: NodeJS.Signals): void => {
    this.dispose();
    this.#end(name);
  };

  readonly #onOutputError = (error: NodeJS.ErrnoException): void => {
    if (error.code === "EPIPE") {
      this.#end("SIGPIPE");
      return;
    }
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    this.#report(Object.assign(error, { path: "standard output" }));
    this.#exitCode = FAILURE;
    // What was written last fails when the program has returned.
    process.exitCode = FAILURE;
    this.#controller.abort();
  };

  /** Of standard error, where there is nothing that could be told: the exit code still says how it went. */
  readonly #onMessageError = ({ code }: NodeJS.ErrnoException): void => {
    if (code === "EPIPE") this.#end("SIGPIPE");
  };

  #end(name: NodeJS.Signals): void {
    this.#exitCode ??= SIGNAL_BASE + constants.signals[name];
    this.#controller.abort();
  }
}
