/** From what a connection delivers to messages. RFC 8323 §3.2, §4.2. */

import { HEADER_BYTES } from "../codec/message.js";
import { MessageFormatError } from "../codec/message-format-error.js";
import type { Framing } from "../transport/channel.js";
import {
  MAX_FRAME_START_BYTES,
  messageOf,
  readFrameHeader,
  writeMessageHeader,
  type FrameHeader,
} from "./frame.js";

/** Holds what came and is not read yet, and of one message what has come. */
export class FrameReader {
  readonly #framing: Framing;
  readonly #maxFrameBytes: number;
  readonly #chunks: Uint8Array[] = [];
  /** How much of the first chunk is read. */
  #offset = 0;
  /** The beginning of a frame, until its length is known. */
  readonly #start = new Uint8Array(MAX_FRAME_START_BYTES);
  #startBytes = 0;
  /** The message, when its length is known. */
  #message: Uint8Array | undefined;
  #messageBytes = 0;

  /** @param maxFrameBytes what our Max-Message-Size says (RFC 8323 §5.3.1) */
  constructor(framing: Framing, maxFrameBytes: number) {
    this.#framing = framing;
    this.#maxFrameBytes = maxFrameBytes;
  }

  /** Whether a message has begun and not ended. */
  get isWithinMessage(): boolean {
    return this.#startBytes > 0;
  }

  /** Takes what came: bytes of a stream, or one message. */
  push(bytes: Uint8Array): void {
    if (bytes.length > 0 || this.#framing === "message") this.#chunks.push(bytes);
  }

  /**
   * The next whole message, as it would be over UDP; undefined when there is none yet.
   * @throws {MessageFormatError} for what is no frame, or is longer than may be
   */
  next(): Uint8Array | undefined {
    if (this.#framing === "message") {
      const frame = this.#chunks.shift();
      if (!frame) return undefined;
      this.#requireLength(frame.length);
      return messageOf(frame);
    }
    for (;;) {
      const chunk = this.#chunks[0];
      if (!chunk) return undefined;
      if (this.#message) this.#fill(this.#message, chunk);
      else this.#begin(chunk);
      if (this.#offset === chunk.length) {
        this.#chunks.shift();
        this.#offset = 0;
      }
      const message = this.#message;
      if (message?.length === this.#messageBytes) {
        this.#message = undefined;
        this.#startBytes = 0;
        return message;
      }
    }
  }

  /** Takes bytes of the frame's beginning until it says how long the message is. */
  #begin(chunk: Uint8Array): void {
    while (this.#offset < chunk.length) {
      this.#start[this.#startBytes++] = chunk[this.#offset++]!;
      const header = readFrameHeader(this.#start, this.#startBytes);
      if (!header) continue;
      this.#allocate(header);
      return;
    }
  }

  #allocate({ tkl, code, bodyAt, frameBytes }: FrameHeader): void {
    this.#requireLength(frameBytes);
    const message = new Uint8Array(HEADER_BYTES + frameBytes - bodyAt);
    writeMessageHeader(message, tkl, code);
    // The extended length of the token was part of the beginning.
    message.set(this.#start.subarray(bodyAt, this.#startBytes), HEADER_BYTES);
    this.#message = message;
    this.#messageBytes = HEADER_BYTES + this.#startBytes - bodyAt;
  }

  #fill(message: Uint8Array, chunk: Uint8Array): void {
    const bytes = chunk.subarray(this.#offset, this.#offset + message.length - this.#messageBytes);
    message.set(bytes, this.#messageBytes);
    this.#messageBytes += bytes.length;
    this.#offset += bytes.length;
  }

  #requireLength(frameBytes: number): void {
    if (frameBytes > this.#maxFrameBytes)
      throw new MessageFormatError(
        `expected a message of at most ${this.#maxFrameBytes} bytes, got one of ${frameBytes}`,
        0,
      );
  }
}

/**
 * What one whole frame carries, as it would be over UDP: for whoever watches the traffic.
 * @throws {MessageFormatError}
 */
export function messageOfFrame(frame: Uint8Array, framing: Framing): Uint8Array {
  const reader = new FrameReader(framing, frame.length);
  reader.push(frame);
  const message = reader.next();
  if (!message) throw new MessageFormatError("expected a whole frame", frame.length);
  return message;
}
