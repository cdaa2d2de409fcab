/**
 * When to ask the time server next: a few times in quick succession, then ever more rarely, and after failures more
 * rarely too, but never more rarely than a bound.
 */

import type { Random } from "../../ports/random.js";
import { STEP_CONFIRMATIONS } from "./estimator.js";

/** Exchanges in quick succession at the start, and after the server was lost. */
export const BURST_POLLS = 10;
/** Between them, in milliseconds. */
export const BURST_INTERVAL_MS = 2000;
/** Between exchanges after the burst, at first and at most, in milliseconds. */
export const MIN_POLL_MS = 16_000;
export const MAX_POLL_MS = 1_024_000;
/** By which share an interval may be shorter, so that devices which started together do not stay together. */
export const POLL_JITTER = 0.1;

export interface PollLimits {
  readonly burstPolls: number;
  readonly burstIntervalMs: number;
  readonly minPollMs: number;
  readonly maxPollMs: number;
}

export const DEFAULT_POLL_LIMITS: PollLimits = Object.freeze({
  burstPolls: BURST_POLLS,
  burstIntervalMs: BURST_INTERVAL_MS,
  minPollMs: MIN_POLL_MS,
  maxPollMs: MAX_POLL_MS,
});

export class PollSchedule {
  readonly #limits: PollLimits;
  readonly #random: Random;
  readonly #byte = new Uint8Array(1);
  #burstLeft: number;
  #intervalMs: number;
  #failures = 0;
  #contradictions = 0;

  /** @throws {RangeError} for a limit that is no number from 0 */
  constructor(random: Random, limits: Partial<PollLimits> = {}) {
    this.#limits = { ...DEFAULT_POLL_LIMITS, ...limits };
    for (const [name, limit] of Object.entries(this.#limits))
      if (!(limit >= 0)) throw new RangeError(`expected ${name} to be 0 or more, got ${limit}`);
    this.#random = random;
    this.#burstLeft = this.#limits.burstPolls - 1;
    this.#intervalMs = this.#limits.minPollMs;
  }

  /** The pause after an accepted answer, in milliseconds. */
  afterAnswer(): number {
    if (this.#failures > 0) this.#restart();
    this.#failures = 0;
    this.#contradictions = 0;
    if (this.#burstLeft > 0) {
      this.#burstLeft -= 1;
      return this.#limits.burstIntervalMs;
    }
    const intervalMs = this.#intervalMs;
    this.#intervalMs = Math.min(intervalMs * 2, this.#limits.maxPollMs);
    return this.#jitter(intervalMs);
  }

  /** The pause after an answer that contradicts what is known: short, as others are to confirm it. */
  afterContradiction(): number {
    this.#contradictions += 1;
    if (this.#contradictions > STEP_CONFIRMATIONS) return this.afterFailure();
    return this.#limits.burstIntervalMs;
  }

  /** The pause after an answer that gave up what was known: as at the start. */
  afterStep(): number {
    this.#restart();
    return this.afterAnswer();
  }

  /**
   * The pause after no answer, or a useless one.
   * @param askedMs what a busy server asks for (RFC 8516 §4): no less, as far as `maxPollMs` allows
   */
  afterFailure(askedMs = 0): number {
    const intervalMs = this.#limits.minPollMs * 2 ** Math.min(this.#failures, 30);
    this.#failures += 1;
    const { maxPollMs } = this.#limits;
    return Math.max(this.#jitter(Math.min(intervalMs, maxPollMs)), Math.min(askedMs, maxPollMs));
  }

  #restart(): void {
    this.#failures = 0;
    this.#burstLeft = this.#limits.burstPolls - 1;
    this.#intervalMs = this.#limits.minPollMs;
  }

  #jitter(intervalMs: number): number {
    this.#random.fill(this.#byte);
    const share = (this.#byte[0]! / 256) * POLL_JITTER;
    return Math.max(this.#limits.minPollMs, Math.round(intervalMs * (1 - share)));
  }
}
