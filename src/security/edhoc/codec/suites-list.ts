/** Lists of cipher suites in messages: `suites = [ 2* int ] / int`. RFC 9528 §5.2.1. */

import { CborError } from "../../../cbor/error.js";
import type { CborReader } from "../../../cbor/reader.js";
import type { CborWriter } from "../../../cbor/writer.js";

/** Longest list that is read; the registry has nine suites, and four numbers for private use. */
export const MAX_SUITES = 16;

/** Appends a list: a single suite goes without an array. */
export function writeSuites(writer: CborWriter, suites: readonly number[]): void {
  if (suites.length !== 1) writer.array(suites.length);
  for (const suite of suites) writer.integer(suite);
}

/** @throws {CborError} for a list of less than two, or of more than {@link MAX_SUITES} */
export function readSuites(reader: CborReader): number[] {
  if (reader.nextIsInteger()) return [reader.readSafeInteger()];
  const start = reader.offset;
  const count = reader.readArray();
  if (count < 2 || count > MAX_SUITES)
    throw new CborError(
      `expected one cipher suite, or an array of 2 to ${MAX_SUITES} (MAX_SUITES), got one of ${count}`,
      start,
    );
  return Array.from({ length: count }, () => reader.readSafeInteger());
}
