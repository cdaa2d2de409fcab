/**
 * New inputs from old ones: what AFL calls havoc and splice. Formats of the network are made of lengths, flags and
 * repeated parts, so these are what is changed.
 */

import type { SeededRandom } from "../simulators/random.js";
import { concatBytes } from "../src/bytes/concat.js";
import { encodeUtf8 } from "../src/bytes/utf8.js";
import { MAX_INPUT_BYTES, type Target } from "./target.js";

/** Bytes at which formats change their meaning: ends of ranges, extended lengths of CoAP, heads of CBOR and UTF-8. */
const NOTABLE_BYTES = Object.freeze([
  0x00, 0x01, 0x0c, 0x0d, 0x0e, 0x0f, 0x17, 0x18, 0x1b, 0x1f, 0x20, 0x40, 0x7e, 0x7f, 0x80, 0xbf, 0xc0, 0xd0,
  0xd8, 0xdb, 0xdc, 0xe0, 0xed, 0xf0, 0xf4, 0xf9, 0xfb, 0xfe, 0xff,
] as const);
/** One input gets 1, 2 or 4 changes. */
const MAX_DOUBLINGS = 2;
/** Share of inputs that a target composes, where it can. */
const COMPOSED = 0.15;
/** Bytes that one change moves, repeats or removes at most, but for the whole rest of an input. */
const MAX_CHUNK_BYTES = 32;

export class Mutator {
  readonly #target: Target;
  readonly #random: SeededRandom;
  readonly #words: readonly Uint8Array[];
  readonly #maxBytes: number;

  constructor(target: Target, random: SeededRandom) {
    this.#target = target;
    this.#random = random;
    this.#words = (target.dictionary ?? []).map((word) =>
      typeof word === "string" ? encodeUtf8(word) : word,
    );
    this.#maxBytes = target.maxBytes ?? MAX_INPUT_BYTES;
  }

  /** An input made of one or two of the corpus, or composed anew. */
  next(corpus: readonly Uint8Array[]): Uint8Array {
    const random = this.#random;
    const isComposed = this.#target.compose !== undefined && random.chance(COMPOSED);
    let input = isComposed ? this.#target.compose!(random) : this.#choose(corpus);
    if (!isComposed || random.chance(0.5))
      for (let changes = 1 << random.integer(0, MAX_DOUBLINGS); changes > 0; changes -= 1)
        input = this.#change(input, corpus);
    return input.length > this.#maxBytes ? input.slice(0, this.#maxBytes) : input;
  }

  #choose(corpus: readonly Uint8Array[]): Uint8Array {
    if (corpus.length === 0) return new Uint8Array(0);
    // What was found last has been tried least.
    const first = this.#random.chance(0.3) ? Math.max(0, corpus.length - 8) : 0;
    return corpus[this.#random.integer(first, corpus.length - 1)]!;
  }

  #change(input: Uint8Array, corpus: readonly Uint8Array[]): Uint8Array {
    const random = this.#random;
    if (input.length === 0) return this.#insert(input);
    switch (random.integer(0, 9)) {
      case 0:
      case 1:
        return this.#withByte(input, (byte) => byte ^ (1 << random.integer(0, 7)));
      case 2:
        return this.#withByte(input, () => random.integer(0, 255));
      case 3:
        return this.#withByte(input, () => NOTABLE_BYTES[random.integer(0, NOTABLE_BYTES.length - 1)]!);
      case 4:
        return this.#withByte(input, (byte) => byte + random.integer(-16, 16));
      case 5:
        return this.#insert(input);
      case 6:
        return this.#remove(input);
      case 7:
        return this.#repeat(input);
      case 8:
        return this.#overwrite(input);
      default:
        return this.#splice(input, corpus);
    }
  }

  #withByte(input: Uint8Array, change: (byte: number) => number): Uint8Array {
    const changed = input.slice();
    const at = this.#random.integer(0, changed.length - 1);
    changed[at] = change(changed[at]!);
    return changed;
  }

  /** Puts a word of the format, or a few bytes, at some place. */
  #insert(input: Uint8Array): Uint8Array {
    const at = this.#random.integer(0, input.length);
    return concatBytes([input.subarray(0, at), this.#word(), input.subarray(at)]);
  }

  /** Takes a chunk out, or everything behind a place. */
  #remove(input: Uint8Array): Uint8Array {
    const [start, end] = this.#chunk(input);
    return this.#random.chance(0.3)
      ? input.slice(0, start)
      : concatBytes([input.subarray(0, start), input.subarray(end)]);
  }

  /** Repeats a chunk, sometimes until the input is as long as can be: what grows with repetition is found so. */
  #repeat(input: Uint8Array): Uint8Array {
    const [start, end] = this.#chunk(input);
    const most = Math.floor((this.#maxBytes - input.length) / (end - start));
    const times = this.#random.chance(0.05) ? most : Math.min(most, this.#random.integer(1, 4));
    const parts = [input.subarray(0, end)];
    for (let count = 0; count < times; count += 1) parts.push(input.subarray(start, end));
    return concatBytes([...parts, input.subarray(end)]);
  }

  #overwrite(input: Uint8Array): Uint8Array {
    const word = this.#word();
    if (word.length > input.length) return this.#insert(input);
    const changed = input.slice();
    changed.set(word, this.#random.integer(0, input.length - word.length));
    return changed;
  }

  /** The front of this input and the back of another. */
  #splice(input: Uint8Array, corpus: readonly Uint8Array[]): Uint8Array {
    if (corpus.length === 0) return this.#repeat(input);
    const other = corpus[this.#random.integer(0, corpus.length - 1)]!;
    const front = input.subarray(0, this.#random.integer(0, input.length));
    return concatBytes([front, other.subarray(this.#random.integer(0, other.length))]);
  }

  #word(): Uint8Array {
    if (this.#words.length > 0 && this.#random.chance(0.6))
      return this.#words[this.#random.integer(0, this.#words.length - 1)]!;
    const bytes = new Uint8Array(this.#random.integer(1, 8));
    this.#random.fill(bytes);
    return bytes;
  }

  /** Start and end of a part that has at least one byte. */
  #chunk(input: Uint8Array): [start: number, end: number] {
    const start = this.#random.integer(0, input.length - 1);
    return [start, Math.min(input.length, start + this.#random.integer(1, MAX_CHUNK_BYTES))];
  }
}
