/** Where Sender Sequence Numbers come from. RFC 8613 §7.2. */

import { OscoreError } from "../errors.js";

/** Gives each number once, from 0 upwards, gaps allowed; `Counter` of src/storage does, across restarts. */
export interface SequenceNumbers {
  /** @throws {Error} where it cannot promise that the number was never given */
  next(): number;
}

/** Numbers for a context whose keys do not outlive the program. */
export class VolatileSequenceNumbers implements SequenceNumbers {
  #next: number;

  /** @param first where to begin */
  constructor(first = 0) {
    this.#next = first;
  }

  next(): number {
    this.#next += 1;
    return this.#next - 1;
  }
}

/** The next Sender Sequence Number. @throws {OscoreError} when storage did not reserve it: nothing may be protected then */
export function takeSequenceNumber(numbers: SequenceNumbers): number {
  try {
    return numbers.next();
  } catch (error) {
    throw new OscoreError(`no sequence number could be reserved: ${String(error)}`, { cause: error });
  }
}
