/**
 * NOR flash: an erase sets all bits of a block, a write clears bits and can never set one. When the power goes, a write
 * is torn at a byte, whose bits are cleared in part; an erase leaves anything.
 */

import type { Flash, FlashStatus } from "../../src/ports/flash.js";
import type { SeededRandom } from "../random.js";
import { PowerCutError } from "../storage.js";

/** The memory was not used as NOR flash can be used. */
export class NorFlashError extends Error {
  override name = "NorFlashError";
}

export interface NorFlashOptions {
  readonly blocks: number;
  readonly blockLength: number;
  /** Default 1. */
  readonly writeAlign?: number;
  /** Decides what torn bytes are like. */
  readonly random: SeededRandom;
}

/** When the power goes. */
export interface FlashPowerCut {
  /** The number of the write or erase, counted from now: 1 is the next. */
  readonly atOperation: number;
  /** Bytes of it that were finished; more than there are finish it. */
  readonly afterBytes: number;
}

/** Bytes are kept in pages that exist when something was written to them. */
const PAGE_BYTES = 256;
const ERASED = 0xff;

export class NorFlash implements Flash {
  /** Writes and erases. */
  operations = 0;
  bytesWritten = 0;
  /** How often each block was erased. */
  readonly wear: number[];
  /** Writes that broke the rules. */
  violations = 0;
  readonly #status: FlashStatus;
  readonly #random: SeededRandom;
  readonly #pages = new Map<number, Uint8Array>();
  readonly #worn = new Set<number>();
  #cutAt = Infinity;
  #afterBytes = 0;
  #isOff = false;

  constructor({ blocks, blockLength, writeAlign = 1, random }: NorFlashOptions) {
    this.#status = { size: blocks * blockLength, blocks, blockLength, writeAlign, eraseValue: ERASED };
    this.#random = random;
    this.wear = new Array<number>(blocks).fill(0);
  }

  /** Whether the power has gone. */
  get isOff(): boolean {
    return this.#isOff;
  }

  status(): FlashStatus {
    return this.#status;
  }

  close(): void {
    this.#isOff = true;
  }

  /** Arranges for a power cut. */
  cutPower({ atOperation, afterBytes }: FlashPowerCut): void {
    this.#cutAt = this.operations + atOperation;
    this.#afterBytes = afterBytes;
  }

  /** The power is back, and no further cut arranged. */
  restorePower(): void {
    this.#isOff = false;
    this.#cutAt = Infinity;
  }

  /** From now on a block refuses to be erased and written. */
  wearOut(block: number): void {
    this.#worn.add(block);
  }

  /** Flips bits, as radiation or age do. */
  corrupt(byteOffset: number, mask: number): void {
    this.#set(byteOffset, this.#get(byteOffset) ^ mask);
  }

  read(buffer: Uint8Array, byteOffset: number): number {
    this.#check(byteOffset, buffer.length, 1);
    for (let done = 0; done < buffer.length;) {
      const start = (byteOffset + done) % PAGE_BYTES;
      const count = Math.min(PAGE_BYTES - start, buffer.length - done);
      const page = this.#pages.get(Math.floor((byteOffset + done) / PAGE_BYTES));
      if (page === undefined) buffer.fill(ERASED, done, done + count);
      else buffer.set(page.subarray(start, start + count), done);
      done += count;
    }
    return buffer.length;
  }

  write(buffer: Uint8Array, byteOffset: number): void {
    this.#check(byteOffset, buffer.length, this.#status.writeAlign);
    if (this.#worn.has(Math.floor(byteOffset / this.#status.blockLength)))
      throw new NorFlashError(`the block at ${byteOffset} is worn out`);
    const end = this.#begin(buffer.length);
    for (let index = 0; index < end; index += 1) this.#program(byteOffset + index, buffer[index]!);
    this.bytesWritten += end;
    if (!this.#isOff) return;
    if (end < buffer.length)
      this.#program(byteOffset + end, (buffer[end]! | this.#random.integer(0, 0xff)) & 0xff);
    this.#fail();
  }

  eraseBlock(start: number, end = start + 1): void {
    for (let block = start; block < end; block += 1) {
      const { blockLength } = this.#status;
      this.#check(block * blockLength, blockLength, 1);
      if (this.#worn.has(block)) throw new NorFlashError(`block ${block} is worn out`);
      const erased = this.#begin(blockLength);
      this.wear[block]! += 1;
      if (!this.#isOff) this.#erase(block);
      else {
        this.#eraseInPart(block * blockLength, erased);
        this.#fail();
      }
    }
  }

  /** Counts an operation. @returns how many of its bytes are done before the power goes */
  #begin(length: number): number {
    this.operations += 1;
    if (this.operations < this.#cutAt) return length;
    this.#isOff = true;
    return Math.min(length, this.#afterBytes);
  }

  #fail(): never {
    throw new PowerCutError(`power cut at flash operation ${this.operations}`);
  }

  #check(byteOffset: number, length: number, align: number): void {
    if (this.#isOff) this.#fail();
    if (byteOffset < 0 || byteOffset + length > this.#status.size)
      this.#violate(`expected 0 to ${this.#status.size}, got ${length} bytes at ${byteOffset}`);
    if (byteOffset % align !== 0 || length % align !== 0)
      this.#violate(`expected units of ${align}, got ${length} bytes at ${byteOffset}`);
  }

  #violate(message: string): never {
    this.violations += 1;
    throw new NorFlashError(message);
  }

  #program(byteOffset: number, byte: number): void {
    const old = this.#get(byteOffset);
    if ((old & byte) !== byte)
      this.#violate(`expected to clear bits only, got ${byte} over ${old} at ${byteOffset}`);
    this.#set(byteOffset, byte);
  }

  #erase(block: number): void {
    const pages = this.#status.blockLength / PAGE_BYTES;
    for (let page = block * pages; page < (block + 1) * pages; page += 1) this.#pages.delete(page);
  }

  /** The first bytes are erased; of the others some, some are cleared to be erased, some are as they were. */
  #eraseInPart(start: number, erased: number): void {
    const byte = new Uint8Array(1);
    for (let index = 0; index < this.#status.blockLength; index += 1) {
      if (index < erased) this.#set(start + index, ERASED);
      else {
        this.#random.fill(byte);
        const old = this.#get(start + index);
        const chance = byte[0]! & 7;
        if (chance === 0) this.#set(start + index, ERASED);
        else if (chance === 1) this.#set(start + index, old & byte[0]!);
        else if (chance === 2) this.#set(start + index, old | byte[0]!);
      }
    }
  }

  #get(byteOffset: number): number {
    return this.#pages.get(Math.floor(byteOffset / PAGE_BYTES))?.[byteOffset % PAGE_BYTES] ?? ERASED;
  }

  #set(byteOffset: number, byte: number): void {
    const number = Math.floor(byteOffset / PAGE_BYTES);
    let page = this.#pages.get(number);
    if (page === undefined) {
      if (byte === ERASED) return;
      page = new Uint8Array(PAGE_BYTES).fill(ERASED);
      this.#pages.set(number, page);
    }
    page[byteOffset % PAGE_BYTES] = byte;
  }
}
