/**
 * What the exchanges with a time server tell about true time.
 *
 *  server         t  (stamped somewhere in between)
 *                / \
 *               /   \
 *  local   sent       received      at `received`, true time is from t to t + round trip (+ resolution of t)
 *
 * Each exchange gives an interval as wide as its round trip; half of the round trip is its doubt. Intervals of earlier
 * exchanges, widened by what the local clock may have drifted since, are intersected with it. So the quickest request
 * sets one end and the quickest response the other; the middle is the estimate, and the ends are the promise.
 *
 * An answer that contradicts the promise is refused, until {@link STEP_CONFIRMATIONS} of them in a row agree.
 */

import { DRIFT_CHANGE_PPM, DriftMeter, MAX_DRIFT_PPM } from "./drift.js";
import type { TimeReading, Timescale } from "./reading.js";

/** 2025-01-01T00:00:00Z: this was not written earlier. */
export const EARLIEST_PLAUSIBLE_MS = 1_735_689_600_000;
/** 2100-01-01T00:00:00Z. */
export const LATEST_PLAUSIBLE_MS = 4_102_444_800_000;
/** An answer that took longer is refused: more than CoAP's MAX_TRANSMIT_WAIT of 93 s (RFC 7252 §4.8.2). */
export const MAX_ROUND_TRIP_MS = 100_000;
/**
 * How far off true time a clock may be, and an answer may leave it, in milliseconds: an hour. A clock that drifts by
 * {@link MAX_DRIFT_PPM} gets there after more than a year without a server.
 */
export const MAX_UNCERTAINTY_MS = 3_600_000;
/** Contradicting answers in a row that agree with each other, until they are believed. */
export const STEP_CONFIRMATIONS = 3;
/** How coarse the local clock may be, in milliseconds. */
export const LOCAL_CLOCK_GRANULARITY_MS = 1;
/** What computing with doubles near 2^41 may lose at each step, generously. */
const ROUNDING_MS = 0.001;

export interface EstimatorOptions {
  /** The timescale that the clock runs on; readings of another one are refused. */
  readonly scale?: Timescale;
  /** Bound of the local clock's drift while none is measured, in parts per million: {@link MAX_DRIFT_PPM}. */
  readonly maxDriftPpm?: number;
  /** How far a measured drift may be outdated, in parts per million: {@link DRIFT_CHANGE_PPM}. */
  readonly driftChangePpm?: number;
  /** How coarse the local clock is, in milliseconds: {@link LOCAL_CLOCK_GRANULARITY_MS}. */
  readonly granularityMs?: number;
  /** Earlier times are refused, in milliseconds since 1970: {@link EARLIEST_PLAUSIBLE_MS}. */
  readonly earliestPlausibleMs?: number;
  /** Later times are refused, in milliseconds since 1970: {@link LATEST_PLAUSIBLE_MS}. */
  readonly latestPlausibleMs?: number;
  /** Answers that say less are refused, and a clock that knows less is not synchronised: {@link MAX_UNCERTAINTY_MS}. */
  readonly maxUncertaintyMs?: number;
}

/**
 * What became of an exchange: `accepted`; `stepped`: accepted, and it was the last that it took to give up what was
 * believed before; or the reason of its refusal: `implausible` time or uncertainty, another `scale`, `untimely` (no possible round
 * trip), `contradictory`.
 */
export type Verdict = "accepted" | "stepped" | Refusal;
export type Refusal = "implausible" | "scale" | "untimely" | "contradictory";

/** An interval of true time at an instant of the local clock. */
class Bounds {
  localMs = 0;
  earliestMs = -Infinity;
  latestMs = Infinity;
  resolutionMs = 0;

  set(localMs: number, earliestMs: number, latestMs: number, resolutionMs: number): void {
    this.localMs = localMs;
    this.earliestMs = earliestMs;
    this.latestMs = latestMs;
    this.resolutionMs = resolutionMs;
  }

  get widthMs(): number {
    return this.latestMs - this.earliestMs;
  }

  /** The least that true time can be at a later instant, when at least `rate` true milliseconds pass in a local one. */
  earliestAt(localMs: number, rate: number): number {
    return this.earliestMs + (localMs - this.localMs) * rate - ROUNDING_MS;
  }

  latestAt(localMs: number, rate: number): number {
    return this.latestMs + (localMs - this.localMs) * rate + ROUNDING_MS;
  }

  /** Moves on to a later instant, and keeps what agrees with an interval there; false, and no change, if nothing does. */
  intersect(other: Bounds, slowest: number, fastest: number): boolean {
    const earliestMs = Math.max(this.earliestAt(other.localMs, slowest), other.earliestMs);
    const latestMs = Math.min(this.latestAt(other.localMs, fastest), other.latestMs);
    if (earliestMs > latestMs) return false;
    this.set(other.localMs, earliestMs, latestMs, Math.min(this.resolutionMs, other.resolutionMs));
    return true;
  }
}

export class TimeEstimator {
  readonly scale: Timescale;
  readonly drift: DriftMeter;
  readonly #granularityMs: number;
  readonly #earliestPlausibleMs: number;
  readonly #latestPlausibleMs: number;
  readonly #maxUncertaintyMs: number;
  readonly #believed = new Bounds();
  readonly #contradiction = new Bounds();
  readonly #heard = new Bounds();
  #contradictions = 0;
  #synchronized = false;

  constructor(options: EstimatorOptions = {}) {
    this.scale = options.scale ?? "utc";
    this.drift = new DriftMeter(
      options.maxDriftPpm ?? MAX_DRIFT_PPM,
      options.driftChangePpm ?? DRIFT_CHANGE_PPM,
    );
    this.#granularityMs = options.granularityMs ?? LOCAL_CLOCK_GRANULARITY_MS;
    this.#earliestPlausibleMs = options.earliestPlausibleMs ?? EARLIEST_PLAUSIBLE_MS;
    this.#latestPlausibleMs = options.latestPlausibleMs ?? LATEST_PLAUSIBLE_MS;
    this.#maxUncertaintyMs = options.maxUncertaintyMs ?? MAX_UNCERTAINTY_MS;
    this.#believed.set(0, -Infinity, Infinity, Infinity);
  }

  /** True once an answer was accepted. */
  get synchronized(): boolean {
    return this.#synchronized;
  }

  /** Whether true time is known to `maxUncertaintyMs`: an answer was accepted, not too long ago. @param localMs now */
  isSynchronizedAt(localMs: number): boolean {
    return (
      this.#synchronized && this.latestAt(localMs) - this.earliestAt(localMs) <= 2 * this.#maxUncertaintyMs
    );
  }

  /**
   * States a time that has passed already, such as one kept from before a restart: a weak belief, which
   * {@link STEP_CONFIRMATIONS} answers overturn.
   */
  notBefore(localMs: number, epochMs: number): void {
    if (!this.#synchronized) this.#believed.set(localMs, epochMs, Infinity, Infinity);
  }

  /**
   * Takes one exchange into account.
   * @param sentAtMs the local clock before the request was sent @param receivedAtMs after the response came; never
   * before an exchange that was reported earlier
   */
  exchange(sentAtMs: number, receivedAtMs: number, reading: TimeReading): Verdict {
    const roundTripMs = receivedAtMs - sentAtMs;
    if (!(roundTripMs >= 0 && roundTripMs <= MAX_ROUND_TRIP_MS)) return "untimely";
    if (this.#synchronized && receivedAtMs < this.#believed.localMs) return "untimely";
    if (reading.scale !== this.scale) return "scale";
    const { epochMs, resolutionMs, uncertaintyMs } = reading;
    const plausible = epochMs >= this.#earliestPlausibleMs && epochMs <= this.#latestPlausibleMs;
    if (!plausible || !(resolutionMs >= 0 && uncertaintyMs >= 0)) return "implausible";
    // A coarse clock shows an instant by up to its granularity too early: both ends give way by it.
    const granularityMs = this.#granularityMs;
    this.#heard.set(
      receivedAtMs,
      epochMs - uncertaintyMs - granularityMs,
      epochMs + resolutionMs + uncertaintyMs + granularityMs + roundTripMs * this.drift.fastest,
      resolutionMs,
    );
    if (this.#heard.widthMs > 2 * (this.#maxUncertaintyMs - ROUNDING_MS)) return "implausible";
    return this.#weigh();
  }

  /** The earliest that true time can be, in milliseconds since 1970. @param localMs now */
  earliestAt(localMs: number): number {
    const earliestMs = this.#believed.earliestAt(localMs, this.drift.slowest);
    if (!this.#synchronized) return earliestMs;
    const latestMs = this.#believed.latestAt(localMs, this.drift.fastest);
    return Math.min(earliestMs, (earliestMs + latestMs - this.#believed.resolutionMs) / 2);
  }

  /** The latest that true time can be; Infinity before the first accepted answer. */
  latestAt(localMs: number): number {
    const latestMs = this.#believed.latestAt(localMs, this.drift.fastest);
    if (!this.#synchronized) return latestMs;
    const earliestMs = this.#believed.earliestAt(localMs, this.drift.slowest);
    return Math.max(latestMs, (earliestMs + latestMs + this.#believed.resolutionMs) / 2);
  }

  /** The likeliest true time. Before the first accepted answer: the earliest. */
  estimateAt(localMs: number): number {
    const believed = this.#believed;
    if (!this.#synchronized) return believed.earliestAt(localMs, this.drift.slowest);
    return (believed.earliestMs + believed.latestMs) / 2 + (localMs - believed.localMs) * this.drift.best;
  }

  #weigh(): Verdict {
    const { slowest, fastest } = this.drift;
    const believed = this.#believed;
    if (believed.intersect(this.#heard, slowest, fastest)) {
      this.#contradictions = 0;
      this.#synchronized = true;
      this.drift.observe(believed.localMs, believed.earliestMs, believed.latestMs);
      return "accepted";
    }
    if (this.#contradictions > 0 && this.#contradiction.intersect(this.#heard, slowest, fastest))
      this.#contradictions += 1;
    else {
      this.#copyHeard(this.#contradiction);
      this.#contradictions = 1;
    }
    if (this.#contradictions < STEP_CONFIRMATIONS) return "contradictory";
    const { localMs, earliestMs, latestMs, resolutionMs } = this.#contradiction;
    believed.set(localMs, earliestMs, latestMs, resolutionMs);
    this.#contradictions = 0;
    this.#synchronized = true;
    this.drift.reset();
    this.drift.observe(localMs, earliestMs, latestMs);
    return "stepped";
  }

  #copyHeard(to: Bounds): void {
    const { localMs, earliestMs, latestMs, resolutionMs } = this.#heard;
    to.set(localMs, earliestMs, latestMs, resolutionMs);
  }
}
