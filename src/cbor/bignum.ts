/** Integers of any size: RFC 8949 §3.1, and bignums, §3.4.3. */

import { fromHex, toHex } from "../bytes/hex.js";
import { CborError } from "./error.js";
import { TAG } from "./major-type.js";
import type { CborReader } from "./reader.js";
import { NEGATIVE_BIGNUM, UNSIGNED_BIGNUM } from "./tag.js";
import type { CborWriter } from "./writer.js";

/** Bytes of a bignum, leading zeros not counted; more are refused, as arithmetic with them takes too long. */
export const MAX_BIGNUM_BYTES = 64;

/** Bytes that an integer of major type 0 or 1 holds. */
const INTEGER_BYTES = 8;

/**
 * Reads an integer or a bignum.
 * @throws {CborError} where there is something else, or a bignum of more than `maxBytes`
 */
export function readBignum(reader: CborReader, maxBytes: number = MAX_BIGNUM_BYTES): bigint {
  if (reader.peekMajorType() !== TAG) return BigInt(reader.readInteger());
  const start = reader.offset;
  const tag = reader.readTag();
  if (tag !== UNSIGNED_BIGNUM && tag !== NEGATIVE_BIGNUM)
    throw new CborError(`expected an integer or a bignum, got tag ${tag}`, start);
  const magnitude = withoutZeros(reader.readBytes());
  if (magnitude.length > maxBytes)
    throw new CborError(
      `expected a bignum of at most ${maxBytes} bytes (MAX_BIGNUM_BYTES), got ${magnitude.length}`,
      start,
    );
  return bignumValue(tag, magnitude);
}

/** Appends an integer in its shortest form: as a bignum only where nothing else holds it (RFC 8949 §3.4.3). */
export function writeBignum(writer: CborWriter, value: bigint): void {
  const magnitude = value < 0n ? -1n - value : value;
  const hex = magnitude.toString(16);
  const bytes = fromHex(hex.length % 2 === 0 ? hex : `0${hex}`);
  writeMagnitude(writer, value < 0n ? NEGATIVE_BIGNUM : UNSIGNED_BIGNUM, bytes);
}

/** Appends what a bignum's bytes stand for, in its shortest form. @param tag as of {@link bignumValue} */
export function writeMagnitude(writer: CborWriter, tag: number, bytes: Uint8Array): void {
  const magnitude = withoutZeros(bytes);
  if (magnitude.length <= INTEGER_BYTES) writer.integer(bignumValue(tag, magnitude));
  else writer.tag(tag).byteString(magnitude);
}

/** What a bignum's bytes stand for. @param tag {@link UNSIGNED_BIGNUM} or {@link NEGATIVE_BIGNUM} */
export function bignumValue(tag: number, bytes: Uint8Array): bigint {
  const magnitude = bytes.length === 0 ? 0n : BigInt(`0x${toHex(bytes)}`);
  return tag === NEGATIVE_BIGNUM ? -1n - magnitude : magnitude;
}

function withoutZeros(bytes: Uint8Array): Uint8Array {
  let zeros = 0;
  while (bytes[zeros] === 0) zeros += 1;
  return bytes.subarray(zeros);
}
