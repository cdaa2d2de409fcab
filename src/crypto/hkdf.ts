/**
 * HKDF (RFC 5869), by its definition from HMAC: the crypto libraries' own give the two steps in one, and EDHOC needs
 * them apart (RFC 9528 §4.1).
 */

import { concatBytes } from "../bytes/concat.js";
import type { Crypto, HashAlgorithm } from "../ports/crypto.js";
import { CryptoArgumentError } from "./errors.js";

/** How many digests of output key material there are at most (RFC 5869 §2.3). */
export const HKDF_DIGESTS_MAX = 255;

/** Numbers the first digest. */
const FIRST = Uint8Array.of(1);

/** A pseudorandom key of one digest's length (RFC 5869 §2.2). @param salt may be empty */
export function hkdfExtract(
  crypto: Crypto,
  algorithm: HashAlgorithm,
  salt: Uint8Array,
  inputKeyMaterial: Uint8Array,
): Uint8Array {
  return crypto.hmac(algorithm, salt, inputKeyMaterial);
}

/**
 * Output key material of `length` bytes (RFC 5869 §2.3), which belongs to the caller; digests that are not all of it are
 * overwritten.
 *
 * @throws {CryptoArgumentError} when `length` is above 255 digests
 */
export function hkdfExpand(
  crypto: Crypto,
  algorithm: HashAlgorithm,
  pseudorandomKey: Uint8Array,
  info: Uint8Array,
  length: number,
): Uint8Array {
  let digest = crypto.hmac(algorithm, pseudorandomKey, concatBytes([info, FIRST]));
  if (length === digest.length) return digest;
  // As nearly all keys are: no longer than a digest.
  if (length < digest.length) {
    const key = digest.slice(0, length);
    digest.fill(0);
    return key;
  }
  const material = new Uint8Array(length);
  material.set(digest);
  for (let at = digest.length, count = 2; at < length; at += digest.length, count += 1) {
    if (count > HKDF_DIGESTS_MAX)
      throw new CryptoArgumentError(
        `expected at most ${at} bytes of key material from ${algorithm}, got ${length}`,
      );
    const input = concatBytes([digest, info, Uint8Array.of(count)]);
    digest.fill(0);
    digest = crypto.hmac(algorithm, pseudorandomKey, input);
    input.fill(0);
    material.set(digest.subarray(0, length - at), at);
  }
  digest.fill(0);
  return material;
}

/** Extract, then expand (RFC 5869 §2). @throws {CryptoArgumentError} when `length` is above 255 digests */
export function hkdf(
  crypto: Crypto,
  algorithm: HashAlgorithm,
  salt: Uint8Array,
  inputKeyMaterial: Uint8Array,
  info: Uint8Array,
  length: number,
): Uint8Array {
  const pseudorandomKey = hkdfExtract(crypto, algorithm, salt, inputKeyMaterial);
  try {
    return hkdfExpand(crypto, algorithm, pseudorandomKey, info, length);
  } finally {
    pseudorandomKey.fill(0);
  }
}
