/**
 * CBOR pull reader: the caller says which item it expects, and gets its value. No tree of objects is made; byte
 * strings are views of the input where they have a definite length.
 *
 *   7     5 4            0
 *  | major | additional   |  argument (0, 1, 2, 4 or 8 bytes)  |  content ...
 *
 * RFC 8949 §3; well-formedness: appendices C and F.
 */

import { decodeUtf8, Utf8Error } from "../bytes/utf8.js";
import { CborError } from "./error.js";
import { decodeHalf } from "./half-float.js";
import {
  ARRAY,
  BREAK,
  BYTE_STRING,
  EIGHT_BYTES,
  FALSE,
  FOUR_BYTES,
  INDEFINITE_LENGTH,
  majorTypeName,
  MAP,
  NEGATIVE,
  NULL,
  ONE_BYTE,
  SIMPLE_OR_FLOAT,
  TAG,
  TEXT_STRING,
  TRUE,
  TWO_BYTES,
  UNDEFINED,
  UNSIGNED,
} from "./major-type.js";
import { skipItem } from "./skip.js";

/** How deep arrays, maps and tags may be nested where the reader follows them by itself ({@link CborReader.skip}). */
export const MAX_NESTING_DEPTH = 16;

/** What `readArray` and `readMap` return for an indefinite length. */
export const INDEFINITE = -1;

/** 2^53 / 2^32: the high word of the first integer that a JavaScript number may not hold exactly. */
const UNSAFE_HIGH_WORD = 0x200000;

/** Reads the items of one buffer from its start to its end. Every method throws {@link CborError}, and says where. */
export class CborReader {
  readonly #bytes: Uint8Array;
  #offset = 0;

  /** @param bytes one data item, or a CBOR sequence (RFC 8742) */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Where the next item starts, in bytes from the start of the buffer. */
  get offset(): number {
    return this.#offset;
  }

  /** True when nothing is left. */
  get atEnd(): boolean {
    return this.#offset >= this.#bytes.length;
  }

  /** Bytes from `start` to the present offset: a view, such as of an item that was skipped. */
  since(start: number): Uint8Array {
    return this.#bytes.subarray(start, this.#offset);
  }

  /** Checks that nothing follows. */
  finish(): void {
    if (!this.atEnd)
      throw new CborError(
        `expected the end, got ${this.#bytes.length - this.#offset} more bytes`,
        this.#offset,
      );
  }

  /** The next item's first byte. */
  peek(): number {
    const initial = this.#bytes[this.#offset];
    if (initial === undefined) throw new CborError("expected an item, got the end", this.#offset);
    return initial;
  }

  /** The next item's major type, {@link UNSIGNED} to {@link SIMPLE_OR_FLOAT}; a "break" counts as the latter. */
  peekMajorType(): number {
    return this.peek() >> 5;
  }

  /** True when the next item is an integer of major type 0 or 1. */
  nextIsInteger(): boolean {
    return this.peekMajorType() <= NEGATIVE;
  }

  /** True when the next item is a float of any precision. */
  nextIsFloat(): boolean {
    const initial = this.peek();
    return initial >= 0xf9 && initial <= 0xfb;
  }

  /** True when the next item has an indefinite length (RFC 8949 §3.2). */
  nextIsIndefinite(): boolean {
    const initial = this.peek();
    return (initial & 0x1f) === INDEFINITE_LENGTH && initial !== BREAK;
  }

  /** An integer of major type 0 or 1; a bigint where a number could not hold it exactly. RFC 8949 §3.1. */
  readInteger(): number | bigint {
    const major = this.peekMajorType();
    if (major > NEGATIVE) throw this.#unexpected("an integer");
    const value = this.readArgument();
    if (major === UNSIGNED) return value;
    if (typeof value === "bigint" || value === Number.MAX_SAFE_INTEGER) return -1n - BigInt(value);
    return -1 - value;
  }

  /** An integer that a number holds exactly. */
  readSafeInteger(): number {
    const start = this.#offset;
    const value = this.readInteger();
    if (typeof value === "bigint") throw new CborError(`expected an integer below 2^53, got ${value}`, start);
    return value;
  }

  /** An integer of major type 0 that a number holds exactly. */
  readUnsigned(): number {
    if (this.peekMajorType() !== UNSIGNED) throw this.#unexpected(majorTypeName(UNSIGNED));
    return this.readSafeInteger();
  }

  /** A byte string of at most `maxBytes`: a view of the buffer, or a copy when it came in chunks. */
  readBytes(maxBytes = Infinity): Uint8Array {
    return this.#string(BYTE_STRING, maxBytes);
  }

  /** A text string of at most `maxBytes` of UTF-8. Text that is not UTF-8 is an error (RFC 8949 §5.3.1). */
  readText(maxBytes = Infinity): string {
    const start = this.#offset;
    const indefinite = this.peek() === ((TEXT_STRING << 5) | INDEFINITE_LENGTH);
    if (!indefinite) return this.#decodeText(this.#string(TEXT_STRING, maxBytes), start);
    // Each chunk is valid by itself: a character may not be split over two (RFC 8949 §3.2.3).
    let text = "";
    let length = 0;
    this.#offset += 1;
    while (!this.readBreak()) {
      const chunkStart = this.#offset;
      const chunk = this.readChunk(TEXT_STRING);
      length += chunk.length;
      checkSize(TEXT_STRING, length, maxBytes, start);
      text += this.#decodeText(chunk, chunkStart);
    }
    return text;
  }

  /**
   * Enters a string of indefinite length; its chunks are to be read one by one until {@link readBreak} is true.
   * For those who want to see the chunks.
   */
  readChunksHead(): void {
    const major = this.peekMajorType();
    if ((major !== BYTE_STRING && major !== TEXT_STRING) || !this.nextIsIndefinite())
      throw this.#unexpected("a string of indefinite length");
    this.#offset += 1;
  }

  /** The bytes of a string of definite length, as chunks of one of indefinite length must be (RFC 8949 §3.2.3). */
  readChunk(major: number): Uint8Array {
    if (this.peekMajorType() !== major || this.nextIsIndefinite())
      throw this.#unexpected(`${majorTypeName(major)} of definite length`);
    return this.#definiteString(major);
  }

  /** Number of items in the array that starts here, or {@link INDEFINITE}. See {@link hasMore}. */
  readArray(): number {
    return this.#container(ARRAY, 1);
  }

  /** Number of pairs in the map that starts here, or {@link INDEFINITE}. See {@link hasMore}. */
  readMap(): number {
    return this.#container(MAP, 2);
  }

  /**
   * Whether a container has a further item or pair, given how many are left; reads the "break" of an indefinite one.
   *
   * @example
   * for (let left = reader.readMap(); reader.hasMore(left); left -= 1) { reader.readInteger(); reader.skip(); }
   */
  hasMore(left: number): boolean {
    return left < 0 ? !this.readBreak() : left > 0;
  }

  /** A tag number; the tag's content follows as an item of its own. RFC 8949 §3.4. */
  readTag(): number | bigint {
    if (this.peekMajorType() !== TAG) throw this.#unexpected("a tag");
    return this.readArgument();
  }

  /** A float of any precision. RFC 8949 §3.3. */
  readFloat(): number {
    if (!this.nextIsFloat()) throw this.#unexpected("a float");
    const width = 1 << (this.peek() - 0xf8);
    const at = this.#offset + 1;
    this.#require(1 + width);
    this.#offset = at + width;
    if (width === 2) return decodeHalf((this.#bytes[at]! << 8) | this.#bytes[at + 1]!);
    const view = new DataView(this.#bytes.buffer, this.#bytes.byteOffset + at, width);
    return width === 4 ? view.getFloat32(0) : view.getFloat64(0);
  }

  /** The next item, a float, as it stands, which is not read by this: a number does not keep the bits of a NaN. */
  peekFloat(): Uint8Array {
    const length = 1 + (1 << (this.peek() - 0xf8));
    this.#require(length);
    return this.#bytes.subarray(this.#offset, this.#offset + length);
  }

  /** A simple value, 0 to 19 and 32 to 255 unassigned, else as in RFC 8949 §3.3 table 4. */
  readSimple(): number {
    const initial = this.peek();
    if (initial >> 5 !== SIMPLE_OR_FLOAT || (initial > 0xf8 && initial < 0xfc))
      throw this.#unexpected("a simple value");
    if (initial === 0xf8) {
      this.#require(2);
      const value = this.#bytes[this.#offset + 1]!;
      if (value < 32)
        throw new CborError(`expected a simple value of 32 or more in two bytes, got ${value}`, this.#offset);
      this.#offset += 2;
      return value;
    }
    if (initial > 0xf8) throw this.#unexpected("a simple value");
    this.#offset += 1;
    return initial & 0x1f;
  }

  readBoolean(): boolean {
    const value = this.peek() & 0x1f;
    if (this.peekMajorType() !== SIMPLE_OR_FLOAT || (value !== TRUE && value !== FALSE))
      throw this.#unexpected("a boolean");
    this.#offset += 1;
    return value === TRUE;
  }

  /** Reads null when it is next, and tells whether it was. */
  readNull(): boolean {
    return this.#readByte((SIMPLE_OR_FLOAT << 5) | NULL);
  }

  /** Reads undefined when it is next, and tells whether it was. */
  readUndefined(): boolean {
    return this.#readByte((SIMPLE_OR_FLOAT << 5) | UNDEFINED);
  }

  /** Reads the "break" of an item of indefinite length when it is next, and tells whether it was. */
  readBreak(): boolean {
    return this.#readByte(BREAK);
  }

  /**
   * Passes over one item with all that it contains, and checks that it is well-formed (RFC 8949 appendix C).
   * @param maxDepth nesting that is still followed: {@link MAX_NESTING_DEPTH} where absent
   */
  skip(maxDepth = MAX_NESTING_DEPTH): void {
    skipItem(this, maxDepth);
  }

  /**
   * The argument of the next item's head, whatever its major type; content is left to the caller. RFC 8949 §3.
   * Reserved values and indefinite lengths are errors.
   */
  readArgument(): number | bigint {
    const start = this.#offset;
    const information = this.peek() & 0x1f;
    if (information < ONE_BYTE) {
      this.#offset = start + 1;
      return information;
    }
    if (information > EIGHT_BYTES)
      throw new CborError(
        information === INDEFINITE_LENGTH
          ? `expected an argument, got an indefinite length`
          : `expected additional information below 28, got the reserved ${information}`,
        start,
      );
    const width = 1 << (information - ONE_BYTE);
    this.#require(1 + width);
    this.#offset = start + 1 + width;
    const first = this.#bytes[start + 1]!;
    if (information === ONE_BYTE) return first;
    if (information === TWO_BYTES) return (first << 8) | this.#bytes[start + 2]!;
    const high = this.#word(start + 1);
    if (information === FOUR_BYTES) return high;
    const low = this.#word(start + 5);
    return high < UNSAFE_HIGH_WORD ? high * 0x100000000 + low : (BigInt(high) << 32n) | BigInt(low);
  }

  #word(at: number): number {
    const bytes = this.#bytes;
    return (bytes[at]! * 0x1000000 + ((bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!)) >>> 0;
  }

  #container(major: number, itemsEach: number): number {
    if (this.peekMajorType() !== major) throw this.#unexpected(majorTypeName(major));
    if (this.nextIsIndefinite()) {
      this.#offset += 1;
      return INDEFINITE;
    }
    const start = this.#offset;
    const count = this.readArgument();
    // An item has at least one byte: a count that cannot be true is refused before anybody allocates for it.
    if (count > (this.#bytes.length - this.#offset) / itemsEach)
      throw new CborError(
        `expected ${majorTypeName(major)} that fits the buffer, got one of ${count}`,
        start,
      );
    return Number(count);
  }

  #string(major: number, maxBytes: number): Uint8Array {
    const start = this.#offset;
    if (this.peekMajorType() !== major) throw this.#unexpected(majorTypeName(major));
    if (!this.nextIsIndefinite()) {
      const bytes = this.#definiteString(major);
      checkSize(major, bytes.length, maxBytes, start);
      return bytes;
    }
    // Twice over the chunks: nothing but the result is allocated.
    this.#offset = start + 1;
    let length = 0;
    while (!this.readBreak()) length += this.readChunk(major).length;
    checkSize(major, length, maxBytes, start);
    const whole = new Uint8Array(length);
    this.#offset = start + 1;
    for (let at = 0; !this.readBreak();) {
      const chunk = this.readChunk(major);
      whole.set(chunk, at);
      at += chunk.length;
    }
    return whole;
  }

  #definiteString(major: number): Uint8Array {
    const start = this.#offset;
    const length = this.readArgument();
    const left = this.#bytes.length - this.#offset;
    if (length > left) {
      this.#offset = start;
      throw new CborError(`expected ${majorTypeName(major)} of ${length} bytes, got ${left} bytes`, start);
    }
    const from = this.#offset;
    this.#offset = from + Number(length);
    return this.#bytes.subarray(from, this.#offset);
  }

  #decodeText(bytes: Uint8Array, start: number): string {
    try {
      return decodeUtf8(bytes);
    } catch (error) {
      if (!(error instanceof Utf8Error)) throw error;
      throw new CborError("expected UTF-8 in a text string", start, error);
    }
  }

  #readByte(expected: number): boolean {
    if (this.peek() !== expected) return false;
    this.#offset += 1;
    return true;
  }

  /** Checks that `count` bytes follow from the offset on. */
  #require(count: number): void {
    const left = this.#bytes.length - this.#offset;
    if (left < count)
      throw new CborError(`expected an item's head of ${count} bytes, got ${left}`, this.#offset);
  }

  #unexpected(expected: string): CborError {
    const initial = this.peek();
    const found = initial === BREAK ? 'a "break"' : majorTypeName(initial >> 5);
    return new CborError(
      `expected ${expected}, got ${found} (0x${initial.toString(16).padStart(2, "0")})`,
      this.#offset,
    );
  }
}

function checkSize(major: number, length: number, maxBytes: number, start: number): void {
  if (length > maxBytes)
    throw new CborError(
      `expected ${majorTypeName(major)} of at most ${maxBytes} bytes, got ${length}`,
      start,
    );
}
