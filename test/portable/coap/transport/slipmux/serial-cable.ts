/** A serial cable in virtual time: two ends, a speed, a small buffer below each, and noise. */

import type { ByteStream, ByteStreamOptions } from "../../../../../src/ports/byte-stream.js";
import type { StreamOpener } from "../../../../../src/coap/transport/slipmux/line.js";
import type { World } from "../../../../portable.js";

/** A byte at 115200 bit/s, 8N1. */
const BYTE_MS = 10_000 / 115_200;

/** What arrives for a byte sent; undefined is nothing. */
export type Noise = (byte: number) => number | undefined;

export interface CableOptions {
  /** Bytes that an end takes before it has sent them. */
  readonly bufferBytes?: number;
  readonly noise?: Noise;
}

class End implements ByteStream {
  other: End | undefined;
  readonly #time: World["time"];
  readonly #cable: SerialCable;
  readonly #callbacks: ByteStreamOptions;
  readonly #arrived: number[] = [];
  #unsentBytes = 0;
  /** When what was written will be on the line. */
  #freeMs = 0;
  #isOpen = true;

  constructor(cable: SerialCable, time: World["time"], callbacks: ByteStreamOptions) {
    this.#cable = cable;
    this.#time = time;
    this.#callbacks = callbacks;
    time.set(() => this.#announce(), 0);
  }

  read(count = Infinity): ArrayBuffer | undefined {
    if (this.#arrived.length === 0) return undefined;
    return Uint8Array.from(this.#arrived.splice(0, count)).buffer;
  }

  write(bytes: Uint8Array): void {
    const room = this.#bufferBytes - this.#unsentBytes;
    if (bytes.length > room) throw new RangeError(`expected at most ${room} bytes, got ${bytes.length}`);
    this.#unsentBytes += bytes.length;
    const sent = bytes.slice();
    const { nowMs } = this.#time;
    this.#freeMs = Math.max(this.#freeMs, nowMs) + bytes.length * BYTE_MS;
    this.#time.set(() => {
      this.#unsentBytes -= sent.length;
      this.#announce();
    }, this.#freeMs - nowMs);
    this.#time.set(() => this.other?.deliver(sent), this.#freeMs - nowMs);
  }

  close(): void {
    this.#isOpen = false;
  }

  deliver(bytes: Uint8Array): void {
    if (!this.#isOpen) return;
    const { noise } = this.#cable.options;
    for (const sent of bytes) {
      const byte = noise ? noise(sent) : sent;
      if (byte !== undefined) this.#arrived.push(byte);
    }
    this.#callbacks.onReadable?.(this.#arrived.length);
  }

  cut(error: Error | undefined): void {
    this.#isOpen = false;
    this.#callbacks.onError?.(error);
  }

  get #bufferBytes(): number {
    return this.#cable.options.bufferBytes ?? 64;
  }

  #announce(): void {
    if (this.#isOpen) this.#callbacks.onWritable?.(this.#bufferBytes - this.#unsentBytes);
  }
}

export class SerialCable {
  readonly options: CableOptions;
  readonly #time: World["time"];
  readonly #ends: End[] = [];

  constructor(time: World["time"], options: CableOptions = {}) {
    this.#time = time;
    this.options = options;
  }

  /** Opens an end, the first or the second. */
  readonly open: StreamOpener = (callbacks) => {
    const end = new End(this, this.#time, callbacks);
    const [first] = this.#ends;
    if (first) {
      end.other = first;
      first.other = end;
    }
    this.#ends.push(end);
    return end;
  };

  /** Puts bytes on the line to the first end that was opened. */
  inject(bytes: Uint8Array): void {
    this.#ends[0]!.deliver(bytes);
  }

  /** Pulls the plug: each end is told. */
  cut(error?: Error): void {
    for (const end of this.#ends) end.cut(error);
  }
}
