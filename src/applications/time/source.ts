/** Time sources for servers besides {@link SynchronizedClock}. */

import { type Instant, TAI_MINUS_UTC_S, type TimeSource, type Timescale } from "./reading.js";

export interface WallClockOptions {
  /** How wrong the host's clock may be, in milliseconds; absent makes no promise. */
  readonly uncertaintyMs?: number;
  /** TAI minus UTC in seconds: {@link TAI_MINUS_UTC_S}. */
  readonly taiMinusUtcS?: number;
}

/** The host's clock as a source: for servers that have the right time anyway. */
export class WallClock implements TimeSource {
  readonly #unixMs: () => number;
  readonly #uncertaintyMs: number | undefined;
  readonly #taiMinusUtcMs: number;

  /** @param unixMs gives Unix time in milliseconds, such as `Date.now` */
  constructor(unixMs: () => number, options: WallClockOptions = {}) {
    this.#unixMs = unixMs;
    this.#uncertaintyMs = options.uncertaintyMs;
    this.#taiMinusUtcMs = (options.taiMinusUtcS ?? TAI_MINUS_UTC_S) * 1000;
  }

  read(scale: Timescale): Instant {
    const unixMs = this.#unixMs();
    return {
      epochMs: scale === "tai" ? unixMs + this.#taiMinusUtcMs : unixMs,
      uncertaintyMs: this.#uncertaintyMs,
    };
  }
}
