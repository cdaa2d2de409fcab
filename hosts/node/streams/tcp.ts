/** ECMA-419's TCP class over node:net, and over everything that looks like its sockets. */

import { connect as connectSocket, type Socket } from "node:net";
import { TLSSocket } from "node:tls";
import type { ByteStreamOptions } from "../../../src/ports/byte-stream.js";
import type { TCP } from "../../../src/ports/tcp.js";
import { AcceptedSocket } from "./accepted-socket.js";
import type { SocketError } from "./socket-error.js";
import { socketError } from "./socket-error.js";

/** How long a peer may take to read what was written before a connection was closed, and to close it, too. */
export const CLOSE_TIMEOUT_MS = 5000;

/** Bytes that may be written before the system has taken what was written before. */
export const WRITE_WINDOW_BYTES = 65_536;

export type TCPOptions = ByteStreamOptions &
  ({ readonly address: string; readonly port: number } | { readonly from: TCP });

/** Begins to connect to a numeric address. */
export type Connect = (address: string, port: number) => Socket;

/** Without TLS. */
export function connectTCP(address: string, port: number): Socket {
  return connectSocket({ host: address, port, noDelay: true });
}

/**
 * The stream stays paused: what is not read fills the system's buffers, and the peer has to wait.
 * Errors are {@link SocketError}s.
 */
export class NodeTCP implements TCP {
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly #socket: Socket;
  readonly #options: ByteStreamOptions;
  #error: SocketError | undefined;
  #writableBytes = 0;
  #isOpen = true;

  /** @param connect how the socket is made */
  constructor(options: TCPOptions, connect: Connect = connectTCP) {
    this.#options = options;
    if ("from" in options) {
      if (!(options.from instanceof AcceptedSocket))
        throw new TypeError("expected what a listener has given");
      const { socket, remoteAddress, remotePort, hasEnded } = options.from;
      this.#socket = socket;
      this.remoteAddress = remoteAddress;
      this.remotePort = remotePort;
      // Nothing is called from within a constructor.
      process.nextTick(hasEnded ? this.#onClose : this.#onOpen);
    } else {
      const { address, port } = options;
      this.#socket = connect(address, port);
      this.remoteAddress = address;
      this.remotePort = port;
      this.#socket.once(this.#socket instanceof TLSSocket ? "secureConnect" : "connect", this.#onOpen);
    }
    this.#socket.on("error", this.#onError);
    this.#socket.once("close", this.#onClose);
  }

  read(count = Infinity): ArrayBuffer | undefined {
    const bytes = Math.min(count, this.#socket.readableLength);
    if (!this.#isOpen || bytes === 0) return undefined;
    const chunk = this.#socket.read(bytes) as Buffer | null;
    // A copy, since the chunk may be a view into something larger.
    return chunk === null ? undefined : new Uint8Array(chunk).buffer;
  }

  write(bytes: Uint8Array): void {
    if (bytes.length > this.#writableBytes)
      throw new RangeError(`expected at most ${this.#writableBytes} bytes to write, got ${bytes.length}`);
    this.#writableBytes -= bytes.length;
    this.#socket.write(Buffer.from(bytes), this.#onTaken);
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#stop();
    const socket = this.#socket;
    if (socket.pending) {
      socket.destroy();
      return;
    }
    const timer = setTimeout(() => socket.destroy(), CLOSE_TIMEOUT_MS);
    socket.once("close", () => clearTimeout(timer));
    // Unread bytes would make the system reset the connection, and the peer lose what it has not read yet.
    socket.removeAllListeners("readable").resume();
    socket.end(() => {
      // The rest is the system's: the program need not wait for it.
      timer.unref();
      socket.unref();
    });
  }

  readonly #onOpen = (): void => {
    // Where it is about to end, "close" follows.
    if (!this.#isOpen || this.#socket.destroyed) return;
    this.#announceWritable();
    this.#socket.on("readable", this.#onReadable);
  };

  readonly #onReadable = (): void => {
    const { readableLength } = this.#socket;
    // Reading nothing at the end of the stream is what ends it.
    if (readableLength === 0) this.#socket.read();
    else this.#options.onReadable?.(readableLength);
  };

  readonly #onTaken = (error?: Error | null): void => {
    if (!error && this.#isOpen && this.#socket.writableLength === 0) this.#announceWritable();
  };

  readonly #onError = (error: Error): void => {
    this.#error ??= socketError(error, this.#socket);
  };

  readonly #onClose = (): void => {
    if (!this.#isOpen) return;
    this.#stop();
    this.#options.onError?.(this.#error);
  };

  #announceWritable(): void {
    if (this.#writableBytes === WRITE_WINDOW_BYTES) return;
    this.#writableBytes = WRITE_WINDOW_BYTES;
    this.#options.onWritable?.(WRITE_WINDOW_BYTES);
  }

  #stop(): void {
    this.#isOpen = false;
    this.#writableBytes = 0;
  }
}
