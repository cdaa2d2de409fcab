/** Raw flash in a file, with the rules of NOR flash: an erase sets all bits of a block, a write only clears bits. */

import { closeSync, constants, existsSync, fstatSync, readSync, writeSync } from "node:fs";
import type { Flash, FlashStatus } from "../../../src/ports/flash.js";
import { openLocked } from "../files/lock.js";
import { createFile, followLinks, isTaken } from "../files/new-file.js";
import { requireOwnersFile } from "../files/rights.js";

const ERASED = 0xff;
const OWNER_ONLY = 0o600;

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

/**
 * A partition in a file, which is made where it is missing, and which one program at a time may have open, whatever it
 * calls it. Each write is on the disk when it returns.
 */
export class FileFlash implements Flash {
  readonly #status: FlashStatus;
  readonly #file: number;
  #isOpen = true;

  /**
   * @throws {RangeError} for a file that is no such flash @throws {LockedError} where another program has it open
   * @throws {UnlockableError} where there is no telling @throws {SecretFileError} where others have a right to it
   * @throws {Error} with the file system's `code`
   */
  constructor({ path, blocks, blockLength = 4096, writeAlign = 4, fileBlocks }: FileFlashOptions) {
    const expected = (length: number): number =>
      (fileBlocks ?? blocks ?? Math.max(FILE_FLASH_BLOCKS, Math.floor(length / blockLength))) * blockLength;
    makeErased(path, expected(0));
    this.#file = openLocked(path, constants.O_DSYNC);
    try {
      const { size: found } = fstatSync(this.#file);
      const whole = expected(found);
      const count = blocks ?? whole / blockLength;
      this.#status = {
        size: count * blockLength,
        blocks: count,
        blockLength,
        writeAlign,
        eraseValue: ERASED,
      };
      if (found > whole || (found < whole && !this.#isErased(found)))
        throw new RangeError(`expected a flash of ${whole} bytes in ${path}, got ${found}`);
      requireOwnersFile(path, this.#file);
      for (let block = Math.floor(found / blockLength); block < count; block += 1) this.eraseBlock(block);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  status(): FlashStatus {
    return this.#status;
  }

  eraseBlock(start: number, end = start + 1): void {
    const { blockLength } = this.#status;
    const length = (end - start) * blockLength;
    this.#check(start * blockLength, length);
    this.#writeAll(new Uint8Array(length).fill(ERASED), start * blockLength);
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
    this.#writeAll(buffer, byteOffset);
  }

  close(): void {
    if (this.#isOpen) closeSync(this.#file);
    this.#isOpen = false;
  }

  /** What the disk has room for is written; what comes then says that it is full. */
  #writeAll(bytes: Uint8Array, byteOffset: number): void {
    for (let done = 0; done < bytes.length;)
      done += writeSync(this.#file, bytes, done, bytes.length - done, byteOffset + done);
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

/** Makes the file where it is missing: where the disk is full, there is none. */
function makeErased(path: string, length: number): void {
  if (existsSync(path)) return;
  try {
    createFile(followLinks(path), new Uint8Array(length).fill(ERASED), OWNER_ONLY);
  } catch (error) {
    // Another program was faster.
    if (!isTaken(error)) throw error;
  }
}
