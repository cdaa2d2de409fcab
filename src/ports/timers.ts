/** Timers of the host. */

/** What `Timers.set` returns; only good for `Timers.clear`. */
export type TimerHandle = object;

export interface Timers {
  /** Calls `callback` once, not before `delayMs` milliseconds (0 to 2^31 - 1) have passed, never from within `set`. */
  set(callback: () => void, delayMs: number): TimerHandle;
  /** Cancels; a handle that has fired or was cleared is ignored. */
  clear(handle: TimerHandle): void;
}
