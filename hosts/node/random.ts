import { randomFillSync } from "node:crypto";
import type { Random } from "../../src/ports/random.js";

/** Random bytes fetched at once: most requests are for a few, and a fetch costs more than they. */
export const RANDOM_POOL_BYTES = 4096;

/** Random bytes of the system. Each is given away once and then forgotten. */
export class NodeRandom implements Random {
  readonly #pool = new Uint8Array(RANDOM_POOL_BYTES);
  #used = RANDOM_POOL_BYTES;

  fill(bytes: Uint8Array): void {
    if (bytes.length > RANDOM_POOL_BYTES) {
      randomFillSync(bytes);
      return;
    }
    if (this.#used + bytes.length > RANDOM_POOL_BYTES) {
      randomFillSync(this.#pool);
      this.#used = 0;
    }
    const end = this.#used + bytes.length;
    bytes.set(this.#pool.subarray(this.#used, end));
    this.#pool.fill(0, this.#used, end);
    this.#used = end;
  }
}
