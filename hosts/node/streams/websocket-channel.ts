/** One connection of CoAP over WebSockets: each message is one binary message (RFC 8323 §4.2). */

import { WebSocket, type RawData } from "ws";
import type { Channel, ChannelReceiver } from "../../../src/coap/transport/channel.js";
import { SocketError, socketError } from "./socket-error.js";
import { CLOSE_TIMEOUT_MS } from "./tcp.js";

/** RFC 6455 §7.4.1. */
const NORMAL_CLOSURE = 1000;
const GOING_AWAY = 1001;
const UNSUPPORTED_DATA = 1003;
const NO_STATUS_RECEIVED = 1005;

const IN_ORDER: readonly number[] = [NORMAL_CLOSURE, GOING_AWAY, NO_STATUS_RECEIVED];

/** RFC 8323 §4.4: no Ping frames of ours; those of the peer are answered by `ws`. */
export class WebSocketChannel implements Channel {
  readonly address: string;
  readonly port: number;
  readonly #socket: WebSocket;
  /** Written before the connection was open. */
  readonly #waiting: Buffer[] = [];
  #receiver: ChannelReceiver | undefined;
  #error: SocketError | undefined;

  constructor(socket: WebSocket, address: string, port: number) {
    this.#socket = socket;
    this.address = address;
    this.port = port;
    socket.binaryType = "arraybuffer";
    socket.on("error", this.#onError);
    socket.on("message", this.#onMessage);
    socket.once("close", this.#onClose);
  }

  get unsentBytes(): number {
    return this.#waiting.reduce((bytes, { length }) => bytes + length, this.#socket.bufferedAmount);
  }

  /** Begins to tell what happens; for a connection that is open already, that it is. */
  attach(receiver: ChannelReceiver): void {
    this.#receiver = receiver;
    const socket = this.#socket;
    if (socket.readyState === WebSocket.CONNECTING) {
      socket.once("open", this.#onOpen);
      return;
    }
    // Whoever accepts has to have the channel first, and no message comes before the receiver knows that it is open.
    socket.pause();
    process.nextTick(() => {
      socket.resume();
      this.#onOpen();
    });
  }

  write(bytes: Uint8Array): void {
    const copy = Buffer.from(bytes);
    const { readyState } = this.#socket;
    if (readyState === WebSocket.CONNECTING) this.#waiting.push(copy);
    else if (readyState === WebSocket.OPEN) this.#socket.send(copy, this.#onSent);
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  close(): void {
    if (!this.#receiver) return;
    this.#receiver = undefined;
    const socket = this.#socket;
    // Reading goes on, for the peer's Close frame.
    socket.resume();
    socket.close(NORMAL_CLOSURE);
    const timer = setTimeout(() => socket.terminate(), CLOSE_TIMEOUT_MS);
    socket.once("close", () => clearTimeout(timer));
  }

  abort(): void {
    this.#receiver = undefined;
    this.#socket.terminate();
  }

  /** Says why the connection ends, before it does. */
  explain(error: SocketError): void {
    this.#error ??= error;
  }

  readonly #onOpen = (): void => {
    for (const bytes of this.#waiting.splice(0)) this.#socket.send(bytes, this.#onSent);
    this.#receiver?.opened();
  };

  readonly #onMessage = (data: RawData, isBinary: boolean): void => {
    if (isBinary) {
      this.#receiver?.received(new Uint8Array(data as ArrayBuffer));
      return;
    }
    this.explain(new SocketError("expected binary messages, got text (RFC 8323 §4.2)"));
    this.#socket.close(UNSUPPORTED_DATA, "CoAP is binary");
  };

  readonly #onSent = (error?: Error | null): void => {
    if (!error && this.#socket.bufferedAmount === 0) this.#receiver?.drained();
  };

  readonly #onError = (error: Error): void => this.explain(socketError(error));

  readonly #onClose = (code: number): void => {
    const receiver = this.#receiver;
    this.#receiver = undefined;
    if (IN_ORDER.includes(code)) receiver?.closed(this.#error);
    else receiver?.closed(this.#error ?? new SocketError(`the peer closed the WebSocket with ${code}`));
  };
}
