/**
 * COSE's algorithms on node:crypto: those of the crypto port, and besides AES-GCM, all of AES-CCM, ChaCha20/Poly1305,
 * AES-CBC-MAC, ECDSA with P-384 and P-521, and Ed448. For programs that must understand what devices with larger
 * libraries send.
 */

import {
  createCipheriv,
  createDecipheriv,
  createECDH,
  createPrivateKey,
  createPublicKey,
  ECDH,
  sign,
  verify,
  type CipherCCMTypes,
  type JsonWebKey,
  type KeyObject,
} from "node:crypto";

import type { CoseAlgorithm } from "../../../src/cose/algorithms.js";
import { PortCoseCrypto, type CoseCrypto } from "../../../src/cose/cose-crypto.js";
import { CoseError } from "../../../src/cose/errors.js";
import { EC2, OKP, P_256, type CoseKey } from "../../../src/cose/key.js";
import { checkLength, checkLimit } from "../../../src/crypto/check.js";
import { CryptoArgumentError } from "../../../src/crypto/errors.js";
import { addressable, nodeCrypto } from "./node-crypto.js";

/** An AEAD: OpenSSL's name, and bytes of key, nonce and tag. */
interface Aead {
  readonly cipher: string;
  readonly keyBytes: number;
  readonly nonceBytes: number;
  readonly tagBytes: number;
}

function aead(cipher: string, keyBytes: number, nonceBytes: number, tagBytes: number): Aead {
  return { cipher, keyBytes, nonceBytes, tagBytes };
}

/** RFC 9053 §4.1 to §4.3: what the port does not have. */
const AEADS: ReadonlyMap<CoseAlgorithm, Aead> = new Map([
  [1, aead("aes-128-gcm", 16, 12, 16)],
  [2, aead("aes-192-gcm", 24, 12, 16)],
  [3, aead("aes-256-gcm", 32, 12, 16)],
  [11, aead("aes-256-ccm", 32, 13, 8)],
  [13, aead("aes-256-ccm", 32, 7, 8)],
  [24, aead("chacha20-poly1305", 32, 12, 16)],
  [31, aead("aes-256-ccm", 32, 13, 16)],
  [32, aead("aes-128-ccm", 16, 7, 16)],
  [33, aead("aes-256-ccm", 32, 7, 16)],
]);

/** The longest plaintext: its length has to fit a field of 15 - N bytes in CCM (RFC 3610 §2.1), and an integer in OpenSSL. */
function maxPlaintextBytes({ cipher, nonceBytes }: Aead): number {
  return cipher.endsWith("ccm") ? Math.min(2 ** (8 * (15 - nonceBytes)), 2 ** 31) - 1 : 2 ** 31 - 1;
}

/** AES-CBC-MAC, RFC 9053 §3.2; its nonce is none. */
const CBC_MACS: ReadonlyMap<CoseAlgorithm, Aead> = new Map([
  [14, aead("aes-128-cbc", 16, 0, 8)],
  [15, aead("aes-256-cbc", 32, 0, 8)],
  [25, aead("aes-128-cbc", 16, 0, 16)],
  [26, aead("aes-256-cbc", 32, 0, 16)],
]);
const AES_BLOCK_BYTES = 16;

/** ECDSA: OpenSSL's name of the hash. RFC 9053 §2.1 takes each with any curve, RFC 9864 §2.1 with one. */
const ECDSA_HASHES: ReadonlyMap<CoseAlgorithm, string> = new Map([
  [-7, "sha256"],
  [-35, "sha384"],
  [-36, "sha512"],
  [-51, "sha384"],
  [-52, "sha512"],
]);

/** EdDSA, which has hashes of its own: RFC 9053 §2.2, RFC 9864 §2.2. */
const EDDSA: ReadonlyMap<CoseAlgorithm, null> = new Map([
  [-8, null],
  [-53, null],
]);

interface SignatureCurve {
  /** The name in a JWK. */
  readonly jwk: string;
  /** OpenSSL's name, of those of ECDSA. */
  readonly openssl?: string;
  /** Bytes of x, y and d. */
  readonly bytes: number;
}

/** Curves of RFC 9053 §7.1; Ed25519 is the port's. */
const CURVES: ReadonlyMap<CoseAlgorithm, SignatureCurve> = new Map([
  [1, { jwk: "P-256", openssl: "prime256v1", bytes: 32 }],
  [2, { jwk: "P-384", openssl: "secp384r1", bytes: 48 }],
  [3, { jwk: "P-521", openssl: "secp521r1", bytes: 66 }],
  [7, { jwk: "Ed448", bytes: 57 }],
]);
/** ECDSA's encoding of signatures: r ‖ s (RFC 9053 §2.1). */
const DSA_ENCODING = "ieee-p1363";
/** Curves that an algorithm of RFC 9864 goes with; the others of {@link ECDSA_HASHES} and {@link EDDSA} take any. */
const CURVE_OF: ReadonlyMap<CoseAlgorithm, number> = new Map([
  [-51, 2],
  [-52, 3],
  [-53, 7],
]);

class NodeCoseCrypto implements CoseCrypto {
  readonly #port = new PortCoseCrypto(nodeCrypto);

  nonceBytes(algorithm: CoseAlgorithm): number {
    return AEADS.get(algorithm)?.nonceBytes ?? this.#port.nonceBytes(algorithm);
  }

  seal(
    algorithm: CoseAlgorithm,
    key: Uint8Array,
    nonce: Uint8Array,
    aad: Uint8Array,
    plaintext: Uint8Array,
  ): Uint8Array {
    const found = AEADS.get(algorithm);
    if (found === undefined) return this.#port.seal(algorithm, key, nonce, aad, plaintext);
    const { cipher: name, keyBytes, nonceBytes, tagBytes } = found;
    checkLength("a key", key, keyBytes);
    checkLength("a nonce", nonce, nonceBytes);
    checkLimit("a plaintext", plaintext, maxPlaintextBytes(found));
    const cipher = createCipheriv(name as CipherCCMTypes, key, nonce, { authTagLength: tagBytes });
    cipher.setAAD(addressable(aad), { plaintextLength: plaintext.length });
    return Buffer.concat([cipher.update(addressable(plaintext)), cipher.final(), cipher.getAuthTag()]);
  }

  open(
    algorithm: CoseAlgorithm,
    key: Uint8Array,
    nonce: Uint8Array,
    aad: Uint8Array,
    ciphertext: Uint8Array,
  ): Uint8Array | undefined {
    const found = AEADS.get(algorithm);
    if (found === undefined) return this.#port.open(algorithm, key, nonce, aad, ciphertext);
    const { cipher, keyBytes, nonceBytes, tagBytes } = found;
    checkLength("a key", key, keyBytes);
    checkLength("a nonce", nonce, nonceBytes);
    const plaintextLength = ciphertext.length - tagBytes;
    if (plaintextLength < 0 || plaintextLength > maxPlaintextBytes(found)) return undefined;
    const decipher = createDecipheriv(cipher as CipherCCMTypes, key, nonce, { authTagLength: tagBytes });
    decipher.setAuthTag(ciphertext.subarray(plaintextLength));
    decipher.setAAD(addressable(aad), { plaintextLength });
    try {
      const encrypted = addressable(ciphertext.subarray(0, plaintextLength));
      return Buffer.concat([decipher.update(encrypted), decipher.final()]);
    } catch {
      return undefined;
    }
  }

  mac(algorithm: CoseAlgorithm, key: Uint8Array, data: Uint8Array): Uint8Array {
    const found = CBC_MACS.get(algorithm);
    if (found === undefined) return this.#port.mac(algorithm, key, data);
    const { cipher: name, keyBytes, tagBytes } = found;
    checkLength("a key", key, keyBytes);
    const cipher = createCipheriv(name, key, new Uint8Array(AES_BLOCK_BYTES)).setAutoPadding(false);
    // Of nothing, too, there is a block (ISO/IEC 9797-1 §6.3.2, padding method 1).
    const blocks = Math.max(1, Math.ceil(data.length / AES_BLOCK_BYTES));
    const padded = new Uint8Array(blocks * AES_BLOCK_BYTES);
    padded.set(data);
    const encrypted = cipher.update(padded);
    return encrypted.subarray(encrypted.length - AES_BLOCK_BYTES).subarray(0, tagBytes);
  }

  sign(algorithm: CoseAlgorithm, key: CoseKey, data: Uint8Array): Uint8Array {
    const found = signatureFor(algorithm, key);
    if (found === undefined) return this.#port.sign(algorithm, key, data);
    const privateKey = privateKeyOf(found.curve, parameter(found.curve, key.d, "d"));
    return sign(found.hash, data, { key: privateKey, dsaEncoding: DSA_ENCODING });
  }

  verify(algorithm: CoseAlgorithm, key: CoseKey, data: Uint8Array, signature: Uint8Array): boolean {
    const found = signatureFor(algorithm, key);
    if (found === undefined) return this.#port.verify(algorithm, key, data, signature);
    const { curve, hash } = found;
    const x = parameter(curve, key.x, "x");
    const y =
      typeof key.y === "boolean" || curve.openssl === undefined ? key.y : parameter(curve, key.y, "y");
    try {
      const publicKey = createPublicKey({ key: publicJwk(curve, x, y), format: "jwk" });
      return verify(hash, data, { key: publicKey, dsaEncoding: DSA_ENCODING }, signature);
    } catch {
      // What is no point of the curve has signed nothing.
      return false;
    }
  }

  equal(a: Uint8Array, b: Uint8Array): boolean {
    return nodeCrypto.equal(a, b);
  }
}

/** The hash, null for EdDSA, and the curve; undefined where algorithm and key are for the port to judge. */
function signatureFor(
  algorithm: CoseAlgorithm,
  { kty, crv }: CoseKey,
): { readonly hash: string | null; readonly curve: SignatureCurve } | undefined {
  const only = CURVE_OF.get(algorithm);
  const curve = crv === undefined ? undefined : CURVES.get(crv);
  if (curve === undefined || (only !== undefined && only !== crv)) return undefined;
  const hash = curve.openssl === undefined ? EDDSA.get(algorithm) : ECDSA_HASHES.get(algorithm);
  if (hash === undefined || kty !== (curve.openssl === undefined ? OKP : EC2)) return undefined;
  // What the port has is the same on every engine.
  return crv === P_256 && hash === "sha256" ? undefined : { hash, curve };
}

/** x, y or d of a key. @throws {CoseError} when it is missing, or of another length than the curve's (RFC 9053 §7) */
function parameter(
  { bytes: length }: SignatureCurve,
  bytes: Uint8Array | boolean | undefined,
  name: string,
): Uint8Array {
  if (typeof bytes !== "object" || bytes.length !== length)
    throw new CoseError(
      `expected ${length} bytes (${name}) in the key, got ${typeof bytes === "object" ? bytes.length : "none"}`,
    );
  return bytes;
}

/** @throws {Error} from node:crypto where it is no point */
function publicJwk(curve: SignatureCurve, x: Uint8Array, y: Uint8Array | boolean | undefined): JsonWebKey {
  const { jwk, openssl } = curve;
  if (openssl === undefined) return { kty: "OKP", crv: jwk, x: base64url(x) };
  const isWhole = typeof y === "object";
  const point = isWhole ? Buffer.concat([Buffer.of(4), x, y]) : Buffer.from([y === true ? 3 : 2, ...x]);
  const whole = ECDH.convertKey(point, openssl, undefined, undefined, "uncompressed") as Buffer;
  return ecJwk(curve, whole);
}

function ecJwk({ jwk, bytes }: SignatureCurve, point: Uint8Array): JsonWebKey {
  const [x, y] = [point.subarray(1, 1 + bytes), point.subarray(1 + bytes)];
  return { kty: "EC", crv: jwk, x: base64url(x), y: base64url(y) };
}

/** The public part is not asked for: it follows. @throws {CryptoArgumentError} where the number is no key of the curve */
function privateKeyOf(curve: SignatureCurve, d: Uint8Array): KeyObject {
  const { jwk, openssl } = curve;
  try {
    if (openssl === undefined) return createPrivateKey({ key: ed448Key(d), format: "der", type: "pkcs8" });
    const ecdh = createECDH(openssl);
    ecdh.setPrivateKey(d);
    return createPrivateKey({
      key: { ...ecJwk(curve, ecdh.getPublicKey()), d: base64url(d) },
      format: "jwk",
    });
  } catch {
    // What is thrown might quote the key.
    throw new CryptoArgumentError(`expected a private key of ${jwk}, got another number`);
  }
}

/** RFC 8410 §7. */
function ed448Key(d: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from("3047020100300506032b6571043b0439", "hex"), d]);
}

function base64url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64url");
}

/** COSE's algorithms on Node. */
export const nodeCoseCrypto: CoseCrypto = new NodeCoseCrypto();
