import type { Server } from "node:net";
import type { NamesOf } from "../../../src/coap/known-names.js";

/** Connections of one listener at once; one more is closed at once. */
export const MAX_CONNECTIONS = 1024;

/** How long a peer may take for the handshake of TLS or WebSocket, in milliseconds; then its connection is closed. */
export const HANDSHAKE_TIMEOUT_MS = 10_000;

export interface ListenOptions {
  /** Local port; 0 or absent lets the system choose. */
  readonly port?: number;
  /** Local numeric address; absent is every address, IPv6 and IPv4. */
  readonly address?: string;
  /** Default {@link MAX_CONNECTIONS}. */
  readonly maxConnections?: number;
  /** Default {@link HANDSHAKE_TIMEOUT_MS}. */
  readonly handshakeTimeoutMs?: number;
}

/** The names of {@link ListenOptions}. */
export const LISTEN_OPTIONS: NamesOf<ListenOptions> = {
  port: true,
  address: true,
  maxConnections: true,
  handshakeTimeoutMs: true,
};

/** Lets a server listen. @throws {Error} when the system refuses: its `code` is EADDRINUSE, EACCES, EADDRNOTAVAIL, … */
export async function openPort(
  server: Server,
  { port = 0, address, maxConnections = MAX_CONNECTIONS }: ListenOptions,
): Promise<void> {
  server.maxConnections = maxConnections;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen({ port, exclusive: true, ...(address !== undefined && { host: address }) }, () => {
      server.off("error", reject);
      resolve();
    });
  });
  // Such as no file descriptor left for a connection: that one is lost, the next may come through.
  server.on("error", () => {});
}

/** The port of a server that listens. */
export function portOf(server: Server): number {
  const address = server.address();
  return address !== null && typeof address === "object" ? address.port : 0;
}
