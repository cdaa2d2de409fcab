/** Raw flash in a file, with the rules of NOR flash: an erase sets all bits of a block, a write only clears bits. */

import { closeSync, constants, fstatSync, openSync, readSync, writeSync } from "node:fs";
import type { Flash, FlashStatus } from "../../../src/platform.js";

const ERASED = 0xff;
const FILE_MODE = 0o600;

export interface FileFlashOptions {
  readonly path: string;
  readonly blocks: number;
  /** Bytes that are erased together; default 4096, as of an ESP32. */
  readonly blockLength?: number;
  /** Default 4. */
  readonly writeAlign?: number;
}

/** A partition in a file, which is made where it is missing. Each write is on the disk when it returns. */
export class FileFlash implements Flash {
  readonly #status: FlashStatus;
  readonly #file: number;
  #isOpen = true;

  /** @throws {RangeError} for a file of another size @throws {Error} with the file system's `code` */
  constructor({ path, blocks, blockLength = 4096, writeAlign = 4 }: FileFlashOptions) {
    const size = blocks * blockLength;
    this.#status = { size, blocks, blockLength, writeAlign, eraseValue: ERASED };
    this.#file = openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_DSYNC, FILE_MODE);
    const found = fstatSync(this.#file).size;
    // A cut while the file was made leaves a shorter one, in which nothing was stored yet.
    if (found < size) for (let block = 0; block < blocks; block += 1) this.eraseBlock(block);
    else if (found > size) {
      closeSync(this.#file);
      throw new RangeError(`expected a flash of ${size} bytes in ${path}, got ${found}`);
    }
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

  #check(byteOffset: number, length: number): void {
    if (!this.#isOpen) throw new Error("expected an open flash, got a closed one");
    if (byteOffset < 0 || length < 0 || byteOffset + length > this.#status.size)
      throw new RangeError(`expected 0 to ${this.#status.size}, got ${length} bytes at ${byteOffset}`);
  }
}
