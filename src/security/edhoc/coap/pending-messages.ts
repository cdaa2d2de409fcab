/** message_3 of sessions whose first protected request has not been sent yet. RFC 9668 §3.2.1. */

import { equalBytes } from "../../../bytes/compare.js";

/** How many wait at most; then the oldest is forgotten, and its session cannot be completed. */
export const MAX_PENDING_MESSAGES = 4;

/** Whom a message is for. */
export interface Addressee {
  readonly address: string;
  readonly port: number;
}

interface Pending extends Addressee {
  /** C_R */
  readonly connectionId: Uint8Array;
  readonly message3: Uint8Array;
}

/** By server and C_R. */
export class PendingMessages {
  /** Oldest first. */
  readonly #messages: Pending[] = [];

  get size(): number {
    return this.#messages.length;
  }

  add({ address, port }: Addressee, connectionId: Uint8Array, message3: Uint8Array): void {
    if (this.size === MAX_PENDING_MESSAGES) this.#messages.shift();
    this.#messages.push({ address, port, connectionId, message3 });
  }

  /** The message that the next request to a server with that kid has to carry. */
  find({ address, port }: Addressee, kid: Uint8Array): Uint8Array | undefined {
    return this.#messages.find(
      (message) =>
        message.port === port && message.address === address && equalBytes(message.connectionId, kid),
    )?.message3;
  }

  /** Forgets a message that was found: it has been sent. */
  remove(message3: Uint8Array): void {
    const index = this.#messages.findIndex((message) => message.message3 === message3);
    if (index >= 0) this.#messages.splice(index, 1);
  }
}
