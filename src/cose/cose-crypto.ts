/** What COSE messages ask of cryptography, by the numbers of algorithms; and the crypto port as one who gives it. */

import { CCM_PARAMETERS } from "../crypto/aes-ccm.js";
import type { Crypto, SignatureAlgorithm } from "../ports/crypto.js";
import { aeadAlgorithm, macParameters, signatureAlgorithm, type CoseAlgorithm } from "./algorithms.js";
import { CoseError } from "./errors.js";
import type { CoseKey } from "./key.js";
import { keyCurve, privateKeyBytes, publicKeyBytes } from "./key-material.js";

/**
 * Cryptography by COSE's algorithms. Every method throws `UnsupportedAlgorithmError` for an algorithm, or a curve, that
 * it does not have, and `CryptoArgumentError` for a symmetric key, a nonce or a plaintext of a length that it does not
 * take. A host may have more algorithms than the port.
 */
export interface CoseCrypto {
  /** Bytes of the nonce of an AEAD (RFC 9053 §4). */
  nonceBytes(algorithm: CoseAlgorithm): number;
  /** The ciphertext with its tag behind it. */
  seal(
    algorithm: CoseAlgorithm,
    key: Uint8Array,
    nonce: Uint8Array,
    aad: Uint8Array,
    plaintext: Uint8Array,
  ): Uint8Array;
  /** The plaintext, or undefined where it was not sealed like this. */
  open(
    algorithm: CoseAlgorithm,
    key: Uint8Array,
    nonce: Uint8Array,
    aad: Uint8Array,
    ciphertext: Uint8Array,
  ): Uint8Array | undefined;
  /** The tag of a MAC, cut to its length (RFC 9053 §3). */
  mac(algorithm: CoseAlgorithm, key: Uint8Array, data: Uint8Array): Uint8Array;
  /**
   * The signature. Of the key, `d` is enough.
   * @throws {CoseError} where the key is of another type, or has no `d` of its curve's length
   * @throws {CryptoArgumentError} where `d` is no private key of the curve, such as 0
   */
  sign(algorithm: CoseAlgorithm, key: CoseKey, data: Uint8Array): Uint8Array;
  /**
   * Whether the holder of the key signed exactly this; false also where `x` and `y` are no point of the curve.
   * @throws {CoseError} where the key is of another type, or has no `x` and `y` of its curve's length
   */
  verify(algorithm: CoseAlgorithm, key: CoseKey, data: Uint8Array, signature: Uint8Array): boolean;
  /** Whether both are the same, in a time that only their lengths decide. */
  equal(a: Uint8Array, b: Uint8Array): boolean;
}

/** The algorithms of the crypto port. */
export class PortCoseCrypto implements CoseCrypto {
  readonly #crypto: Crypto;

  constructor(crypto: Crypto) {
    this.#crypto = crypto;
  }

  nonceBytes(algorithm: CoseAlgorithm): number {
    return CCM_PARAMETERS[aeadAlgorithm(algorithm)].nonceBytes;
  }

  seal(
    algorithm: CoseAlgorithm,
    key: Uint8Array,
    nonce: Uint8Array,
    aad: Uint8Array,
    plaintext: Uint8Array,
  ): Uint8Array {
    const aead = this.#crypto.aead(aeadAlgorithm(algorithm), key);
    try {
      return aead.seal(nonce, aad, plaintext);
    } finally {
      aead.close();
    }
  }

  open(
    algorithm: CoseAlgorithm,
    key: Uint8Array,
    nonce: Uint8Array,
    aad: Uint8Array,
    ciphertext: Uint8Array,
  ): Uint8Array | undefined {
    const aead = this.#crypto.aead(aeadAlgorithm(algorithm), key);
    try {
      return aead.open(nonce, aad, ciphertext);
    } finally {
      aead.close();
    }
  }

  mac(algorithm: CoseAlgorithm, key: Uint8Array, data: Uint8Array): Uint8Array {
    const { hash, tagBytes } = macParameters(algorithm);
    return this.#crypto.hmac(hash, key, data).subarray(0, tagBytes);
  }

  sign(algorithm: CoseAlgorithm, key: CoseKey, data: Uint8Array): Uint8Array {
    return this.#crypto.sign(signatureFor(algorithm, key), privateKeyBytes(key), data);
  }

  verify(algorithm: CoseAlgorithm, key: CoseKey, data: Uint8Array, signature: Uint8Array): boolean {
    return this.#crypto.verify(signatureFor(algorithm, key), publicKeyBytes(key), data, signature);
  }

  equal(a: Uint8Array, b: Uint8Array): boolean {
    return this.#crypto.equal(a, b);
  }
}

/** The port's signature algorithm; each goes with one curve there. */
function signatureFor(algorithm: CoseAlgorithm, key: CoseKey): SignatureAlgorithm {
  const name = signatureAlgorithm(algorithm);
  const curve = keyCurve(key);
  if (curve !== (name === "ES256" ? "P-256" : "Ed25519"))
    throw new CoseError(`expected a key on the curve of ${name}, got one of ${curve}`);
  return name;
}
