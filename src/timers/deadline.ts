/** How long something may take. */

import type { TimerHandle, Timers } from "../ports/timers.js";

/** A deadline of one purpose: it runs, or it does not. */
export class Deadline {
  readonly #timers: Timers;
  readonly #delayMs: number;
  readonly #onEnd: () => void;
  #handle: TimerHandle | undefined;

  constructor(timers: Timers, delayMs: number, onEnd: () => void) {
    this.#timers = timers;
    this.#delayMs = delayMs;
    this.#onEnd = onEnd;
  }

  get isRunning(): boolean {
    return this.#handle !== undefined;
  }

  /** Starts; one that runs already goes on as it is. @param delayMs where it is not the usual one */
  start(delayMs = this.#delayMs): void {
    this.#handle ??= this.#timers.set(() => {
      this.#handle = undefined;
      this.#onEnd();
    }, delayMs);
  }

  stop(): void {
    if (this.#handle) this.#timers.clear(this.#handle);
    this.#handle = undefined;
  }
}
