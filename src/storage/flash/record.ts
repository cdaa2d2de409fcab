/**
 * A record of the log: a part of a value, the deletion of a key, or the mark that a block's copies are complete.
 *
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  |C|    Kind     | DLen  | KLen  |          Data Length          |
 *  |                            Version                            |
 *  |         Value Length          |     Chunk     |     Index     |
 *  |                         Head Checksum                         |
 *  |   Domain (DLen bytes), Key (KLen bytes), Data ...             |
 *  |                         Body Checksum                         |
 *  |   erased bytes up to the write unit ...
 *
 * A value is cut into chunks of CHUNK_BYTES. All records of a commit have its Version and, in Index, their place in it;
 * C is set in the last; in a mark, Index is 1 where the first block that counts begins with the rest of a commit that
 * does not. Chunk is the number of the part in its value. Copies that compaction makes are of their own kind:
 * what they are of was committed. The head has a checksum of its own, so that a damaged body costs one record only.
 */

import { crc32, type Crc32 } from "../../bytes/crc32.js";
import { MAX_KEY_LENGTH, MAX_VALUE_BYTES } from "../limits.js";

/** Bytes of a value in one record; the last has the rest. */
export const CHUNK_BYTES = 512;
/** Chunks of the longest value. */
export const MAX_CHUNKS = Math.ceil(MAX_VALUE_BYTES / CHUNK_BYTES);

/** Part of a value; counts when its commit is complete. */
export const VALUE = 1;
/** The key has no value any more; counts when its commit is complete. */
export const DELETION = 2;
/** Part of a committed value that compaction has moved. */
export const COPY = 3;
/** Blocks with a sequence below this record's Version are free: what counted in them was copied. */
export const COMPACTED = 4;

const COMMITS = 0x80;
const HEAD_CHECKSUM_OFFSET = 12;
const CHECKSUM_BYTES = 4;
/** Before the name. */
export const HEAD_BYTES = 16;
const NAME_OFFSET = HEAD_BYTES;
const MAX_NAME_BYTES = 2 * MAX_KEY_LENGTH;

/** Bytes of a record besides name and data. */
export const RECORD_OVERHEAD_BYTES = HEAD_BYTES + CHECKSUM_BYTES;
/** Head and name. */
export const MAX_PREFIX_BYTES = HEAD_BYTES + MAX_NAME_BYTES;
export const MAX_RECORD_BYTES = RECORD_OVERHEAD_BYTES + MAX_NAME_BYTES + CHUNK_BYTES;

/** What is left of a record: all, its head (so that its length is known), or nothing. */
export type RecordState = "whole" | "damaged" | "unreadable";

/** Domain and key as a record has them: both lengths in a byte, then the characters. */
export function encodeName(domain: string, key: string): Uint8Array {
  const name = new Uint8Array(1 + domain.length + key.length);
  name[0] = (domain.length << 4) | key.length;
  for (let index = 0; index < domain.length; index += 1) name[1 + index] = domain.charCodeAt(index);
  for (let index = 0; index < key.length; index += 1) name[1 + domain.length + index] = key.charCodeAt(index);
  return name;
}

/** What finds the chunks of a name in the index, see {@link hashChunk}. */
export function hashName(name: Uint8Array, checksum: Crc32): number {
  return checksum(name, 1, name.length, 0);
}

/** What finds a chunk in the index. */
export function hashChunk(nameHash: number, chunk: number): number {
  return nameHash ^ Math.imul(chunk, 0x9e3779b9);
}

/** Number of chunks of a value: an empty one has one. */
export function chunkCount(valueLength: number): number {
  return Math.max(1, Math.ceil(valueLength / CHUNK_BYTES));
}

/** One record in memory, to read and to make. */
export class RecordBuffer {
  readonly bytes: Uint8Array;
  readonly #view: DataView;
  readonly #crc32: Crc32;

  /** @param capacity {@link MAX_PREFIX_BYTES} is enough to read heads and names */
  constructor(capacity: number, checksum: Crc32 = crc32) {
    this.#crc32 = checksum;
    this.bytes = new Uint8Array(capacity);
    this.#view = new DataView(this.bytes.buffer);
  }

  get kind(): number {
    return this.bytes[0]! & ~COMMITS;
  }

  /** Whether this is the last record of its commit. */
  get commits(): boolean {
    return (this.bytes[0]! & COMMITS) !== 0;
  }

  get dataLength(): number {
    return this.#view.getUint16(2);
  }

  get version(): number {
    return this.#view.getUint32(4);
  }

  get valueLength(): number {
    return this.#view.getUint16(8);
  }

  get chunk(): number {
    return this.bytes[10]!;
  }

  get index(): number {
    return this.bytes[11]!;
  }

  get domain(): string {
    return String.fromCharCode(...this.bytes.subarray(NAME_OFFSET, NAME_OFFSET + this.#domainLength));
  }

  get key(): string {
    const start = NAME_OFFSET + this.#domainLength;
    return String.fromCharCode(...this.bytes.subarray(start, start + this.#keyLength));
  }

  /** Lengths and characters, as {@link encodeName} gives them. */
  get name(): Uint8Array {
    const length = this.#nameLength;
    const name = new Uint8Array(1 + length);
    name[0] = this.bytes[1]!;
    name.set(this.bytes.subarray(NAME_OFFSET, NAME_OFFSET + length), 1);
    return name;
  }

  get hash(): number {
    return hashChunk(hashName(this.name, this.#crc32), this.chunk);
  }

  /** The chunk, a view. */
  get data(): Uint8Array {
    const start = NAME_OFFSET + this.#nameLength;
    return this.bytes.subarray(start, start + this.dataLength);
  }

  /** Bytes of the record without what follows to the next write unit. */
  get size(): number {
    return RECORD_OVERHEAD_BYTES + this.#nameLength + this.dataLength;
  }

  isOf(name: Uint8Array, chunk: number): boolean {
    if (this.bytes[1] !== name[0] || this.chunk !== chunk) return false;
    for (let index = 1; index < name.length; index += 1)
      if (this.bytes[NAME_OFFSET + index - 1] !== name[index]) return false;
    return true;
  }

  /** Head of a record that will be completed by {@link seal}. */
  set(kind: number, version: number, name: Uint8Array, place: { index: number; commits: boolean }): void {
    this.bytes.fill(0, 0, HEAD_BYTES);
    this.bytes[0] = kind | (place.commits ? COMMITS : 0);
    this.bytes[1] = name[0]!;
    this.#view.setUint32(4, version);
    this.bytes[11] = place.index;
    this.bytes.set(name.subarray(1), NAME_OFFSET);
  }

  /** Puts a chunk of a value behind the name. */
  setChunk(value: Uint8Array, chunk: number): void {
    const data = value.subarray(chunk * CHUNK_BYTES, (chunk + 1) * CHUNK_BYTES);
    this.#view.setUint16(2, data.length);
    this.#view.setUint16(8, value.length);
    this.bytes[10] = chunk;
    this.bytes.set(data, NAME_OFFSET + this.#nameLength);
  }

  /** Makes a copy of the record that was read. */
  setCopy(): void {
    this.bytes[0] = COPY;
  }

  /** Computes the checksums. */
  seal(): void {
    this.#view.setInt32(HEAD_CHECKSUM_OFFSET, this.#headChecksum());
    this.#view.setInt32(this.size - CHECKSUM_BYTES, this.#bodyChecksum());
  }

  /** Whether the head is as it was written, and says what a head can say. */
  headIsWhole(): boolean {
    return this.#view.getInt32(HEAD_CHECKSUM_OFFSET) === this.#headChecksum() && this.#headIsPlausible();
  }

  /** Whether the rest is as it was written, too. */
  bodyIsWhole(): boolean {
    return this.#view.getInt32(this.size - CHECKSUM_BYTES) === this.#bodyChecksum();
  }

  #headIsPlausible(): boolean {
    const { kind, dataLength, valueLength, chunk } = this;
    if (kind === VALUE || kind === COPY)
      return (
        valueLength <= MAX_VALUE_BYTES &&
        chunk < chunkCount(valueLength) &&
        dataLength === Math.min(CHUNK_BYTES, valueLength - chunk * CHUNK_BYTES)
      );
    return dataLength === 0 && (kind === DELETION || (kind === COMPACTED && this.version > 0));
  }

  get #domainLength(): number {
    return this.bytes[1]! >> 4;
  }

  get #keyLength(): number {
    return this.bytes[1]! & 15;
  }

  get #nameLength(): number {
    return this.#domainLength + this.#keyLength;
  }

  #headChecksum(): number {
    return this.#crc32(this.bytes, 0, HEAD_CHECKSUM_OFFSET, 0);
  }

  /** Goes on from the head's, so that a body belongs to one head. */
  #bodyChecksum(): number {
    const headChecksum = this.#view.getInt32(HEAD_CHECKSUM_OFFSET);
    return this.#crc32(this.bytes, HEAD_BYTES, this.size - CHECKSUM_BYTES, headChecksum);
  }
}
