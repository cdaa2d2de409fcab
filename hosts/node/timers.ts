import type { TimerHandle, Timers } from "../../src/ports/timers.js";

const MAX_DELAY_MS = 0x7fffffff;

/** Timers over `setTimeout`. A waiting timer keeps the process alive. */
export const nodeTimers: Timers = {
  /** @throws {RangeError} for a delay outside 0 to 2^31 - 1, which Node would silently make 1 */
  set(callback: () => void, delayMs: number): TimerHandle {
    if (!(delayMs >= 0 && delayMs <= MAX_DELAY_MS))
      throw new RangeError(`expected a timer delay of 0 to ${MAX_DELAY_MS} ms, got ${delayMs}`);
    // Node counts in whole milliseconds from one begun before, and would fire up to one too early.
    return setTimeout(callback, Math.min(Math.ceil(delayMs) + 1, MAX_DELAY_MS));
  },
  clear(handle: TimerHandle): void {
    clearTimeout(handle as NodeJS.Timeout);
  },
};
