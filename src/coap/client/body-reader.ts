/** Cuts a request body into blocks, whether it is there whole or comes piece by piece. */

import { concatBytes } from "../../bytes/concat.js";

const EMPTY = new Uint8Array(0);

export interface Piece {
  readonly bytes: Uint8Array;
  /** Nothing follows. */
  readonly last: boolean;
}

export class BodyReader {
  readonly #source: AsyncIterator<Uint8Array> | undefined;
  #buffer: Uint8Array;
  #exhausted: boolean;
  /** Length of the whole body, where it is known. */
  readonly totalBytes: number | undefined;

  /** @param bytes length of a body that comes piece by piece, where it is known */
  constructor(body: Uint8Array | AsyncIterable<Uint8Array>, bytes?: number) {
    if (body instanceof Uint8Array) {
      this.#buffer = body;
      this.#exhausted = true;
      this.totalBytes = body.length;
    } else {
      this.#buffer = EMPTY;
      this.#exhausted = false;
      this.#source = body[Symbol.asyncIterator]();
      this.totalBytes = bytes;
    }
  }

  /** The next `size` bytes, fewer at the end. One byte more is read ahead, to know whether it is the end. */
  async take(size: number): Promise<Piece> {
    const pieces = [this.#buffer];
    let length = this.#buffer.length;
    while (!this.#exhausted && length <= size) {
      const result = await this.#source!.next();
      if (result.done) this.#exhausted = true;
      else length += pieces[pieces.push(result.value) - 1]!.length;
    }
    if (pieces.length > 1) this.#buffer = concatBytes(pieces);
    const bytes = this.#buffer.subarray(0, size);
    this.#buffer = this.#buffer.subarray(bytes.length);
    return { bytes, last: this.#buffer.length === 0 };
  }

  /** Nothing more is taken: a source that was not read to its end may let go of what it holds. */
  close(): void {
    if (this.#exhausted) return;
    this.#exhausted = true;
    const ended = this.#source?.return?.();
    if (ended) ended.catch(() => undefined);
  }

  /** Puts back what was taken last. */
  unread(bytes: Uint8Array): void {
    this.#buffer = concatBytes([bytes, this.#buffer]);
  }
}
