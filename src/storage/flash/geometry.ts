/** What the store makes of a flash memory's blocks and write units. */

import type { Flash } from "../../ports/flash.js";
import { BLOCK_HEADER_BYTES } from "./block-header.js";
import { MAX_RECORD_BYTES, RECORD_OVERHEAD_BYTES } from "./record.js";

/** Smallest erase block that the store takes: a few of the largest records. */
export const MIN_BLOCK_BYTES = 2048;
/** Largest write unit; wider ones would waste most of what they take. */
export const MAX_WRITE_ALIGN = 64;
/** One block for data, and the spare one. */
export const MIN_BLOCKS = 2;

export class Geometry {
  readonly blocks: number;
  readonly blockLength: number;
  /** Bytes in all. */
  readonly size: number;
  readonly writeAlign: number;
  readonly eraseValue: number;
  /** Where the second copy of a block's header stands. */
  readonly headerCopy: number;
  /** Where the first record of a block stands. */
  readonly firstRecord: number;
  /** Bytes of the mark that compaction leaves. */
  readonly markBytes: number;
  /** Where records end at the latest: two marks fit behind those of a whole block, so that one spare block is enough. */
  readonly lastRecordEnd: number;
  /** Bytes of records that every block holds, whatever their sizes. */
  readonly certainBytes: number;

  /** @throws {RangeError} naming what is outside the limits of this file */
  constructor(flash: Flash) {
    const { blocks, blockLength, writeAlign, eraseValue } = flash.status();
    if (blocks < MIN_BLOCKS)
      throw new RangeError(`expected a flash of at least ${MIN_BLOCKS} blocks, got ${blocks}`);
    if (!(writeAlign >= 1 && writeAlign <= MAX_WRITE_ALIGN && (writeAlign & (writeAlign - 1)) === 0))
      throw new RangeError(`expected a power of two up to ${MAX_WRITE_ALIGN} to write, got ${writeAlign}`);
    if (blockLength < MIN_BLOCK_BYTES || blockLength % writeAlign !== 0)
      throw new RangeError(
        `expected erase blocks of at least ${MIN_BLOCK_BYTES} bytes in units of ${writeAlign}, got ${blockLength}`,
      );
    if (eraseValue !== 0xff && eraseValue !== 0)
      throw new RangeError(`expected erased bytes of 0 or 255, got ${eraseValue}`);
    this.blocks = blocks;
    this.blockLength = blockLength;
    this.size = blocks * blockLength;
    this.writeAlign = writeAlign;
    this.eraseValue = eraseValue;
    this.headerCopy = this.align(BLOCK_HEADER_BYTES);
    this.firstRecord = 2 * this.headerCopy;
    this.markBytes = this.align(RECORD_OVERHEAD_BYTES);
    this.lastRecordEnd = blockLength - 2 * this.markBytes;
    // The end of a block may be too short for the largest record, and two marks may stand between the others.
    this.certainBytes =
      this.lastRecordEnd - this.firstRecord - this.align(MAX_RECORD_BYTES) - 2 * this.markBytes;
  }

  /** The next multiple of the write unit. */
  align(bytes: number): number {
    return Math.ceil(bytes / this.writeAlign) * this.writeAlign;
  }
}
