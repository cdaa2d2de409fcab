/**
 * The crypto port on node:crypto. Its ES256 signatures are randomised (FIPS 186-5 §6.3.1): only the host's chance
 * decides about their bytes.
 */

import {
  createCipheriv,
  createECDH,
  createHash,
  createHmac,
  diffieHellman,
  sign,
  timingSafeEqual,
  verify,
} from "node:crypto";

import { CheckedCrypto } from "../../../src/crypto/checked-crypto.js";
import type { Ed25519Primitives, KeyedPrimitives } from "../../../src/crypto/primitives.js";
import { KeyedCCM } from "./keyed-ccm.js";
import * as keys from "./keys.js";

/** OpenSSL's name of a SHA-2 by the bytes of its digest. */
function sha2Name(digestBytes: number): string {
  return `sha${digestBytes * 8}`;
}

/** What OpenSSL throws about a peer's key or an authentication tag, as the result that it is. */
function succeeds(operation: () => boolean): boolean {
  try {
    return operation();
  } catch {
    return false;
  }
}

/** Sets `result` unless all its bytes are 0, which OpenSSL refuses itself (RFC 7748 §6.1). */
function x25519(scalar: Uint8Array, u: Uint8Array, result: Uint8Array): boolean {
  return succeeds(() => {
    result.set(
      diffieHellman({ privateKey: keys.x25519PrivateKey(scalar), publicKey: keys.x25519PublicKey(u) }),
    );
    return true;
  });
}

const primitives: KeyedPrimitives = {
  aesEncrypt(key, block, result) {
    result.set(createCipheriv("aes-128-ecb", key, null).setAutoPadding(false).update(block));
  },

  keyedCCM: (key) => new KeyedCCM(key),

  sha2(data, result) {
    result.set(createHash(sha2Name(result.length)).update(data).digest());
  },

  hmac(key, data, result) {
    result.set(createHmac(sha2Name(result.length), key).update(data).digest());
  },

  p256PublicKey(privateKey, result) {
    const ecdh = createECDH("prime256v1");
    ecdh.setPrivateKey(privateKey);
    result.set(ecdh.getPublicKey());
  },

  p256Sign(privateKey, message, result) {
    result.set(sign("sha256", message, { key: keys.p256PrivateKey(privateKey), dsaEncoding: "ieee-p1363" }));
  },

  p256Verify(publicKey, message, signature) {
    return succeeds(() =>
      verify("sha256", message, { key: keys.p256PublicKey(publicKey), dsaEncoding: "ieee-p1363" }, signature),
    );
  },

  p256Agree(privateKey, publicKey, result) {
    const ecdh = createECDH("prime256v1");
    ecdh.setPrivateKey(privateKey);
    return succeeds(() => {
      result.set(ecdh.computeSecret(publicKey));
      return true;
    });
  },

  x25519,
  equal: timingSafeEqual,
};

const ed25519: Ed25519Primitives = {
  ed25519PublicKey(privateKey, result) {
    result.set(keys.rawPublicKey(keys.ed25519PrivateKey(privateKey)));
  },

  ed25519Sign(privateKey, message, result) {
    result.set(sign(null, message, keys.ed25519PrivateKey(privateKey)));
  },

  ed25519Verify(publicKey, message, signature) {
    return succeeds(() => verify(null, message, keys.ed25519PublicKey(publicKey), signature));
  },
};

/** The crypto port on node:crypto. */
export const nodeCrypto = new CheckedCrypto(primitives, ed25519);
