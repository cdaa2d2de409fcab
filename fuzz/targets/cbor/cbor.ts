/** CBOR, RFC 8949: the pull reader and `skip` agree, and what is read can be written. */

import assert from "node:assert/strict";
import { CborError } from "../../../src/cbor/error.js";
import {
  ARRAY,
  BYTE_STRING,
  MAP,
  NEGATIVE,
  TAG,
  TEXT_STRING,
  UNSIGNED,
} from "../../../src/cbor/major-type.js";
import { CborReader, MAX_NESTING_DEPTH } from "../../../src/cbor/reader.js";
import { CborWriter } from "../../../src/cbor/writer.js";
import { assertSameBytes } from "../../same.js";
import type { Target } from "../../target.js";
import { composeItem } from "./compose.js";

/** Bytes that mean something to the reader: heads, "break", reserved values. */
export const CBOR_WORDS: readonly Uint8Array[] = [
  "00",
  "1b0020000000000000",
  "1bffffffffffffffff",
  "3bffffffffffffffff",
  "40",
  "5f",
  "60",
  "7f6161ff",
  "80",
  "81",
  "9f",
  "a0",
  "a1",
  "bf",
  "c0",
  "c1",
  "c2",
  "c3",
  "c4",
  "c5",
  "d81e",
  "d90101",
  "d903e9",
  "f4",
  "f6",
  "f7",
  "f8ff",
  "f97e00",
  "fa7f800000",
  "fb3ff0000000000000",
  "ff",
  "1c",
  "3e",
  "f800",
].map((hex) => Buffer.from(hex, "hex"));

/** Reads one item and writes it again, in the writer's one form. @throws {CborError} */
function rewrite(reader: CborReader, writer: CborWriter, depth: number): void {
  if (depth > MAX_NESTING_DEPTH) throw new CborError("nested too deep", reader.offset);
  switch (reader.peekMajorType()) {
    case UNSIGNED:
    case NEGATIVE:
      writer.integer(reader.readInteger());
      break;
    case BYTE_STRING:
      writer.byteString(reader.readBytes());
      break;
    case TEXT_STRING:
      writer.text(reader.readText());
      break;
    case ARRAY:
    case MAP:
      rewriteContainer(reader, writer, depth);
      break;
    case TAG:
      writer.tag(reader.readTag());
      rewrite(reader, writer, depth + 1);
      break;
    default:
      if (reader.nextIsFloat()) writer.float(reader.readFloat());
      else writer.simple(reader.readSimple());
  }
}

function rewriteContainer(reader: CborReader, writer: CborWriter, depth: number): void {
  const isMap = reader.peekMajorType() === MAP;
  let left = isMap ? reader.readMap() : reader.readArray();
  const inside = new CborWriter();
  let count = 0;
  for (; reader.hasMore(left); left -= 1) {
    rewrite(reader, inside, depth + 1);
    if (isMap) rewrite(reader, inside, depth + 1);
    count += 1;
  }
  if (isMap) writer.map(count);
  else writer.array(count);
  writer.encoded(inside.bytes);
}

/** All items of a sequence (RFC 8742) in the writer's form. */
function rewriteAll(input: Uint8Array): Uint8Array {
  const reader = new CborReader(input);
  const writer = new CborWriter();
  while (!reader.atEnd) rewrite(reader, writer, 0);
  return writer.bytes;
}

function isRead(input: Uint8Array): boolean {
  try {
    rewriteAll(input);
    return true;
  } catch (error) {
    if (error instanceof CborError) return false;
    throw error;
  }
}

export const cbor: Target<Uint8Array> = {
  name: "cbor",
  errors: [CborError],
  dictionary: CBOR_WORDS,
  parse(input) {
    // What cannot be skipped must not be read either, but for text that is not UTF-8 the other way round.
    const reader = new CborReader(input);
    while (!reader.atEnd) reader.skip();
    return rewriteAll(input);
  },
  check(written) {
    assertSameBytes(rewriteAll(written), written, "what is written is read as the same");
  },
  checkRefusal(input) {
    const reader = new CborReader(input);
    try {
      while (!reader.atEnd) reader.skip();
    } catch (error) {
      assert.ok(error instanceof CborError && !isRead(input), "read what cannot be skipped");
    }
  },
  compose(random) {
    const writer = new CborWriter();
    composeItem(random, writer);
    return writer.bytes.slice();
  },
};
