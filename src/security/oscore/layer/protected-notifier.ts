/** Sends protected notifications, each with a Partial IV of its own. RFC 8613 §4.1.3.5.2, §8.3.1. */

import { TransferTerms } from "../../../coap/bodies/block/transfer-terms.js";
import { codeClass } from "../../../coap/codec/code.js";
import { CON, MessageTooLargeError, encodedMessage } from "../../../coap/codec/message.js";
import { CoapError } from "../../../coap/errors.js";
import type { Limits } from "../../../coap/limits.js";
import type { MessageSender } from "../../../coap/messaging/messaging.js";
import { Transmission, type TransmissionHandler } from "../../../coap/messaging/transmission.js";
import type { Answer, NotificationListener, Notifier } from "../../../coap/requesting/notifier.js";
import type { ProtectedExchange, SealedMessage } from "./protected-exchange.js";

export class ProtectedNotifier implements Notifier {
  readonly terms: TransferTerms;
  readonly notifications = "CON";
  readonly mayProbe = true;
  readonly #exchange: ProtectedExchange;
  readonly #token: Uint8Array;
  readonly #listener: NotificationListener;
  readonly #sender: MessageSender;
  /** Hears what becomes of the Confirmable one under way. */
  readonly #handler: TransmissionHandler;
  #transmission: Transmission | undefined;
  /** One is about to be sent. */
  #isBegun = false;
  #isClosed = false;

  constructor(
    exchange: ProtectedExchange,
    token: Uint8Array,
    listener: NotificationListener,
    sender: MessageSender,
    limits: Limits,
  ) {
    this.terms = new TransferTerms(limits, exchange.peer.capabilities);
    this.#exchange = exchange;
    this.#token = token;
    this.#listener = listener;
    this.#sender = sender;
    this.#handler = {
      acknowledged: () => this.#end().acknowledged(),
      rejected: () => this.#end().rejected(),
      failed: () => this.#end().failed(),
      supersede: (messageId) => this.#superseded(messageId),
    };
  }

  get busy(): boolean {
    return this.#isBegun || this.#transmission !== undefined;
  }

  send(answer: Answer, confirmable: boolean): void {
    this.#isBegun = true;
    this.#exchange.deadlines.soon(() => {
      this.#isBegun = false;
      if (!this.#isClosed) this.#send(answer, confirmable);
    });
  }

  sendLast(answer: Answer): void {
    try {
      this.#sendConfirmable(answer, undefined);
    } catch (error) {
      // The observation has ended all the same; the client will find that out when it asks.
      if (!isRefusal(error)) throw error;
    }
  }

  supersede(answer: Answer, messageId: number): Uint8Array {
    const { code, options, payload } = this.#seal(answer);
    // What becomes the last notification is not to be stopped with the observation.
    if (codeClass(answer.code) !== 2) this.#transmission = undefined;
    return encodedMessage(CON, code, messageId, this.#token, options, payload);
  }

  close(): void {
    this.#isClosed = true;
    if (this.#transmission) this.#sender.cancel(this.#transmission);
    this.#transmission = undefined;
  }

  #send(answer: Answer, confirmable: boolean): void {
    try {
      if (confirmable) {
        this.#transmission = this.#sendConfirmable(answer, this.#handler);
        return;
      }
      const { code, options, payload } = this.#seal(answer);
      const { base } = this.#exchange.peer;
      this.#listener.sent(this.#sender.immediate(base, { code, token: this.#token, options, payload }));
    } catch (error) {
      if (!isRefusal(error)) this.#exchange.deadlines.fault(error);
      this.#listener.failed();
    }
  }

  #end(): NotificationListener {
    this.#transmission = undefined;
    return this.#listener;
  }

  /** What cannot be protected takes nothing's place. */
  #superseded(messageId: number): Uint8Array | undefined {
    try {
      return this.#listener.supersede(messageId);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      return undefined;
    }
  }

  #seal({ code, options, payload }: Answer): SealedMessage {
    return this.#exchange.seal(code, options, payload);
  }

  #sendConfirmable(answer: Answer, handler: TransmissionHandler | undefined): Transmission {
    const { code, options, payload } = this.#seal(answer);
    const transmission = new Transmission(this.#exchange.peer.base, true, handler);
    this.#sender.send(transmission, { code, token: this.#token, options, payload });
    return transmission;
  }
}

/** A message that there is no place, no room or no sequence number for. */
export function isRefusal(error: unknown): boolean {
  return error instanceof CoapError || error instanceof MessageTooLargeError;
}
