/**
 * What stands at the start of a block in use, twice: a damaged header would cost the block.
 *
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  |                         Magic, "CoKV"                         |
 *  |    Format     |    Purpose    |  Write Unit   |       0     |B|
 *  |                           Sequence                            |
 *  |                            Oldest                             |
 *  |                           Previous                            |
 *  |                         Previous End                          |
 *  |                           Checksum                            |
 *
 * Sequence counts the blocks that were taken into use. Oldest is the sequence of the first block that counted then;
 * those before it are free, whatever they still hold; B says that it begins with the rest of a commit that does not
 * count, since other parts of it were damaged. Previous is the sequence of the block before this one in the log,
 * 0 for none, and Previous End where its records end: what is damaged before that was whole once.
 */

import { crc32 } from "../../bytes/crc32.js";
import { StorageFormatError } from "../limits.js";

export const BLOCK_HEADER_BYTES = 28;

/** The block goes on with the log. */
export const PURPOSE_DATA = 1;
/** The block was opened for copies of the oldest block: without a mark that they are complete it does not count. */
export const PURPOSE_COMPACTION = 2;

const BROKEN = 1;
const MAGIC = 0x436f4b56;
const FORMAT = 1;
const CHECKSUM_OFFSET = 24;

export interface BlockHeader {
  readonly purpose: number;
  readonly sequence: number;
  readonly oldest: number;
  readonly oldestIsBroken: boolean;
  readonly previous: number;
  readonly previousEnd: number;
}

/** The bytes of a header, without what follows up to the write unit. */
export function encodeBlockHeader(header: BlockHeader, writeAlign: number): Uint8Array {
  const bytes = new Uint8Array(BLOCK_HEADER_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC);
  view.setUint8(4, FORMAT);
  view.setUint8(5, header.purpose);
  view.setUint8(6, writeAlign);
  view.setUint8(7, header.oldestIsBroken ? BROKEN : 0);
  view.setUint32(8, header.sequence);
  view.setUint32(12, header.oldest);
  view.setUint32(16, header.previous);
  view.setUint32(20, header.previousEnd);
  view.setInt32(CHECKSUM_OFFSET, crc32(bytes, 0, CHECKSUM_OFFSET));
  return bytes;
}

/** Whether these are numbers that {@link BlockHeader} says: whoever follows them through the log then gets to its start. */
function isPlausible({ sequence, oldest, previous }: BlockHeader): boolean {
  return oldest >= 1 && oldest <= sequence && previous < sequence;
}

/**
 * Reads a header; undefined where none was completely written, or one that no log has.
 * @throws {StorageFormatError} for one of another format or write unit: writing over it would destroy data
 */
export function decodeBlockHeader(bytes: Uint8Array, writeAlign: number): BlockHeader | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, BLOCK_HEADER_BYTES);
  if (view.getUint32(0) !== MAGIC || view.getInt32(CHECKSUM_OFFSET) !== crc32(bytes, 0, CHECKSUM_OFFSET))
    return undefined;
  if (bytes[4] !== FORMAT || bytes[6] !== writeAlign)
    throw new StorageFormatError(
      `expected storage of format ${FORMAT} in units of ${writeAlign}, got ${bytes[4]} in units of ${bytes[6]}`,
    );
  const header = {
    purpose: bytes[5]!,
    sequence: view.getUint32(8),
    oldest: view.getUint32(12),
    oldestIsBroken: bytes[7] === BROKEN,
    previous: view.getUint32(16),
    previousEnd: view.getUint32(20),
  };
  return isPlausible(header) ? header : undefined;
}
