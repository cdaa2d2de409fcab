/** What goes wrong with sockets of connections, in words that help. */

import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";

/** A connection could not be made, or has ended out of order; `cause` is what the system said. */
export class SocketError extends Error {
  override name = "SocketError";
}

interface SystemError extends Error {
  readonly code?: string;
  /** What OpenSSL says, such as `wrong version number`. */
  readonly reason?: string;
}

function explain(error: SystemError, socket: Socket | undefined): string {
  const { code = "", reason, message } = error;
  // Node adds advice about its own flags to some of these.
  if (socket instanceof TLSSocket && Boolean(socket.authorizationError))
    return `its certificate cannot be trusted: ${message.split(";", 1)[0]!} (${code})`;
  if (code.startsWith("ERR_SSL_")) return `the TLS handshake failed: ${reason ?? message}`;
  // The parser of a WebSocket's handshake.
  if (code.startsWith("HPE_")) return "expected HTTP, got something else";
  switch (code) {
    case "ECONNREFUSED":
      return "nobody listens there (ECONNREFUSED)";
    case "ECONNRESET":
    case "EPIPE":
      return `the peer has broken the connection off (${code})`;
    default:
      return message;
  }
}

/** @param socket that reported the error, where it is known: it tells whether a certificate was the reason */
export function socketError(error: Error, socket?: Socket): SocketError {
  if (error instanceof SocketError) return error;
  return new SocketError(explain(error, socket), { cause: error });
}
