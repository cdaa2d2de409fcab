/** A server that answers as it is told, message by message, and bodies for it. */

import { toHex } from "../../../../src/bytes/hex.js";
import { Lab, reply } from "../wire.js";

export function pattern(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => index & 0xff);
}

export function part(from: number, to: number): string {
  return toHex(pattern(to).subarray(from));
}

/** The bytes of a request behind its token. */
export function behindToken(request: string | undefined): string {
  return request!.slice(2 * (4 + 4));
}

/** Answers with one rest after the other; code and options in one text: `45 c1 08 ff …`. */
export function scripted(answers: readonly string[]): Lab {
  const lab = new Lab();
  let next = 0;
  lab.wire.answer = (heard) => {
    const answer = answers[next++]?.replaceAll(" ", "");
    return answer === undefined ? undefined : reply(heard, "ACK", answer.slice(0, 2), answer.slice(2));
  };
  return lab;
}

/** Bytes in pieces, and whether they were let go of before their end. */
export class Pieces implements AsyncIterable<Uint8Array>, AsyncIterator<Uint8Array> {
  readonly #pieces: Uint8Array[];
  returned = false;

  constructor(pieces: readonly Uint8Array[]) {
    this.#pieces = [...pieces];
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<Uint8Array, undefined>> {
    const value = this.#pieces.shift();
    return Promise.resolve(value ? { done: false, value } : { done: true, value: undefined });
  }

  return(): Promise<IteratorResult<Uint8Array, undefined>> {
    this.returned = true;
    return Promise.resolve({ done: true, value: undefined });
  }
}
