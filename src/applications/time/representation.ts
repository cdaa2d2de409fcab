/**
 * The representations of the time service ('Everything over CoAP' §2.6): decimal ASCII (Content-Format 0) and CBOR
 * (Content-Format 60) with tag 0 (date and time as text), 1 (seconds) or 1001 (extended time).
 */

import { decodeUtf8, encodeUtf8, Utf8Error } from "../../bytes/utf8.js";
import { CborError } from "../../cbor/error.js";
import { CborReader } from "../../cbor/reader.js";
import { DATE_TIME_TEXT, EPOCH_TIME, EXTENDED_TIME } from "../../cbor/tag.js";
import { CborWriter } from "../../cbor/writer.js";
import { CBOR, TEXT_PLAIN } from "../../coap/codec/content-format.js";
import { formatDateTime, parseDateTime } from "./date-time.js";
import { formatDecimalTime, parseDecimalTime } from "./decimal.js";
import { readEpochSeconds, readExtendedTime, writeExtendedTime } from "./extended-time.js";
import { type Instant, TimeFormatError, type TimeReading, type Timescale } from "./reading.js";

/** The CBOR tags that a time can have. */
export type TimeTag = typeof DATE_TIME_TEXT | typeof EPOCH_TIME | typeof EXTENDED_TIME;

/**
 * Reads the payload of a time server's response.
 * @param contentFormat the response's; one without is taken for text
 * @throws {TimeFormatError} when it is no time
 */
export function readTime(payload: Uint8Array, contentFormat: number | undefined): TimeReading {
  try {
    return readPayload(payload, contentFormat);
  } catch (error) {
    if (!(error instanceof CborError || error instanceof Utf8Error)) throw error;
    throw new TimeFormatError(error.message, { cause: error });
  }
}

function readPayload(payload: Uint8Array, contentFormat: number | undefined): TimeReading {
  if (contentFormat === CBOR) return readCborTime(payload);
  if (contentFormat === undefined || contentFormat === TEXT_PLAIN)
    return parseDecimalTime(decodeUtf8(payload));
  throw new TimeFormatError(`expected a time as text (0) or CBOR (60), got Content-Format ${contentFormat}`);
}

function readCborTime(payload: Uint8Array): TimeReading {
  const reader = new CborReader(payload);
  const reading = readTagged(reader);
  reader.finish();
  return reading;
}

function readTagged(reader: CborReader): TimeReading {
  const tag = reader.readTag();
  switch (tag) {
    case DATE_TIME_TEXT:
      return parseDateTime(reader.readText());
    case EPOCH_TIME: {
      const { seconds, resolutionMs } = readEpochSeconds(reader);
      return { epochMs: seconds * 1000, resolutionMs, uncertaintyMs: 0, scale: "utc" };
    }
    case EXTENDED_TIME:
      return readExtendedTime(reader);
    default:
      throw new TimeFormatError(`expected tag 0, 1 or 1001, got ${tag}`);
  }
}

/** Whole seconds of Unix time as text. */
export function textTime(instant: Instant): Uint8Array {
  return encodeUtf8(formatDecimalTime(instant.epochMs));
}

/** CBOR with milliseconds. @param scale only tag 1001 can say another one than UTC */
export function cborTime(instant: Instant, tag: TimeTag, scale: Timescale): Uint8Array {
  const writer = new CborWriter().tag(tag);
  if (tag === EXTENDED_TIME) writeExtendedTime(writer, instant, scale);
  else if (tag === DATE_TIME_TEXT) writer.text(formatDateTime(instant.epochMs));
  else {
    const ms = Math.floor(instant.epochMs);
    if (ms % 1000 === 0) writer.integer(ms / 1000);
    else writer.float(ms / 1000);
  }
  return writer.bytes;
}
