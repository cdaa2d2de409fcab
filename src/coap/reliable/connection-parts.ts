/** What a connection needs of the layer that it belongs to. */

import type { Message } from "../codec/message.js";
import type { CoapError } from "../errors.js";
import type { Capabilities } from "../messaging/capabilities.js";
import type { EndpointContext } from "../messaging/endpoint-context.js";
import type { Peer } from "../messaging/peer.js";
import type { Framing } from "../transport/channel.js";
import type { LingeringChannels } from "../transport/lingering-channels.js";
import type { Connection } from "./connection.js";
import type { ConnectionLimits } from "./connection-limits.js";

/** The layer that a connection belongs to. */
export interface ConnectionOwner {
  /** A request or a response came. */
  received(connection: Connection, message: Message): void;
  /** Whether a response of the peer is still waited for. @param notifications whether further ones count as well */
  awaits(peer: Peer, notifications?: boolean): boolean;
  /** One side wants it to end: no new requests on it, and for so long no new connection to the peer. */
  released(connection: Connection, holdOffMs: number): void;
  /** It has ended. */
  ended(connection: Connection, error: CoapError): void;
}

/** What all connections of an endpoint have in common. */
export interface ConnectionParts {
  readonly endpoint: EndpointContext;
  readonly owner: ConnectionOwner;
  readonly framing: Framing;
  readonly connectionLimits: ConnectionLimits;
  /** What we take, as our CSM says it. */
  readonly capabilities: Capabilities;
  /** Where closed channels send their last words. */
  readonly lingering: LingeringChannels;
  /** Frames are encoded here; the channel copies. */
  readonly buffer: Uint8Array;
}
