/**
 * A seeded generator: xoshiro128** 1.1 of David Blackman and Sebastiano Vigna (public domain), which needs 32-bit
 * arithmetic only and gives the same numbers on every engine. Not for secrets.
 */

import type { Random } from "../src/ports/random.js";

function rotateLeft(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}

/** MurmurHash3's 32-bit finaliser (Austin Appleby, public domain): each bit of the input changes half of the output. */
function mix(value: number): number {
  let hash = value | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

/** Step of a Weyl sequence: 2^32 divided by the golden ratio. */
const GOLDEN = 0x9e3779b9;

export class SeededRandom implements Random {
  readonly #seed: number;
  #s0: number;
  #s1: number;
  #s2: number;
  #s3: number;

  /** @param seed any number; its lowest 32 bits count */
  constructor(seed: number) {
    this.#seed = seed | 0;
    this.#s0 = mix(this.#seed + GOLDEN);
    this.#s1 = mix(this.#seed + 2 * GOLDEN);
    this.#s2 = mix(this.#seed + 3 * GOLDEN);
    this.#s3 = mix(this.#seed + 4 * GOLDEN);
  }

  /** A generator that goes on from a given state, four 32-bit words that are not all 0. */
  static fromState(s0: number, s1: number, s2: number, s3: number): SeededRandom {
    const random = new SeededRandom(0);
    random.#s0 = s0;
    random.#s1 = s1;
    random.#s2 = s2;
    random.#s3 = s3;
    return random;
  }

  /** An independent generator, given by this one's seed and a name only: what was drawn before does not matter. */
  fork(name: string): SeededRandom {
    let seed = mix(this.#seed ^ name.length);
    for (let index = 0; index < name.length; index++)
      seed = mix(Math.imul(seed, 31) + name.charCodeAt(index));
    return new SeededRandom(seed);
  }

  /** Uniform from 0 to 2^32 - 1. */
  uint32(): number {
    const result = Math.imul(rotateLeft(Math.imul(this.#s1, 5), 7), 9) >>> 0;
    const shifted = this.#s1 << 9;
    this.#s2 ^= this.#s0;
    this.#s3 ^= this.#s1;
    this.#s1 ^= this.#s2;
    this.#s0 ^= this.#s3;
    this.#s2 ^= shifted;
    this.#s3 = rotateLeft(this.#s3, 11);
    return result;
  }

  /** Uniform from `low` up to but not including `high`; equal bounds give `low`. */
  uniform(low: number, high: number): number {
    return low + (high - low) * (this.uint32() / 0x100000000);
  }

  /** A whole number from `low` to `high`, both included; at most 2^32 values. */
  integer(low: number, high: number): number {
    return Math.floor(this.uniform(low, high + 1));
  }

  /** True with this probability, 0 to 1. */
  chance(probability: number): boolean {
    return probability > 0 && this.uniform(0, 1) < probability;
  }

  fill(bytes: Uint8Array): void {
    for (let index = 0; index < bytes.length; index += 4) {
      let word = this.uint32();
      for (let byte = index; byte < Math.min(index + 4, bytes.length); byte++) {
        bytes[byte] = word & 0xff;
        word >>>= 8;
      }
    }
  }
}
