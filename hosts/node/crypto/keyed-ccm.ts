/**
 * AES-CCM (RFC 3610) with one key, composed of OpenSSL's CBC and ECB: for a short message node:crypto takes three times as
 * long to make, ask and drop an object for CCM as its two modes take, whose objects stay.
 */

import { createCipheriv, type Cipher } from "node:crypto";

import type { CCMPrimitives } from "../../../src/crypto/primitives.js";

const BLOCK_BYTES = 16;
/** Of a counter: its other bytes stay 0, as no plaintext has more than 2^16 bytes. */
const COUNTER_BYTES = 2;

function roundUp(bytes: number): number {
  return Math.ceil(bytes / BLOCK_BYTES) * BLOCK_BYTES;
}

/** Encrypts whole blocks, as many as it is given, again and again. */
function stream(mode: "cbc" | "ecb", key: Uint8Array): Cipher {
  const iv = mode === "cbc" ? new Uint8Array(BLOCK_BYTES) : null;
  return createCipheriv(`aes-128-${mode}`, key, iv).setAutoPadding(false);
}

export class KeyedCCM implements CCMPrimitives {
  readonly #cbc: Cipher;
  readonly #ecb: Cipher;
  /** The block that CBC goes on from. */
  readonly #chained = new Uint8Array(BLOCK_BYTES);

  constructor(key: Uint8Array) {
    this.#cbc = stream("cbc", key);
    this.#ecb = stream("ecb", key);
  }

  ccmSeal(
    _key: Uint8Array,
    nonce: Uint8Array,
    aad: Uint8Array,
    plaintext: Uint8Array,
    result: Uint8Array,
  ): void {
    const { length } = plaintext;
    const keyStream = this.#keyStream(nonce, length);
    const mac = this.#authenticate(nonce, aad, plaintext, result.length - length);
    for (let at = 0; at < length; at += 1) result[at] = plaintext[at]! ^ keyStream[BLOCK_BYTES + at]!;
    for (let at = length; at < result.length; at += 1)
      result[at] = mac[at - length]! ^ keyStream[at - length]!;
  }

  ccmOpen(
    _key: Uint8Array,
    nonce: Uint8Array,
    aad: Uint8Array,
    sealed: Uint8Array,
    result: Uint8Array,
  ): boolean {
    const { length } = result;
    const keyStream = this.#keyStream(nonce, length);
    for (let at = 0; at < length; at += 1) result[at] = sealed[at]! ^ keyStream[BLOCK_BYTES + at]!;
    const mac = this.#authenticate(nonce, aad, result, sealed.length - length);
    // All of the tag is looked at, wherever it differs.
    let difference = 0;
    for (let at = length; at < sealed.length; at += 1)
      difference |= sealed[at]! ^ mac[at - length]! ^ keyStream[at - length]!;
    if (difference !== 0) result.fill(0);
    return difference === 0;
  }

  /** S_0, S_1 and so on (RFC 3610 §2.3): the first is for the tag. */
  #keyStream(nonce: Uint8Array, length: number): Uint8Array {
    const blocks = new Uint8Array(BLOCK_BYTES + roundUp(length));
    for (let start = 0, counter = 0; start < blocks.length; start += BLOCK_BYTES, counter += 1) {
      blocks[start] = BLOCK_BYTES - 2 - nonce.length;
      blocks.set(nonce, start + 1);
      blocks[start + BLOCK_BYTES - COUNTER_BYTES] = counter >> 8;
      blocks[start + BLOCK_BYTES - 1] = counter;
    }
    return this.#ecb.update(blocks);
  }

  /** T, before it is encrypted: the CBC-MAC over B_0, the additional data and the message (RFC 3610 §2.2). */
  #authenticate(nonce: Uint8Array, aad: Uint8Array, plaintext: Uint8Array, tagBytes: number): Uint8Array {
    const { length } = plaintext;
    const aadBytes = aad.length === 0 ? 0 : roundUp(2 + aad.length);
    const blocks = new Uint8Array(BLOCK_BYTES + aadBytes + roundUp(length));
    blocks[0] =
      (aad.length === 0 ? 0 : 0x40) | (((tagBytes - 2) / 2) << 3) | (BLOCK_BYTES - 2 - nonce.length);
    blocks.set(nonce, 1);
    blocks[BLOCK_BYTES - 2] = length >> 8;
    blocks[BLOCK_BYTES - 1] = length;
    if (aad.length > 0) {
      blocks[BLOCK_BYTES] = aad.length >> 8;
      blocks[BLOCK_BYTES + 1] = aad.length;
      blocks.set(aad, BLOCK_BYTES + 2);
    }
    blocks.set(plaintext, BLOCK_BYTES + aadBytes);
    // CBC would add what the last message ended with: added before, it is gone.
    const chained = this.#chained;
    for (let at = 0; at < BLOCK_BYTES; at += 1) blocks[at] = blocks[at]! ^ chained[at]!;
    chained.set(this.#cbc.update(blocks).subarray(-BLOCK_BYTES));
    return chained;
  }
}
