import { createSocket, type RemoteInfo, type Socket } from "node:dgram";

export interface SocketOptions {
  readonly family: 4 | 6;
  readonly address: string;
  readonly port: number;
  /** Lets other sockets that allow it too have the same port. */
  readonly reuseAddress: boolean;
  readonly onMessage: (bytes: Buffer, remote: RemoteInfo) => void;
  readonly onError: (error: Error) => void;
}

const MAX_PORT = 65_535;

type LookupCallback = (error: Error | null, address: string, family: number) => void;

/**
 * What dgram asks for every address, numeric ones too. The default goes through `dns.lookup` and the next turn of
 * the event loop, for each datagram; this one answers at once.
 */
function numericLookup(address: string, family: number | object, callback: LookupCallback): void {
  callback(null, address, typeof family === "number" ? family : 0);
}

/**
 * A bound socket. Since the lookup answers at once, `bind` has done its work when it returns, although dgram looks
 * asynchronous: the port is known, and an error can be thrown from here.
 * @throws {RangeError} for a port that is none, of which the system would take the low bits
 * @throws {Error} with the system's `code`, such as EADDRINUSE
 */
export function openSocket({
  family,
  address,
  port,
  reuseAddress,
  onMessage,
  onError,
}: SocketOptions): Socket {
  if (!Number.isInteger(port) || port < 0 || port > MAX_PORT)
    throw new RangeError(`expected a port from 0 to ${MAX_PORT}, got ${String(port)}`);
  const socket = createSocket({
    type: family === 6 ? "udp6" : "udp4",
    reuseAddr: reuseAddress,
    lookup: numericLookup,
  });
  const refusals: Error[] = [];
  const onRefused = (error: Error): void => void refusals.push(error);
  socket.on("error", onRefused);
  socket.bind({ port, address, exclusive: true });
  const [refusal] = refusals;
  if (refusal !== undefined) {
    socket.close();
    throw refusal;
  }
  socket.off("error", onRefused);
  socket.on("error", onError);
  socket.on("message", onMessage);
  return socket;
}
