/** A body whose blocks come in any order, of which the length is known from the start. RFC 9177 §3, §4.6. */

import { blockBytes, blockOffset, type Block } from "../block/block.js";

/** Memory set aside on the word of a Size option; a larger body grows as its blocks come. */
const MAX_RESERVED_BYTES = 65_536;

export class PartialBody {
  readonly totalBytes: number;
  readonly szx: number;
  readonly blockCount: number;
  /** Number of the first block that is missing; {@link blockCount} when none is. */
  firstMissing = 0;
  /** Highest number of a block that is there; -1 when none is. */
  highest = -1;
  /** Bytes that are there. */
  receivedBytes = 0;
  #bytes: Uint8Array;
  /** One bit a block. */
  readonly #received: Uint8Array;

  /** @param totalBytes from Size1 or Size2, which the caller has limited @param szx size exponent of all blocks */
  constructor(totalBytes: number, szx: number) {
    this.totalBytes = totalBytes;
    this.szx = szx;
    this.blockCount = Math.max(1, Math.ceil(totalBytes / blockBytes(szx)));
    this.#bytes = new Uint8Array(Math.min(totalBytes, MAX_RESERVED_BYTES));
    this.#received = new Uint8Array((this.blockCount + 7) >> 3);
  }

  get complete(): boolean {
    return this.firstMissing === this.blockCount;
  }

  /** The whole body, when it is complete. */
  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.totalBytes);
  }

  /** Whether a payload of this length is this block: all blocks but the last are full (RFC 9177 §4.6). */
  fits(block: Block, length: number): boolean {
    const isLast = block.number === this.blockCount - 1;
    const expected = isLast ? this.totalBytes - blockOffset(block) : blockBytes(this.szx);
    return (
      block.szx === this.szx &&
      block.number < this.blockCount &&
      block.more === !isLast &&
      length === expected
    );
  }

  /** Takes a block that fits. @returns false for one that is there already, which is left as it is */
  add(block: Block, payload: Uint8Array): boolean {
    const { number } = block;
    if (this.#has(number)) return false;
    this.#write(blockOffset(block), payload);
    this.#received[number >> 3]! |= 1 << (number & 7);
    this.receivedBytes += payload.length;
    this.highest = Math.max(this.highest, number);
    while (this.firstMissing < this.blockCount && this.#has(this.firstMissing)) this.firstMissing += 1;
    return true;
  }

  /** The first `limit` missing blocks below `end`, ascending. */
  missing(end: number, limit: number): number[] {
    const numbers: number[] = [];
    for (let number = this.firstMissing; number < end && numbers.length < limit; number += 1)
      if (!this.#has(number)) numbers.push(number);
    return numbers;
  }

  #has(number: number): boolean {
    return (this.#received[number >> 3]! & (1 << (number & 7))) !== 0;
  }

  #write(offset: number, payload: Uint8Array): void {
    const end = offset + payload.length;
    if (end > this.#bytes.length) {
      const grown = new Uint8Array(Math.min(Math.max(end, 2 * this.#bytes.length), this.totalBytes));
      grown.set(this.#bytes);
      this.#bytes = grown;
    }
    this.#bytes.set(payload, offset);
  }
}
