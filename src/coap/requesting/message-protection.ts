/**
 * What stands between the message layer and the request/response layer where messages are protected: `oscore()` makes
 * one (RFC 8613 §1, Figure 1). An image without it does not carry its code.
 */

import type { AmplificationPolicy } from "../messaging/amplification.js";
import type { EndpointContext } from "../messaging/endpoint-context.js";
import type { MessageReceiver, MessageSender } from "../messaging/messaging.js";
import type { Peer } from "../messaging/peer.js";
import type { RequestLayer } from "./request-layer.js";

/**
 * Sees messages before the request/response layer does. A peer that is reached through a security context is another
 * {@link Peer} to the layers above, so that nothing that belongs to one is taken for the other's.
 */
export interface MessageProtection extends MessageReceiver {
  /** The endpoint's policy, for peers as the layers above know them. */
  readonly amplification: AmplificationPolicy;
  /** Connects the layers above and below. @returns what the layers above send through */
  attach(above: RequestLayer, below: MessageSender): MessageSender;
  /** A peer as it is reached through a security context. @throws {RangeError} where there is none of that name */
  peer(peer: Peer, securityContext: string): Peer;
  /** Lets go of the security contexts. */
  close(): void;
}

/** Makes a {@link MessageProtection} for one endpoint. */
export type MessageProtectionFactory = (endpoint: EndpointContext) => MessageProtection;
