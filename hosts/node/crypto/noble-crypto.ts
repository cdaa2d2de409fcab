/**
 * The crypto port in JavaScript alone, on the noble packages: the second opinion on node:crypto and on the C of
 * devices. Its ES256 signatures are deterministic (RFC 6979). The packages come with the sources, not with the npm
 * package `coapsule`: nothing imports this but tests.
 */

import { ecb } from "@noble/ciphers/aes.js";
import { equalBytes } from "@noble/ciphers/utils.js";
import { ed25519 as noble25519, x25519 as nobleX25519 } from "@noble/curves/ed25519.js";
import { p256 } from "@noble/curves/nist.js";
import { hmac } from "@noble/hashes/hmac.js";
import { sha256, sha384, sha512 } from "@noble/hashes/sha2.js";

import { CheckedCrypto } from "../../../src/crypto/checked-crypto.js";
import type { Ed25519Primitives, Primitives } from "../../../src/crypto/primitives.js";
import { isOrdinaryPoint } from "./ed25519-points.js";
import { open, seal } from "./noble-ccm.js";

/** By default the package hashes the message, and changes s to the lower of two values, which ECDSA does not ask. */
const ES256 = { prehash: true, lowS: false } as const;

function sha2Of(digestBytes: number): typeof sha256 | typeof sha384 | typeof sha512 {
  if (digestBytes === sha256.outputLen) return sha256;
  return digestBytes === sha384.outputLen ? sha384 : sha512;
}

/** What the packages throw about a peer's key, as the result that it is. */
function succeeds(operation: () => boolean): boolean {
  try {
    return operation();
  } catch {
    return false;
  }
}

const primitives: Primitives = {
  aesEncrypt(key, block, result) {
    result.set(ecb(key, { disablePadding: true }).encrypt(block));
  },
  ccmSeal: seal,
  ccmOpen(key, nonce, aad, sealed, result) {
    return open(key, nonce, aad, sealed, result, equalBytes);
  },
  sha2(data, result) {
    result.set(sha2Of(result.length)(data));
  },
  hmac(key, data, result) {
    result.set(hmac(sha2Of(result.length), key, data));
  },
  p256PublicKey(privateKey, result) {
    result.set(p256.getPublicKey(privateKey, false));
  },
  p256Sign(privateKey, message, result) {
    result.set(p256.sign(message, privateKey, ES256));
  },
  p256Verify(publicKey, message, signature) {
    return succeeds(() => p256.verify(signature, message, publicKey, ES256));
  },
  p256Agree(privateKey, publicKey, result) {
    return succeeds(() => {
      // A point: its x-coordinate is behind the first byte.
      result.set(p256.getSharedSecret(privateKey, publicKey, true).subarray(1));
      return true;
    });
  },
  x25519(scalar, u, result) {
    return succeeds(() => {
      result.set(nobleX25519.getSharedSecret(scalar, u));
      return true;
    });
  },
  equal: equalBytes,
};

const ed25519: Ed25519Primitives = {
  ed25519PublicKey(privateKey, result) {
    result.set(noble25519.getPublicKey(privateKey));
  },
  ed25519Sign(privateKey, message, result) {
    result.set(noble25519.sign(message, privateKey));
  },
  ed25519Verify(publicKey, message, signature) {
    // As RFC 8032 §5.1.7 decodes points; the package's default is the more lenient ZIP 215. Its R may have a small order.
    return (
      isOrdinaryPoint(signature.subarray(0, publicKey.length)) &&
      succeeds(() => noble25519.verify(signature, message, publicKey, { zip215: false }))
    );
  },
};

/** The crypto port on the noble packages. */
export const nobleCrypto = new CheckedCrypto(primitives, ed25519);
