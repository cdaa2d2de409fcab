import type { RemoteInfo, Socket } from "node:dgram";
import type { Datagram, UDP, UDPOptions } from "../../src/ports/udp.js";
import { openSocket } from "./socket.js";

/**
 * A socket for a program that talks with one peer: connected to the first address it writes to, so the system reports
 * an unreachable port, which it keeps from sockets that are open to all. It has no port before the first datagram.
 */
export class ConnectedUDP implements UDP {
  readonly #options: UDPOptions;
  readonly #queue: Datagram[] = [];
  #socket: Socket | undefined;
  #peer: { readonly address: string; readonly port: number } | undefined;
  #isOpen = true;

  constructor(options: UDPOptions) {
    this.#options = options;
  }

  get port(): number {
    return this.#isOpen ? (this.#socket?.address().port ?? 0) : 0;
  }

  read(): Datagram | undefined {
    return this.#queue.shift();
  }

  /** @throws {Error} for another address than the first one */
  write(datagram: Uint8Array, address: string, port: number): void {
    if (!this.#isOpen) throw new Error("expected an open socket, got a closed one");
    this.#peer ??= { address, port };
    const { address: first, port: firstPort } = this.#peer;
    if (address !== first || port !== firstPort)
      throw new Error(`expected the peer ${first} port ${firstPort}, got ${address} port ${port}`);
    this.#socket ??= this.#connect(address, port);
    // There is no route, which the system says in the next turn: dgram would complain of something else.
    if (!isConnected(this.#socket)) return;
    this.#socket.send(Buffer.from(datagram), (error) => {
      if (error) this.#onSocketError(error);
    });
  }

  add(): void {
    throw new Error("expected a socket that is open to all, got one that is connected to a peer");
  }

  remove(): void {
    // It is in no group.
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#queue.length = 0;
    this.#socket?.close();
  }

  #connect(address: string, port: number): Socket {
    const family = address.includes(":") ? 6 : 4;
    const socket = openSocket({
      family,
      address: this.#options.address ?? (family === 6 ? "::" : "0.0.0.0"),
      port: this.#options.port ?? 0,
      reuseAddress: false,
      onMessage: (bytes, remote) => this.#receive(bytes, remote),
      onError: (error) => this.#onSocketError(error),
    });
    // As with bind, the numeric lookup makes it synchronous, but for an error.
    socket.connect(port, address, (error?: Error) => {
      if (!error || this.#socket !== socket) return;
      // The next datagram tries again: there may be a route by then.
      this.#socket = undefined;
      socket.close();
      this.#onSocketError(error);
    });
    return socket;
  }

  #receive(bytes: Buffer, remote: RemoteInfo): void {
    if (!this.#isOpen) return;
    const buffer = new Uint8Array(bytes).buffer;
    this.#queue.push(Object.assign(buffer, { address: this.#peer!.address, port: remote.port }));
    this.#options.onReadable?.(1);
  }

  #onSocketError(error: NodeJS.ErrnoException): void {
    if (!this.#isOpen) return;
    const isRefused = error.code === "ECONNREFUSED";
    const reported = isRefused ? new Error("nobody listens there (ECONNREFUSED)", { cause: error }) : error;
    this.#options.onError?.(reported, this.#peer?.address ?? "", this.#peer?.port ?? 0);
  }
}

function isConnected(socket: Socket): boolean {
  try {
    socket.remoteAddress();
    return true;
  } catch {
    return false;
  }
}
