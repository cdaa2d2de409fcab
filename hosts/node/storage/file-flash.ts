/** Raw flash in a file, with the rules of NOR flash: an erase sets all bits of a block, a write only clears bits. */

import { closeSync, constants, fstatSync, openSync, readSync, writeSync } from "node:fs";
import type { Flash, FlashStatus } from "../../../src/platform.js";

const ERASED = 0xff;
const FILE_MODE = 0o600;

/** Blocks by default: with 4,096 bytes each what devices on this machine have, those on XS too. */
export const FILE_FLASH_BLOCKS = 16;

export interface FileFlashOptions {
  readonly path: string;
  /** Default: as many as the file has, {@link FILE_FLASH_BLOCKS} at least. */
  readonly blocks?: number;
  /** Bytes that are erased together; default 4096, as of an ESP32. */
  readonly blockLength?: number;
  /** Default 4. */
  readonly writeAlign?: number;
  /** Blocks of the file, of which the partition has the first ones; default: no more than those. */
  readonly fileBlocks?: number;
}

/** A partition in a file, which is made where it is missing. Each write is on the disk when it returns. */
export class FileFlash implements Flash {
  readonly #status: FlashStatus;
  readonly #file: number;
  #isOpen = true;

  /** @throws {RangeError} for a file that is no such flash @throws {Error} with the file system's `code` */
  constructor({ path, blocks, blockLength = 4096, writeAlign = 4, fileBlocks }: FileFlashOptions) {
    this.#file = openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_DSYNC, FILE_MODE);
    const found = fstatSync(this.#file).size;
    const count = blocks ?? Math.max(FILE_FLASH_BLOCKS, Math.floor(found / blockLength));
    const size = count * blockLength;
    this.#status = { size, blocks: count, blockLength, writeAlign, eraseValue: ERASED };
    const expected = (fileBlocks ?? count) * blockLength;
    if (found > expected || (found < expected && !this.#isErased(found))) {
      this.close();
      throw new RangeError(`expected a flash of ${expected} bytes in ${path}, got ${found}`);
    }
    for (let block = Math.floor(found / blockLength); block < count; block += 1) this.eraseBlock(block);
  }

  status(): FlashStatus {
    return this.#status;
  }

  eraseBlock(start: number, end = start + 1): void {
    const { blockLength } = this.#status;
    const length = (end - start) * blockLength;
    this.#check(start * blockLength, length);
    writeSync(this.#file, new Uint8Array(length).fill(ERASED), 0, length, start * blockLength);
  }

  read(buffer: Uint8Array, byteOffset: number): number {
    this.#check(byteOffset, buffer.length);
    return readSync(this.#file, buffer, 0, buffer.length, byteOffset);
  }

  /** @throws {RangeError} outside the partition or its write units @throws {Error} for a bit that would have to be set */
  write(buffer: Uint8Array, byteOffset: number): void {
    const { writeAlign } = this.#status;
    if (byteOffset % writeAlign !== 0 || buffer.length % writeAlign !== 0)
      throw new RangeError(`expected units of ${writeAlign}, got ${buffer.length} bytes at ${byteOffset}`);
    const old = new Uint8Array(buffer.length);
    this.read(old, byteOffset);
    const wrong = buffer.findIndex((byte, index) => (old[index]! & byte) !== byte);
    if (wrong >= 0) throw new Error(`expected to clear bits only, got one to set at ${byteOffset + wrong}`);
    writeSync(this.#file, buffer, 0, buffer.length, byteOffset);
  }

  close(): void {
    if (this.#isOpen) closeSync(this.#file);
    this.#isOpen = false;
  }

  /** Whether nothing was stored yet in a file that is too short: a cut while it was made has left it. */
  #isErased(length: number): boolean {
    const bytes = new Uint8Array(length);
    this.read(bytes, 0);
    return bytes.every((byte) => byte === ERASED);
  }

  #check(byteOffset: number, length: number): void {
    if (!this.#isOpen) throw new Error("expected an open flash, got a closed one");
    if (byteOffset < 0 || length < 0 || byteOffset + length > this.#status.size)
      throw new RangeError(`expected 0 to ${this.#status.size}, got ${length} bytes at ${byteOffset}`);
  }
}
