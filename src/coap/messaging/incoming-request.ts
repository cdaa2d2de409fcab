/** A request of somebody else, and the one answer it gets. RFC 7252 §4.2, §5.2. */

import type { TimerHandle } from "../../ports/timers.js";
import type { Message } from "../codec/message.js";
import type { Options } from "../codec/options.js";
import type { RememberedMessage } from "./deduplicator.js";
import type { Responder } from "./messaging.js";
import type { Peer } from "./peer.js";
import type { TransmissionHandler } from "./transmission.js";

export class IncomingRequest {
  readonly peer: Peer;
  readonly message: Message;
  /** It was sent to a group: the answer comes late, or not at all (RFC 7252 §8.2). */
  readonly multicast: boolean;
  readonly #responder: Responder | undefined;
  /** An Empty acknowledgement was sent: the answer is a separate one (RFC 7252 §5.2.2). */
  acknowledged = false;
  answered = false;
  /** The answer takes its time; the peer is not forgotten meanwhile. */
  inWork = false;
  /** It is being handed up: the answer is sent when the layers above have returned, which saves stack. */
  dispatching = false;
  /** That goes on in a job of its own, at whose end {@link handedUp} is called. */
  deferred = false;
  /** The encoded answer, until it is sent. */
  reply: Uint8Array | undefined;
  remembered: RememberedMessage | undefined;
  acknowledgeDeadline: TimerHandle | undefined;

  /** @param responder undefined for one that answers in its own way */
  constructor(responder: Responder | undefined, peer: Peer, message: Message, multicast: boolean) {
    this.#responder = responder;
    this.peer = peer;
    this.message = message;
    this.multicast = multicast;
  }

  /**
   * Answers, once; a second answer is ignored.
   * @param handler hears what becomes of the answer where it travels in a Confirmable message
   * @param confirmable false: an answer that comes after the acknowledgement is not retransmitted
   * @throws {MessageTooLargeError} when it exceeds `limits.maxMessageBytes`
   */
  respond(
    code: number,
    options: Options,
    payload: Uint8Array | undefined,
    handler?: TransmissionHandler,
    confirmable = true,
  ): void {
    this.#responder?.respond(this, code, options, payload, handler, confirmable);
  }

  /** Ends the exchange with a Reset, or in silence where none may be sent (RFC 7252 §4.3, §8.1). */
  reject(): void {
    this.#responder?.reject(this);
  }

  /** Ends the exchange without an answer. */
  ignore(): void {
    this.#responder?.ignore(this);
  }

  /** The layers above have returned: what was {@link deferred} is answered by now, or takes its time. */
  handedUp(): void {
    this.#responder?.handedUp?.(this);
  }
}
