/** What fixtures/timers.ts reports of a board's timers and clocks. */

import assert from "node:assert/strict";

/** Readings in milliseconds are rounded, and a wall clock may be adjusted meanwhile. */
const TOLERANCE_MS = 2;
/** QEMU sets the clock of its machine to a whole second when it starts. */
const START_TOLERANCE_MS = 1000 + TOLERANCE_MS;

interface TimerReport {
  readonly order: readonly string[];
  readonly wallClockMs: number;
  readonly wallTookMs: number;
  /** At least and at most, by the monotonic clock. */
  readonly tookMs: readonly [least: number, most: number];
}

/**
 * Checks that timers of 50 ms took so long, and that both clocks agree.
 * @param startedMs when the board was started
 * @returns the order in which things happened
 */
export function checkTimers(stdout: string, startedMs: number): readonly string[] {
  const { order, wallClockMs, wallTookMs, tookMs } = JSON.parse(stdout) as TimerReport;
  const [least, most] = tookMs;
  assert.ok(most >= 50, `${most} ms`);
  assert.ok(wallTookMs >= least - TOLERANCE_MS, `${wallTookMs} ms, at least ${least}`);
  assert.ok(wallTookMs <= most + TOLERANCE_MS, `${wallTookMs} ms, at most ${most}`);
  assert.ok(
    wallClockMs >= startedMs - START_TOLERANCE_MS && wallClockMs <= Date.now() + TOLERANCE_MS,
    `${wallClockMs}`,
  );
  return order;
}
