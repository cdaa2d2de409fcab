/** A peer that is nothing but a stream and a hand that writes bytes. */

import { toHex } from "../../../../src/bytes/hex.js";
import type { TCP } from "../../../../src/ports/tcp.js";
import type { VirtualStreams } from "../transport/virtual-streams.js";
import { hex } from "../wire.js";

/** A CSM without options, which says that the base values hold (RFC 8323 §5.3). */
export const EMPTY_CSM = "00 e1";

export class RawPeer {
  /** Undefined while it lives; then why it ended, "" where it was closed in order. */
  ended: string | undefined;
  readonly #streams: VirtualStreams;
  #stream: TCP | undefined;
  #heard = "";

  constructor(streams: VirtualStreams) {
    this.#streams = streams;
  }

  /** Connects as the host at `local`. */
  connect(local: string, address: string, port: number): this {
    this.#stream = new (this.#streams.tcp(local))({ address, port, ...this.#callbacks() });
    return this;
  }

  /** Takes the first connection that comes to the host at `local`. */
  accept(local: string, port: number): this {
    const listener = new (this.#streams.listener(local))({
      port,
      onReadable: () => {
        const from = listener.read()!;
        this.#stream = new (this.#streams.tcp(local))({ from, ...this.#callbacks() });
      },
    });
    return this;
  }

  /** Writes bytes, hexadecimal. */
  send(bytes: string): void {
    this.#stream!.write(hex(bytes));
  }

  /** Writes bytes and takes what comes within `waitMs`. */
  async ask(bytes: string, waitMs = 10): Promise<string> {
    this.send(bytes);
    await this.#streams.time.advance(waitMs);
    return this.take();
  }

  /** What was heard since the last time, in hexadecimal. */
  take(): string {
    const taken = this.#heard;
    this.#heard = "";
    return taken;
  }

  close(): void {
    this.#stream!.close();
  }

  #callbacks(): { onReadable: () => void; onError: (error?: Error) => void } {
    return {
      onReadable: () => this.#read(),
      onError: (error) => {
        this.#read();
        this.ended = error?.message ?? "";
      },
    };
  }

  #read(): void {
    for (let bytes = this.#stream!.read(); bytes; bytes = this.#stream!.read())
      this.#heard += toHex(new Uint8Array(bytes));
  }
}
