/** Where Sender Sequence Numbers come from. RFC 8613 §7.2. */

import { OscoreError } from "../errors.js";
import { MAX_PARTIAL_IV } from "./partial-iv.js";

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

/**
 * The next Partial IV.
 * @throws {OscoreError} when there is none left, or storage did not reserve it: nothing may be protected then
 */
export function takePartialIv(numbers: SequenceNumbers): number {
  let partialIv: number;
  try {
    partialIv = numbers.next();
  } catch (error) {
    throw new OscoreError(`no sequence number could be reserved: ${String(error)}`, { cause: error });
  }
  if (partialIv > MAX_PARTIAL_IV)
    throw new OscoreError(`all ${MAX_PARTIAL_IV} sequence numbers are used up: a new context is needed`);
  return partialIv;
}
