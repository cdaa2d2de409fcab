/** Sequence numbers of ours that come back once each, and the newest of them only. RFC 8974 §3.1, §5.2. */

import { MAX_UINT32 } from "../../bytes/uint.js";
import { LimitError } from "../errors.js";

export class ReplayWindow {
  /** By number modulo the size: 1 where it has not come back yet. */
  readonly #awaited: Uint8Array;
  #next: number;

  /**
   * @param size how many numbers may be on their way
   * @param next the first number, 0 to 2^32 - 1
   */
  constructor(size: number, next = 0) {
    if (!Number.isInteger(size) || size < 1)
      throw new RangeError(`expected a replay window of at least 1, got ${size}`);
    this.#awaited = new Uint8Array(size);
    this.#next = next;
  }

  /** The next number; the oldest that is awaited gives way to it. @throws {LimitError} after 2^32 of them */
  take(): number {
    const sequence = this.#next;
    if (sequence > MAX_UINT32) throw new LimitError("no sequence numbers are left: a new key is needed");
    this.#next += 1;
    this.#awaited[sequence % this.#awaited.length] = 1;
    return sequence;
  }

  /** Whether a number may come back. */
  awaits(sequence: number): boolean {
    const { length } = this.#awaited;
    const age = this.#next - sequence;
    return age >= 1 && age <= length && this.#awaited[sequence % length] === 1;
  }

  /** A number that is awaited came back. */
  close(sequence: number): void {
    this.#awaited[sequence % this.#awaited.length] = 0;
  }
}
