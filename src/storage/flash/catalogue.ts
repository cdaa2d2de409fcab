/** Which chunks there are, by name. The index knows hashes only; names are compared where they stand, in the flash. */

import { ChunkIndex, NOWHERE } from "./chunk-index.js";
import type { FlashLog } from "./log.js";
import { chunkCount, hashChunk, hashName, MAX_PREFIX_BYTES, RecordBuffer } from "./record.js";

export class Catalogue {
  /** Bytes that the chunks take in the flash. */
  liveBytes = 0;
  readonly #log: FlashLog;
  readonly #index = new ChunkIndex();
  readonly #head: RecordBuffer;
  /** Chunks of the longest value so far. */
  #mostChunks = 0;

  constructor(log: FlashLog) {
    this.#log = log;
    this.#head = new RecordBuffer(MAX_PREFIX_BYTES, log.crc32);
  }

  /** Chunks of all values. */
  get count(): number {
    return this.#index.count;
  }

  /** The location of a chunk, or {@link NOWHERE}. */
  find(name: Uint8Array, chunk: number): number {
    const place = this.#placeOf(name, hashName(name, this.#log.crc32), chunk);
    return place === NOWHERE ? NOWHERE : this.#index.locationAt(place);
  }

  /** How many chunks a value has; 0 where there is none. */
  chunksOf(name: Uint8Array): number {
    const isThere =
      this.#placeOf(name, hashName(name, this.#log.crc32), 0) !== NOWHERE && this.#head.headIsWhole();
    return isThere ? chunkCount(this.#head.valueLength) : 0;
  }

  /** Puts a chunk of `size` bytes in the place of what has its name. */
  put(name: Uint8Array, chunk: number, location: number, size: number): void {
    const nameHash = hashName(name, this.#log.crc32);
    this.#mostChunks = Math.max(this.#mostChunks, chunk + 1);
    this.#removeChunk(name, nameHash, chunk);
    this.#index.add(hashChunk(nameHash, chunk), location);
    this.liveBytes += this.#log.geometry.align(size);
  }

  /** Takes out all chunks of a value. @returns whether there were any */
  remove(name: Uint8Array): boolean {
    const nameHash = hashName(name, this.#log.crc32);
    let found = false;
    for (let chunk = 0; chunk < this.#mostChunks; chunk += 1)
      found = this.#removeChunk(name, nameHash, chunk) || found;
    return found;
  }

  /** Whether the record that was read from `location` is the one in use. */
  isLive(location: number): boolean {
    return this.#index.placeOf(this.#log.record.hash, location) !== NOWHERE;
  }

  /** The record that was read at one location now stands at another. */
  move(from: number, to: number): void {
    this.#index.move(this.#index.placeOf(this.#log.record.hash, from), to);
  }

  /** Gives up what cannot be read any more from `start` up to but not including `end`. */
  forget(start: number, end: number): void {
    if (this.#index.removeRange(start, end) > 0) this.#count();
  }

  /** Every first chunk: its record's head is given. */
  forEachValue(visit: (head: RecordBuffer) => void): void {
    const head = this.#head;
    this.#index.forEach((location) => {
      if (this.#log.readPrefix(location, head) !== "unreadable" && head.chunk === 0) visit(head);
    });
  }

  /** Finds the place of a chunk, and reads its head. One with its hash that cannot be read is taken for it. */
  #placeOf(name: Uint8Array, nameHash: number, chunk: number): number {
    const index = this.#index;
    const head = this.#head;
    const hash = hashChunk(nameHash, chunk);
    let place = index.first(hash);
    for (; place !== NOWHERE; place = index.next(place, hash))
      if (this.#log.readPrefix(index.locationAt(place), head) === "unreadable" || head.isOf(name, chunk))
        break;
    return place;
  }

  #removeChunk(name: Uint8Array, nameHash: number, chunk: number): boolean {
    const place = this.#placeOf(name, nameHash, chunk);
    if (place === NOWHERE) return false;
    this.#index.remove(place);
    if (this.#head.headIsWhole()) this.liveBytes -= this.#log.geometry.align(this.#head.size);
    else this.#count();
    return true;
  }

  /** Counts the bytes again, since nobody can say how long an unreadable record was. */
  #count(): void {
    this.liveBytes = 0;
    this.#index.forEach((location) => {
      if (this.#log.readPrefix(location, this.#head) !== "unreadable")
        this.liveBytes += this.#log.geometry.align(this.#head.size);
    });
  }
}
