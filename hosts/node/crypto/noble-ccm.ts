/** AES-CCM (RFC 3610) composed of the CBC and CTR of @noble/ciphers, which has no CCM of its own. */

import { cbc, ctr } from "@noble/ciphers/aes.js";

const BLOCK_BYTES = 16;

function roundUp(bytes: number): number {
  return Math.ceil(bytes / BLOCK_BYTES) * BLOCK_BYTES;
}

/** A block that begins with flags and the nonce; its length field is `value` (RFC 3610 §2.2 and §2.3). */
function blockOf(flags: number, nonce: Uint8Array, value: number): Uint8Array {
  const block = new Uint8Array(BLOCK_BYTES);
  block[0] = flags | (BLOCK_BYTES - 2 - nonce.length);
  block.set(nonce, 1);
  // A length is below 2^16 (PLAINTEXT_MAX_BYTES), and its field has two bytes at least.
  new DataView(block.buffer).setUint16(BLOCK_BYTES - 2, value);
  return block;
}

/** T: the first bytes of the CBC-MAC over B_0, the additional data and the message (RFC 3610 §2.2). */
function authenticate(
  key: Uint8Array,
  nonce: Uint8Array,
  aad: Uint8Array,
  plaintext: Uint8Array,
  tagBytes: number,
): Uint8Array {
  const aadBytes = aad.length === 0 ? 0 : roundUp(2 + aad.length);
  const blocks = new Uint8Array(BLOCK_BYTES + aadBytes + roundUp(plaintext.length));
  const flags = (aad.length === 0 ? 0 : 0x40) | (((tagBytes - 2) / 2) << 3);
  blocks.set(blockOf(flags, nonce, plaintext.length));
  if (aad.length > 0) {
    new DataView(blocks.buffer).setUint16(BLOCK_BYTES, aad.length);
    blocks.set(aad, BLOCK_BYTES + 2);
  }
  blocks.set(plaintext, BLOCK_BYTES + aadBytes);
  const chained = cbc(key, new Uint8Array(BLOCK_BYTES), { disablePadding: true }).encrypt(blocks);
  return chained.subarray(-BLOCK_BYTES).subarray(0, tagBytes);
}

/** The tag, then the message, each XORed with its key stream: S_0, and S_1 onwards (RFC 3610 §2.3). */
function crypt(
  key: Uint8Array,
  nonce: Uint8Array,
  tag: Uint8Array,
  text: Uint8Array,
): { tag: Uint8Array; text: Uint8Array } {
  const blocks = new Uint8Array(BLOCK_BYTES + text.length);
  blocks.set(tag);
  blocks.set(text, BLOCK_BYTES);
  const result = ctr(key, blockOf(0, nonce, 0)).encrypt(blocks);
  return { tag: result.subarray(0, tag.length), text: result.subarray(BLOCK_BYTES) };
}

/** See {@link Primitives.ccmSeal}. */
export function seal(
  key: Uint8Array,
  nonce: Uint8Array,
  aad: Uint8Array,
  plaintext: Uint8Array,
  result: Uint8Array,
): void {
  const tag = authenticate(key, nonce, aad, plaintext, result.length - plaintext.length);
  const encrypted = crypt(key, nonce, tag, plaintext);
  result.set(encrypted.text);
  result.set(encrypted.tag, plaintext.length);
}

/** See {@link Primitives.ccmOpen}. @param equal compares in constant time */
export function open(
  key: Uint8Array,
  nonce: Uint8Array,
  aad: Uint8Array,
  sealed: Uint8Array,
  result: Uint8Array,
  equal: (a: Uint8Array, b: Uint8Array) => boolean,
): boolean {
  const { tag, text } = crypt(key, nonce, sealed.subarray(result.length), sealed.subarray(0, result.length));
  if (!equal(tag, authenticate(key, nonce, aad, text, tag.length))) return false;
  result.set(text);
  return true;
}
