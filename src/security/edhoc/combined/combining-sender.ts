/** Sends what OSCORE has protected, the first request of a session behind its message_3. RFC 9668 §3.2.1. */

import { concatBytes } from "../../../bytes/concat.js";
import { codeClass } from "../../../coap/codec/code.js";
import { EDHOC, OSCORE } from "../../../coap/codec/option-number.js";
import type { MessageSender } from "../../../coap/messaging/messaging.js";
import type { Peer } from "../../../coap/messaging/peer.js";
import type { OutgoingMessage, Transmission } from "../../../coap/messaging/transmission.js";
import { kidOf } from "./combined-request.js";
import type { PendingMessages } from "../coap/pending-messages.js";

const NO_BYTES = new Uint8Array(0);

export class CombiningSender implements MessageSender {
  readonly #below: MessageSender;
  readonly #pending: PendingMessages;

  constructor(below: MessageSender, pending: PendingMessages) {
    this.#below = below;
    this.#pending = pending;
  }

  send(transmission: Transmission, message: OutgoingMessage): void {
    const message3 = this.#message3For(transmission.peer, message);
    this.#below.send(transmission, combine(message3, message));
    if (message3) this.#pending.remove(message3);
  }

  immediate(peer: Peer, message: OutgoingMessage): number | undefined {
    return this.#below.immediate(peer, message);
  }

  ping(transmission: Transmission): void {
    this.#below.ping(transmission);
  }

  cancel(transmission: Transmission): void {
    this.#below.cancel(transmission);
  }

  negotiated(peer: Peer): Promise<void> | undefined {
    return this.#below.negotiated(peer);
  }

  /** What a request has to carry; it is sent once, unless the request with it is too large (§3.2.2). */
  #message3For(peer: Peer, { code, options }: OutgoingMessage): Uint8Array | undefined {
    if (this.#pending.size === 0 || codeClass(code) !== 0) return undefined;
    const oscore = options?.first(OSCORE);
    const kid = oscore && kidOf(oscore);
    return kid && this.#pending.find(peer, kid);
  }
}

/** The payload behind message_3, where there is one: the option says so. */
function combine(message3: Uint8Array | undefined, message: OutgoingMessage): OutgoingMessage {
  const { options, payload } = message;
  if (message3 === undefined || options === undefined || payload === undefined) return message;
  options.add(EDHOC, NO_BYTES);
  return { ...message, payload: concatBytes([message3, payload]) };
}
