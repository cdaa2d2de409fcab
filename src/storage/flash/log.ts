/**
 * The log: blocks in the order in which they were taken into use, records in them one after another. It is written at
 * its end only, and blocks are given back at its start only, so that all wear alike. Every write is read back; a block
 * that does not hold what was written gets nothing more.
 */

import type { Crc32 } from "../../bytes/crc32.js";
import type { Flash } from "../../ports/flash.js";
import {
  BLOCK_HEADER_BYTES,
  decodeBlockHeader,
  encodeBlockHeader,
  PURPOSE_DATA,
  type BlockHeader,
} from "./block-header.js";
import { BlockTable, NO_BLOCK } from "./block-table.js";
import type { FlashFault } from "./fault.js";
import { Geometry, MAX_WRITE_ALIGN } from "./geometry.js";
import { MAX_PREFIX_BYTES, MAX_RECORD_BYTES, RecordBuffer, type RecordState } from "./record.js";

/** Bytes that are compared at once when a write is read back. */
const CHECK_BYTES = 64;

export class FlashLog {
  readonly geometry: Geometry;
  readonly blocks: BlockTable;
  /** The record that was read last, or is being made. */
  readonly record: RecordBuffer;
  /** The block that is written to, or {@link NO_BLOCK}. */
  active = NO_BLOCK;
  /** Whether nothing may be added to the active block. */
  isClosed = true;
  readonly crc32: Crc32;
  readonly #flash: Flash;
  readonly #onFault: (fault: FlashFault) => void;
  readonly #check = new Uint8Array(CHECK_BYTES);

  /** @throws {RangeError} for a flash that the store cannot use */
  constructor(flash: Flash, onFault: (fault: FlashFault) => void, crc32: Crc32) {
    this.geometry = new Geometry(flash);
    this.blocks = new BlockTable(this.geometry.blocks);
    this.#flash = flash;
    this.#onFault = onFault;
    this.crc32 = crc32;
    this.record = new RecordBuffer(MAX_RECORD_BYTES + MAX_WRITE_ALIGN, crc32);
  }

  /** Bytes of records that can still be added to the active block; two marks have room besides. */
  get room(): number {
    return this.isClosed ? 0 : Math.max(0, this.geometry.lastRecordEnd - this.blocks.ends[this.active]!);
  }

  /** The same for copies: where no other block is free, those of a block that had room for one mark only fit. */
  get roomForCopies(): number {
    const { blockLength, markBytes } = this.geometry;
    if (this.isClosed || this.blocks.free > 0) return this.room;
    return Math.max(0, blockLength - markBytes - this.blocks.ends[this.active]!);
  }

  /** Whether a mark can be added to the active block. */
  get hasRoomForMark(): boolean {
    const { blockLength, markBytes } = this.geometry;
    return !this.isClosed && this.blocks.ends[this.active]! + markBytes <= blockLength;
  }

  locationOf(block: number, offset: number): number {
    return block * this.geometry.blockLength + offset;
  }

  report(kind: FlashFault["kind"], block: number, offset: number): void {
    this.#onFault({ kind, block, offset });
  }

  /** The header of a block; undefined where there is none. @throws {StorageFormatError} */
  readHeader(block: number): BlockHeader | undefined {
    const { headerCopy, writeAlign } = this.geometry;
    const bytes = new Uint8Array(BLOCK_HEADER_BYTES);
    this.#flash.read(bytes, this.locationOf(block, 0));
    const header = decodeBlockHeader(bytes, writeAlign);
    if (header !== undefined) return header;
    this.#flash.read(bytes, this.locationOf(block, headerCopy));
    return decodeBlockHeader(bytes, writeAlign);
  }

  /** Reads head and name of the record at `location` into `buffer`; "damaged" says that nobody looked at the rest. */
  readPrefix(location: number, buffer: RecordBuffer): RecordState {
    const rest = this.geometry.size - location;
    this.#flash.read(buffer.bytes.subarray(0, Math.min(MAX_PREFIX_BYTES, rest)), location);
    return buffer.headIsWhole() ? "damaged" : "unreadable";
  }

  /** Reads head and name of the record at `location` into {@link record}, where it can be one of its block. */
  readHead(location: number): boolean {
    if (this.readPrefix(location, this.record) === "unreadable") return false;
    const { blockLength } = this.geometry;
    return (location % blockLength) + this.record.size <= blockLength;
  }

  /** Reads the record at `location` into {@link record}. */
  read(location: number): RecordState {
    const record = this.record;
    if (!this.readHead(location)) return "unreadable";
    if (record.size > MAX_PREFIX_BYTES)
      this.#flash.read(record.bytes.subarray(MAX_PREFIX_BYTES, record.size), location + MAX_PREFIX_BYTES);
    return record.bodyIsWhole() ? "whole" : "damaged";
  }

  /** Where the next whole record of a block stands, from `offset` on; `end` where there is none before that. */
  findRecord(block: number, offset: number, end: number): number {
    const { writeAlign, eraseValue } = this.geometry;
    for (let at = offset; at < end;) {
      if (this.read(this.locationOf(block, at)) === "whole") return at;
      at += writeAlign;
      if (this.record.bytes[0] !== eraseValue) continue;
      const written = this.#firstWritten(block, at);
      // Not even a value of such bytes is as long.
      if (written === undefined) break;
      at = written - (written % writeAlign);
    }
    return end;
  }

  /** Whether nothing was written to a block from `offset` on, as far as one record reaches. */
  isBlank(block: number, offset: number): boolean {
    return this.#firstWritten(block, offset) === undefined;
  }

  /** Where the first byte stands that is not erased, from `offset` on as far as one record reaches. */
  #firstWritten(block: number, offset: number): number | undefined {
    const end = Math.min(offset + this.record.bytes.length, this.geometry.blockLength);
    for (let at = offset; at < end; at += CHECK_BYTES) {
      const bytes = this.#check.subarray(0, Math.min(CHECK_BYTES, end - at));
      this.#flash.read(bytes, this.locationOf(block, at));
      const index = bytes.findIndex((byte) => byte !== this.geometry.eraseValue);
      if (index >= 0) return at + index;
    }
    return undefined;
  }

  /**
   * Takes a free block into use; for data only where another one stays spare, which is erased to be sure that it can be.
   * @returns false when none is left
   */
  open(purpose: number): boolean {
    const { blocks, active } = this;
    const previous = active === NO_BLOCK ? 0 : blocks.sequences[active]!;
    const previousEnd = active === NO_BLOCK ? 0 : blocks.ends[active]!;
    while (!blocks.isAtEnd) {
      const block = blocks.nextFree(active);
      if (block === NO_BLOCK || (purpose === PURPOSE_DATA && !this.#hasSpareBesides(block))) return false;
      const sequence = blocks.takeSequence();
      if (this.#start(block, { purpose, sequence, ...this.#oldest(sequence), previous, previousEnd })) {
        blocks.use(block, sequence, this.geometry.firstRecord);
        this.active = block;
        this.isClosed = false;
        return true;
      }
    }
    return false;
  }

  /**
   * Adds {@link record}, for which there must be room, to the active block.
   * @returns its location, or {@link NO_BLOCK} when the block does not hold it: the block is then closed
   */
  append(): number {
    const { record, active } = this;
    record.seal();
    const size = this.geometry.align(record.size);
    record.bytes.fill(this.geometry.eraseValue, record.size, size);
    const offset = this.blocks.ends[active]!;
    const location = this.locationOf(active, offset);
    if (this.#write(record.bytes.subarray(0, size), location)) {
      this.blocks.ends[active] = offset + size;
      return location;
    }
    this.isClosed = true;
    this.blocks.retire(active);
    this.report("write", active, offset);
    return NO_BLOCK;
  }

  /** What the header of block `sequence` says of the start of the log. */
  #oldest(sequence: number): Pick<BlockHeader, "oldest" | "oldestIsBroken"> {
    const { sequences, oldest } = this.blocks;
    if (oldest === NO_BLOCK) return { oldest: sequence, oldestIsBroken: false };
    return { oldest: sequences[oldest]!, oldestIsBroken: this.blocks.isBroken(oldest) };
  }

  #hasSpareBesides(block: number): boolean {
    for (;;) {
      const spare = this.blocks.nextFree(block);
      if (spare === block) return false;
      if (this.#erase(spare)) return true;
    }
  }

  /** Erases a free block that was not erased since the start. */
  #erase(block: number): boolean {
    if (this.blocks.isErased(block)) return true;
    try {
      this.#flash.eraseBlock(block);
      this.blocks.setErased(block);
      return true;
    } catch {
      // The port says no more than that it failed; which block it was is what counts.
      this.blocks.retire(block);
      this.report("erase", block, 0);
      return false;
    }
  }

  #start(block: number, header: BlockHeader): boolean {
    if (!this.#erase(block)) return false;
    const bytes = new Uint8Array(this.geometry.firstRecord).fill(this.geometry.eraseValue);
    const encoded = encodeBlockHeader(header, this.geometry.writeAlign);
    bytes.set(encoded);
    bytes.set(encoded, this.geometry.headerCopy);
    if (this.#write(bytes, this.locationOf(block, 0))) return true;
    this.blocks.retire(block);
    this.report("write", block, 0);
    return false;
  }

  /** Writes, and reads back what came of it. */
  #write(bytes: Uint8Array, location: number): boolean {
    try {
      this.#flash.write(bytes, location);
      for (let start = 0; start < bytes.length; start += CHECK_BYTES) {
        const check = this.#check.subarray(0, Math.min(CHECK_BYTES, bytes.length - start));
        this.#flash.read(check, location + start);
        for (let index = 0; index < check.length; index += 1)
          if (check[index] !== bytes[start + index]) return false;
      }
      return true;
    } catch {
      return false;
    }
  }
}
