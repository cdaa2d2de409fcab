/** Raw flash: ECMA-419's class over the host's natives. */

import type { Flash, FlashStatus } from "../../src/ports/flash.js";
import { natives } from "./natives.js";

const ERASED = 0xff;

class XSFlash implements Flash {
  readonly #status: FlashStatus;
  #isOpen = true;

  constructor(blocks: number, blockLength: number, writeAlign: number) {
    this.#status = { size: blocks * blockLength, blocks, blockLength, writeAlign, eraseValue: ERASED };
  }

  status(): FlashStatus {
    return this.#status;
  }

  eraseBlock(start: number, end = start + 1): void {
    const { blockLength } = this.#status;
    this.#check(start * blockLength, (end - start) * blockLength, blockLength);
    for (let block = start; block < end; block += 1) natives.flashErase(block);
  }

  read(buffer: Uint8Array, byteOffset: number): number {
    this.#check(byteOffset, buffer.length, 1);
    natives.flashRead(buffer, byteOffset);
    return buffer.length;
  }

  write(buffer: Uint8Array, byteOffset: number): void {
    this.#check(byteOffset, buffer.length, this.#status.writeAlign);
    natives.flashWrite(buffer, byteOffset);
  }

  close(): void {
    this.#isOpen = false;
  }

  #check(byteOffset: number, length: number, unit: number): void {
    const { size } = this.#status;
    if (!this.#isOpen) throw new Error("flash: expected an open one, got a closed one");
    if (!(byteOffset >= 0 && length >= 0 && byteOffset + length <= size))
      throw new RangeError(`flash: expected 0 to ${size}, got ${length} bytes at ${byteOffset}`);
    if (byteOffset % unit !== 0 || length % unit !== 0)
      throw new RangeError(`flash: expected units of ${unit}, got ${length} bytes at ${byteOffset}`);
  }
}

/** The host's flash memory, or undefined where it has none. */
export function openFlash(): Flash | undefined {
  const status = new Uint32Array(3);
  if (!natives.flashStatus(status.buffer)) return undefined;
  const [blocks = 0, blockLength = 0, writeAlign = 0] = status;
  return new XSFlash(blocks, blockLength, writeAlign);
}
