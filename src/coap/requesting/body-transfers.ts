/**
 * What stands between the request/response layer and server and client where bodies travel by other rules than those
 * of RFC 7959: `qBlock()` makes one. An image without it does not carry its code.
 */

import type { AbortSignalLike, RequestOptions } from "../request-options.js";
import type { Message } from "../codec/message.js";
import type { Options } from "../codec/options.js";
import type { OptionsView } from "../codec/options-view.js";
import type { CoapError } from "../errors.js";
import type { EndpointContext } from "../messaging/endpoint-context.js";
import type { IncomingRequest } from "../messaging/incoming-request.js";
import type { MessageSender } from "../messaging/messaging.js";
import type { Peer } from "../messaging/peer.js";
import type { RequestHandler } from "./request-layer.js";

/** A response whose body is read as it comes. */
export interface BodyResponse {
  /** The one of the messages that carried it whose code and options count. */
  readonly message: Message;
  /** From the only transmission of the request to the response, where that is known. */
  readonly roundTripMs: number | undefined;
  /** Length of the body, where the server said it. */
  readonly totalBytes: number | undefined;
  /** The body, piece by piece: to be read to its end, or left early, which ends the transfer. */
  readonly body: AsyncIterable<Uint8Array>;
  /** The whole body, in place of {@link body}. @throws {LimitError} for a longer one @throws {CoapError} */
  whole(
    maxBodyBytes: number,
    onProgress?: (bytes: number, totalBytes: number | undefined) => void,
  ): Promise<Uint8Array>;
  /** Lets go of what the transfer holds. A second call does nothing. */
  close(): void;
}

/** An observation that has begun. */
export interface ObservedRequest {
  /** That of the registration (RFC 7641 §3.6). */
  readonly token: Uint8Array;
  /** Registers once more (RFC 7641 §3.3.1). */
  renew(): void;
  /** Takes no more notifications: they are rejected. */
  cancel(): void;
}

/** Who observes a resource, with GET. */
export interface ObservingParty {
  readonly peer: Peer;
  /** Options of the registration without Observe, and without those of a transfer but for Block2. */
  readonly base: Options;
  readonly requestOptions: RequestOptions;
  /** Says when nobody waits any more. */
  readonly cancellation: AbortSignalLike;
  /** There is something to renew and to cancel, whether or not the server lets the resource be observed. */
  began(observed: ObservedRequest): void;
  /**
   * A state, in its order, the first one included. Without an Observe option, or with an error, it is the last.
   * @param body where it has come as a whole
   */
  state(message: Message, roundTripMs: number | undefined, body: Uint8Array | undefined): void;
  /** A notification came, and what it notifies of did not. */
  lost(): void;
  failed(error: CoapError): void;
}

/** How the bodies of a client travel. */
export interface ClientTransfers {
  /**
   * Sends a request and its whole body; resolves when the response begins.
   * @param base its options without those of the transfer; they are this transfer's to change
   * @param timeoutMs for all of it
   * @throws {CoapError}
   */
  request(
    peer: Peer,
    method: number,
    base: Options,
    options: RequestOptions,
    timeoutMs: number | undefined,
  ): Promise<BodyResponse>;
  /** Observes; resolves when the party has heard the first state. @throws {ResponseError} @throws {CoapError} */
  observe(party: ObservingParty): Promise<void>;
}

/** @internal How large a body the resource of a request takes: a server's `Site`. */
export interface BodyLimits {
  find(
    options: OptionsView,
    bytes: Uint8Array,
  ): { readonly resource: { readonly definition: { readonly maxBodyBytes?: number } } } | undefined;
}

/** The server side sees requests before the server does; the client side is asked by the client. */
export interface BodyTransfers {
  /** Connects the layer below, which needs this one to be made first. */
  attach(sender: MessageSender): void;
  /** The client's side. @param otherwise for peers that do not take bodies so */
  client(otherwise: ClientTransfers): ClientTransfers;
  /** A request of somebody else. @returns whether it is to be answered here */
  take(request: IncomingRequest): boolean;
  /** The peer rejected a Non-confirmable message of ours. @returns whether it was one of a transfer */
  rejected(messageId: number, peer: Peer): boolean;
  /** A response that no request of the request/response layer waits for. @returns whether a transfer does */
  response(message: Message, peer: Peer): boolean;
  /** The network did not deliver what was sent to the peer. */
  refused(peer: Peer, error: CoapError): void;
  /** Fails every transfer under way. */
  close(): void;
}

/** @param server answers requests when their bodies are whole */
export type BodyTransfersFactory = (
  server: RequestHandler,
  endpoint: EndpointContext,
  site: BodyLimits,
) => BodyTransfers;
