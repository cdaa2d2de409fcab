/** Ports of this machine. */

import { createSocket } from "node:dgram";
import { loopbackAddress } from "../hosts/node/loopback.js";
import { formatUri } from "../src/coap/codec/uri.js";
import type { Endpoint } from "../src/coap/endpoint.js";
import { FailureError } from "./exit-code.js";

/** Opens an endpoint. @throws {FailureError} that says so when the port is taken or not allowed */
export function openOnPort(port: number, open: (port: number) => Endpoint): Endpoint {
  try {
    return open(port);
  } catch (error) {
    throw explainPort(error, "UDP", port);
  }
}

/** What to say when a port cannot be had: a {@link FailureError} where it is taken or not allowed. */
export function explainPort(error: unknown, protocol: "UDP" | "TCP", port: number): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === "EADDRINUSE") return new FailureError(portIsTaken(protocol, port));
  if (code === "EACCES")
    return new FailureError(`${protocol} port ${port} is not allowed to you: choose one above 1023`);
  return error;
}

function portIsTaken(protocol: "UDP" | "TCP", port: number): string {
  const another = protocol === "UDP" ? "another port with --port" : "another port";
  return `${protocol} port ${port} is taken by another program: end that, or choose ${another}`;
}

/** The URI of this machine at that port; the default port left out. */
export function uriOfPort(port: number, scheme = "coap"): string {
  const uri = { scheme, host: loopbackAddress(), hostIsAddress: true, port, path: [], query: [] };
  return formatUri(uri).replace(/\/$/u, "");
}

/** For programs that take the port themselves, later. @throws {FailureError} when it is taken */
export async function requireFreePort(port: number): Promise<void> {
  const { code } = await probe(port);
  if (code === "EADDRINUSE") throw new FailureError(portIsTaken("UDP", port));
}

/** A UDP port that is free now. @throws {FailureError} when the system has none */
export async function findFreePort(): Promise<number> {
  const { port, code } = await probe(0);
  if (port === undefined) throw new FailureError(`the system gives no UDP port (${code})`);
  return port;
}

interface Probe {
  readonly port?: number;
  /** The system's error code, where it refused. */
  readonly code?: string | undefined;
}

/** Binds a socket to every address, as servers do, and lets go of it again. */
async function probe(port: number): Promise<Probe> {
  const probed = await probeFamily(port, "udp6", "::");
  // Without IPv6 servers are there for IPv4.
  return probed.code === "EAFNOSUPPORT" ? probeFamily(port, "udp4", "0.0.0.0") : probed;
}

function probeFamily(port: number, type: "udp4" | "udp6", address: string): Promise<Probe> {
  return new Promise((resolve) => {
    const socket = createSocket(type);
    socket.once("error", ({ code }: NodeJS.ErrnoException) => {
      socket.close();
      resolve({ code });
    });
    socket.bind(port, address, () => {
      const bound = socket.address().port;
      socket.close(() => resolve({ port: bound }));
    });
  });
}
