/** A small flash memory with any contents: quicker than `NorFlash` of the simulators, as it has neither power cuts nor wear. */

import type { Flash, FlashStatus } from "../../../src/ports/flash.js";

/** Blocks as small as the store takes them, and enough for the log to begin and end anywhere. */
export const GEOMETRY = { blocks: 4, blockLength: 2048, writeAlign: 4 } as const;

const ERASED = 0xff;
const SIZE = GEOMETRY.blocks * GEOMETRY.blockLength;

export class ImageFlash implements Flash {
  /** What it holds. */
  readonly bytes = new Uint8Array(SIZE).fill(ERASED);
  /** How often it was read. */
  reads = 0;
  /** The last blocks that were read from and written to. */
  lastRead = 0;
  lastWritten = 0;

  /** @param image what it holds at first; erased where absent */
  constructor(image?: Uint8Array) {
    if (image !== undefined) this.bytes.set(image);
  }

  status(): FlashStatus {
    return { size: SIZE, ...GEOMETRY, eraseValue: ERASED };
  }

  read(buffer: Uint8Array, byteOffset: number): number {
    this.reads += 1;
    this.lastRead = Math.floor(byteOffset / GEOMETRY.blockLength);
    this.#check(buffer.length, byteOffset);
    buffer.set(this.bytes.subarray(byteOffset, byteOffset + buffer.length));
    return buffer.length;
  }

  /** Clears bits only: what should have been set is found when the storage reads it back. */
  write(buffer: Uint8Array, byteOffset: number): void {
    this.lastWritten = Math.floor(byteOffset / GEOMETRY.blockLength);
    this.#check(buffer.length, byteOffset);
    for (let index = 0; index < buffer.length; index += 1) this.bytes[byteOffset + index]! &= buffer[index]!;
  }

  eraseBlock(block: number): void {
    const start = block * GEOMETRY.blockLength;
    this.bytes.fill(ERASED, start, start + GEOMETRY.blockLength);
  }

  close(): void {
    // Nothing is held.
  }

  #check(length: number, byteOffset: number): void {
    if (byteOffset < 0 || byteOffset + length > SIZE)
      throw new RangeError(`expected 0 to ${SIZE}, got ${length} bytes at ${byteOffset}`);
  }
}
