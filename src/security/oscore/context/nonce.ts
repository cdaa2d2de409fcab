/**
 * AEAD nonces.
 *
 *        <- nonce length minus 6 B -> <-- 5 bytes -->
 *   +---+-------------------+--------+---------+-----+
 *   | S |      padding      | ID_PIV | padding | PIV |  XOR Common IV
 *   +---+-------------------+--------+---------+-----+
 *
 * RFC 8613 §5.2.
 */

import { MAX_PARTIAL_IV_BYTES } from "./partial-iv.js";

/** What the size of the ID and the Partial IV take of a nonce. */
export const NONCE_BYTES_WITHOUT_ID = 1 + MAX_PARTIAL_IV_BYTES;

/** The nonces of one ID: all but the Partial IV is the same in each. */
export class Nonces {
  /** The nonce of Partial IV 0. */
  readonly #base: Uint8Array;
  readonly #nonce: Uint8Array;
  /** The Partial IV that is in it. */
  #partialIv = 0;

  /** @param id of who generates the Partial IVs; at most nonce length minus 6 bytes */
  constructor(commonIv: Uint8Array, id: Uint8Array) {
    const base = new Uint8Array(commonIv);
    base[0] = base[0]! ^ id.length;
    const start = base.length - MAX_PARTIAL_IV_BYTES - id.length;
    for (let index = 0; index < id.length; index += 1)
      base[start + index] = base[start + index]! ^ id[index]!;
    this.#base = base;
    this.#nonce = new Uint8Array(base);
  }

  /** The nonce with a Partial IV, good until the next one is asked for. */
  of(partialIv: number): Uint8Array {
    const nonce = this.#nonce;
    let last = this.#partialIv;
    if (partialIv === last) return nonce;
    this.#partialIv = partialIv;
    // Partial IVs that follow each other mostly differ in one byte: another costs a device as much as a call.
    for (let at = nonce.length - 1, rest = partialIv; ; at -= 1) {
      nonce[at] = this.#base[at]! ^ rest;
      rest -= rest & 0xff;
      last -= last & 0xff;
      if (rest === last) return nonce;
      rest /= 0x100;
      last /= 0x100;
    }
  }
}
