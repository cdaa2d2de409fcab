/** The order of a session's steps: RFC 9528 §5.1. */

import { CborError } from "../../cbor/error.js";
import { CoseError } from "../../cose/errors.js";
import { decodeErrorMessage, isErrorMessage } from "./codec/error-message.js";
import { EdhocPeerError, EdhocProcessingError, EdhocUsageError } from "./errors.js";

/** What a role does or waits for. */
export type Step = "message_1" | "message_2" | "message_3" | "message_4" | "nothing more";

/** Each step is taken once and in its order; one that fails is the last. */
export class Progress {
  #next: Step;

  constructor(first: Step) {
    this.#next = first;
  }

  /** What comes next. */
  get next(): Step {
    return this.#next;
  }

  /**
   * Takes the step, after which `next` is the one.
   * @throws {EdhocUsageError} when it is another's turn; the session is not affected
   * @throws {EdhocError} when `take` fails; the session has ended
   */
  take<T>(step: Step, next: Step, take: () => T): T {
    if (this.#next !== step) throw new EdhocUsageError(`expected ${this.#next}, got ${step}`);
    this.#next = "nothing more";
    try {
      const result = take();
      this.#next = next;
      return result;
    } catch (error) {
      if (error instanceof CborError || error instanceof CoseError)
        throw new EdhocProcessingError(`${step}: ${error.message}`, { cause: error });
      throw error;
    }
  }
}

/** An error message may come in the place of any but message_1 (§6). @throws {EdhocPeerError} @throws {CborError} */
export function refuseErrorMessage(message: Uint8Array): void {
  if (isErrorMessage(message)) throw new EdhocPeerError(decodeErrorMessage(message));
}
