import type { Clock } from "../../src/ports/clock.js";

/** Milliseconds since the process started, with fractions; not moved by changes of the wall clock. */
export const nodeClock: Clock = {
  monotonicMs: () => performance.now(),
};
