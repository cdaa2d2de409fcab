/** A protected request of somebody else, and what it is answered with. RFC 8613 §7.1, §8.3. */

import { INTERNAL_SERVER_ERROR } from "../../../coap/codec/code.js";
import type { Message } from "../../../coap/codec/message.js";
import { Options } from "../../../coap/codec/options.js";
import type { Limits } from "../../../coap/limits.js";
import type { DeadlineQueue } from "../../../timers/deadline-queue.js";
import { InnerRequest, type IncomingRequest } from "../../../coap/messaging/incoming-request.js";
import type { MessageReceiver, MessageSender } from "../../../coap/messaging/messaging.js";
import type { TransmissionHandler } from "../../../coap/messaging/transmission.js";
import type { NotifierFactory } from "../../../coap/requesting/notifier.js";
import type { TransferredRequest } from "../../../coap/requesting/transferred-request.js";
import type { SecurityContext } from "../context/security-context.js";
import { outerCode, outerOptions, placeOptions, type PlaintextBuffer } from "../message/plaintext.js";
import { encodeOscoreOption } from "../option.js";
import { ProtectedNotifier, isRefusal } from "./protected-notifier.js";
import type { ProtectedPeer } from "./protected-peer.js";

const NO_BYTES = new Uint8Array(0);

/** An answer that waits until the layers above have returned. */
interface Pending {
  readonly code: number;
  readonly options: Options;
  readonly payload: Uint8Array | undefined;
  readonly handler: TransmissionHandler | undefined;
  readonly confirmable: boolean;
}

/** A message as it goes out. */
export interface SealedMessage {
  readonly code: number;
  readonly options: Options;
  readonly payload: Uint8Array;
}

/** The request as the layers above see it. */
export class ProtectedExchange extends InnerRequest implements TransferredRequest {
  declare readonly peer: ProtectedPeer;
  /** What its responses are protected with, whatever the peer's context becomes meanwhile. */
  /** Whether the keys are kept for the answer. */
  #holds = true;
  readonly #security: SecurityContext;
  readonly #partialIv: number;
  readonly #buffer: PlaintextBuffer;
  /** Runs what is done later. */
  readonly deadlines: DeadlineQueue;
  /** The layers above look at the request just now. */
  #isDispatching = false;
  /** No response has used the nonce of the request. */
  #mayUseNonce: boolean;
  #pending: Pending | undefined;
  #kidContext: Uint8Array | undefined;
  /** Absent until {@link notifyThrough}. */
  notifier: NotifierFactory | undefined;

  /**
   * @param outer the request as it came
   * @param inner what was in it, where that is a request
   * @param mayUseNonce its Partial IV never was that of another request (§5.2)
   * @param buffer where plaintexts are composed
   */
  constructor(
    peer: ProtectedPeer,
    security: SecurityContext,
    outer: IncomingRequest,
    inner: Message | undefined,
    partialIv: number,
    mayUseNonce: boolean,
    buffer: PlaintextBuffer,
    deadlines: DeadlineQueue,
  ) {
    super(outer, peer, inner ?? outer.message);
    this.#security = security;
    security.hold();
    this.#partialIv = partialIv;
    this.#mayUseNonce = mayUseNonce;
    this.#buffer = buffer;
    this.deadlines = deadlines;
  }

  /** Notifications are sent through `sender`, each bound to the request (§4.1.3.5.2). */
  notifyThrough(sender: MessageSender, limits: Limits): void {
    this.notifier = ({ token }, listener) => new ProtectedNotifier(this, token, listener, sender, limits);
  }

  /** Hands the request up, and answers it where there is an answer on return. */
  dispatch(above: MessageReceiver): void {
    this.#isDispatching = true;
    try {
      above.request(this);
    } catch (error) {
      // Something above has failed: RFC 7252 §5.9.3.1, protected as every answer.
      this.deadlines.fault(error);
      this.respond(INTERNAL_SERVER_ERROR, new Options(), undefined);
    }
    this.#isDispatching = false;
    const pending = this.#pending;
    this.#pending = undefined;
    if (pending) this.#answer(pending);
  }

  /**
   * Answers in place of the layers above.
   * @param kidContext what the response says in `kid context` (§B.2)
   * @throws {OscoreError} @throws {MessageTooLargeError} as {@link seal}
   */
  answer(code: number, options: Options, payload: Uint8Array | undefined, kidContext?: Uint8Array): void {
    this.#kidContext = kidContext;
    try {
      const sealed = this.seal(code, options, payload);
      this.outer.respond(sealed.code, sealed.options, sealed.payload);
    } finally {
      this.#release();
    }
  }

  override respond(
    code: number,
    options: Options,
    payload: Uint8Array | undefined,
    handler?: TransmissionHandler,
    confirmable = true,
  ): void {
    if (this.answered) return;
    const answer = { code, options, payload, handler, confirmable };
    this.answered = true;
    // The answer is protected when the layers above have returned, which saves stack.
    if (this.#isDispatching) this.#pending = answer;
    // A device's stack has 512 slots: the frames of the layers above and those down to the socket would not fit it.
    else this.deadlines.soon(() => this.#answer(answer));
  }

  override ignore(): void {
    this.#release();
    super.ignore();
  }

  override reject(): void {
    this.#release();
    super.reject();
  }

  /**
   * Protects a response to the request: the first one with the nonce of the request, which saves its bytes.
   * @throws {OscoreError} when there are no more sequence numbers @throws {MessageTooLargeError}
   */
  seal(code: number, options: Options, payload: Uint8Array | undefined): SealedMessage {
    const security = this.#security;
    const placed = placeOptions(options, false);
    const plaintext = this.#buffer.encode(code, placed ? placed.inner : options, payload);
    const partialIv = this.#mayUseNonce ? undefined : security.nextPartialIv();
    this.#mayUseNonce = false;
    const ciphertext = security.sealResponse(this.#partialIv, partialIv, plaintext);
    const outer = placed?.outer;
    return {
      code: outerCode(outer, false),
      options: outerOptions(outer, this.#optionValue(partialIv)),
      payload: ciphertext,
    };
  }

  #optionValue(partialIv: number | undefined): Uint8Array {
    const kidContext = this.#kidContext;
    // Most have nothing to say.
    if (partialIv === undefined && !kidContext) return NO_BYTES;
    return encodeOscoreOption({ partialIv, kid: undefined, kidContext });
  }

  #answer({ code, options, payload, handler, confirmable }: Pending): void {
    try {
      const sealed = this.seal(code, options, payload);
      this.outer.respond(sealed.code, sealed.options, sealed.payload, handler, confirmable);
    } catch (error) {
      // A separate response found no place in the queue; the client will ask again.
      if (!isRefusal(error)) this.deadlines.fault(error);
      this.outer.ignore();
    }
    this.#release();
  }

  /** What is sent later, such as a notification, ends with the context. */
  #release(): void {
    if (!this.#holds) return;
    this.#holds = false;
    this.#security.release();
  }
}
