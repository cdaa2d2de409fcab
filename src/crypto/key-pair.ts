/**
 * New keys, from the platform's randomness: so a simulation makes the same ones again from its seed.
 */

import type { Crypto, Curve } from "../ports/crypto.js";
import type { Random } from "../ports/random.js";
import { isP256PrivateKey } from "./p256.js";

/** Bytes of a private key of any curve. */
export const PRIVATE_KEY_BYTES = 32;

/** A private key with its public key; their forms are those of {@link Curve}. */
export interface KeyPair {
  readonly privateKey: Uint8Array;
  readonly publicKey: Uint8Array;
}

/**
 * A new key pair; for P-256 by testing candidates (FIPS 186-5 §A.2.2), for the others any 32 bytes do (RFC 7748 §6.1,
 * RFC 8032 §5.1.5).
 *
 * @throws {UnsupportedAlgorithmError} where the host was built without the curve
 */
export function generateKeyPair(crypto: Crypto, random: Random, curve: Curve): KeyPair {
  const privateKey = new Uint8Array(PRIVATE_KEY_BYTES);
  do random.fill(privateKey);
  while (curve === "P-256" && !isP256PrivateKey(privateKey));
  return { privateKey, publicKey: crypto.publicKey(curve, privateKey) };
}
