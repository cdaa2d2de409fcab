/** How messages get to a destination: by its scheme. RFC 8323 §8. */

import { NODE_CONNECTION_LIMITS } from "../../hosts/node/limits.js";
import { NodeTCP } from "../../hosts/node/streams/tcp.js";
import { nodeTLS, type TLSClientOptions } from "../../hosts/node/streams/tls.js";
import { websocketTransport } from "../../hosts/node/streams/websocket.js";
import { defaultPort } from "../../src/coap/codec/uri.js";
import { overConnections } from "../../src/coap/reliable/over-connections.js";
import type { MessagingFactory } from "../../src/coap/messaging/messaging.js";
import type { ChannelTransportFactory } from "../../src/coap/transport/channel.js";
import { tcpTransport } from "../../src/coap/transport/tcp.js";
import type { Destination } from "./destination.js";

/** @param destination of a scheme over connections @param tls for the schemes that have it */
export function messagingTo(destination: Destination, tls: TLSClientOptions | undefined): MessagingFactory {
  const { scheme } = destination;
  return overConnections(transportTo(destination, tls), { scheme, limits: NODE_CONNECTION_LIMITS });
}

function transportTo(
  { scheme, serverName, port }: Destination,
  tls: TLSClientOptions | undefined,
): ChannelTransportFactory {
  if (!scheme.endsWith("ws")) return tcpTransport(tls ? nodeTLS(tls) : NodeTCP, undefined);
  const portText = port === defaultPort(scheme) ? "" : `:${port}`;
  return websocketTransport({
    ...(serverName !== undefined && { authority: serverName + portText }),
    ...(tls && { tls }),
  });
}
