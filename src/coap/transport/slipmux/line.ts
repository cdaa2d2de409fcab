/** One serial line for CoAP, diagnostics and IP packets together. draft-bormann-t2trg-slipmux. */

import type { ByteStream, ByteStreamOptions } from "../../../ports/byte-stream.js";
import { encodeUtf8 } from "../../../bytes/utf8.js";
import { LimitError, RefusedError } from "../../errors.js";
import { decodeCoapFrame, encodeCoapFrame, encodeDiagnosticFrame, frameKind } from "./frame.js";
import { SlipDecoder, encodeSlip, type SlipCounters } from "./slip.js";

/** Longest frame, without escapes and delimiters, in bytes: that of the smallest MTU of IPv6 (RFC 8200 §5). */
export const DEFAULT_MAX_FRAME_BYTES = 1280;
/** Bytes that wait for the line: four frames. */
export const DEFAULT_MAX_UNSENT_BYTES = 4 * DEFAULT_MAX_FRAME_BYTES;

/** Frames that were ignored, by reason. */
export class SlipmuxCounters implements SlipCounters {
  aborted = 0;
  badEscape = 0;
  oversized = 0;
  /** CoAP with a wrong frame check sequence (§5). */
  badFcs = 0;
  /** With a first byte that means nothing, such as the text of a boot loader (§7.3). */
  unknown = 0;
}

export interface SlipmuxLineOptions {
  /** A longer frame is ignored when received, a LimitError when sent; {@link DEFAULT_MAX_FRAME_BYTES}. */
  readonly maxFrameBytes?: number;
  /** A frame that does not fit into it beside what waits already is a LimitError; {@link DEFAULT_MAX_UNSENT_BYTES}. */
  readonly maxUnsentBytes?: number;
  /**
   * Diagnostic text of the platform at the other end, for a human (§4); a platform itself leaves this out. UTF-8: where
   * text is written in pieces, a character may be cut in two; and a terminal must not obey what is in it. What it throws
   * is counted as a fault of the endpoint, as with `onPacket`.
   */
  readonly onDiagnostic?: (utf8: Uint8Array) => void;
  /** An IPv4 or IPv6 packet (§3). */
  readonly onPacket?: (packet: Uint8Array) => void;
}

/** Who takes the CoAP messages of a line. */
export interface LineReceiver {
  /** A message, which belongs to the receiver. */
  message(bytes: Uint8Array): void;
  /** The line has ended. */
  ended(error: Error): void;
  /** A listener of the line has thrown. */
  fault(error: unknown): void;
}

/** Opens the stream below a line: `(callbacks) => new Serial({ baud: 115200, ...callbacks })`. */
export type StreamOpener = (callbacks: ByteStreamOptions) => ByteStream;

export class SlipmuxLine {
  readonly counters = new SlipmuxCounters();
  readonly #stream: ByteStream;
  readonly #options: SlipmuxLineOptions;
  readonly #decoder: SlipDecoder;
  readonly #maxFrameBytes: number;
  readonly #maxUnsentBytes: number;
  #receiver: LineReceiver | undefined;
  /** Frames, encoded; of the first one maybe only the rest. Nothing comes between its bytes (§6). */
  readonly #unsent: Uint8Array[] = [];
  #unsentBytes = 0;
  #writableBytes = 0;
  #isReading = false;
  #ended: Error | undefined;

  constructor(open: StreamOpener, options: SlipmuxLineOptions = {}) {
    this.#options = options;
    this.#maxFrameBytes = options.maxFrameBytes ?? DEFAULT_MAX_FRAME_BYTES;
    this.#maxUnsentBytes = options.maxUnsentBytes ?? DEFAULT_MAX_UNSENT_BYTES;
    this.#decoder = new SlipDecoder(this.#maxFrameBytes, this.counters);
    this.#stream = open({
      onReadable: this.#onReadable,
      onWritable: (count) => {
        this.#writableBytes = count;
        try {
          this.#flush();
        } catch (error) {
          this.#end(error as Error);
        }
      },
      onError: (error) => this.#end(error ?? new RefusedError("the other end has closed the serial line")),
    });
  }

  /** Bytes that wait for the stream, escapes and delimiters included. */
  get unsentBytes(): number {
    return this.#unsentBytes;
  }

  /** From now on CoAP messages are for `receiver`; before, and without one, they are ignored. */
  attach(receiver: LineReceiver): void {
    this.#receiver = receiver;
  }

  /** Sends a CoAP message (§5). @throws {LimitError} @throws {RefusedError} when the line has ended */
  writeMessage(message: Uint8Array): void {
    this.#enqueue(encodeCoapFrame(message));
    this.#flush();
  }

  /**
   * Sends text for a human at the other end (§4), which should end with a newline.
   * @throws {LimitError} @throws {RefusedError} when the line has ended
   */
  writeDiagnostic(text: string): void {
    this.#enqueue(encodeDiagnosticFrame(encodeUtf8(text)));
    this.#flush();
  }

  /**
   * Sends an IP packet (§3).
   * @throws {RangeError} for what does not begin as one @throws {LimitError} @throws {RefusedError} when the line has ended
   */
  writePacket(packet: Uint8Array): void {
    if (packet.length === 0 || frameKind(packet[0]!) !== "packet")
      throw new RangeError(`expected an IP packet, got the first byte ${packet[0]}`);
    this.#enqueue(packet);
    this.#flush();
  }

  /** Ends the line and drops what waits. A second call does nothing. */
  close(): void {
    this.#receiver = undefined;
    this.#end(new RefusedError("the serial line is closed"));
    this.#stream.close();
  }

  /** Few calls deep, as a device's stack is short for what a message sets off. */
  readonly #onReadable = (): void => {
    // What a stream delivers while a frame is handled is read when it has been.
    if (this.#isReading) return;
    this.#isReading = true;
    try {
      for (let bytes = this.#stream.read(); bytes; bytes = this.#stream.read()) {
        this.#decoder.push(new Uint8Array(bytes));
        for (let frame = this.#decoder.next(); frame; frame = this.#decoder.next()) {
          const message = this.#takeMessage(frame);
          if (message) this.#receiver?.message(message);
        }
      }
    } catch (error) {
      // The stream can no longer be read.
      this.#end(error as Error);
    } finally {
      this.#isReading = false;
    }
  };

  /** The CoAP message in a frame; what is none goes where it belongs. */
  #takeMessage(frame: Uint8Array): Uint8Array | undefined {
    const kind = frameKind(frame[0]!);
    if (kind === "coap") {
      const message = decodeCoapFrame(frame);
      if (!message) this.counters.badFcs += 1;
      return message;
    }
    const { onDiagnostic, onPacket } = this.#options;
    try {
      if (kind === "diagnostic") onDiagnostic?.(frame.subarray(1));
      else if (kind === "packet") onPacket?.(frame);
      else this.counters.unknown += 1;
    } catch (error) {
      // The frames behind it are for others.
      this.#receiver?.fault(error);
    }
    return undefined;
  }

  #enqueue(frame: Uint8Array): void {
    if (this.#ended) throw this.#ended;
    if (frame.length > this.#maxFrameBytes)
      throw new LimitError(`limit maxFrameBytes (${this.#maxFrameBytes}) reached by ${frame.length} bytes`);
    const encoded = encodeSlip(frame);
    if (this.#unsentBytes + encoded.length > this.#maxUnsentBytes)
      throw new LimitError(`limit maxUnsentBytes (${this.#maxUnsentBytes}) reached: the line is slower`);
    this.#unsent.push(encoded);
    this.#unsentBytes += encoded.length;
  }

  #flush(): void {
    while (this.#writableBytes > 0 && this.#unsent.length > 0) {
      const first = this.#unsent[0]!;
      const piece = first.subarray(0, this.#writableBytes);
      if (piece.length === first.length) this.#unsent.shift();
      else this.#unsent[0] = first.subarray(piece.length);
      // Before the write: what it sets off may write, too.
      this.#writableBytes -= piece.length;
      this.#unsentBytes -= piece.length;
      this.#stream.write(piece);
    }
  }

  #end(error: Error): void {
    if (this.#ended) return;
    this.#ended = error;
    this.#unsent.length = 0;
    this.#unsentBytes = 0;
    this.#receiver?.ended(error);
  }
}
