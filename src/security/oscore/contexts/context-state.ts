/** What of a security context has to outlive a restart. RFC 8613 §7.5, Appendix B.1. */

import type { KeyValueStorage } from "../../../ports/key-value.js";
import { COUNTER_STEP, Counter, encodeCount } from "../../../storage/counter.js";
import { monotonicEntries } from "../../../storage/monotonic-value.js";
import { StorageCorruptError } from "../../../storage/limits.js";
import { SecurityContextLostError } from "../errors.js";
import { VolatileSequenceNumbers, type SequenceNumbers } from "../context/sequence-numbers.js";

/** Sequence numbers, and whether the peer's requests may be ones that came before a restart. */
export interface ContextState extends SequenceNumbers {
  /** The keys were in use before the program began: what came then is not known any more. */
  readonly wasUsed: boolean;
  /** The keys are in use from now on. @throws {Error} where that cannot be remembered */
  markUsed(): void;
}

/** For keys that do not outlive the program, such as those of a key exchange. */
export class VolatileState extends VolatileSequenceNumbers implements ContextState {
  readonly wasUsed = false;

  markUsed(): void {
    // A restart ends the context.
  }
}

/** What is stored for keys that nobody has used yet: so nothing is missing that may have been lost. */
export function unusedState(key: string): ReturnType<typeof monotonicEntries> {
  return monotonicEntries(key, encodeCount(0));
}

/**
 * In power-safe storage: sequence numbers are reserved in steps (§B.1.1); a stored step says that the keys were in use.
 * Where the storage is damaged, numbers go on behind all that may have been used.
 */
export class StoredState implements ContextState {
  readonly wasUsed: boolean;
  readonly #counter: Counter;
  #isMarked: boolean;

  /**
   * @param key of this context alone, for as long as its keys are in use
   * @param step numbers reserved by one write: a restart skips at most as many
   * @throws {SecurityContextLostError} when the numbers are lost, or something else is stored
   */
  constructor(storage: KeyValueStorage, key: string, step = COUNTER_STEP) {
    try {
      this.#counter = new Counter(storage, key, step);
    } catch (error) {
      if (!(error instanceof StorageCorruptError)) throw error;
      throw new SecurityContextLostError(
        `its sequence numbers are lost, both sides need new keys: ${error.message}`,
        { cause: error },
      );
    }
    this.wasUsed = this.#counter.wasUsed;
    this.#isMarked = this.wasUsed;
  }

  next(): number {
    const number = this.#counter.next();
    this.#isMarked = true;
    return number;
  }

  /** Uses up a number where none is reserved yet: the step remains. */
  markUsed(): void {
    if (!this.#isMarked) this.next();
  }
}
