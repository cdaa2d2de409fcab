/**
 * What the request/response layer needs of the layer that carries its messages: over datagrams (RFC 7252 §4) or over
 * connections (RFC 8323 §3, §4).
 */

import type { Message } from "../codec/message.js";
import type { Options } from "../codec/options.js";
import type { CoapError } from "../errors.js";
import type { EndpointContext } from "./endpoint-context.js";
import type { IncomingRequest, ReceivedRequest } from "./incoming-request.js";
import type { Peer } from "./peer.js";
import type { OutgoingMessage, Transmission, TransmissionHandler } from "./transmission.js";

/** The layer above. */
export interface MessageReceiver {
  /** Must call `respond` or `ignore` on it, now or later. */
  request(request: IncomingRequest): void;
  /** Whether a response with this token is expected of anybody: it answers a request to a group (RFC 7252 §8.2). */
  isForGroup(message: Message): boolean;
  /** A response that did not come in an acknowledgement. @returns whether somebody waits for it */
  response(message: Message, peer: Peer): boolean;
  /** The peer rejected a Non-confirmable message of ours. */
  rejected(messageId: number, peer: Peer): void;
  /** The network did not deliver what was sent to the peer. */
  refused(peer: Peer, error: CoapError): void;
  /** Whether a response of the peer is still waited for. @param notifications whether further ones count as well */
  awaits(peer: Peer, notifications?: boolean): boolean;
  /** The connection to the peer has ended, and with it all requests and observations on it (RFC 8323 §3.4). */
  disconnected(peer: Peer, error: CoapError): void;
}

/** Sends messages of ours. Over connections the types make no difference but for what the handler hears. */
export interface MessageSender {
  /**
   * Sends a message, at once or when its turn has come, which may be when a message ID is free again (RFC 7252 §4.4). Over a connection the handler hears `acknowledged` when the
   * network has taken the message.
   * @throws {LimitError} when too many wait already @throws {MessageTooLargeError} @throws {DisconnectedError}
   */
  send(transmission: Transmission, message: OutgoingMessage): void;
  /**
   * Sends a Non-confirmable response at once: its sender has just been heard, or is notified at a rate of its own
   * (RFC 7641 §4.5.1).
   * @returns its message ID; undefined where none is free (RFC 7252 §4.4) and nothing was sent
   * @throws {MessageTooLargeError} @throws {DisconnectedError}
   */
  immediate(peer: Peer, message: OutgoingMessage): number | undefined;
  /**
   * Asks whether the peer is there: an Empty Confirmable message, which a live peer resets (RFC 7252 §4.3), or a Ping
   * (RFC 8323 §5.4). The handler hears `rejected` when it is.
   */
  ping(transmission: Transmission): void;
  /** Stops sending; the handler hears nothing. */
  cancel(transmission: Transmission): void;
  /**
   * Resolves when it is known what the peer takes (RFC 8323 §5.3); undefined where it is, or never will be.
   * Rejects with a CoapError.
   */
  negotiated(peer: Peer): Promise<void> | undefined;
}

/** A message layer as its requests answer through it. */
export interface Responder {
  /** See {@link IncomingRequest.respond}. */
  respond(
    request: ReceivedRequest,
    code: number,
    options: Options,
    payload: Uint8Array | undefined,
    handler: TransmissionHandler | undefined,
    confirmable: boolean,
  ): void;
  /** See {@link IncomingRequest.ignore}. */
  ignore(request: ReceivedRequest): void;
  /** See {@link IncomingRequest.reject}. */
  reject(request: ReceivedRequest): void;
  /** See {@link IncomingRequest.handedUp}. */
  handedUp?(request: ReceivedRequest): void;
}

/** A message layer. */
export interface Messaging {
  /** The scheme of URIs whose resources are reached through it, such as `coap` (RFC 7252 §6.1, RFC 8323 §8). */
  readonly scheme: string;
  /** Local port; 0 where it has none. */
  readonly port: number;
  readonly sender: MessageSender;
  readonly peers: {
    find(address: string, port: number): Peer | undefined;
    /** Finds or makes; undefined when there are too many that are in use. @throws {LimitError} */
    obtain(address: string, port: number, isGroup?: boolean): Peer | undefined;
  };
  /** @throws {RangeError} where there are no groups */
  joinGroup(group: string): void;
  leaveGroup(group: string): void;
  close(): void;
}

/** Makes a message layer that delivers to `receiver`. */
export type MessagingFactory = (receiver: MessageReceiver, endpoint: EndpointContext) => Messaging;
