/**
 * CBOR writer into one buffer: of each value the shortest form, so that the same calls always give the same bytes. RFC 8949 §4.1 (preferred serialization) and §4.2.1; the order of a map's keys is the caller's.
 */

import { encodeUtf8 } from "../bytes/utf8.js";
import { CborError } from "./error.js";
import { encodeHalf } from "./half-float.js";
import {
  ARRAY,
  BREAK,
  BYTE_STRING,
  EIGHT_BYTES,
  FALSE,
  FOUR_BYTES,
  INDEFINITE_LENGTH,
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

/** Size of a buffer that was not given, in bytes; it doubles when it is full. */
export const INITIAL_CAPACITY = 64;

const MAX_UINT64 = 0xffff_ffff_ffff_ffffn;

/** Every method appends one head or item and returns the writer. A container's items are the calls that follow it. */
export class CborWriter {
  #buffer: Uint8Array;
  #length = 0;
  readonly #fixed: boolean;

  /** @param buffer where to write, from its start; a full one is an error. Absent: a buffer that grows. */
  constructor(buffer?: Uint8Array) {
    this.#fixed = buffer !== undefined;
    this.#buffer = buffer ?? new Uint8Array(INITIAL_CAPACITY);
  }

  /** Bytes written so far. */
  get length(): number {
    return this.#length;
  }

  /** What was written: a view of the buffer, good until something more is written. */
  get bytes(): Uint8Array {
    return this.#buffer.subarray(0, this.#length);
  }

  /** An integer of either sign, -2^64 to 2^64 - 1. RFC 8949 §3.1. */
  integer(value: number | bigint): this {
    if (value >= 0) return this.#head(UNSIGNED, value);
    return this.#head(NEGATIVE, typeof value === "bigint" ? -1n - value : -1 - value);
  }

  byteString(value: Uint8Array): this {
    return this.#head(BYTE_STRING, value.length).encoded(value);
  }

  text(value: string): this {
    const utf8 = encodeUtf8(value);
    return this.#head(TEXT_STRING, utf8.length).encoded(utf8);
  }

  /** The head of an array of `count` items. */
  array(count: number): this {
    return this.#head(ARRAY, count);
  }

  /** The head of a map of `count` pairs. */
  map(count: number): this {
    return this.#head(MAP, count);
  }

  /**
   * Starts an item of indefinite length: an array, a map, or a string whose chunks follow as strings. RFC 8949 §3.2.
   * @param major {@link BYTE_STRING}, {@link TEXT_STRING}, {@link ARRAY} or {@link MAP}
   */
  indefinite(major: typeof BYTE_STRING | typeof TEXT_STRING | typeof ARRAY | typeof MAP): this {
    return this.#byte((major << 5) | INDEFINITE_LENGTH);
  }

  /** The "break" that ends an item of indefinite length. */
  break(): this {
    return this.#byte(BREAK);
  }

  /** A tag; its content follows. */
  tag(number: number | bigint): this {
    return this.#head(TAG, number);
  }

  boolean(value: boolean): this {
    return this.#head(SIMPLE_OR_FLOAT, value ? TRUE : FALSE);
  }

  null(): this {
    return this.#head(SIMPLE_OR_FLOAT, NULL);
  }

  undefined(): this {
    return this.#head(SIMPLE_OR_FLOAT, UNDEFINED);
  }

  /** A simple value, 0 to 23 or 32 to 255. RFC 8949 §3.3. */
  simple(value: number): this {
    if (!Number.isInteger(value) || value < 0 || value > 255 || (value >= 24 && value < 32))
      throw new CborError(`expected a simple value, 0 to 23 or 32 to 255, got ${value}`, this.#length);
    return this.#head(SIMPLE_OR_FLOAT, value);
  }

  /** A float, in the shortest of the three precisions that keeps its value; whole numbers stay floats. */
  float(value: number): this {
    if (Number.isNaN(value)) return this.#half(0x7e00);
    const view = new DataView(new ArrayBuffer(8));
    if (Math.fround(value) !== value) {
      view.setFloat64(0, value);
      const at = this.#eightBytes(SIMPLE_OR_FLOAT << 5);
      this.#word(at, view.getUint32(0));
      this.#word(at + 4, view.getUint32(4));
      return this;
    }
    view.setFloat32(0, value);
    const half = encodeHalf(view.getUint32(0));
    if (half !== undefined) return this.#half(half);
    const at = this.#reserve(5);
    this.#buffer[at] = (SIMPLE_OR_FLOAT << 5) | FOUR_BYTES;
    this.#word(at + 1, view.getUint32(0));
    return this;
  }

  /** Bytes that are CBOR already. */
  encoded(item: Uint8Array): this {
    const at = this.#reserve(item.length);
    this.#buffer.set(item, at);
    return this;
  }

  #byte(value: number): this {
    const at = this.#reserve(1);
    this.#buffer[at] = value;
    return this;
  }

  #half(bits: number): this {
    const at = this.#reserve(3);
    this.#buffer[at] = (SIMPLE_OR_FLOAT << 5) | TWO_BYTES;
    this.#buffer[at + 1] = bits >> 8;
    this.#buffer[at + 2] = bits;
    return this;
  }

  #head(major: number, argument: number | bigint): this {
    const first = major << 5;
    if (typeof argument === "bigint") {
      if (argument < 0n || argument > MAX_UINT64)
        throw new CborError(`expected a number of at most 64 bits, got ${argument}`, this.#length);
      if (argument > BigInt(Number.MAX_SAFE_INTEGER)) {
        const at = this.#eightBytes(first);
        this.#word(at, Number(argument >> 32n));
        this.#word(at + 4, Number(argument & 0xffff_ffffn));
        return this;
      }
      argument = Number(argument);
    }
    if (!Number.isSafeInteger(argument) || argument < 0)
      throw new CborError(`expected an integer below 2^53, or a bigint, got ${argument}`, this.#length);
    if (argument < ONE_BYTE) {
      const at = this.#reserve(1);
      this.#buffer[at] = first | argument;
    } else if (argument < 0x100) {
      const at = this.#reserve(2);
      this.#buffer[at] = first | ONE_BYTE;
      this.#buffer[at + 1] = argument;
    } else if (argument < 0x10000) {
      const at = this.#reserve(3);
      this.#buffer[at] = first | TWO_BYTES;
      this.#buffer[at + 1] = argument >> 8;
      this.#buffer[at + 2] = argument;
    } else if (argument <= 0xffffffff) {
      const at = this.#reserve(5);
      this.#buffer[at] = first | FOUR_BYTES;
      this.#word(at + 1, argument);
    } else {
      const at = this.#eightBytes(first);
      this.#word(at, Math.floor(argument / 0x100000000));
      this.#word(at + 4, argument % 0x100000000);
    }
    return this;
  }

  /** Makes room for a head with eight bytes of argument, and returns where they go. */
  #eightBytes(first: number): number {
    const at = this.#reserve(9);
    this.#buffer[at] = first | EIGHT_BYTES;
    return at + 1;
  }

  #word(at: number, value: number): void {
    this.#buffer[at] = value / 0x1000000;
    this.#buffer[at + 1] = value / 0x10000;
    this.#buffer[at + 2] = value / 0x100;
    this.#buffer[at + 3] = value;
  }

  /** Makes room for `count` more bytes and returns where they start. */
  #reserve(count: number): number {
    const at = this.#length;
    const needed = at + count;
    if (needed > this.#buffer.length) {
      if (this.#fixed)
        throw new CborError(`expected a buffer of ${needed} bytes or more, got ${this.#buffer.length}`, at);
      const larger = new Uint8Array(Math.max(needed, this.#buffer.length * 2));
      larger.set(this.#buffer.subarray(0, at));
      this.#buffer = larger;
    }
    this.#length = needed;
    return at;
  }
}
