/** TCP in virtual time: classes of ECMA-419's shape, between hosts that are nothing but an address. */

import type { ByteStreamOptions } from "../../../../src/ports/byte-stream.js";
import type { Listener, ListenerConstructor, TCP, TCPConstructor } from "../../../../src/ports/tcp.js";
import type { World } from "../../../portable.js";

export interface StreamConditions {
  /** From one end to the other. */
  readonly delayMs?: number;
  /** Bytes that may be on their way or not read yet, in each direction. */
  readonly windowBytes?: number;
  /** Bytes come in chunks of at most as many. */
  readonly chunkBytes?: number;
}

type Time = World["time"];
type StreamOptions = ByteStreamOptions &
  ({ readonly address: string; readonly port: number } | { readonly from: TCP });

const FIRST_EPHEMERAL_PORT = 50_000;

/** A network of streams. */
export class VirtualStreams {
  readonly time: Time;
  readonly conditions: Required<StreamConditions>;
  /** Hosts to which nothing gets through, and nothing back. */
  readonly dark = new Set<string>();
  readonly #listeners = new Map<string, Accepting>();
  #nextPort = FIRST_EPHEMERAL_PORT;

  constructor(time: Time, conditions: StreamConditions = {}) {
    this.time = time;
    this.conditions = { delayMs: 1, windowBytes: 65_536, chunkBytes: 65_536, ...conditions };
  }

  /** The class with which the host at `local` connects. */
  tcp(local: string): TCPConstructor {
    const open = (options: StreamOptions): TCP => this.#open(local, options);
    // What a constructor returns takes the place of what it made: an end that was listened for is the same all its life.
    return function (options: StreamOptions): TCP {
      return open(options);
    } as unknown as TCPConstructor;
  }

  /** The class with which the host at `local` listens. */
  listener(local: string): ListenerConstructor {
    const listeners = this.#listeners;
    return class implements Listener {
      readonly port: number;
      readonly #waiting: End[] = [];

      constructor(options: { readonly port?: number; readonly onReadable?: (count: number) => void }) {
        this.port = options.port ?? FIRST_EPHEMERAL_PORT;
        listeners.set(`${local} ${this.port}`, (end) => {
          this.#waiting.push(end);
          options.onReadable?.(1);
        });
      }

      read(): TCP | undefined {
        return this.#waiting.shift();
      }

      close(): void {
        listeners.delete(`${local} ${this.port}`);
      }
    };
  }

  #open(local: string, options: StreamOptions): TCP {
    if ("from" in options) {
      if (!(options.from instanceof End)) throw new TypeError("expected what a listener has given");
      return options.from.take(options);
    }
    const end = new End(this.time, this.conditions, options.address, options.port).take(options);
    this.#connect(local, options.address, options.port, end);
    return end;
  }

  #connect(from: string, to: string, port: number, near: End): void {
    const source = this.#nextPort++;
    this.time.set(() => {
      if (this.dark.has(to)) return;
      const accept = this.#listeners.get(`${to} ${port}`);
      if (!accept) {
        near.fail(new Error("connection refused"));
        return;
      }
      const far = new End(this.time, this.conditions, from, source);
      near.join(far);
      far.join(near);
      accept(far);
      near.open();
    }, this.conditions.delayMs);
  }
}

type Accepting = (end: End) => void;

/** One end of a stream. */
class End implements TCP {
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly #time: Time;
  readonly #conditions: Required<StreamConditions>;
  readonly #incoming: Uint8Array[] = [];
  #options: ByteStreamOptions = {};
  #other: End | undefined;
  /** Bytes written that the other end has not read. */
  #pendingBytes = 0;
  #announcedBytes = 0;
  #closed = false;
  #ended = false;

  constructor(time: Time, conditions: Required<StreamConditions>, address: string, port: number) {
    this.#time = time;
    this.#conditions = conditions;
    this.remoteAddress = address;
    this.remotePort = port;
  }

  /** Somebody uses this end from now on. */
  take(options: ByteStreamOptions): this {
    this.#options = options;
    if (this.#other) this.#time.set(() => this.open(), 0);
    return this;
  }

  join(other: End): void {
    this.#other = other;
  }

  open(): void {
    this.#announce();
    this.#announceReadable();
  }

  read(count = Infinity): ArrayBuffer | undefined {
    const first = this.#incoming.shift();
    if (!first) return undefined;
    const length = Math.min(first.length, count, this.#conditions.chunkBytes);
    if (length < first.length) this.#incoming.unshift(first.subarray(length));
    const { delayMs } = this.#conditions;
    this.#time.set(() => this.#other?.taken(length), delayMs);
    return first.slice(0, length).buffer;
  }

  write(bytes: Uint8Array): void {
    if (bytes.length > this.#announcedBytes)
      throw new RangeError(`expected at most ${this.#announcedBytes} bytes, got ${bytes.length}`);
    this.#announcedBytes -= bytes.length;
    this.#pendingBytes += bytes.length;
    const copy = bytes.slice();
    this.#time.set(() => this.#other?.arrive(copy), this.#conditions.delayMs);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#time.set(() => this.#other?.fail(undefined), this.#conditions.delayMs);
  }

  arrive(bytes: Uint8Array): void {
    if (this.#closed) {
      this.#other?.taken(bytes.length);
      return;
    }
    this.#incoming.push(bytes);
    this.#announceReadable();
  }

  taken(count: number): void {
    this.#pendingBytes -= count;
    this.#announce();
  }

  fail(error: Error | undefined): void {
    if (this.#closed || this.#ended) return;
    this.#ended = true;
    this.#options.onError?.(error);
  }

  #announce(): void {
    if (this.#closed || this.#ended) return;
    this.#announcedBytes = this.#conditions.windowBytes - this.#pendingBytes;
    if (this.#announcedBytes > 0) this.#options.onWritable?.(this.#announcedBytes);
  }

  #announceReadable(): void {
    const count = this.#incoming.reduce((sum, bytes) => sum + bytes.length, 0);
    if (count > 0 && !this.#ended) this.#options.onReadable?.(count);
  }
}
