/**
 * DER, as far as certificates need it: ITU-T X.690 §8 to §11. One encoding of each value, and no other, is read: what
 * is signed is what two readers understand alike.
 */

import { toHex } from "../../../src/bytes/hex.js";
import { CertificateError } from "./certificate-error.js";

/** What is no DER, or is not what was expected. */
export class DerError extends CertificateError {
  override name = "DerError";
}

/** Tags that certificates use (X.690 §8.1.2; RFC 5280 §4.1). */
const BOOLEAN = 0x01;
export const INTEGER = 0x02;
export const BIT_STRING = 0x03;
export const OCTET_STRING = 0x04;
export const NULL = 0x05;
const OBJECT_IDENTIFIER = 0x06;
export const UTC_TIME = 0x17;
export const GENERALIZED_TIME = 0x18;
export const SEQUENCE = 0x30;
export const SET = 0x31;
/** `[n]`, of a primitive value. */
export const CONTEXT = 0x80;
/** `[n]`, of a value with others inside. */
export const CONTEXT_CONSTRUCTED = 0xa0;

/** A tag's bit for values with others inside (§8.1.2.5). */
const CONSTRUCTED = 0x20;
/** Bits of a tag that say that its number is in more bytes (§8.1.2.4). */
const LONG_TAG = 0x1f;
/** Longest form of a length that is read: four bytes. */
const MAX_LENGTH_BYTES = 4;
/** How deep values may lie in each other where their structure is not known here. */
export const MAX_DER_DEPTH = 8;

/** A string of bits; those that are not used are zero. */
export interface BitString {
  readonly bytes: Uint8Array;
  /** 0 to 7, at the end of the last byte. */
  readonly unusedBits: number;
}

/** Reads values one after the other. Every method throws {@link DerError} for what is not there. */
export class DerReader {
  readonly #bytes: Uint8Array;
  readonly #what: string;
  #offset = 0;

  /** @param what is read, for errors */
  constructor(bytes: Uint8Array, what: string) {
    this.#bytes = bytes;
    this.#what = what;
  }

  get atEnd(): boolean {
    return this.#offset >= this.#bytes.length;
  }

  /** The tag of the next value; undefined at the end. */
  get tag(): number | undefined {
    return this.#bytes[this.#offset];
  }

  /** The content of the next value, which has that tag. */
  read(tag: number, what: string): Uint8Array {
    if (this.tag !== tag)
      throw new DerError(
        `${this.#what}: expected ${what} (tag ${hex(tag)}), got ${this.atEnd ? "the end" : hex(this.tag!)}`,
      );
    return this.readAny(what);
  }

  /** The next value with its tag and length. */
  element(tag: number, what: string): Uint8Array {
    const start = this.#offset;
    this.read(tag, what);
    return this.#bytes.subarray(start, this.#offset);
  }

  /** The values inside the next one. */
  enter(tag: number, what: string): DerReader {
    return new DerReader(this.read(tag, what), what);
  }

  /** The content of the next value, whatever it is. */
  readAny(what: string): Uint8Array {
    if (this.atEnd) throw new DerError(`${this.#what}: expected ${what}, got the end`);
    if ((this.tag! & LONG_TAG) === LONG_TAG)
      throw new DerError(`${what}: expected a tag of one byte, got ${hex(this.tag!)}`);
    this.#offset += 1;
    const length = this.#length(what);
    const start = this.#offset;
    if (length > this.#bytes.length - start)
      throw new DerError(`${what}: expected ${length} bytes, got ${this.#bytes.length - start}`);
    this.#offset = start + length;
    return this.#bytes.subarray(start, this.#offset);
  }

  /** Nothing comes after what has been read. */
  finish(): void {
    const rest = this.#bytes.length - this.#offset;
    if (rest > 0) throw new DerError(`${this.#what}: expected nothing more, got ${rest} bytes`);
  }

  /** Reads over the next value, whatever it is, and what is inside. */
  skipOne(what: string, depth = 0): void {
    const isConstructed = ((this.tag ?? 0) & CONSTRUCTED) !== 0;
    const content = this.readAny(what);
    if (!isConstructed) return;
    if (depth === MAX_DER_DEPTH)
      throw new DerError(`${what}: expected values of depth ${MAX_DER_DEPTH} at most (MAX_DER_DEPTH)`);
    const inside = new DerReader(content, what);
    while (!inside.atEnd) inside.skipOne(what, depth + 1);
  }

  /** A BOOLEAN that is false where it is absent, and is then not encoded (§11.1, §11.5). */
  optionalTrue(what: string): boolean {
    if (this.tag !== BOOLEAN) return false;
    const content = this.read(BOOLEAN, what);
    if (content.length !== 1 || content[0] !== 0xff)
      throw new DerError(`${what}: expected TRUE (ff) or nothing, got ${toHex(content)}`);
    return true;
  }

  /** A NULL that may be missing (§8.8). */
  optionalNull(what: string): void {
    if (this.tag === NULL && this.read(NULL, what).length > 0)
      throw new DerError(`${what}: expected NULL without content`);
  }

  /** An INTEGER, two's complement, in as few bytes as it needs (§8.3). */
  integer(what: string): Uint8Array {
    const content = this.read(INTEGER, what);
    const [first, second = 0] = content;
    if (first === undefined) throw new DerError(`${what}: expected an integer, got no bytes`);
    if (content.length > 1 && ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80)))
      throw new DerError(`${what}: expected an integer in as few bytes as it needs`);
    return content;
  }

  /** The content of an OBJECT IDENTIFIER (§8.19). */
  objectIdentifier(what: string): Uint8Array {
    const content = this.read(OBJECT_IDENTIFIER, what);
    let isStart = true;
    for (const byte of content) {
      if (isStart && byte === 0x80)
        throw new DerError(`${what}: expected an object identifier, got ${toHex(content)}`);
      isStart = byte < 0x80;
    }
    if (content.length === 0 || !isStart)
      throw new DerError(`${what}: expected an object identifier, got ${toHex(content)}`);
    return content;
  }

  /** A BIT STRING (§8.6, §11.2.1). */
  bitString(what: string): BitString {
    const [unusedBits, ...bytes] = this.read(BIT_STRING, what);
    const last = bytes.at(-1);
    if (unusedBits === undefined || unusedBits > 7 || (last === undefined && unusedBits > 0))
      throw new DerError(`${what}: expected 0 to 7 unused bits, got ${unusedBits ?? "none"}`);
    if (last !== undefined && (last & ((1 << unusedBits) - 1)) !== 0)
      throw new DerError(`${what}: expected unused bits of zero`);
    return { bytes: Uint8Array.from(bytes), unusedBits };
  }

  #length(what: string): number {
    const first = this.#lengthByte(what);
    if (first < 0x80) return first;
    const count = first - 0x80;
    if (count === 0) throw new DerError(`${what}: expected a definite length, got an indefinite one`);
    if (count > MAX_LENGTH_BYTES)
      throw new DerError(`${what}: expected a length of at most ${MAX_LENGTH_BYTES} bytes, got ${count}`);
    let length = 0;
    for (let index = 0; index < count; index += 1) length = length * 0x100 + this.#lengthByte(what);
    if (length < 0x80 || length < 2 ** (8 * (count - 1)))
      throw new DerError(`${what}: expected a length in as few bytes as it needs, got ${length} in ${count}`);
    return length;
  }

  #lengthByte(what: string): number {
    const byte = this.tag;
    if (byte === undefined) throw new DerError(`${what}: expected a length, got the end`);
    this.#offset += 1;
    return byte;
  }
}

/** An object identifier as people write it, of its content. */
export function dotted(identifier: Uint8Array): string {
  const parts: bigint[] = [];
  let part = 0n;
  for (const byte of identifier) {
    part = part * 128n + BigInt(byte & 0x7f);
    if (byte >= 0x80) continue;
    if (parts.length === 0) parts.push(part < 80n ? part / 40n : 2n, part < 80n ? part % 40n : part - 80n);
    else parts.push(part);
    part = 0n;
  }
  return parts.join(".");
}

function hex(byte: number): string {
  return `0x${byte.toString(16).padStart(2, "0")}`;
}
