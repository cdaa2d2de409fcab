/**
 * The request/response layer: tokens match responses with requests. RFC 7252 §5.3.
 *
 * Requests of others are handed to the layer above unchanged.
 */

import type { TimerHandle } from "../../ports/timers.js";
import { equalBytes } from "../../bytes/compare.js";
import { CON, type Message } from "../codec/message.js";
import type { Options } from "../codec/options.js";
import {
  CancelledError,
  LimitError,
  ProtocolError,
  ResetError,
  TimeoutError,
  type CoapError,
} from "../errors.js";
import type { EndpointContext } from "../messaging/endpoint-context.js";
import type { IncomingRequest } from "../messaging/incoming-request.js";
import type { MessageReceiver, MessageSender } from "../messaging/messaging.js";
import type { Peer } from "../messaging/peer.js";
import { maxTransmitWaitMs } from "../messaging/parameters.js";
import { Transmission, type TransmissionHandler } from "../messaging/transmission.js";
import type { BodyTransfers } from "./body-transfers.js";
import { unrecognizedCriticalOption } from "./critical-options.js";
import { GroupRequests, type GroupHandler, type GroupRequest } from "./group-requests.js";
import { isNothingWanted } from "./no-response.js";
import { TOKEN_BYTES, tokenKey, type TokenKey } from "./token.js";
import type { TransferredRequest } from "./transferred-request.js";

export interface RequestMessage {
  readonly code: number;
  readonly options: Options;
  readonly payload: Uint8Array | undefined;
  readonly confirmable: boolean;
  /** Stays after the first response, for notifications (RFC 7641 §3.2). */
  readonly observing?: boolean;
  /** Value of its No-Response option: silence may be all that comes (RFC 7967 §2.1). */
  readonly unwanted?: number;
  /** Critical options of its response that who asks acts on, though this layer does not. */
  readonly alsoRecognized?: readonly number[] | undefined;
  /** Its token in place of a random one: that of an earlier request (RFC 7641 §3.3.1, §3.6), or a long one. */
  readonly token?: Uint8Array;
}

/** Who waits for the response. */
export interface ResponseHandler {
  /** @param roundTripMs from the only transmission of the request to the response, undefined when there were more */
  response(message: Message, roundTripMs: number | undefined): void;
  failed(error: CoapError): void;
  /** No response came, or none is waited for, because not all were wanted (RFC 7967 §2.1). */
  silent?(): void;
  /** A notification came, and what it notifies of did not. */
  lost?(): void;
}

/** Our own requests' share of the layer. */
export class OutstandingRequest implements TransmissionHandler {
  readonly peer: Peer;
  readonly token: Uint8Array;
  readonly observing: boolean;
  readonly unwanted: number;
  readonly alsoRecognized: readonly number[] | undefined;
  /** Undefined once the request is over. */
  handler: ResponseHandler | undefined;
  readonly #layer: RequestLayer;
  transmission: Transmission | undefined;
  /** A response came: what else comes is a notification. */
  answered = false;
  deadline: TimerHandle | undefined;

  constructor(
    layer: RequestLayer,
    peer: Peer,
    token: Uint8Array,
    {
      observing = false,
      unwanted = 0,
      alsoRecognized,
    }: Pick<RequestMessage, "observing" | "unwanted" | "alsoRecognized">,
    handler: ResponseHandler,
  ) {
    this.#layer = layer;
    this.peer = peer;
    this.token = token;
    this.observing = observing;
    this.unwanted = unwanted;
    this.alsoRecognized = alsoRecognized;
    this.handler = handler;
  }

  acknowledged(response: Message | undefined, roundTripMs: number | undefined): void {
    if (response) this.#layer.piggybacked(this, response, roundTripMs);
    else this.#layer.awaitSeparate(this);
  }

  rejected(): void {
    this.#layer.fail(
      this,
      new ResetError(`${this.peer.address} port ${this.peer.port} rejected the request`),
    );
  }

  failed(error: CoapError): void {
    this.#layer.fail(this, error);
  }
}

/** Who takes responses to requests of which nothing is kept here (RFC 8974 §3). */
export interface TokenReader {
  /** @returns whether its token is one of theirs; otherwise the response is rejected */
  response(message: Message, peer: Peer): boolean;
}

/** The side that answers requests of others. */
export interface RequestHandler {
  handle(request: TransferredRequest): void;
  /** The peer rejected a Non-confirmable message of ours. */
  rejected(messageId: number, peer: Peer): void;
  /** The connection to the peer has ended. */
  disconnected(peer: Peer): void;
}

export class RequestLayer implements MessageReceiver {
  readonly #endpoint: EndpointContext;
  /** How long a response is waited for after the request got through: MAX_TRANSMIT_WAIT. */
  readonly #responseTimeoutMs: number;
  readonly #requestHandler: RequestHandler;
  readonly #outstanding = new Map<TokenKey, OutstandingRequest>();
  readonly #groups: GroupRequests;
  /** Those who know their requests by the tokens alone. */
  readonly readers = new Set<TokenReader>();
  /** Bodies that travel by other rules. */
  readonly #transfers: BodyTransfers | undefined;
  #sender: MessageSender | undefined;

  /** @param transfers bodies that travel by other rules: they see requests first */
  constructor(requestHandler: RequestHandler, endpoint: EndpointContext, transfers?: BodyTransfers) {
    this.#requestHandler = requestHandler;
    this.#transfers = transfers;
    this.#endpoint = endpoint;
    this.#responseTimeoutMs = maxTransmitWaitMs(endpoint.parameters);
    this.#groups = new GroupRequests(endpoint);
  }

  /** Connects the layer below, which needs this one to be made first. */
  attach(sender: MessageSender): void {
    this.#sender = sender;
    this.#transfers?.attach(sender);
  }

  /** Sends a request. @throws {LimitError} @throws {MessageTooLargeError} */
  send(peer: Peer, request: RequestMessage, handler: ResponseHandler): OutstandingRequest {
    const { limits } = this.#endpoint;
    if (this.#outstanding.size >= limits.outstandingRequests)
      throw new LimitError(`limit outstandingRequests (${limits.outstandingRequests}) reached`);
    const token = request.token ?? this.#newToken();
    const outstanding = new OutstandingRequest(this, peer, token, request, handler);
    const earlier = this.#outstanding.get(tokenKey(token));
    if (earlier) this.cancel(earlier);
    const sender = this.#sender!;
    const { code, options, payload } = request;
    peer.references += 1;
    this.#outstanding.set(tokenKey(token), outstanding);
    try {
      const transmission = new Transmission(peer, request.confirmable, outstanding);
      sender.send(transmission, { code, token, options, payload });
      outstanding.transmission = transmission;
      if (!request.confirmable) this.awaitSeparate(outstanding);
    } catch (error) {
      this.#end(outstanding);
      throw error;
    }
    return outstanding;
  }

  /** Sends a request to a group. @throws {LimitError} @throws {MessageTooLargeError} */
  sendToGroup(group: Peer, request: RequestMessage, waitMs: number, handler: GroupHandler): GroupRequest {
    const token = this.#newToken();
    return this.#groups.send(this.#sender!, group, { ...request, token }, tokenKey(token), waitMs, handler);
  }

  /** Waits for no more responses of a group; its handler hears so. */
  endGroup(request: GroupRequest, error?: CoapError): void {
    if (request.transmission && !request.ended) this.#sender!.cancel(request.transmission);
    this.#groups.end(request, error);
  }

  isForGroup(message: Message): boolean {
    return this.#groups.has(tokenKey(message.token));
  }

  /** The request of ours that a message with this token answers. */
  find(token: Uint8Array): OutstandingRequest | undefined {
    return this.#outstanding.get(tokenKey(token));
  }

  /** Forgets a request; a later response to it is rejected. The handler hears nothing. */
  cancel(outstanding: OutstandingRequest): void {
    if (!this.#isCurrent(outstanding)) return;
    if (outstanding.transmission) this.#sender!.cancel(outstanding.transmission);
    this.#end(outstanding);
  }

  request(request: IncomingRequest): void {
    if (!this.#transfers?.take(request)) this.#requestHandler.handle(request);
  }

  rejected(messageId: number, peer: Peer): void {
    for (const outstanding of this.#outstanding.values())
      if (outstanding.peer === peer && outstanding.transmission?.messageId === messageId) {
        outstanding.rejected();
        return;
      }
    if (!this.#transfers?.rejected(messageId, peer)) this.#requestHandler.rejected(messageId, peer);
  }

  /** A Non-confirmable request has no acknowledgement to wait for: it has failed now. */
  refused(peer: Peer, error: CoapError): void {
    this.#groups.refused(peer, error);
    this.#transfers?.refused(peer, error);
    for (const outstanding of [...this.#outstanding.values()]) {
      // One that is just being sent has no transmission yet.
      const isUnanswered = outstanding.transmission?.confirmable !== true && !outstanding.answered;
      if (outstanding.peer === peer && isUnanswered) this.fail(outstanding, error);
    }
  }

  awaits(peer: Peer, notifications = false): boolean {
    for (const outstanding of this.#outstanding.values())
      if (outstanding.peer === peer && (notifications || !outstanding.answered)) return true;
    return false;
  }

  disconnected(peer: Peer, error: CoapError): void {
    for (const outstanding of [...this.#outstanding.values()])
      if (outstanding.peer === peer) this.fail(outstanding, error);
    this.#requestHandler.disconnected(peer);
  }

  /** See {@link MessageSender.negotiated}. */
  negotiated(peer: Peer): Promise<void> | undefined {
    return this.#sender!.negotiated(peer);
  }

  /** Fails every request under way. */
  close(): void {
    const error = new CancelledError("the endpoint was closed");
    for (const outstanding of [...this.#outstanding.values()]) this.fail(outstanding, error);
    this.#groups.close();
    this.#transfers?.close();
  }

  response(message: Message, peer: Peer): boolean {
    if (this.isForGroup(message)) return this.#groups.response(message, peer, tokenKey(message.token));
    const outstanding = this.#outstanding.get(tokenKey(message.token));
    // §5.3.2: the source endpoint and the token must both match.
    if (outstanding?.peer !== peer || !equalBytes(outstanding.token, message.token))
      return this.#read(message, peer) || (this.#transfers?.response(message, peer) ?? false);
    // §5.4.1: a response with an unrecognized critical option is rejected.
    const offending = unrecognizedCriticalOption(message, "response", outstanding.alsoRecognized);
    if (offending !== undefined) {
      if (message.type === CON) this.fail(outstanding, badOption(offending));
      return false;
    }
    const { transmission, answered } = outstanding;
    const onlyOnce = transmission?.attempt === 0 && !answered;
    // The response may overtake the acknowledgement, which then is no longer waited for (§5.2.2).
    if (transmission) this.#sender!.cancel(transmission);
    this.#deliver(
      outstanding,
      message,
      onlyOnce ? this.#endpoint.clock.monotonicMs() - transmission.firstSentMs : undefined,
    );
    return true;
  }

  #read(message: Message, peer: Peer): boolean {
    for (const reader of this.readers) if (reader.response(message, peer)) return true;
    return false;
  }

  /** @internal A response with the token of the request came in the acknowledgement (RFC 7252 §5.2.1). */
  piggybacked(outstanding: OutstandingRequest, message: Message, roundTripMs: number | undefined): void {
    if (!this.#isCurrent(outstanding)) return;
    const offending = unrecognizedCriticalOption(message, "response", outstanding.alsoRecognized);
    if (offending !== undefined) this.fail(outstanding, badOption(offending));
    else this.#deliver(outstanding, message, roundTripMs);
  }

  /** @internal The request got through, or cannot be told to; the response comes later (RFC 7252 §5.2.2). */
  awaitSeparate(outstanding: OutstandingRequest): void {
    const responseTimeoutMs = this.#responseTimeoutMs;
    if (!this.#isCurrent(outstanding)) return;
    if (isNothingWanted(outstanding.unwanted)) {
      this.#silence(outstanding);
      return;
    }
    outstanding.deadline = this.#endpoint.deadlines.set(() => {
      const { address, port } = outstanding.peer;
      if (this.fallSilent(outstanding)) return;
      this.fail(
        outstanding,
        new TimeoutError(`no response from ${address} port ${port} within ${responseTimeoutMs / 1000} s`),
      );
    }, responseTimeoutMs);
  }

  /**
   * Stops waiting for a response to a request that got through and may have none (RFC 7967 §2.1).
   * @returns whether it is such a one; its handler then hears that nothing came
   */
  fallSilent(outstanding: OutstandingRequest): boolean {
    const { unwanted, deadline, peer, transmission } = outstanding;
    if (unwanted === 0 || !deadline || !this.#isCurrent(outstanding)) return false;
    // Held back by PROBING_RATE, it was not even sent.
    if (transmission && peer.waiting.includes(transmission)) return false;
    this.#silence(outstanding);
    return true;
  }

  #silence(outstanding: OutstandingRequest): void {
    const { handler } = outstanding;
    this.#end(outstanding);
    handler?.silent?.();
  }

  /** @internal */
  fail(outstanding: OutstandingRequest, error: CoapError): void {
    if (!this.#isCurrent(outstanding)) return;
    const { handler } = outstanding;
    this.#end(outstanding);
    handler?.failed(error);
  }

  #deliver(outstanding: OutstandingRequest, message: Message, roundTripMs: number | undefined): void {
    const { handler } = outstanding;
    outstanding.answered = true;
    if (outstanding.observing) this.#clearDeadline(outstanding);
    else this.#end(outstanding);
    handler?.response(message, roundTripMs);
  }

  /** A request whose token was taken over by another one no longer counts. */
  #isCurrent(outstanding: OutstandingRequest): boolean {
    return this.#outstanding.get(tokenKey(outstanding.token)) === outstanding;
  }

  #end(outstanding: OutstandingRequest): void {
    this.#clearDeadline(outstanding);
    if (!this.#isCurrent(outstanding)) return;
    this.#outstanding.delete(tokenKey(outstanding.token));
    outstanding.peer.references -= 1;
    // V8's tables leave behind what was deleted: it must not hold on to whoever waited, and to all that they hold.
    outstanding.handler = undefined;
    outstanding.transmission = undefined;
  }

  #clearDeadline(outstanding: OutstandingRequest): void {
    if (outstanding.deadline) this.#endpoint.deadlines.clear(outstanding.deadline);
    outstanding.deadline = undefined;
  }

  #newToken(): Uint8Array {
    for (;;) {
      const token = this.#endpoint.random.bytes(TOKEN_BYTES);
      const key = tokenKey(token);
      if (!this.#outstanding.has(key) && !this.#groups.has(key)) return token;
    }
  }
}

function badOption(number: number): ProtocolError {
  return new ProtocolError(`expected no critical option ${number} in a response`);
}
