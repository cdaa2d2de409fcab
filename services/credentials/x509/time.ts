/** Dates of validity: RFC 5280 §4.1.2.5. */

import { DerError, GENERALIZED_TIME, UTC_TIME, type DerReader } from "./der.js";

const TIME =
  /^(?<year>\d{2}|\d{4})(?<month>\d{2})(?<day>\d{2})(?<hour>\d{2})(?<minute>\d{2})(?<second>\d{2})Z$/u;

/** Years of UTCTime from this on are of the last century (§4.1.2.5.1). */
const FIRST_YEAR_OF_1900 = 50;

/**
 * A date in UTC with seconds and without fractions of them, in milliseconds since 1970. UTCTime is for years up to
 * 2049, but those in GeneralizedTime are taken all the same, as applications have to (§4.1.2.5).
 *
 * @throws {DerError}
 */
export function readTime(reader: DerReader, what: string): number {
  const isShort = reader.tag === UTC_TIME;
  const text = String.fromCharCode(...reader.read(isShort ? UTC_TIME : GENERALIZED_TIME, what));
  const { year = "", month, day, hour, minute, second } = TIME.exec(text)?.groups ?? {};
  if (year.length !== (isShort ? 2 : 4))
    throw new DerError(
      `${what}: expected ${isShort ? "YY" : "YYYY"}MMDDhhmmssZ, got ${JSON.stringify(text)}`,
    );
  const century = isShort ? (Number(year) < FIRST_YEAR_OF_1900 ? 2000 : 1900) : 0;
  const fields = [century + Number(year), Number(month), Number(day)] as const;
  const iso = `${String(fields[0]).padStart(4, "0")}-${month}-${day}T${hour}:${minute}:${second}.000Z`;
  const milliseconds = Date.parse(iso);
  // Days that are not in a month would be of the next one.
  if (Number.isNaN(milliseconds) || new Date(milliseconds).toISOString() !== iso)
    throw new DerError(`${what}: expected a date, got ${JSON.stringify(text)}`);
  return milliseconds;
}
