/** Ports for CoAP over TCP and TLS. RFC 8323 §3, §9.1. */

import { createServer } from "node:net";
import { createServer as createSecureServer } from "node:tls";
import { requireKnown } from "../../../src/coap/known-names.js";
import type { ChannelTransportFactory } from "../../../src/coap/transport/channel.js";
import { tcpTransport } from "../../../src/coap/transport/tcp.js";
import { listenerOf } from "./listener.js";
import { LISTEN_OPTIONS, openPort, type ListenOptions } from "./open-port.js";
import { NodeTCP } from "./tcp.js";
import { COAP_ALPN, TLS_SERVER_SECRETS, serverSecrets, type TLSServerSecrets } from "./tls.js";

/**
 * Listens for CoAP over TCP (RFC 8323 §3); connects as well. Closing the transport closes the port.
 * @throws {Error} as {@link openPort}
 */
export async function listenTCP(options: ListenOptions = {}): Promise<ChannelTransportFactory> {
  requireKnown("options of a port", options, LISTEN_OPTIONS);
  const server = createServer({ noDelay: true });
  await openPort(server, options);
  return tcpTransport(NodeTCP, listenerOf(server, "connection"), {});
}

/**
 * Listens for CoAP over TLS (RFC 8323 §9.1). Closing the transport closes the port.
 * @throws {Error} as `openPort`, and for a certificate or key that is none
 */
export async function listenTLS(options: TLSServerSecrets & ListenOptions): Promise<ChannelTransportFactory> {
  requireKnown("options of a port with TLS", options, { ...LISTEN_OPTIONS, ...TLS_SERVER_SECRETS });
  const server = createSecureServer({
    ...serverSecrets(options, options.handshakeTimeoutMs),
    ALPNProtocols: [COAP_ALPN],
    noDelay: true,
  });
  // Node leaves it open: a handshake that has failed or takes too long.
  server.on("tlsClientError", (_error, socket) => socket.destroy());
  await openPort(server, options);
  return tcpTransport(NodeTCP, listenerOf(server, "secureConnection"), {});
}
