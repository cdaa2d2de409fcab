/** Numbers from the platform's random port, drawn in batches: a system call a message would show in every profile. */

import type { Random } from "../../ports/random.js";

const BATCH_BYTES = 64;

export class RandomSource {
  readonly #random: Random;
  readonly #batch = new Uint8Array(BATCH_BYTES);
  #used = BATCH_BYTES;

  constructor(random: Random) {
    this.#random = random;
  }

  /** A fresh array of `length` random bytes, up to 64. */
  bytes(length: number): Uint8Array {
    const start = this.#take(length);
    const bytes = this.#batch.slice(start, this.#used);
    // What was handed out must not be found in memory later.
    this.#batch.fill(0, start, this.#used);
    return bytes;
  }

  /** 0 to 65535. */
  uint16(): number {
    const start = this.#take(2);
    const value = (this.#batch[start]! << 8) | this.#batch[start + 1]!;
    this.#batch.fill(0, start, this.#used);
    return value;
  }

  /** 0 up to but not including 1, in steps of 1/65536. */
  unit(): number {
    return this.uint16() / 0x10000;
  }

  /** Uses up bytes of the batch. @returns where the first of them is */
  #take(length: number): number {
    if (this.#used + length > BATCH_BYTES) {
      this.#random.fill(this.#batch);
      this.#used = 0;
    }
    this.#used += length;
    return this.#used - length;
  }
}
