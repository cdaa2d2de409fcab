/** Requests of somebody else, and the one answer that each gets. RFC 7252 §4.2, §5.2. */

import type { TimerHandle } from "../../ports/timers.js";
import type { Message } from "../codec/message.js";
import type { Options } from "../codec/options.js";
import type { RememberedMessage } from "./deduplicator.js";
import type { Responder } from "./messaging.js";
import type { Peer } from "./peer.js";
import type { TransmissionHandler } from "./transmission.js";

/** A request as each layer hands it to the one above: as it came, or what was in one that came. */
export interface IncomingRequest {
  readonly peer: Peer;
  readonly message: Message;
  /** It was sent to a group: the answer comes late, or not at all (RFC 7252 §8.2). */
  readonly multicast: boolean;
  readonly answered: boolean;
  /** Whoever it was handed to goes on in a job of its own, at whose end {@link handedUp} is called. */
  deferred: boolean;
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
    confirmable?: boolean,
  ): void;
  /** Ends the exchange with a Reset, or in silence where none may be sent (RFC 7252 §4.3, §8.1). */
  reject(): void;
  /** Ends the exchange without an answer. */
  ignore(): void;
  /** The layers above have returned: what was {@link deferred} is answered by now, or takes its time. */
  handedUp(): void;
}

/** A request as it came, to a message layer. */
export class ReceivedRequest implements IncomingRequest {
  readonly peer: Peer;
  readonly message: Message;
  readonly multicast: boolean;
  readonly #responder: Responder;
  /** An Empty acknowledgement was sent: the answer is a separate one (RFC 7252 §5.2.2). */
  acknowledged = false;
  answered = false;
  /** The answer takes its time; the peer is not forgotten meanwhile. */
  inWork = false;
  /** The layers above have not returned: the answer is sent when they have, which saves stack. */
  dispatching = true;
  deferred = false;
  /** The encoded answer, until it is sent. */
  reply: Uint8Array | undefined;
  remembered: RememberedMessage | undefined;
  acknowledgeDeadline: TimerHandle | undefined;

  constructor(responder: Responder, peer: Peer, message: Message, multicast: boolean) {
    this.#responder = responder;
    this.peer = peer;
    this.message = message;
    this.multicast = multicast;
  }

  respond(
    code: number,
    options: Options,
    payload: Uint8Array | undefined,
    handler?: TransmissionHandler,
    confirmable = true,
  ): void {
    this.#responder.respond(this, code, options, payload, handler, confirmable);
  }

  reject(): void {
    this.#responder.reject(this);
  }

  ignore(): void {
    this.#responder.ignore(this);
  }

  handedUp(): void {
    this.#responder.handedUp?.(this);
  }
}

/** A request that a layer took out of one that came: the answer to it becomes an answer to that one. */
export class InnerRequest implements IncomingRequest {
  readonly peer: Peer;
  readonly message: Message;
  /** Requests to a group are handed up as they came. */
  readonly multicast = false;
  answered = false;
  deferred = false;
  /** The request that it was in. */
  readonly outer: IncomingRequest;

  constructor(outer: IncomingRequest, peer: Peer, message: Message) {
    this.outer = outer;
    this.peer = peer;
    this.message = message;
  }

  respond(
    code: number,
    options: Options,
    payload: Uint8Array | undefined,
    handler?: TransmissionHandler,
    confirmable?: boolean,
  ): void {
    this.answered = true;
    this.outer.respond(code, options, payload, handler, confirmable);
  }

  reject(): void {
    this.answered = true;
    this.outer.reject();
  }

  ignore(): void {
    this.answered = true;
    this.outer.ignore();
  }

  /** Whoever took it out hands up the request that it was in. */
  handedUp(): void {}
}
