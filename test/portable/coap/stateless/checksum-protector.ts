import { concatBytes } from "../../../../src/bytes/concat.js";
import { equalBytes } from "../../../../src/bytes/compare.js";
import type { StateProtector } from "../../../../src/coap/stateless/state-tokens.js";

/** Tells changed bytes, and keeps nobody from making them: for tests. */
export class ChecksumProtector implements StateProtector {
  readonly overheadBytes: number;
  readonly #key: number;

  constructor(key = 1, overheadBytes = 8) {
    this.#key = key;
    this.overheadBytes = overheadBytes;
  }

  seal(state: Uint8Array, sequence: number, context: Uint8Array): Uint8Array {
    return concatBytes([state, this.#checksum(state, sequence, context)]);
  }

  open(sealed: Uint8Array, sequence: number, context: Uint8Array): Uint8Array | undefined {
    const state = sealed.subarray(0, sealed.length - this.overheadBytes);
    const isGenuine = equalBytes(sealed.subarray(state.length), this.#checksum(state, sequence, context));
    return isGenuine ? state : undefined;
  }

  #checksum(state: Uint8Array, sequence: number, context: Uint8Array): Uint8Array {
    return Uint8Array.from({ length: this.overheadBytes }, (_, index) => {
      let sum = Math.imul(this.#key + index, 0x01000193) ^ sequence;
      for (const byte of [...context, ...state]) sum = Math.imul(sum ^ byte, 0x01000193);
      return (sum >>> 13) & 0xff;
    });
  }
}
