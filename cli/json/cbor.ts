/**
 * CBOR as JSON, by the advice of RFC 8949 §6.1: byte strings in base64url, tags left out, what JSON lacks as null.
 * Beyond it: integers that a JavaScript number cannot hold become strings of digits, and keys of maps that are no text
 * are in diagnostic notation.
 */

import { formatDiagnostic } from "../../src/cbor/diagnostic.js";
import { CborError } from "../../src/cbor/error.js";
import {
  ARRAY,
  BYTE_STRING,
  FALSE,
  MAP,
  NEGATIVE,
  TAG,
  TEXT_STRING,
  TRUE,
  UNSIGNED,
} from "../../src/cbor/major-type.js";
import { CborReader, MAX_NESTING_DEPTH } from "../../src/cbor/reader.js";
import { NEGATIVE_BIGNUM } from "../../src/cbor/tag.js";

/** What JSON.stringify takes as it is. */
export type JsonValue =
  null | boolean | number | string | readonly JsonValue[] | { readonly [name: string]: JsonValue };

/** The one item in `bytes`. @throws {CborError} when it is not well-formed, or nested too deep */
export function cborAsJson(bytes: Uint8Array): JsonValue {
  const reader = new CborReader(bytes);
  const value = readItem(reader, 0);
  reader.finish();
  return value;
}

/** The items of a CBOR sequence (RFC 8742). @throws {CborError} */
export function cborSequenceAsJson(bytes: Uint8Array): JsonValue[] {
  const reader = new CborReader(bytes);
  const values: JsonValue[] = [];
  while (!reader.atEnd) values.push(readItem(reader, 0));
  return values;
}

function readItem(reader: CborReader, depth: number): JsonValue {
  if (depth > MAX_NESTING_DEPTH)
    throw new CborError(
      `expected items nested at most ${MAX_NESTING_DEPTH} deep (MAX_NESTING_DEPTH)`,
      reader.offset,
    );
  switch (reader.peekMajorType()) {
    case UNSIGNED:
    case NEGATIVE: {
      const value = reader.readInteger();
      return typeof value === "bigint" ? String(value) : value;
    }
    case BYTE_STRING:
      return Buffer.from(reader.readBytes()).toString("base64url");
    case TEXT_STRING:
      return reader.readText();
    case ARRAY:
      return readArray(reader, depth);
    case MAP:
      return readMap(reader, depth);
    case TAG:
      return readTagged(reader, depth);
    default:
      return readSimpleOrFloat(reader);
  }
}

function readArray(reader: CborReader, depth: number): JsonValue[] {
  const items: JsonValue[] = [];
  for (let left = reader.readArray(); reader.hasMore(left); left -= 1)
    items.push(readItem(reader, depth + 1));
  return items;
}

function readMap(reader: CborReader, depth: number): JsonValue {
  const pairs: [string, JsonValue][] = [];
  for (let left = reader.readMap(); reader.hasMore(left); left -= 1) {
    const key = readKey(reader);
    pairs.push([key, readItem(reader, depth + 1)]);
  }
  // As own properties, whatever their names.
  return Object.fromEntries(pairs);
}

function readKey(reader: CborReader): string {
  if (reader.peekMajorType() === TEXT_STRING) return reader.readText();
  const start = reader.offset;
  reader.skip();
  return formatDiagnostic(reader.since(start));
}

function readTagged(reader: CborReader, depth: number): JsonValue {
  const tag = reader.readTag();
  const value = readItem(reader, depth + 1);
  return tag === NEGATIVE_BIGNUM && typeof value === "string" ? `~${value}` : value;
}

function readSimpleOrFloat(reader: CborReader): JsonValue {
  if (reader.nextIsFloat()) {
    const value = reader.readFloat();
    return Number.isFinite(value) ? value : null;
  }
  const value = reader.readSimple();
  return value === TRUE || value === FALSE ? value === TRUE : null;
}
