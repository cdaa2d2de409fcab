/**
 * How fast true time runs against the local clock, from bounds of true time at two instants: what is measured over
 * hours, and a bound stated beforehand until then.
 */

/** How far a device's oscillator may be off, in parts per million: a cheap crystal over its range of temperature. */
export const MAX_DRIFT_PPM = 100;
/** How much the drift may change within {@link DRIFT_WINDOW_MS} times two, in parts per million: by warming up, say. */
export const DRIFT_CHANGE_PPM = 20;
/** Drift is measured over one to two of these, in milliseconds. */
export const DRIFT_WINDOW_MS = 2 * 3_600_000;

/** Bounds of true time at one reading of the local clock. */
interface Anchor {
  readonly localMs: number;
  readonly earliestMs: number;
  readonly latestMs: number;
}

export class DriftMeter {
  readonly #maxDrift: number;
  readonly #change: number;
  #older: Anchor | undefined;
  #newer: Anchor | undefined;
  #slowest: number;
  #fastest: number;
  #best = 1;
  #measured = false;

  /** @param maxDriftPpm the stated bound @param changePpm how far a measurement may be outdated */
  constructor(maxDriftPpm: number, changePpm: number) {
    // A local clock that runs fast or slow by this share makes true time run slow or fast by hardly more than it.
    this.#maxDrift = maxDriftPpm / (1e6 - maxDriftPpm);
    this.#change = changePpm * 1e-6;
    this.#slowest = 1 - this.#maxDrift;
    this.#fastest = 1 + this.#maxDrift;
  }

  /** Least number of true milliseconds in a local one. */
  get slowest(): number {
    return this.#slowest;
  }

  /** Greatest number of true milliseconds in a local one. */
  get fastest(): number {
    return this.#fastest;
  }

  /** Likeliest number of true milliseconds in a local one, never outside the two bounds. */
  get best(): number {
    return this.#best;
  }

  /** True once measurement says more than the stated bound. */
  get measured(): boolean {
    return this.#measured;
  }

  /** How fast the local clock is, in parts per million; 0 while nothing is measured. */
  get driftPpm(): number {
    return (1 / this.#best - 1) * 1e6;
  }

  /** Takes note of bounds of true time at a local instant, later than all before. */
  observe(localMs: number, earliestMs: number, latestMs: number): void {
    const anchor = { localMs, earliestMs, latestMs };
    if (this.#older === undefined || this.#newer === undefined) {
      this.#older = this.#newer = anchor;
      return;
    }
    const age = localMs - this.#newer.localMs;
    if (age >= DRIFT_WINDOW_MS) {
      this.#older = this.#newer;
      this.#newer = anchor;
    } else if (
      age < DRIFT_WINDOW_MS / 4 &&
      latestMs - earliestMs < this.#newer.latestMs - this.#newer.earliestMs
    ) {
      // The first exchanges narrow the bounds quickly: measure from the narrowest of them.
      if (this.#older === this.#newer) this.#older = anchor;
      this.#newer = anchor;
    }
    this.#measure(localMs, earliestMs, latestMs);
  }

  /** Forgets all measurements: true time has jumped. */
  reset(): void {
    this.#older = this.#newer = undefined;
    this.#slowest = 1 - this.#maxDrift;
    this.#fastest = 1 + this.#maxDrift;
    this.#best = 1;
    this.#measured = false;
  }

  #measure(localMs: number, earliestMs: number, latestMs: number): void {
    const { localMs: since, earliestMs: from, latestMs: to } = this.#older!;
    const span = localMs - since;
    if (span <= 0) return;
    const least = 1 - this.#maxDrift;
    const most = 1 + this.#maxDrift;
    const slow = Math.min(Math.max((earliestMs - to) / span, least), most);
    const fast = Math.max(Math.min((latestMs - from) / span, most), slow);
    this.#slowest = Math.max(slow - this.#change, least);
    this.#fastest = Math.min(fast + this.#change, most);
    this.#best = (slow + fast) / 2;
    this.#measured = this.#fastest - this.#slowest < most - least;
  }
}
