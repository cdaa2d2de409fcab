/** What a time server says, independent of its representation ('Everything over CoAP' §2.6). */

/**
 * `utc`: Unix time, which repeats a second when a leap second is inserted. `tai`: TAI seconds since 1970-01-01T00:00:00
 * TAI, which never repeat (RFC 9581 §3.4).
 */
export type Timescale = "utc" | "tai";

/** TAI minus UTC in seconds since 2017-01-01 (IERS Bulletin C 52); no leap second has been inserted since. */
export const TAI_MINUS_UTC_S = 37;

/**
 * One answer of a time server. While it was written, true time was not before `epochMs - uncertaintyMs` and not after
 * `epochMs + resolutionMs + uncertaintyMs`.
 */
export interface TimeReading {
  /** Milliseconds since 1970-01-01T00:00:00 of the timescale, with fractions. */
  readonly epochMs: number;
  /** What the representation may have cut off, in milliseconds: 1000 for whole seconds. */
  readonly resolutionMs: number;
  /** How wrong the server says its clock may be, in milliseconds; 0 where it says nothing. */
  readonly uncertaintyMs: number;
  readonly scale: Timescale;
}

/** A point in time as a clock gives it to those who ask. */
export interface Instant {
  /** Milliseconds since 1970-01-01T00:00:00 of the timescale asked for, with fractions. */
  readonly epochMs: number;
  /** True time is at most this far away, in milliseconds; undefined where nothing is promised. */
  readonly uncertaintyMs: number | undefined;
}

/** A clock that can be asked for the time: a synchronised one, or the host's. */
export interface TimeSource {
  /** The time now, or undefined while it is not known. */
  read(scale: Timescale): Instant | undefined;
}

/** A time that follows no representation known here, or is not valid in its own. */
export class TimeFormatError extends Error {
  override name = "TimeFormatError";
}
