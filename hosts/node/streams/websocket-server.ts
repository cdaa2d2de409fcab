/** CoAP over WebSockets: who is connected to. RFC 8323 §4.1, RFC 6455 §4.2, §10.2. */

import { createServer, STATUS_CODES, type IncomingMessage, type ServerOptions } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { Duplex } from "node:stream";
import { WebSocketServer, type WebSocket } from "ws";
import type {
  Channel,
  ChannelReceiver,
  ChannelTransportFactory,
} from "../../../src/coap/transport/channel.js";
import { requireKnown, type NamesOf } from "../../../src/coap/known-names.js";
import { plainAddress } from "../mapped-address.js";
import { HANDSHAKE_TIMEOUT_MS, LISTEN_OPTIONS, openPort, portOf, type ListenOptions } from "./open-port.js";
import { HTTP_ALPN, SUBPROTOCOL, webSocketLimits, WEBSOCKET_PATH, websocketTransport } from "./websocket.js";
import { WebOrigins } from "./web-origins.js";
import { TLS_SERVER_SECRETS, serverSecrets, type TLSServerSecrets } from "./tls.js";
import { WebSocketChannel } from "./websocket-channel.js";

const NOT_FOUND = 404;
const BAD_REQUEST = 400;
const FORBIDDEN = 403;
const UPGRADE_REQUIRED = 426;

/** Bytes of the head of a handshake; a longer one is answered 431. */
export const MAX_HEAD_BYTES = 8192;

/** For requests that are no more than the handshake of a WebSocket. */
function httpLimits(handshakeTimeoutMs: number): ServerOptions {
  return {
    headersTimeout: handshakeTimeoutMs,
    requestTimeout: handshakeTimeoutMs,
    connectionsCheckingInterval: Math.min(handshakeTimeoutMs, 1000),
    maxHeaderSize: MAX_HEAD_BYTES,
    noDelay: true,
  };
}

/** Why a request makes no WebSocket; undefined where it does. */
function refusalOf({ url = "", headers }: IncomingMessage, origins: WebOrigins): number | undefined {
  if (!origins.admits(headers)) return FORBIDDEN;
  if (url.split("?", 1)[0] !== WEBSOCKET_PATH) return NOT_FOUND;
  const offered = (headers["sec-websocket-protocol"] ?? "").split(",").map((name) => name.trim());
  return offered.includes(SUBPROTOCOL) ? undefined : BAD_REQUEST;
}

function refuse(socket: Duplex, status: number): void {
  const head = `HTTP/1.1 ${status} ${STATUS_CODES[status]!}`;
  socket.on("error", () => {});
  socket.end(`${head}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () => socket.destroy());
}

export interface WebSocketServerOptions extends ListenOptions {
  /** Default {@link MAX_WEBSOCKET_MESSAGE_BYTES}; no less than `maxMessageBytes` of the endpoint's limits. */
  readonly maxMessageBytes?: number;
  /** Absent is without TLS. */
  readonly tls?: TLSServerSecrets;
  /**
   * Origins of web pages that may connect, as browsers write them: `https://example.com`; `*` is all. Beside them may
   * pages of the same scheme, host and port, where the host is an address or `localhost`, or there is TLS. Who sends no
   * Origin is no browser, and may always (RFC 6455 §10.2).
   */
  readonly origins?: readonly string[];
}

const WEBSOCKET_SERVER_OPTIONS: NamesOf<WebSocketServerOptions> = {
  ...LISTEN_OPTIONS,
  maxMessageBytes: true,
  tls: true,
  origins: true,
};

/**
 * Listens for CoAP over WebSockets at /.well-known/coap; connects as well, without TLS. Closing the transport closes the
 * port. @throws {Error} as `openPort`, and for a certificate or key that is none @throws {RangeError} for `origins`
 */
export async function listenWebSocket(
  options: WebSocketServerOptions = {},
): Promise<ChannelTransportFactory> {
  requireKnown("options of a port for WebSockets", options, WEBSOCKET_SERVER_OPTIONS);
  if (options.tls) requireKnown("options of TLS", options.tls, TLS_SERVER_SECRETS);
  const { tls, maxMessageBytes, handshakeTimeoutMs = HANDSHAKE_TIMEOUT_MS } = options;
  const limits = httpLimits(handshakeTimeoutMs);
  const origins = new WebOrigins(options.origins ?? [], tls !== undefined);
  const server = tls
    ? createSecureServer({ ...limits, ...serverSecrets(tls, handshakeTimeoutMs), ALPNProtocols: [HTTP_ALPN] })
    : createServer(limits);
  const handshakes = new WebSocketServer({
    ...webSocketLimits(maxMessageBytes),
    noServer: true,
    clientTracking: false,
    handleProtocols: () => SUBPROTOCOL,
  });
  server.on("request", (request, response) => {
    const status = request.url === WEBSOCKET_PATH ? UPGRADE_REQUIRED : NOT_FOUND;
    response.writeHead(status, { Connection: "close", Upgrade: "websocket" }).end();
  });
  await openPort(server, options);
  return (accept) => {
    const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
      const refusal = refusalOf(request, origins);
      if (refusal === undefined)
        handshakes.handleUpgrade(request, socket, head, (webSocket) => take(webSocket, request, accept));
      else refuse(socket, refusal);
    };
    server.on("upgrade", onUpgrade);
    return {
      ...websocketTransport(maxMessageBytes === undefined ? {} : { maxMessageBytes })(),
      get port() {
        return portOf(server);
      },
      close() {
        server.close();
      },
    };
  };
}

function take(
  webSocket: WebSocket,
  { socket: { remoteAddress, remotePort } }: IncomingMessage,
  accept: (channel: Channel) => ChannelReceiver | undefined,
): void {
  const channel = new WebSocketChannel(webSocket, plainAddress(remoteAddress ?? ""), remotePort ?? 0);
  const receiver = remotePort === undefined ? undefined : accept(channel);
  if (receiver) channel.attach(receiver);
  else channel.abort();
}
