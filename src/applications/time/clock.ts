/**
 * A clock that is set by exchanges with a time server, and runs on the local monotonic clock in between. It gives an
 * interval besides a value: true time is inside, as long as the server tells the truth and the local clock keeps its
 * stated bounds.
 */

import type { Clock } from "../../ports/clock.js";
import {
  EARLIEST_PLAUSIBLE_MS,
  type EstimatorOptions,
  type Refusal,
  TimeEstimator,
  type Verdict,
} from "./estimator.js";
import {
  type Instant,
  TAI_MINUS_UTC_S,
  type TimeReading,
  type TimeSource,
  type Timescale,
} from "./reading.js";

/** Corrections beyond this, in milliseconds, are made at once; smaller ones gradually, and the clock never goes back. */
export const STEP_THRESHOLD_MS = 128;
/** How much faster or slower than the estimate the clock runs while it makes a small correction, parts per million. */
export const MAX_SLEW_PPM = 5000;

export interface SynchronizedClockOptions extends EstimatorOptions {
  /** TAI minus UTC in seconds, to show one when the clock runs on the other: {@link TAI_MINUS_UTC_S}. */
  readonly taiMinusUtcS?: number;
}

/** One look at the clock. All times are Unix time in milliseconds, with fractions. */
export interface ClockReading {
  /** The likeliest time; before synchronisation, the earliest possible. */
  readonly unixMs: number;
  /** The promise: true time is not before this … */
  readonly earliestMs: number;
  /** … and not after this; Infinity before synchronisation. */
  readonly latestMs: number;
  readonly synchronized: boolean;
}

/** What happened to the exchanges that were reported. */
export interface ExchangeCounters {
  readonly accepted: number;
  /** Corrections that were made at once, the first setting included. */
  readonly steps: number;
  readonly refused: Readonly<Record<Refusal, number>>;
}

export class SynchronizedClock implements TimeSource {
  readonly #clock: Clock;
  readonly #estimator: TimeEstimator;
  readonly #taiMinusUtcMs: number;
  #slewMs = 0;
  #slewSinceMs = 0;
  #accepted = 0;
  #steps = 0;
  readonly #refused: Record<Refusal, number> = { implausible: 0, scale: 0, untimely: 0, contradictory: 0 };

  /** @param clock the local clock, which only counts */
  constructor(clock: Clock, options: SynchronizedClockOptions = {}) {
    this.#clock = clock;
    this.#estimator = new TimeEstimator(options);
    this.#taiMinusUtcMs = (options.taiMinusUtcS ?? TAI_MINUS_UTC_S) * 1000;
    this.#estimator.notBefore(clock.monotonicMs(), options.earliestPlausibleMs ?? EARLIEST_PLAUSIBLE_MS);
  }

  /** The timescale that the clock runs on. */
  get scale(): Timescale {
    return this.#estimator.scale;
  }

  get counters(): ExchangeCounters {
    return { accepted: this.#accepted, steps: this.#steps, refused: this.#refused };
  }

  /** How fast the local clock is against true time, in parts per million; undefined while that is not known. */
  get driftPpm(): number | undefined {
    const { drift } = this.#estimator;
    return drift.measured ? drift.driftPpm : undefined;
  }

  /** Whether true time is known, to `maxUncertaintyMs` at least. */
  get synchronized(): boolean {
    return this.#estimator.isSynchronizedAt(this.#clock.monotonicMs());
  }

  /** States that this Unix time has passed already, without a claim to know the time. */
  notBefore(unixMs: number): void {
    const nowMs = this.#clock.monotonicMs();
    if (!this.synchronized && unixMs > this.now().unixMs)
      this.#estimator.notBefore(nowMs, unixMs + this.#offsetMs("utc"));
  }

  /**
   * Takes one exchange with a server into account.
   * @param sentAtMs what the local clock showed before the request was sent @param receivedAtMs and after the response
   */
  exchange(sentAtMs: number, receivedAtMs: number, reading: TimeReading): Verdict {
    const nowMs = this.#clock.monotonicMs();
    const wasSynchronized = this.#estimator.synchronized;
    const shownMs = this.#showAt(nowMs);
    const verdict = this.#estimator.exchange(sentAtMs, receivedAtMs, reading);
    if (verdict !== "accepted" && verdict !== "stepped") {
      this.#refused[verdict] += 1;
      return verdict;
    }
    this.#accepted += 1;
    const correctionMs = shownMs - this.#estimator.estimateAt(nowMs);
    const step = !wasSynchronized || Math.abs(correctionMs) > STEP_THRESHOLD_MS;
    if (step) this.#steps += 1;
    this.#slewMs = step ? 0 : correctionMs;
    this.#slewSinceMs = nowMs;
    return verdict;
  }

  /** The time now. */
  now(): ClockReading {
    const nowMs = this.#clock.monotonicMs();
    const toUtcMs = -this.#offsetMs("utc");
    const shownMs = this.#showAt(nowMs);
    // While a correction is being made, the value may still be outside the promise; the interval then reaches to it.
    return {
      unixMs: shownMs + toUtcMs,
      earliestMs: Math.min(this.#estimator.earliestAt(nowMs), shownMs) + toUtcMs,
      latestMs: Math.max(this.#estimator.latestAt(nowMs), shownMs) + toUtcMs,
      synchronized: this.#estimator.isSynchronizedAt(nowMs),
    };
  }

  /** The time now for a time server; nothing while it is not synchronised. */
  read(scale: Timescale): Instant | undefined {
    if (!this.synchronized) return undefined;
    const { unixMs, earliestMs, latestMs } = this.now();
    const uncertaintyMs = Math.max(latestMs - unixMs, unixMs - earliestMs);
    return { epochMs: scale === "tai" ? unixMs + this.#taiMinusUtcMs : unixMs, uncertaintyMs };
  }

  /** What to add to a time of `scale` for one of the scale that the clock runs on. */
  #offsetMs(scale: Timescale): number {
    if (scale === this.scale) return 0;
    return this.scale === "tai" ? this.#taiMinusUtcMs : -this.#taiMinusUtcMs;
  }

  /** The value shown, on the clock's own scale: the estimate, and what is left of a correction. */
  #showAt(localMs: number): number {
    const leftMs = Math.max(0, Math.abs(this.#slewMs) - (localMs - this.#slewSinceMs) * MAX_SLEW_PPM * 1e-6);
    return this.#estimator.estimateAt(localMs) + (this.#slewMs < 0 ? -leftMs : leftMs);
  }
}
