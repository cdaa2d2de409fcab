/**
 * The crypto port on node:crypto. Its ES256 signatures are randomised (FIPS 186-5 §6.3.1): only the host's chance
 * decides about their bytes.
 */

import {
  createCipheriv,
  createDecipheriv,
  createECDH,
  createHash,
  createHmac,
  diffieHellman,
  sign,
  timingSafeEqual,
  verify,
} from "node:crypto";

import { CheckedCrypto } from "../../../src/crypto/checked-crypto.js";
import type { Ed25519Primitives, Primitives } from "../../../src/crypto/primitives.js";
import { isOrdinaryPoint } from "./ed25519-points.js";
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

/**
 * For no bytes a view of a buffer that has some: the address of an empty buffer may be 0, which OpenSSL's CCM takes
 * for the announcement of a length.
 */
export function addressable(bytes: Uint8Array): Uint8Array {
  return bytes.length > 0 ? bytes : new Uint8Array(1).subarray(0, 0);
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

const primitives: Primitives = {
  aesEncrypt(key, block, result) {
    result.set(createCipheriv("aes-128-ecb", key, null).setAutoPadding(false).update(block));
  },

  ccmSeal(key, nonce, aad, plaintext, result) {
    const authTagLength = result.length - plaintext.length;
    const cipher = createCipheriv("aes-128-ccm", key, nonce, { authTagLength });
    cipher.setAAD(addressable(aad), { plaintextLength: plaintext.length });
    result.set(cipher.update(addressable(plaintext)));
    cipher.final();
    result.set(cipher.getAuthTag(), plaintext.length);
  },

  ccmOpen(key, nonce, aad, sealed, result) {
    const authTagLength = sealed.length - result.length;
    const decipher = createDecipheriv("aes-128-ccm", key, nonce, { authTagLength });
    decipher.setAuthTag(sealed.subarray(result.length));
    decipher.setAAD(addressable(aad), { plaintextLength: result.length });
    return succeeds(() => {
      const plaintext = decipher.update(addressable(sealed.subarray(0, result.length)));
      decipher.final();
      result.set(plaintext);
      return true;
    });
  },

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
    return (
      isOrdinaryPoint(publicKey) &&
      isOrdinaryPoint(signature.subarray(0, publicKey.length)) &&
      succeeds(() => verify(null, message, keys.ed25519PublicKey(publicKey), signature))
    );
  },
};

/** The crypto port on node:crypto. */
export const nodeCrypto = new CheckedCrypto(primitives, ed25519);
