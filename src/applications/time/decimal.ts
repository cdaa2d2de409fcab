/**
 * Time as decimal ASCII: Unix time in seconds, `1697724754` ('Everything over CoAP' §2.6). A fraction is accepted,
 * `1697724754.25`, though servers rarely send one. libcoap's `/time?ticks` has this form.
 */

import { TimeFormatError, type TimeReading } from "./reading.js";

/** Digits before the point: enough until the year 33,658. */
export const MAX_SECONDS_DIGITS = 12;
/** Digits after the point: nanoseconds. */
export const MAX_FRACTION_DIGITS = 9;

function countDigits(text: string, from: number): number {
  let at = from;
  while (at < text.length && text.charCodeAt(at) >= 0x30 && text.charCodeAt(at) <= 0x39) at += 1;
  return at - from;
}

/** @throws {TimeFormatError} when the text is no decimal number of seconds; white space around it is ignored */
export function parseDecimalTime(payload: string): TimeReading {
  const text = payload.trim();
  const whole = countDigits(text, 0);
  if (whole < 1 || whole > MAX_SECONDS_DIGITS) throw malformed(text);
  const fraction = text[whole] === "." ? countDigits(text, whole + 1) : 0;
  if (fraction > MAX_FRACTION_DIGITS) throw malformed(text);
  if (text.length !== (fraction === 0 ? whole : whole + 1 + fraction)) throw malformed(text);
  const seconds = Number(text.slice(0, whole));
  const fractionMs = fraction === 0 ? 0 : Number(text.slice(whole + 1)) * 10 ** (3 - fraction);
  return {
    epochMs: seconds * 1000 + fractionMs,
    resolutionMs: 10 ** (3 - fraction),
    uncertaintyMs: 0,
    scale: "utc",
  };
}

/** Whole seconds, cut off. @param epochMs Unix time in milliseconds */
export function formatDecimalTime(epochMs: number): string {
  return String(Math.floor(epochMs / 1000));
}

function malformed(text: string): TimeFormatError {
  const shown = text.length > 40 ? `${text.slice(0, 40)}…` : text;
  return new TimeFormatError(`expected Unix time in decimal digits, got ${JSON.stringify(shown)}`);
}
