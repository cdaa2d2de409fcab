/** What every timer has in common. */

/** Longest delay that a host's timer takes, in milliseconds (see `Timers.set`). */
export const MAX_TIMER_MS = 0x7fffffff;
