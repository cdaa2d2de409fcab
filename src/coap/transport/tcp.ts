/** CoAP over TCP, and over TLS where the class does that. RFC 8323 §3. */

import type { ByteStream, ByteStreamOptions } from "../../ports/byte-stream.js";
import type { ListenerConstructor, TCPConstructor } from "../../ports/tcp.js";
import type { Channel, ChannelReceiver, ChannelTransportFactory } from "./channel.js";

export interface TcpListenOptions {
  /** Local port; 0 or absent lets the host choose. */
  readonly port?: number;
  /** Local numeric address; absent is every address. */
  readonly address?: string;
}

/**
 * A transport on TCP and Listener classes of ECMA-419's shape.
 * @param listener absent where nobody may connect
 */
export function tcpTransport(
  tcp: TCPConstructor,
  listener: ListenerConstructor | undefined,
  local: TcpListenOptions = {},
): ChannelTransportFactory {
  return (accept) => {
    const listening = listener && new listener({ ...local, onReadable: acceptAll });
    function acceptAll(): void {
      for (let from = listening?.read(); from; from = listening?.read()) {
        const waiting = from;
        const channel = new StreamChannel(from.remoteAddress, from.remotePort);
        const receiver = accept(channel);
        if (receiver) channel.open(receiver, (callbacks) => new tcp({ ...callbacks, from: waiting }));
        else from.close();
      }
    }
    return {
      framing: "length",
      get port() {
        return listening?.port ?? 0;
      },
      connect(address, port, receiver) {
        const channel = new StreamChannel(address, port);
        channel.open(receiver, (callbacks) => new tcp({ ...callbacks, address, port }));
        return channel;
      },
      close: () => listening?.close(),
    };
  };
}

/** Queues what the stream does not take yet. */
class StreamChannel implements Channel {
  readonly address: string;
  readonly port: number;
  #stream: ByteStream | undefined;
  #receiver: ChannelReceiver | undefined;
  readonly #unsent: Uint8Array[] = [];
  #unsentBytes = 0;
  /** Bytes that the stream has announced to take; none before it is open. */
  #writableBytes = 0;
  #opened = false;
  #paused = false;
  #closing = false;

  constructor(address: string, port: number) {
    this.address = address;
    this.port = port;
  }

  get unsentBytes(): number {
    return this.#unsentBytes;
  }

  /** Makes the stream; where that fails, the receiver hears so later. */
  open(receiver: ChannelReceiver, make: (callbacks: ByteStreamOptions) => ByteStream): void {
    this.#receiver = receiver;
    try {
      this.#stream = make({
        onReadable: () => this.#read(),
        onWritable: (count) => this.#writable(count),
        onError: (error) => this.#ended(error),
      });
    } catch (error) {
      Promise.reject(error as Error).catch((reason: unknown) => this.#ended(reason as Error));
    }
  }

  write(bytes: Uint8Array): void {
    if (this.#closing) return;
    const count = this.#unsentBytes === 0 ? Math.min(bytes.length, this.#writableBytes) : 0;
    if (count > 0) this.#send(bytes.subarray(0, count));
    if (count === bytes.length) return;
    this.#unsent.push(bytes.slice(count));
    this.#unsentBytes += bytes.length - count;
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    this.#read();
  }

  close(): void {
    this.#receiver = undefined;
    this.#closing = true;
    if (this.#unsentBytes === 0) this.#stream?.close();
  }

  abort(): void {
    this.#receiver = undefined;
    this.#closing = true;
    this.#unsent.length = 0;
    this.#unsentBytes = 0;
    this.#stream?.close();
  }

  #read(): void {
    while (this.#receiver && !this.#paused) {
      let bytes: ArrayBuffer | undefined;
      try {
        bytes = this.#stream?.read();
      } catch (error) {
        this.#fail(error);
      }
      if (!bytes) return;
      this.#receiver.received(new Uint8Array(bytes));
    }
  }

  #writable(count: number): void {
    this.#writableBytes = count;
    if (!this.#opened) {
      this.#opened = true;
      this.#receiver?.opened();
    }
    if (this.#unsentBytes === 0) return;
    while (this.#writableBytes > 0 && this.#unsent.length > 0) {
      const next = this.#unsent.shift()!;
      const bytes = next.subarray(0, this.#writableBytes);
      if (bytes.length < next.length) this.#unsent.unshift(next.subarray(bytes.length));
      this.#unsentBytes -= bytes.length;
      this.#send(bytes);
    }
    if (this.#unsentBytes > 0) return;
    if (this.#closing) this.#stream?.close();
    else this.#receiver?.drained();
  }

  #send(bytes: Uint8Array): void {
    this.#writableBytes -= bytes.length;
    try {
      this.#stream?.write(bytes);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** The stream has thrown: it is of no use any more. */
  #fail(error: unknown): void {
    this.#ended(error as Error);
    this.#unsent.length = 0;
    this.#unsentBytes = 0;
    this.#stream?.close();
  }

  #ended(error: Error | undefined): void {
    const receiver = this.#receiver;
    this.#receiver = undefined;
    this.#closing = true;
    receiver?.closed(error);
  }
}
