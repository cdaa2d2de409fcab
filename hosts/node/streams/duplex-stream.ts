/** ECMA-419's stream of bytes over any open stream of Node.js. */

import type { Duplex } from "node:stream";
import type { ByteStream, ByteStreamOptions } from "../../../src/ports/byte-stream.js";

/**
 * A serial port, a terminal in raw mode, the standard streams of a child process
 * (`Duplex.from({ readable: child.stdout, writable: child.stdin })`). The stream stays paused: what is not read makes
 * the other end wait.
 */
export class DuplexStream implements ByteStream {
  readonly #duplex: Duplex;
  readonly #callbacks: ByteStreamOptions;
  #writableBytes = 0;
  #isOpen = true;

  constructor(duplex: Duplex, callbacks: ByteStreamOptions) {
    this.#duplex = duplex;
    this.#callbacks = callbacks;
    duplex.on("error", this.#onError);
    duplex.once("end", this.#onEnd);
    duplex.once("close", this.#onEnd);
    // Nothing is called from within a constructor.
    process.nextTick(() => {
      if (!this.#isOpen) return;
      this.#announceWritable();
      duplex.on("readable", this.#onReadable);
    });
  }

  read(count = Infinity): ArrayBuffer | undefined {
    const bytes = Math.min(count, this.#duplex.readableLength);
    if (!this.#isOpen || bytes === 0) return undefined;
    const chunk = this.#duplex.read(bytes) as Buffer | null;
    // A copy, since the chunk may be a view into something larger.
    return chunk === null ? undefined : new Uint8Array(chunk).buffer;
  }

  write(bytes: Uint8Array): void {
    if (bytes.length > this.#writableBytes)
      throw new RangeError(`expected at most ${this.#writableBytes} bytes to write, got ${bytes.length}`);
    this.#writableBytes -= bytes.length;
    this.#duplex.write(Buffer.from(bytes), this.#onTaken);
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#stop();
    // What comes now is not for us, but keeps the stream from ending when nobody takes it.
    this.#duplex.resume().end();
  }

  readonly #onReadable = (): void => {
    const { readableLength } = this.#duplex;
    // Reading nothing at the end of the stream is what ends it.
    if (readableLength === 0) this.#duplex.read();
    else this.#callbacks.onReadable?.(readableLength);
  };

  readonly #onTaken = (error?: Error | null): void => {
    if (!error && this.#isOpen && this.#duplex.writableLength === 0) this.#announceWritable();
  };

  readonly #onError = (error: Error): void => this.#end(error);

  readonly #onEnd = (): void => this.#end();

  #announceWritable(): void {
    this.#writableBytes = this.#duplex.writableHighWaterMark;
    this.#callbacks.onWritable?.(this.#writableBytes);
  }

  #end(error?: Error): void {
    if (!this.#isOpen) return;
    this.#stop();
    this.#duplex.end();
    this.#callbacks.onError?.(error);
  }

  #stop(): void {
    this.#isOpen = false;
    this.#writableBytes = 0;
    this.#duplex.off("readable", this.#onReadable);
  }
}
