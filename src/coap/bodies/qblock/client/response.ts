/** A response whose body travelled in Q-Block2 blocks: it is there as a whole. RFC 9177 §4.4. */

import type { Message } from "../../../codec/message.js";
import type { BodyResponse } from "../../../requesting/body-transfers.js";
import type { WholeBody } from "./transfer.js";

export class QBlockResponse implements BodyResponse {
  readonly message: Message;
  /** Requests and responses are several each. */
  readonly roundTripMs = undefined;
  readonly #payload: Uint8Array;

  constructor({ message, payload }: WholeBody) {
    this.message = message;
    this.#payload = payload;
  }

  get totalBytes(): number {
    return this.#payload.length;
  }

  get body(): AsyncIterable<Uint8Array> {
    const pieces = [this.#payload].values();
    return { [Symbol.asyncIterator]: () => ({ next: () => Promise.resolve(pieces.next()) }) };
  }

  /** Its length was limited while it came. */
  whole(): Promise<Uint8Array> {
    return Promise.resolve(this.#payload);
  }

  close(): void {
    // The transfer is over.
  }
}
