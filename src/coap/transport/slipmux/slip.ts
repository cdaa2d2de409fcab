/**
 * Frames on a serial line. RFC 1055, with a delimiter before and after each frame and with the abort of
 * draft-bormann-t2trg-slipmux §6.
 *
 *   END  frame, with END as ESC ESC_END and ESC as ESC ESC_ESC  END
 */

const END = 0xc0;
const ESC = 0xdb;
const ESC_END = 0xdc;
const ESC_ESC = 0xdd;

/** A frame as it goes on the line. */
export function encodeSlip(frame: Uint8Array): Uint8Array {
  let escapes = 0;
  for (const byte of frame) if (byte === END || byte === ESC) escapes += 1;
  const encoded = new Uint8Array(frame.length + escapes + 2);
  encoded[0] = END;
  let at = 1;
  for (const byte of frame) {
    const isSpecial = byte === END || byte === ESC;
    if (isSpecial) encoded[at++] = ESC;
    encoded[at++] = isSpecial ? (byte === END ? ESC_END : ESC_ESC) : byte;
  }
  encoded[at] = END;
  return encoded;
}

/** Frames that were dropped, by reason. */
export interface SlipCounters {
  /** Given up by their sender (§6). */
  aborted: number;
  /** With an escape that RFC 1055 does not know. */
  badEscape: number;
  /** Longer than is taken. */
  oversized: number;
}

const NO_BYTES = new Uint8Array(0);

/** Finds frames in bytes that come in any pieces. What it holds is one frame of `maxFrameBytes`, however slow they come. */
export class SlipDecoder {
  readonly #counters: SlipCounters;
  readonly #frame: Uint8Array;
  #length = 0;
  #isEscaped = false;
  /** The rest of a frame that was dropped goes by. */
  #isSkipping = false;
  #input: Uint8Array = NO_BYTES;
  #at = 0;

  /** @param maxFrameBytes of a frame without escapes and delimiters */
  constructor(maxFrameBytes: number, counters: SlipCounters) {
    this.#frame = new Uint8Array(maxFrameBytes);
    this.#counters = counters;
  }

  /** Takes bytes; {@link next} has to have said that there is no frame in those before. */
  push(bytes: Uint8Array): void {
    this.#input = bytes;
    this.#at = 0;
  }

  /** The next frame that is not empty, which belongs to the caller; undefined when more bytes are needed. */
  next(): Uint8Array | undefined {
    const input = this.#input;
    while (this.#at < input.length) {
      const byte = input[this.#at++]!;
      if (byte === END) {
        const frame = this.#end();
        if (frame) return frame;
      } else if (this.#isSkipping) continue;
      else if (this.#isEscaped) this.#unescape(byte);
      else if (byte === ESC) this.#isEscaped = true;
      else this.#append(byte);
    }
    return undefined;
  }

  #end(): Uint8Array | undefined {
    const length = this.#length;
    const isAborted = this.#isEscaped;
    this.#length = 0;
    this.#isEscaped = false;
    this.#isSkipping = false;
    if (isAborted) this.#counters.aborted += 1;
    // Delimiters before and after each frame make empty ones between them (§6).
    return isAborted || length === 0 ? undefined : this.#frame.slice(0, length);
  }

  #unescape(byte: number): void {
    this.#isEscaped = false;
    if (byte === ESC_END) this.#append(END);
    else if (byte === ESC_ESC) this.#append(ESC);
    else this.#drop("badEscape");
  }

  #append(byte: number): void {
    if (this.#length === this.#frame.length) this.#drop("oversized");
    else this.#frame[this.#length++] = byte;
  }

  #drop(fault: keyof SlipCounters): void {
    this.#length = 0;
    this.#isSkipping = true;
    this.#counters[fault] += 1;
  }
}
