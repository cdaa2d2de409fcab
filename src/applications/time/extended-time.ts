/**
 * CBOR extended time, the map in tag 1001: `{1: 1697724754, -3: 873, -8: {1: 0, -3: 12}}`. RFC 9581 §3.
 *
 * Keys: 1, 4, 5 base time (integer or float, decimal fraction, bigfloat) · -3, -6, … -18 a fraction of the second ·
 * -1 timescale · -7 uncertainty · -8 guarantee. Other negative keys and text keys are elective and passed over; other
 * unsigned keys must be understood and are errors.
 */

import { MAP, TAG } from "../../cbor/major-type.js";
import type { CborReader } from "../../cbor/reader.js";
import { NEGATIVE_BIGNUM, UNSIGNED_BIGNUM } from "../../cbor/tag.js";
import type { CborWriter } from "../../cbor/writer.js";
import { type Instant, TimeFormatError, type TimeReading, type Timescale } from "./reading.js";

const BASE = 1;
const BASE_DECIMAL = 4;
const BASE_BIGFLOAT = 5;
const TIMESCALE = -1;
const MILLISECONDS = -3;
const UNCERTAINTY = -7;
const GUARANTEE = -8;
const ATTOSECONDS = -18;

/** Values of the timescale key, RFC 9581 §3.4. */
const UTC = 0;
const TAI = 1;

/** Bytes of a bignum as mantissa; clocks write fewer. */
export const MAX_MANTISSA_BYTES = 16;
/** Magnitude of an exponent: attoseconds, and ages. */
export const MAX_DECIMAL_EXPONENT = 18;
export const MAX_BINARY_EXPONENT = 64;

/** Up to where floats of 2, 4 and 8 bytes have neighbours a second or less away. */
const LARGEST_TO_THE_SECOND: Readonly<Record<number, number>> = Object.freeze({
  2: 2 ** 11,
  4: 2 ** 24,
  8: 2 ** 53,
});

interface Base {
  readonly seconds: number;
  readonly resolutionMs: number;
  readonly whole: boolean;
}

/** What the keys of one map said. */
class Fields {
  base: Base | undefined;
  fraction: { readonly exponent: number; readonly count: number } | undefined;
  scale: Timescale | undefined;
  uncertaintyMs: number | undefined;
  guaranteeMs: number | undefined;
}

/**
 * Base time as in tag 1: an integer, or a float. RFC 8949 §3.4.2.
 *
 * How fine a float is, it does not say. One that is not whole is taken to be good to the millisecond, one that is
 * whole for cut-off seconds. Single precision has 128 s between its neighbours today: that is refused.
 */
export function readEpochSeconds(reader: CborReader): Base {
  if (!reader.nextIsFloat()) return { seconds: reader.readSafeInteger(), resolutionMs: 1000, whole: true };
  const start = reader.offset;
  const value = reader.readFloat();
  if (!Number.isFinite(value)) throw new TimeFormatError(`expected a finite number of seconds, got ${value}`);
  const width = reader.offset - start - 1;
  if (Math.abs(value) > LARGEST_TO_THE_SECOND[width]!)
    throw new TimeFormatError(`expected a float that is good to the second, got ${value} in ${width} bytes`);
  const resolutionMs = Number.isInteger(value) ? 1000 : 1;
  // Microseconds are what a double holds today; beyond them is only the noise of a decimal fraction in binary.
  return { seconds: Math.round(value * 1e6) / 1e6, resolutionMs, whole: false };
}

function readMantissa(reader: CborReader): number {
  if (reader.peekMajorType() !== TAG) return Number(reader.readInteger());
  const tag = reader.readTag();
  if (tag !== UNSIGNED_BIGNUM && tag !== NEGATIVE_BIGNUM)
    throw new TimeFormatError(`expected an integer or a bignum as mantissa, got tag ${tag}`);
  const bytes = reader.readBytes();
  if (bytes.length > MAX_MANTISSA_BYTES)
    throw new TimeFormatError(
      `expected a mantissa of at most ${MAX_MANTISSA_BYTES} bytes, got ${bytes.length}`,
    );
  let value = 0;
  for (const byte of bytes) value = value * 256 + byte;
  return tag === NEGATIVE_BIGNUM ? -1 - value : value;
}

/** `[exponent, mantissa]`, as in tags 4 and 5: mantissa × radix^exponent seconds. RFC 8949 §3.4.4. */
function readScaled(reader: CborReader, radix: number, maxExponent: number): Base {
  let left = reader.readArray();
  if (!reader.hasMore(left))
    throw new TimeFormatError("expected an exponent and a mantissa, got an empty array");
  const exponent = reader.readSafeInteger();
  if (Math.abs(exponent) > maxExponent)
    throw new TimeFormatError(`expected an exponent from -${maxExponent} to ${maxExponent}, got ${exponent}`);
  left -= 1;
  if (!reader.hasMore(left)) throw new TimeFormatError("expected an exponent and a mantissa, got one item");
  const mantissa = readMantissa(reader);
  left -= 1;
  if (reader.hasMore(left)) throw new TimeFormatError("expected an exponent and a mantissa, got more items");
  const power = radix ** Math.abs(exponent);
  return exponent < 0
    ? { seconds: mantissa / power, resolutionMs: 1000 / power, whole: false }
    : { seconds: mantissa * power, resolutionMs: 1000 * power, whole: false };
}

function readTimescale(reader: CborReader): Timescale {
  const value = reader.readUnsigned();
  if (value !== UTC && value !== TAI)
    throw new TimeFormatError(`expected timescale 0 (UTC) or 1 (TAI), got ${value}`);
  return value === TAI ? "tai" : "utc";
}

/** A number of seconds, or a duration without its tag (RFC 9581 §3.5.4 and §4), in milliseconds. */
function readDurationMs(reader: CborReader, nested: boolean): number {
  let ms: number;
  if (reader.peekMajorType() !== MAP) ms = readEpochSeconds(reader).seconds * 1000;
  else if (nested)
    throw new TimeFormatError("expected no uncertainty of an uncertainty that is itself a map");
  else ms = epochMs(readFields(reader, true));
  if (!(ms >= 0)) throw new TimeFormatError(`expected an uncertainty of 0 or more, got ${ms} ms`);
  return ms;
}

/** Keeps `value` unless there was one: a key that comes twice would mean two times (RFC 8949 §5.6). */
function once<T>(before: T | undefined, value: T, key: string): T {
  if (before !== undefined) throw new TimeFormatError(`expected one ${key}, got more`);
  return value;
}

function readEntry(fields: Fields, key: number | bigint, reader: CborReader, nested: boolean): void {
  if (key === BASE) fields.base = once(fields.base, readEpochSeconds(reader), "base time");
  else if (key === BASE_DECIMAL)
    fields.base = once(fields.base, readScaled(reader, 10, MAX_DECIMAL_EXPONENT), "base time");
  else if (key === BASE_BIGFLOAT)
    fields.base = once(fields.base, readScaled(reader, 2, MAX_BINARY_EXPONENT), "base time");
  else if (key >= 0) throw new TimeFormatError(`expected no critical key that is unknown here, got ${key}`);
  else if (key === TIMESCALE) fields.scale = once(fields.scale, readTimescale(reader), "timescale");
  else if (key === UNCERTAINTY)
    fields.uncertaintyMs = once(fields.uncertaintyMs, readDurationMs(reader, nested), "uncertainty");
  else if (key === GUARANTEE)
    fields.guaranteeMs = once(fields.guaranteeMs, readDurationMs(reader, nested), "guarantee");
  else if (typeof key === "number" && key <= MILLISECONDS && key >= ATTOSECONDS && key % 3 === 0) {
    const count = reader.readInteger();
    if (count < 0) throw new TimeFormatError(`expected a fraction of 0 or more, got ${count}`);
    fields.fraction = once(
      fields.fraction,
      { exponent: key, count: Number(count) },
      "fraction of the second",
    );
  } else reader.skip();
}

function readFields(reader: CborReader, nested: boolean): Fields {
  const fields = new Fields();
  for (let left = reader.readMap(); reader.hasMore(left); left -= 1) {
    if (reader.nextIsInteger()) readEntry(fields, reader.readInteger(), reader, nested);
    else {
      reader.readText();
      reader.skip();
    }
  }
  return fields;
}

/** The time that base and fraction say together, in milliseconds. */
function epochMs(fields: Fields): number {
  const { base, fraction } = fields;
  if (base === undefined) throw new TimeFormatError("expected a base time (key 1, 4 or 5), got none");
  if (fraction === undefined) return base.seconds * 1000;
  if (!base.whole)
    throw new TimeFormatError("expected an integer base time (key 1) beside a fraction of the second");
  return base.seconds * 1000 + fraction.count / 10 ** (-3 - fraction.exponent);
}

/**
 * The content of tag 1001. A guarantee (key -8) bounds the time as it is written; an uncertainty (key -7) comes on
 * top of what the representation cuts off.
 * @throws {TimeFormatError} when it is no valid extended time @throws {CborError} when it is not even CBOR's right type
 */
export function readExtendedTime(reader: CborReader): TimeReading {
  const fields = readFields(reader, false);
  const time = epochMs(fields);
  const guaranteed = fields.guaranteeMs !== undefined;
  const resolutionMs =
    fields.fraction === undefined ? fields.base!.resolutionMs : 10 ** (3 + fields.fraction.exponent);
  return {
    epochMs: time,
    resolutionMs: guaranteed ? 0 : resolutionMs,
    uncertaintyMs: fields.guaranteeMs ?? fields.uncertaintyMs ?? 0,
    scale: fields.scale ?? "utc",
  };
}

/**
 * Writes the content of tag 1001 with milliseconds: cut off, or, where the clock makes a promise, rounded, and the
 * rounding added to it. The promise is written both as guarantee and, for readers that know only that, as uncertainty.
 */
export function writeExtendedTime(writer: CborWriter, instant: Instant, scale: Timescale): void {
  const promised = instant.uncertaintyMs !== undefined;
  const ms = promised ? Math.round(instant.epochMs) : Math.floor(instant.epochMs);
  writer.map(2 + (scale === "tai" ? 1 : 0) + (promised ? 2 : 0));
  writeSeconds(writer, ms);
  if (scale === "tai") writer.integer(TIMESCALE).integer(TAI);
  if (instant.uncertaintyMs === undefined) return;
  const boundMs = Math.ceil(instant.uncertaintyMs + Math.abs(ms - instant.epochMs));
  for (const key of [UNCERTAINTY, GUARANTEE]) {
    writer.integer(key).map(2);
    writeSeconds(writer, boundMs);
  }
}

function writeSeconds(writer: CborWriter, ms: number): void {
  const seconds = Math.floor(ms / 1000);
  writer
    .integer(BASE)
    .integer(seconds)
    .integer(MILLISECONDS)
    .integer(ms - seconds * 1000);
}
