/**
 * The value of a Block1 or Block2 option.
 *
 *    0 1 2 3 4 5 6 7      as 1 to 3 bytes, the block number with as many bits as are left
 *   |  NUM  |M| SZX |
 *
 * Over a reliable transport the size exponent 7 stands for a BERT block: any number of blocks of 1024 bytes in one
 * message, and behind the last of them the rest of the body.
 *
 * RFC 7959 §2.2, RFC 8323 §6.
 */

import type { ReadableOptions } from "../../codec/options.js";
import { uintOption } from "../../codec/uint-option.js";
import { LimitError } from "../../errors.js";

/** Largest block number: 20 bits. */
export const MAX_BLOCK_NUMBER = 0xfffff;
/** SZX of the smallest blocks, 16 bytes. */
export const MIN_SZX = 0;
/** SZX of the largest blocks, 1024 bytes. */
export const MAX_SZX = 6;
/** SZX of BERT blocks (RFC 8323 §6); over datagrams it is reserved (RFC 7959 §2.2). */
export const BERT_SZX = 7;

export interface Block {
  readonly number: number;
  /** More blocks follow. */
  readonly more: boolean;
  /** Size exponent, 0 to 7. */
  readonly szx: number;
}

/** Bytes that a block number counts: those in a block of this size exponent, in one of the blocks of a BERT block. */
export function blockBytes(szx: number): number {
  return 16 << Math.min(szx, MAX_SZX);
}

/**
 * Whether a payload of `bytes` can be this block: the last one may be shorter than its size (RFC 7959 §2.2), or as long as a
 * message takes where it is a BERT block (RFC 8323 §6).
 */
export function isBlockLength({ more, szx }: Block, bytes: number): boolean {
  if (!more) return szx === BERT_SZX || bytes <= blockBytes(szx);
  const unit = blockBytes(szx);
  return szx === BERT_SZX ? bytes > 0 && bytes % unit === 0 : bytes === unit;
}

/**
 * Length of the next block of a body, of which `restBytes` are left: a BERT block takes what there is room for.
 * @param roomBytes for the payload in a message; one block is taken to fit
 */
export function blockLength(szx: number, restBytes: number, roomBytes: number): number {
  const unit = blockBytes(szx);
  if (szx !== BERT_SZX || roomBytes < unit) return Math.min(unit, restBytes);
  return restBytes <= roomBytes ? restBytes : roomBytes - (roomBytes % unit);
}

/** Offset of the block's first byte in the body. */
export function blockOffset(block: Block): number {
  return block.number * blockBytes(block.szx);
}

/** Largest size exponent whose blocks have at most `bytes` bytes; undefined below 16. */
export function szxFor(bytes: number): number | undefined {
  let szx: number | undefined;
  for (let candidate = MIN_SZX; candidate <= MAX_SZX && blockBytes(candidate) <= bytes; candidate += 1)
    szx = candidate;
  return szx;
}

/** From an option value; undefined for a size exponent above `maxSzx`, which is reserved. */
export function decodeBlock(value: number, maxSzx = MAX_SZX): Block | undefined {
  const szx = value & 7;
  if (szx > maxSzx) return undefined;
  return { number: value >>> 4, more: (value & 8) !== 0, szx };
}

/** The Block1 or Block2 option of a message; undefined where there is none, or one that is to be ignored. */
export function blockOption(options: ReadableOptions, number: number, maxSzx?: number): Block | undefined {
  const value = uintOption(options, number);
  return value === undefined ? undefined : decodeBlock(value, maxSzx);
}

/** To an option value. @throws {LimitError} for a number of more than 20 bits, which a peer brings about by small blocks */
export function encodeBlock(number: number, more: boolean, szx: number): number {
  if (number > MAX_BLOCK_NUMBER)
    throw new LimitError(
      `expected a block number up to ${MAX_BLOCK_NUMBER}, got ${number}: use larger blocks`,
    );
  return (number << 4) | (more ? 8 : 0) | szx;
}
