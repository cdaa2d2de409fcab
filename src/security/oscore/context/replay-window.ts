/** Which Partial IVs of a peer's requests have come already: a sliding window. RFC 8613 §7.4, RFC 6347 §4.1.2.6. */

/** RFC 8613 §3.2.2. */
export const DEFAULT_WINDOW_SIZE = 32;
/** What a number's bits have room for. */
export const MAX_WINDOW_SIZE = 32;

export class ReplayWindow {
  readonly #size: number;
  /** The largest that has come; -1 before the first. */
  #newest = -1;
  /** Bit n: the one that is n below the newest has come. */
  #seen = 0;

  /** @throws {RangeError} for a size outside 1 to {@link MAX_WINDOW_SIZE} */
  constructor(size = DEFAULT_WINDOW_SIZE) {
    if (!Number.isInteger(size) || size < 1 || size > MAX_WINDOW_SIZE)
      throw new RangeError(`expected a replay window of 1 to ${MAX_WINDOW_SIZE}, got ${size}`);
    this.#size = size;
  }

  /** Whether a Partial IV is new: neither seen before, nor too old to tell. */
  admits(partialIv: number): boolean {
    const age = this.#newest - partialIv;
    return age < 0 || (age < this.#size && (this.#seen & (1 << age)) === 0);
  }

  /** A Partial IV that {@link admits} came with a message that was verified. */
  take(partialIv: number): void {
    const age = this.#newest - partialIv;
    if (age >= 0) this.#seen |= 1 << age;
    else {
      this.#seen = -age < MAX_WINDOW_SIZE ? (this.#seen << -age) | 1 : 1;
      this.#newest = partialIv;
    }
  }

  /** Begins with this one: it is taken, and none below it is (RFC 8613 §B.1.2). */
  startAt(partialIv: number): void {
    this.#newest = partialIv;
    this.#seen = -1;
  }
}
