/** CoAP over TLS. RFC 8323 §8.2 (ALPN), §9.1 (TLS with certificates). */

import { connect as connectSocket, type SecureVersion, type TLSSocket, type TlsOptions } from "node:tls";
import { requireKnown, type NamesOf } from "../../../src/coap/known-names.js";
import type { TCPConstructor } from "../../../src/ports/tcp.js";
import { SocketError } from "./socket-error.js";
import { HANDSHAKE_TIMEOUT_MS } from "./open-port.js";
import { NodeTCP, type Connect, type TCPOptions } from "./tcp.js";

/** Port of the scheme `coaps+tcp`, the only one where ALPN may be missing (RFC 8323 §8.2). */
export const COAPS_TCP_PORT = 5684;

/** Name of CoAP in ALPN (RFC 8323 §11.7). */
export const COAP_ALPN = "coap";

/** RFC 9325 §3.1.1. */
const MIN_VERSION: SecureVersion = "TLSv1.2";

/** What one side shows of itself, in PEM format. */
export interface Credentials {
  /** Certificate, and those in between it and the authority's. */
  readonly certificate: string | Uint8Array;
  readonly privateKey: string | Uint8Array;
}

export interface TLSClientOptions {
  /** The server's name, for SNI and to be in its certificate; absent where only its address is known. */
  readonly serverName?: string;
  /** Certificates of the authorities to trust, in PEM format; absent is those of Node. */
  readonly authorities?: string | Uint8Array;
  /** For servers that want to know who asks. */
  readonly credentials?: Credentials;
  /** False takes every certificate: whoever is in between can read and change everything. Default true. */
  readonly verifies?: boolean;
}

/** What a server shows, and what it wants to see. */
export interface TLSServerSecrets extends Credentials {
  /** Certificates of the authorities of clients, in PEM format; absent is to ask clients for none. */
  readonly clientAuthorities?: string | Uint8Array;
}

/** The names of {@link TLSClientOptions}. */
const TLS_CLIENT_OPTIONS: NamesOf<TLSClientOptions> = {
  serverName: true,
  authorities: true,
  credentials: true,
  verifies: true,
};

/** The names of {@link TLSServerSecrets}. */
export const TLS_SERVER_SECRETS: NamesOf<TLSServerSecrets> = {
  certificate: true,
  privateKey: true,
  clientAuthorities: true,
};

/** @internal How to connect with TLS and one protocol in ALPN. */
export function connectTLS(
  options: TLSClientOptions,
  protocol: string,
): (address: string, port: number) => TLSSocket {
  requireKnown("options of TLS", options, TLS_CLIENT_OPTIONS);
  const { serverName, authorities, credentials, verifies = true } = options;
  return (address, port) => {
    // Without a name, `host` is what the certificate has to be for.
    const socket = connectSocket({
      host: address,
      port,
      minVersion: MIN_VERSION,
      ALPNProtocols: [protocol],
      rejectUnauthorized: verifies,
      ...(serverName !== undefined && { servername: serverName }),
      ...(authorities !== undefined && { ca: Buffer.from(authorities) }),
      ...(credentials && secretsOf(credentials)),
    });
    socket.setNoDelay(true);
    return socket;
  };
}

/** @internal What `createServer` of node:tls and node:https take. */
export function serverSecrets(
  { clientAuthorities, ...credentials }: TLSServerSecrets,
  handshakeTimeoutMs = HANDSHAKE_TIMEOUT_MS,
): TlsOptions {
  return {
    ...secretsOf(credentials),
    minVersion: MIN_VERSION,
    handshakeTimeout: handshakeTimeoutMs,
    ...(clientAuthorities !== undefined && {
      ca: Buffer.from(clientAuthorities),
      requestCert: true,
      rejectUnauthorized: true,
    }),
  };
}

function secretsOf({ certificate, privateKey }: Credentials): Pick<TlsOptions, "cert" | "key"> {
  return { cert: Buffer.from(certificate), key: Buffer.from(privateKey) };
}

/** CoAP's TLS: its ALPN, which only its own port does without. */
function connectCoapTLS(options: TLSClientOptions): Connect {
  const connect = connectTLS(options, COAP_ALPN);
  return (address, port) => {
    const socket = connect(address, port);
    socket.once("secureConnect", () => {
      if (port !== COAPS_TCP_PORT && socket.alpnProtocol !== COAP_ALPN)
        socket.destroy(new SocketError("expected the protocol coap in ALPN, got none (RFC 8323 §8.2)"));
    });
    return socket;
  };
}

/** ECMA-419's TCP class with TLS for CoAP (RFC 8323 §8.2). */
export function nodeTLS(options: TLSClientOptions = {}): TCPConstructor {
  const connect = connectCoapTLS(options);
  return class NodeTLS extends NodeTCP {
    constructor(streamOptions: TCPOptions) {
      super(streamOptions, connect);
    }
  };
}
