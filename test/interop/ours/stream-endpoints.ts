/** Our endpoints over TCP, TLS and WebSockets, for peers of others. */

import { NODE_CONNECTION_LIMITS, NODE_STREAM_LIMITS } from "../../../hosts/node/limits.js";
import { listenTCP, listenTLS } from "../../../hosts/node/streams/listen.js";
import { NodeTCP } from "../../../hosts/node/streams/tcp.js";
import { nodeTLS } from "../../../hosts/node/streams/tls.js";
import { listenWebSocket } from "../../../hosts/node/streams/websocket-server.js";
import { websocketTransport } from "../../../hosts/node/streams/websocket.js";
import { overConnections } from "../../../src/coap/reliable/over-connections.js";
import type { Endpoint } from "../../../src/coap/endpoint.js";
import type { ChannelTransportFactory } from "../../../src/coap/transport/channel.js";
import { tcpTransport } from "../../../src/coap/transport/tcp.js";
import { makeCertificate } from "../../certificates.js";
import { LARGE_LIMITS, withEndpoint, type RecordedEndpointOptions } from "./endpoints.js";
import { withOurServer, type OurServer } from "./our-server.js";
import type { Recorder } from "./recorder.js";

export type StreamScheme = "coap+tcp" | "coaps+tcp" | "coap+ws" | "coaps+ws";

/** Of both sides. */
export const CREDENTIALS = makeCertificate("IP:::1", "DNS:localhost");

const TRUST = { authorities: CREDENTIALS.certificate, credentials: CREDENTIALS };

function connector(scheme: StreamScheme): ChannelTransportFactory {
  switch (scheme) {
    case "coap+tcp":
      return tcpTransport(NodeTCP, undefined);
    case "coaps+tcp":
      return tcpTransport(nodeTLS(TRUST), undefined);
    case "coap+ws":
      return websocketTransport();
    case "coaps+ws":
      return websocketTransport({ tls: TRUST });
  }
}

function listener(scheme: StreamScheme): Promise<ChannelTransportFactory> {
  switch (scheme) {
    case "coap+tcp":
      return listenTCP();
    case "coaps+tcp":
      return listenTLS(CREDENTIALS);
    case "coap+ws":
      return listenWebSocket();
    case "coaps+ws":
      return listenWebSocket({ tls: CREDENTIALS });
  }
}

function optionsOf(scheme: StreamScheme, transport: ChannelTransportFactory): RecordedEndpointOptions {
  return {
    messaging: overConnections(transport, { scheme, limits: NODE_CONNECTION_LIMITS }),
    framing: scheme.endsWith("ws") ? "message" : "length",
    limits: { ...NODE_STREAM_LIMITS, ...LARGE_LIMITS },
  };
}

/** Runs `use` with our client. */
export function withStreamClient<T>(
  scheme: StreamScheme,
  use: (endpoint: Endpoint, recorder: Recorder) => Promise<T>,
): Promise<T> {
  return withEndpoint(optionsOf(scheme, connector(scheme)), use);
}

/** Runs `use` with our server and the sample resources; /separate needs an acknowledgement, which there is none of. */
export async function withStreamServer<T>(
  scheme: StreamScheme,
  use: (server: OurServer) => Promise<T>,
): Promise<T> {
  const transport = await listener(scheme);
  return withOurServer(
    (server) => use({ ...server, uri: `${scheme}://[::1]:${server.endpoint.port}` }),
    optionsOf(scheme, transport),
  );
}
