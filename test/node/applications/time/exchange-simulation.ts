/** Exchanges between a device and a time server without CoAP in between: a network with delays, and two clocks. */

import { SeededRandom } from "../../../../simulators/random.js";
import { SynchronizedClock, type SynchronizedClockOptions } from "../../../../src/applications/time/clock.js";
import type { Verdict } from "../../../../src/applications/time/estimator.js";
import { PollSchedule } from "../../../../src/applications/time/poll-schedule.js";
import type { TimeReading } from "../../../../src/applications/time/reading.js";

/** 2026-01-01T00:00:00Z. */
export const START_MS = 1_767_225_600_000;

export interface SimulationOptions {
  readonly seed: number;
  /** How fast the device's clock is, in parts per million, at a moment of true time. */
  readonly driftPpm?: number | ((elapsedMs: number) => number);
  /** The way there and the way back, in milliseconds. */
  readonly upMs: (random: SeededRandom) => number;
  readonly downMs: (random: SeededRandom) => number;
  /** Share of exchanges that get no answer. */
  readonly loss?: number;
  /** What the server cuts off, in milliseconds; 1 where absent. */
  readonly resolutionMs?: number;
  /** How coarse the device's clock is, in milliseconds; 0 where absent. */
  readonly granularityMs?: number;
  readonly clock?: SynchronizedClockOptions;
}

export class ExchangeSimulation {
  readonly clock: SynchronizedClock;
  readonly random: SeededRandom;
  readonly schedule: PollSchedule;
  readonly #options: SimulationOptions;
  /** True time since the start. */
  #elapsedMs = 0;
  /** What the device's clock has counted. */
  #localMs: number;
  /** Added to the server's time: an error of the server. */
  serverErrorMs = 0;

  constructor(options: SimulationOptions) {
    this.#options = options;
    this.random = new SeededRandom(options.seed);
    this.#localMs = this.random.uniform(0, 1e6);
    this.clock = new SynchronizedClock({ monotonicMs: () => this.#shownLocalMs() }, options.clock);
    this.schedule = new PollSchedule(this.random);
  }

  get trueMs(): number {
    return START_MS + this.#elapsedMs;
  }

  /** Lets time pass. */
  advance(ms: number): void {
    const drift = this.#options.driftPpm ?? 0;
    const ppm = typeof drift === "function" ? drift(this.#elapsedMs) : drift;
    this.#elapsedMs += ms;
    this.#localMs += ms * (1 + ppm * 1e-6);
  }

  /** One exchange; undefined when it was lost. */
  exchange(): Verdict | undefined {
    const { upMs, downMs, loss = 0, resolutionMs = 1 } = this.#options;
    const sentAtMs = this.#shownLocalMs();
    this.advance(upMs(this.random));
    const stampMs = Math.floor((this.trueMs + this.serverErrorMs) / resolutionMs) * resolutionMs;
    this.advance(downMs(this.random));
    if (this.random.chance(loss)) return undefined;
    const reading: TimeReading = { epochMs: stampMs, resolutionMs, uncertaintyMs: 0, scale: "utc" };
    return this.clock.exchange(sentAtMs, this.#shownLocalMs(), reading);
  }

  /** One exchange, and the pause after it that the schedule asks for. */
  poll(): Verdict | undefined {
    const verdict = this.exchange();
    if (verdict === "accepted") this.advance(this.schedule.afterAnswer());
    else if (verdict === "stepped") this.advance(this.schedule.afterStep());
    else if (verdict === "contradictory") this.advance(this.schedule.afterContradiction());
    else this.advance(this.schedule.afterFailure());
    return verdict;
  }

  /** Fails where true time is outside the interval that the clock promises. */
  checkPromise(context: string): void {
    const { earliestMs, unixMs, latestMs } = this.clock.now();
    const { trueMs } = this;
    if (earliestMs <= trueMs && trueMs <= latestMs && earliestMs <= unixMs && unixMs <= latestMs) return;
    throw new Error(
      `${context}: true time ${trueMs} is outside ${earliestMs} to ${latestMs} (${unixMs}), ` +
        `by ${Math.max(earliestMs - trueMs, trueMs - latestMs)} ms`,
    );
  }

  #shownLocalMs(): number {
    const { granularityMs = 0 } = this.#options;
    return granularityMs === 0 ? this.#localMs : Math.floor(this.#localMs / granularityMs) * granularityMs;
  }
}
