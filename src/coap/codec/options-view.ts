/**
 * The options of a received message, read in place.
 *
 *     0   1   2   3   4   5   6   7
 *   +---------------+---------------+
 *   |  Option Delta | Option Length |   1 byte
 *   +---------------+---------------+
 *   /         Option Delta          /   0-2 bytes
 *   /          (extended)           /
 *   +-------------------------------+
 *   /         Option Length         /   0-2 bytes
 *   /          (extended)           /
 *   +-------------------------------+
 *   /         Option Value          /   0 or more bytes
 *
 * RFC 7252 §3.1.
 */

import { decodeUint } from "../../bytes/uint.js";
import { decodeUtf8 } from "../../bytes/utf8.js";
import { MessageFormatError } from "./message-format-error.js";
import { MAX_TARGET_BYTES, TARGET_OPTIONS } from "./option-table.js";
import { MAX_OPTION_NUMBER, type OptionEntry, type ReadableOptions } from "./options.js";

/** Between options and payload (RFC 7252 §3). */
export const PAYLOAD_MARKER = 0xff;

/** In {@link OptionsView.#presence} an option has the bit of its number; those from here on have one bit together. */
export const OTHERS = 30;

/** Options between two offsets of a buffer. Checked once when made; each look-up walks them, nothing is copied. */
export class OptionsView implements ReadableOptions {
  readonly #bytes: Uint8Array;
  /** Offset of the first option. */
  readonly start: number;
  /** Offset of the payload marker, or of the end of the buffer. */
  readonly end: number;
  /** Offset of the payload, or of the end of the buffer. */
  readonly payloadStart: number;
  /** The options that are there, as bits: most look-ups are for absent ones. */
  readonly #presence: number;
  /** Nothing but options that select the resource, of lengths that are allowed (RFC 7252 §5.4.3), and no payload. */
  readonly isPlain: boolean;

  /** Checks options and payload marker from `start` on. @throws {MessageFormatError} */
  constructor(bytes: Uint8Array, start: number) {
    const length = bytes.length;
    let offset = start;
    let number = 0;
    let presence = 0;
    let longest = 0;
    while (offset < length) {
      const head = bytes[offset]!;
      if (head === PAYLOAD_MARKER) break;
      const at = offset;
      offset += 1;
      let delta = head >> 4;
      let size = head & 15;
      if (delta >= 13) {
        if (delta === 15) throw reservedNibble(at);
        if (delta === 13) delta = 13 + (bytes[offset++] ?? 0);
        else {
          delta = 269 + (((bytes[offset] ?? 0) << 8) | (bytes[offset + 1] ?? 0));
          offset += 2;
        }
      }
      if (size >= 13) {
        if (size === 15) throw reservedNibble(at);
        if (size === 13) size = 13 + (bytes[offset++] ?? 0);
        else {
          size = 269 + (((bytes[offset] ?? 0) << 8) | (bytes[offset + 1] ?? 0));
          offset += 2;
        }
        if (size > longest) longest = size;
      }
      number += delta;
      offset += size;
      if (number > MAX_OPTION_NUMBER)
        throw new MessageFormatError(
          `expected an option number up to ${MAX_OPTION_NUMBER}, got ${number}`,
          at,
        );
      if (offset > length)
        throw new MessageFormatError(`expected ${offset - length} more bytes of option ${number}`, at);
      presence |= 1 << (number < OTHERS ? number : OTHERS);
    }
    this.#bytes = bytes;
    this.start = start;
    this.#presence = presence;
    this.isPlain = (presence & ~TARGET_OPTIONS) === 0 && longest <= MAX_TARGET_BYTES && offset === length;
    this.end = offset;
    if (offset === length) this.payloadStart = length;
    else {
      this.payloadStart = offset + 1;
      if (this.payloadStart === length)
        throw new MessageFormatError("expected a payload behind the payload marker", offset);
    }
  }

  /**
   * Calls `visit` with each option's number and the bounds of its value, in order, until it returns true.
   * The hottest loop of a server: no allocation.
   */
  visit(visit: (number: number, start: number, end: number) => boolean): boolean {
    const bytes = this.#bytes;
    const stop = this.end;
    let offset = this.start;
    let number = 0;
    while (offset < stop) {
      const head = bytes[offset++]!;
      let delta = head >> 4;
      let size = head & 15;
      if (delta === 13) delta = 13 + bytes[offset++]!;
      else if (delta === 14) {
        delta = 269 + ((bytes[offset]! << 8) | bytes[offset + 1]!);
        offset += 2;
      }
      if (size === 13) size = 13 + bytes[offset++]!;
      else if (size === 14) {
        size = 269 + ((bytes[offset]! << 8) | bytes[offset + 1]!);
        offset += 2;
      }
      number += delta;
      offset += size;
      if (visit(number, offset - size, offset)) return true;
    }
    return false;
  }

  /** Whether one of these is there. @param options such as `TARGET_OPTIONS` */
  hasAny(options: number): boolean {
    return (this.#presence & options) !== 0;
  }

  /** Whether there is no other option. @param number below {@link OTHERS} */
  isOnly(number: number): boolean {
    return this.#presence === 1 << number;
  }

  has(number: number): boolean {
    // Only the bit that high numbers have together says less.
    if (number < OTHERS) return (this.#presence & (1 << number)) !== 0;
    return this.#mayHave(number) && this.visit((found) => found === number);
  }

  first(number: number): Uint8Array | undefined {
    if (!this.#mayHave(number)) return undefined;
    let value: Uint8Array | undefined;
    this.visit((found, start, end) => {
      if (found === number) value = this.#bytes.subarray(start, end);
      return found >= number;
    });
    return value;
  }

  all(number: number): Uint8Array[] {
    const values: Uint8Array[] = [];
    if (this.#mayHave(number))
      this.visit((found, start, end) => {
        if (found === number) values.push(this.#bytes.subarray(start, end));
        return found > number;
      });
    return values;
  }

  /**
   * Offset of the value of an option that ends at {@link end}, where there is no other and its value has less than 13
   * bytes; -1 otherwise. @param number below 13
   */
  onlyStart(number: number): number {
    const { start } = this;
    const length = this.end - start - 1;
    return length < 13 && this.#bytes[start] === ((number << 4) | length) ? start + 1 : -1;
  }

  uint(number: number): number | undefined {
    if (!this.#mayHave(number)) return undefined;
    let value: number | undefined;
    this.visit((found, start, end) => {
      if (found === number) value = decodeUint(this.#bytes, start, end);
      return found >= number;
    });
    return value;
  }

  string(number: number): string | undefined {
    const value = this.first(number);
    return value && decodeUtf8(value);
  }

  strings(number: number): string[] {
    return this.all(number).map((value) => decodeUtf8(value));
  }

  entries(): OptionEntry[] {
    const entries: OptionEntry[] = [];
    this.visit((number, start, end) => {
      entries.push({ number, value: this.#bytes.subarray(start, end) });
      return false;
    });
    return entries;
  }

  #mayHave(number: number): boolean {
    return (this.#presence & (1 << (number < OTHERS ? number : OTHERS))) !== 0;
  }
}

function reservedNibble(offset: number): MessageFormatError {
  return new MessageFormatError("expected an option, got a reserved nibble 15", offset);
}
