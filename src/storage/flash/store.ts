/**
 * The store: reads what is in a flash memory when it is made, and commits changes to it. After an error of the memory
 * itself it is made anew, since then only the memory knows what it holds.
 */

import type { Crc32 } from "../../bytes/crc32.js";
import type { Flash } from "../../ports/flash.js";
import type { Change } from "../commit.js";
import { checkKey, checkValue, StorageCorruptError, StorageFullError, StorageWornError } from "../limits.js";
import { PURPOSE_DATA } from "./block-header.js";
import { NO_BLOCK } from "./block-table.js";
import { Catalogue } from "./catalogue.js";
import { NOWHERE } from "./chunk-index.js";
import { compact } from "./compaction.js";
import type { FlashFault } from "./fault.js";
import { FlashLog } from "./log.js";
import { mount } from "./mount.js";
import {
  CHUNK_BYTES,
  chunkCount,
  DELETION,
  encodeName,
  MAX_PREFIX_BYTES,
  RECORD_OVERHEAD_BYTES,
  VALUE,
} from "./record.js";

/** Records of one commit: a deletion is one, a value one for each {@link CHUNK_BYTES} that it begins. */
export const MAX_COMMIT_RECORDS = 256;

/** Records that a change takes: a deletion one. */
function recordCount(value: Uint8Array | undefined): number {
  return value === undefined ? 1 : chunkCount(value.length);
}

/** What is stored, and where. */
export class FlashStore {
  readonly #log: FlashLog;
  readonly #catalogue: Catalogue;
  readonly #maxChunks: number;
  #version: number;

  /** @throws {RangeError | StorageFormatError} */
  constructor(flash: Flash, maxChunks: number, onFault: (fault: FlashFault) => void, crc32: Crc32) {
    this.#log = new FlashLog(flash, onFault, crc32);
    this.#catalogue = new Catalogue(this.#log);
    this.#maxChunks = maxChunks;
    this.#version = mount(this.#log, this.#catalogue);
  }

  /** Bytes that records take. */
  get usedBytes(): number {
    return this.#catalogue.liveBytes;
  }

  /** Bytes that records can take in all: one block stays spare. */
  get capacityBytes(): number {
    return Math.max(0, this.#log.blocks.good - 1) * this.#log.geometry.certainBytes;
  }

  get chunks(): number {
    return this.#catalogue.count;
  }

  get failedBlocks(): number {
    return this.#log.geometry.blocks - this.#log.blocks.good;
  }

  /** The value of a key, or undefined. @throws {StorageCorruptError} when it is damaged */
  read(domain: string, key: string): ArrayBuffer | undefined {
    const name = encodeName(domain, key);
    const first = this.#catalogue.find(name, 0);
    if (first === NOWHERE) return undefined;
    this.#readChunk(first, 0, domain, key);
    const record = this.#log.record;
    const { version, valueLength } = record;
    const value = new Uint8Array(valueLength);
    value.set(record.data);
    for (let chunk = 1; chunk < chunkCount(valueLength); chunk += 1) {
      this.#readChunk(this.#catalogue.find(name, chunk), chunk, domain, key);
      if (record.version !== version)
        throw new StorageCorruptError(`expected one value of "${key}" in "${domain}", got parts of two`);
      value.set(record.data, chunk * CHUNK_BYTES);
    }
    return value.buffer;
  }

  /** Keys of a domain, sorted. */
  keys(domain: string): string[] {
    const keys: string[] = [];
    this.#catalogue.forEachValue((head) => {
      if (head.domain === domain) keys.push(head.key);
    });
    return keys.sort();
  }

  /** Whether a key has a value. */
  has(domain: string, key: string): boolean {
    return this.#catalogue.find(encodeName(domain, key), 0) !== NOWHERE;
  }

  /** See `FlashKeyValue`. */
  commit(changes: readonly Change[]): void {
    if (changes.length === 0) return;
    const sizes = this.#recordSizes(changes);
    this.#checkRoom(changes, sizes);
    // A block that fails is closed, and the commit begins anew on another one.
    for (let attempts = this.#log.blocks.good; attempts > 0; attempts -= 1) {
      this.#makeRoom(sizes);
      const locations = this.#write(changes, sizes.length);
      if (locations !== undefined) {
        this.#apply(changes, locations, sizes);
        return;
      }
    }
    throw new StorageWornError("expected a block to write to, got none that can be written");
  }

  #readChunk(location: number, chunk: number, domain: string, key: string): void {
    const state = location === NOWHERE ? "missing" : this.#log.read(location);
    if (state !== "whole")
      throw new StorageCorruptError(
        `expected a whole value of "${key}" in "${domain}", got chunk ${chunk} ${state}`,
      );
  }

  /** Bytes of each record of a commit. */
  #recordSizes(changes: readonly Change[]): number[] {
    const sizes: number[] = [];
    for (const { domain, key, value } of changes) {
      checkKey(domain);
      checkKey(key);
      const overhead = RECORD_OVERHEAD_BYTES + domain.length + key.length;
      if (value === undefined) sizes.push(overhead);
      else {
        checkValue(key, value);
        for (let chunk = 0; chunk < chunkCount(value.length); chunk += 1)
          sizes.push(overhead + Math.min(CHUNK_BYTES, value.length - chunk * CHUNK_BYTES));
      }
    }
    if (sizes.length > MAX_COMMIT_RECORDS)
      throw new RangeError(`expected at most ${MAX_COMMIT_RECORDS} records in a commit, got ${sizes.length}`);
    return sizes.map((size) => this.#log.geometry.align(size));
  }

  /** A deletion has room always: what it needs is kept free. */
  #checkRoom(changes: readonly Change[], sizes: readonly number[]): void {
    if (changes.length === 1 && changes[0]!.value === undefined) return;
    const bytes = sizes.reduce((sum, size) => sum + size, this.#catalogue.liveBytes);
    const limit = this.capacityBytes - this.#log.geometry.align(MAX_PREFIX_BYTES + RECORD_OVERHEAD_BYTES);
    if (bytes > limit)
      throw new StorageFullError(
        `expected at most ${limit} bytes in storage, got ${bytes} with the new ones`,
      );
    let chunks = this.#catalogue.count;
    for (const { domain, key, value } of changes)
      chunks +=
        (value === undefined ? 0 : recordCount(value)) - this.#catalogue.chunksOf(encodeName(domain, key));
    if (chunks > this.#maxChunks)
      throw new StorageFullError(`expected at most ${this.#maxChunks} chunks in storage, got ${chunks}`);
  }

  /** Compacts until the records fit and enough blocks remain. */
  #makeRoom(sizes: readonly number[]): void {
    const { blocks } = this.#log;
    // Once around, everything is dense.
    for (let rounds = blocks.used + 1; rounds >= 0; rounds -= 1) {
      if (this.#blocksFor(sizes) + this.#spareBlocks <= blocks.free) return;
      if (blocks.used === 0) break;
      compact(this.#log, this.#catalogue);
    }
    throw new StorageWornError("expected room after compaction, got none");
  }

  /** The spare block, and where what is stored fits into fewer blocks than before one for each that failed. */
  get #spareBlocks(): number {
    return this.usedBytes <= this.capacityBytes ? 1 + this.#log.blocks.failing : 1;
  }

  /** How many more blocks the records need. */
  #blocksFor(sizes: readonly number[]): number {
    const { lastRecordEnd, firstRecord } = this.#log.geometry;
    let { room } = this.#log;
    let count = 0;
    for (const size of sizes) {
      if (size > room) {
        count += 1;
        room = lastRecordEnd - firstRecord;
      }
      room -= size;
    }
    return count;
  }

  /** Writes a commit. @returns where its records are; undefined when a block failed */
  #write(changes: readonly Change[], total: number): number[] | undefined {
    const { geometry, record } = this.#log;
    const locations: number[] = [];
    this.#version += 1;
    for (const { domain, key, value } of changes) {
      const name = encodeName(domain, key);
      for (let chunk = 0; chunk < recordCount(value); chunk += 1) {
        const index = locations.length;
        const place = { index, commits: index === total - 1 };
        record.set(value === undefined ? DELETION : VALUE, this.#version, name, place);
        if (value !== undefined) record.setChunk(value, chunk);
        if (this.#log.room < geometry.align(record.size) && !this.#log.open(PURPOSE_DATA)) return undefined;
        const location = this.#log.append();
        if (location === NO_BLOCK) return undefined;
        locations.push(location);
      }
    }
    return locations;
  }

  #apply(changes: readonly Change[], locations: readonly number[], sizes: readonly number[]): void {
    let next = 0;
    for (const { domain, key, value } of changes) {
      const name = encodeName(domain, key);
      this.#catalogue.remove(name);
      for (let chunk = 0; chunk < recordCount(value); chunk += 1, next += 1)
        if (value !== undefined) this.#catalogue.put(name, chunk, locations[next]!, sizes[next]!);
    }
  }
}
