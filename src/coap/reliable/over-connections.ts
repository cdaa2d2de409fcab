/** CoAP over reliable transports. RFC 8323. */

import { requireKnown } from "../known-names.js";
import type { MessagingFactory } from "../messaging/messaging.js";
import type { ChannelTransportFactory } from "../transport/channel.js";
import { ConnectionLayer } from "./connection-layer.js";
import { DEFAULT_CONNECTION_LIMITS, type ConnectionLimits } from "./connection-limits.js";

export interface ConnectionsOptions {
  /** The scheme of URIs that are reached so: `coap+tcp`, `coaps+tcp`, `coap+ws` or `coaps+ws` (RFC 8323 §8). */
  readonly scheme: string;
  readonly limits?: Partial<ConnectionLimits>;
}

/** What {@link EndpointOptions.messaging} takes for an endpoint that talks over connections. */
export function overConnections(
  transport: ChannelTransportFactory,
  { scheme, limits }: ConnectionsOptions,
): MessagingFactory {
  if (limits) requireKnown("limits of connections", limits, DEFAULT_CONNECTION_LIMITS);
  const connectionLimits = { ...DEFAULT_CONNECTION_LIMITS, ...limits };
  return (receiver, endpoint) => new ConnectionLayer(transport, receiver, endpoint, connectionLimits, scheme);
}
