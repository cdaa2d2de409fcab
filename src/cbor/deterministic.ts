/**
 * Deterministic encoding: of all encodings of a data item the one that everybody arrives at. RFC 8949 §4.2.1.
 *
 * Lengths are definite; integers, lengths, tags, bignums and floats have their shortest form; the keys of maps are in
 * the order of their bytes, each there once. NaNs with other bits are other values (§4.1); a protocol that wants a single
 * one has to ask for it (§4.2.2).
 */

import { compareBytes, equalBytes } from "../bytes/compare.js";
import { writeMagnitude } from "./bignum.js";
import { CborError } from "./error.js";
import { shortestNaN, withoutSign } from "./float.js";
import { ARRAY, BYTE_STRING, MAP, NEGATIVE, TAG, TEXT_STRING, UNSIGNED } from "./major-type.js";
import { CborReader, MAX_NESTING_DEPTH } from "./reader.js";
import { NEGATIVE_BIGNUM, UNSIGNED_BIGNUM } from "./tag.js";
import { CborWriter } from "./writer.js";

/** A container whose end has not come. */
interface Open {
  readonly kind: typeof ARRAY | typeof MAP | typeof TAG;
  /** Items left (a map's pairs count as two); negative for an indefinite length. */
  left: number;
  /** Where in `inside` each item starts; kept where the head can only be written at the end. */
  readonly starts: number[] | undefined;
  /** Takes the items. */
  readonly inside: CborWriter;
  readonly outside: CborWriter;
  /** Where the container starts in the input. */
  readonly offset: number;
}

/**
 * The deterministic encoding of the item in `bytes`.
 * @throws {CborError} when it is not well-formed, has text that is not UTF-8 or a key twice, or is nested too deep
 */
export function deterministic(bytes: Uint8Array, maxDepth: number = MAX_NESTING_DEPTH): Uint8Array {
  const reader = new CborReader(bytes);
  const writer = new CborWriter();
  writeDeterministic(writer, reader, maxDepth);
  reader.finish();
  return writer.bytes;
}

/** Reads one item and appends its deterministic encoding. @throws {CborError} as {@link deterministic} */
export function writeDeterministic(
  writer: CborWriter,
  reader: CborReader,
  maxDepth: number = MAX_NESTING_DEPTH,
): void {
  // A loop, since recursion would cost stack.
  const open: Open[] = [];
  do {
    const container = open.at(-1);
    if (container !== undefined && atEndOf(container, reader)) {
      open.pop();
      close(container);
      continue;
    }
    if (container !== undefined) {
      container.starts?.push(container.inside.length);
      if (container.left > 0) container.left -= 1;
    }
    const entered = writeHead(container?.inside ?? writer, reader);
    if (entered === undefined) continue;
    if (open.length >= maxDepth)
      throw new CborError(
        `expected items nested at most ${maxDepth} deep (MAX_NESTING_DEPTH)`,
        entered.offset,
      );
    open.push(entered);
  } while (open.length > 0);
}

function atEndOf({ kind, left, starts }: Open, reader: CborReader): boolean {
  if (left >= 0) return left === 0;
  if (kind === MAP && starts!.length % 2 !== 0) return false;
  return reader.readBreak();
}

/** Writes an item without content, or enters one that has some. */
function writeHead(writer: CborWriter, reader: CborReader): Open | undefined {
  switch (reader.peekMajorType()) {
    case UNSIGNED:
    case NEGATIVE:
      writer.integer(reader.readInteger());
      return undefined;
    case BYTE_STRING:
      writer.byteString(reader.readBytes());
      return undefined;
    case TEXT_STRING:
      writer.text(reader.readText());
      return undefined;
    case ARRAY:
      return enterArray(writer, reader);
    case MAP: {
      const offset = reader.offset;
      const count = reader.readMap();
      const left = count < 0 ? count : 2 * count;
      return { kind: MAP, left, starts: [], inside: new CborWriter(), outside: writer, offset };
    }
    case TAG:
      return enterTag(writer, reader);
    default:
      if (reader.nextIsFloat()) writeFloat(writer, reader);
      else writer.simple(reader.readSimple());
      return undefined;
  }
}

/** A NaN keeps its bits (§4.1), which a number would not. */
function writeFloat(writer: CborWriter, reader: CborReader): void {
  const item = reader.peekFloat();
  const value = reader.readFloat();
  if (Number.isNaN(value)) writer.encoded(shortestNaN(item));
  else writer.float(value);
}

function enterArray(writer: CborWriter, reader: CborReader): Open {
  const offset = reader.offset;
  const left = reader.readArray();
  if (left < 0) return { kind: ARRAY, left, starts: [], inside: new CborWriter(), outside: writer, offset };
  writer.array(left);
  return { kind: ARRAY, left, starts: undefined, inside: writer, outside: writer, offset };
}

function enterTag(writer: CborWriter, reader: CborReader): Open | undefined {
  const offset = reader.offset;
  const tag = reader.readTag();
  if ((tag === UNSIGNED_BIGNUM || tag === NEGATIVE_BIGNUM) && reader.peekMajorType() === BYTE_STRING) {
    writeMagnitude(writer, tag, reader.readBytes());
    return undefined;
  }
  writer.tag(tag);
  return { kind: TAG, left: 1, starts: undefined, inside: writer, outside: writer, offset };
}

function close(container: Open): void {
  const { kind, starts, inside, outside } = container;
  if (starts === undefined) return;
  if (kind === MAP) closeMap(container, starts);
  else outside.array(starts.length).encoded(inside.bytes);
}

/** Writes the pairs by the order of their keys. */
function closeMap({ inside, outside, offset }: Open, starts: readonly number[]): void {
  const { bytes } = inside;
  const pairs: { key: Uint8Array; whole: Uint8Array }[] = [];
  for (let index = 0; index < starts.length; index += 2) {
    const [from, value, to] = [starts[index]!, starts[index + 1]!, starts[index + 2] ?? bytes.length];
    pairs.push({ key: bytes.subarray(from, value), whole: bytes.subarray(from, to) });
  }
  pairs.sort((a, b) => compareBytes(a.key, b.key));
  outside.map(pairs.length);
  pairs.forEach(({ key, whole }, index) => {
    const positive = withoutSign(key);
    const isTwice =
      (index > 0 && equalBytes(key, pairs[index - 1]!.key)) ||
      (positive !== undefined && pairs.some((other) => equalBytes(other.key, positive)));
    if (isTwice) throw new CborError("expected a map with each key once, got one twice", offset);
    outside.encoded(whole);
  });
}
