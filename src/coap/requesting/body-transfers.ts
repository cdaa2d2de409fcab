/**
 * What stands between the request/response layer and server and client where bodies travel by other rules than those
 * of RFC 7959: `qBlock()` makes one. An image without it does not carry its code.
 */

import type { RequestOptions } from "../request-options.js";
import type { Message } from "../codec/message.js";
import type { Options } from "../codec/options.js";
import type { OptionsView } from "../codec/options-view.js";
import type { CoapError } from "../errors.js";
import type { EndpointContext } from "../messaging/endpoint-context.js";
import type { IncomingRequest } from "../messaging/incoming-request.js";
import type { MessageSender } from "../messaging/messaging.js";
import type { Peer } from "../messaging/peer.js";
import type { RequestHandler } from "./request-layer.js";

/** A response with its whole body. */
export interface BodyResponse {
  /** One of the messages that carried it. */
  readonly message: Message;
  readonly payload: Uint8Array;
}

/** Who observes a resource. */
export interface StateHandler {
  /** A state, whole. Without an Observe option, or with an error, it is the last. */
  state(message: Message, payload: Uint8Array): void;
  failed(error: CoapError): void;
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

/** The first response to an observation. */
export interface ObservedResponse extends BodyResponse {
  /** Undefined where the server does not let the resource be observed. */
  readonly observed: ObservedRequest | undefined;
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
  /** A request of somebody else. @returns whether it is to be answered here */
  take(request: IncomingRequest): boolean;
  /** The peer rejected a Non-confirmable message of ours. @returns whether it was one of a transfer */
  rejected(messageId: number, peer: Peer): boolean;
  /** A response that no request of the request/response layer waits for. @returns whether a transfer does */
  response(message: Message, peer: Peer): boolean;
  /** The network did not deliver what was sent to the peer. */
  refused(peer: Peer, error: CoapError): void;
  /**
   * Sends a request and its whole body.
   * @param base its options without those of the transfer
   * @returns undefined where the peer does not take bodies so @throws {CoapError}
   */
  request(
    peer: Peer,
    method: number,
    base: Options,
    options: RequestOptions,
  ): Promise<BodyResponse | undefined>;
  /**
   * Observes a resource with GET.
   * @param handler hears what comes after the first response
   * @returns undefined as {@link request} does @throws {CoapError}
   */
  observe(
    peer: Peer,
    base: Options,
    options: RequestOptions,
    handler: StateHandler,
  ): Promise<ObservedResponse | undefined>;
  /** Fails every transfer under way. */
  close(): void;
}

/** @param server answers requests when their bodies are whole */
export type BodyTransfersFactory = (
  server: RequestHandler,
  endpoint: EndpointContext,
  site: BodyLimits,
) => BodyTransfers;
