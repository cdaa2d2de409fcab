/** CoAP over WebSockets: who connects. RFC 8323 §4.1, §8.3, §8.4. */

import type { Socket } from "node:net";
import { WebSocket, type ClientOptions, type ServerOptions } from "ws";
import { requireKnown, type NamesOf } from "../../../src/coap/known-names.js";
import type { ChannelReceiver, ChannelTransport } from "../../../src/coap/transport/channel.js";
import { socketError } from "./socket-error.js";
import { connectTCP } from "./tcp.js";
import { connectTLS, type TLSClientOptions } from "./tls.js";
import { WebSocketChannel } from "./websocket-channel.js";

/** RFC 8323 §8.3. */
export const WEBSOCKET_PATH = "/.well-known/coap";
/** RFC 8323 §4.1. */
export const SUBPROTOCOL = "coap";
/** ALPN of what a WebSocket begins as (RFC 7301 §6). */
export const HTTP_ALPN = "http/1.1";

/** The largest message that a WebSocket brings in, in bytes; a larger one closes it with 1009. */
export const MAX_WEBSOCKET_MESSAGE_BYTES = 65_536;

/** @internal What `ws` is told on either side. RFC 7692's compression would cost memory for each connection. */
export function webSocketLimits(
  maxMessageBytes = MAX_WEBSOCKET_MESSAGE_BYTES,
): ClientOptions & ServerOptions {
  return { perMessageDeflate: false, maxPayload: maxMessageBytes, skipUTF8Validation: true };
}

export interface WebSocketClientOptions {
  /** Host and port of the URI, for the header field Host; absent is the address connected to. */
  readonly authority?: string;
  /** Default {@link MAX_WEBSOCKET_MESSAGE_BYTES}; no less than `maxMessageBytes` of the endpoint's limits. */
  readonly maxMessageBytes?: number;
  /** Absent is without TLS. */
  readonly tls?: TLSClientOptions;
}

const WEBSOCKET_CLIENT_OPTIONS: NamesOf<WebSocketClientOptions> = {
  authority: true,
  maxMessageBytes: true,
  tls: true,
};

/** Connects to WebSocket servers; takes no connections. */
export function websocketTransport(options: WebSocketClientOptions = {}): () => ChannelTransport {
  requireKnown("options of WebSockets", options, WEBSOCKET_CLIENT_OPTIONS);
  const { authority, maxMessageBytes, tls } = options;
  const connectSocket = tls === undefined ? connectTCP : connectTLS(tls, HTTP_ALPN);
  const connect = (address: string, port: number, receiver: ChannelReceiver): WebSocketChannel => {
    const host = address.includes(":") ? `[${address.replace(/%.*$/u, "")}]` : address;
    // The stream below is ours, so that an address may have a zone; the URL says what to ask for.
    const createConnection = (): Socket => {
      const stream = connectSocket(address, port);
      stream.once("error", (error: Error) => channel.explain(socketError(error, stream)));
      return stream;
    };
    const socket = new WebSocket(`ws://${host}:${port}${WEBSOCKET_PATH}`, SUBPROTOCOL, {
      ...webSocketLimits(maxMessageBytes),
      createConnection,
      headers: { Host: authority ?? `${host}:${port}` },
    });
    const channel = new WebSocketChannel(socket, address, port);
    channel.attach(receiver);
    return channel;
  };
  return () => ({ framing: "message", port: 0, connect, close: () => {} });
}
