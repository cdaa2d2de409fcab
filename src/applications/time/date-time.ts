/**
 * Date and time as text: `2013-03-21T20:04:00.25Z`. RFC 3339 §5.6, with the upper-case `T` and `Z` that CBOR tag 0
 * asks for (RFC 8949 §3.4.1 by way of RFC 4287 §3.3).
 */

import { TimeFormatError, type TimeReading } from "./reading.js";

const DAY_MS = 86_400_000;
/** Digits of a second's fraction that are taken: more is no text that a clock writes. */
export const MAX_DATE_TIME_FRACTION_DIGITS = 18;

const CUMULATED_DAYS = Object.freeze([0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334] as const);

function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return isLeapYear(year) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** Days from 1970-01-01 to the first day of a year, Gregorian, for years from 0 on. */
function daysBeforeYear(year: number): number {
  const before = year - 1;
  return year * 365 + Math.floor(before / 4) - Math.floor(before / 100) + Math.floor(before / 400) - 719_527;
}

function daysSinceEpoch(year: number, month: number, day: number): number {
  const leapDay = month > 2 && isLeapYear(year) ? 1 : 0;
  return daysBeforeYear(year) + CUMULATED_DAYS[month - 1]! + leapDay + day - 1;
}

/** Reads the fixed places of a date and time from left to right. */
class Places {
  readonly #text: string;
  at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** A number of exactly `digits` digits from `least` to `most`. */
  number(digits: number, least: number, most: number, meaning: string): number {
    let value = 0;
    for (const end = this.at + digits; this.at < end; this.at += 1) {
      const digit = this.digit();
      if (digit < 0) throw this.error(`${digits} digits of the ${meaning}`);
      value = value * 10 + digit;
    }
    if (value < least || value > most) throw this.error(`a ${meaning} from ${least} to ${most}`);
    return value;
  }

  /** The digit here, or -1. */
  digit(): number {
    const code = this.#text.charCodeAt(this.at);
    return code >= 0x30 && code <= 0x39 ? code - 0x30 : -1;
  }

  accept(character: string): boolean {
    if (this.#text[this.at] !== character) return false;
    this.at += 1;
    return true;
  }

  expect(character: string): void {
    if (!this.accept(character)) throw this.error(`"${character}"`);
  }

  expectEnd(): void {
    if (this.at !== this.#text.length) throw this.error("the end");
  }

  error(expected: string): TimeFormatError {
    return new TimeFormatError(
      `expected ${expected} at position ${this.at} of ${JSON.stringify(this.#text)}`,
    );
  }
}

/** The fraction of a second: its length in digits, and its value in milliseconds. */
function readFraction(places: Places): { digits: number; ms: number } {
  let digits = 0;
  let ms = 0;
  if (!places.accept(".")) return { digits, ms };
  for (let digit = places.digit(); digit >= 0; digit = places.digit()) {
    digits += 1;
    if (digits > MAX_DATE_TIME_FRACTION_DIGITS)
      throw places.error(`at most ${MAX_DATE_TIME_FRACTION_DIGITS} digits`);
    ms += digit * 10 ** (3 - digits);
    places.at += 1;
  }
  if (digits === 0) throw places.error("a digit");
  return { digits, ms };
}

/** `Z`, or the difference to UTC in minutes. */
function readOffsetMinutes(places: Places): number {
  if (places.accept("Z")) return 0;
  const sign = places.accept("-") ? -1 : 1;
  if (sign === 1) places.expect("+");
  const hours = places.number(2, 0, 23, "offset's hours");
  places.expect(":");
  return sign * (hours * 60 + places.number(2, 0, 59, "offset's minutes"));
}

/**
 * A leap second, `23:59:60` UTC, has no Unix time of its own: it is read as the second that follows, and the doubt
 * becomes a second of uncertainty.
 * @throws {TimeFormatError} naming what was expected, and the position
 */
export function parseDateTime(text: string): TimeReading {
  const places = new Places(text);
  const year = places.number(4, 0, 9999, "year");
  places.expect("-");
  const month = places.number(2, 1, 12, "month");
  places.expect("-");
  const day = places.number(2, 1, daysInMonth(year, month), "day");
  places.expect("T");
  const hour = places.number(2, 0, 23, "hour");
  places.expect(":");
  const minute = places.number(2, 0, 59, "minute");
  places.expect(":");
  const second = places.number(2, 0, 60, "second");
  const fraction = readFraction(places);
  const offsetMinutes = readOffsetMinutes(places);
  places.expectEnd();
  const minuteStart = daysSinceEpoch(year, month, day) * 1440 + hour * 60 + minute - offsetMinutes;
  const leapSecond = second === 60;
  if (leapSecond && (minuteStart + 1) % 1440 !== 0)
    throw new TimeFormatError(`expected second 60 only after 23:59:59 UTC, got ${JSON.stringify(text)}`);
  return {
    epochMs: (minuteStart * 60 + second) * 1000 + fraction.ms,
    resolutionMs: 10 ** (3 - fraction.digits),
    uncertaintyMs: leapSecond ? 1000 : 0,
    scale: "utc",
  };
}

function pad(value: number, digits: number): string {
  return String(value).padStart(digits, "0");
}

/**
 * Unix time as text in UTC, with milliseconds, cut off.
 * @param epochMs from year 0 to year 9999
 * @throws {RangeError} outside of these years
 */
export function formatDateTime(epochMs: number): string {
  const days = Math.floor(epochMs / DAY_MS);
  // The mean year is never more than a year off: correct the guess downwards.
  let year = Math.floor(days / 365.2425) + 1971;
  while (daysBeforeYear(year) > days) year -= 1;
  if (!(year >= 0 && year <= 9999))
    throw new RangeError(`expected a time in the years 0 to 9999, got ${epochMs} ms`);
  let month = 12;
  while (daysSinceEpoch(year, month, 1) > days) month -= 1;
  const day = days - daysSinceEpoch(year, month, 1) + 1;
  const ms = Math.floor(epochMs - days * DAY_MS);
  const date = `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}`;
  const hours = Math.floor(ms / 3_600_000);
  const minutes = Math.floor(ms / 60_000) % 60;
  const seconds = Math.floor(ms / 1000) % 60;
  return `${date}T${pad(hours, 2)}:${pad(minutes, 2)}:${pad(seconds, 2)}.${pad(ms % 1000, 3)}Z`;
}
