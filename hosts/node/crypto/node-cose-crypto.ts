/**
 * COSE's algorithms on node:crypto: those of the crypto port, and besides AES-GCM, all of AES-CCM, ChaCha20/Poly1305,
 * AES-CBC-MAC, ECDSA with P-384 and P-521, and Ed448. For programs that must understand what devices with larger
 * libraries send.
 */

import {
  createCipheriv,
  createDecipheriv,
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
import { EC2, OKP, type CoseKey } from "../../../src/cose/key.js";
import { checkLength } from "../../../src/crypto/check.js";
import { nodeCrypto } from "./node-crypto.js";

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
  [-9, "sha256"],
  [-35, "sha384"],
  [-36, "sha512"],
  [-51, "sha384"],
  [-52, "sha512"],
]);

/** EdDSA: RFC 9053 §2.2, RFC 9864 §2.2. */
const EDDSA: readonly CoseAlgorithm[] = [-8, -19, -53];

/** Curves of RFC 9053 §7.1: the name in a JWK, and OpenSSL's. */
const CURVES: ReadonlyMap<CoseAlgorithm, readonly [jwk: string, openssl: string]> = new Map([
  [1, ["P-256", "prime256v1"]],
  [2, ["P-384", "secp384r1"]],
  [3, ["P-521", "secp521r1"]],
  [6, ["Ed25519", ""]],
  [7, ["Ed448", ""]],
]);
/** Curves that an algorithm of RFC 9864 goes with; the others of {@link ECDSA_HASHES} and {@link EDDSA} take any. */
const CURVE_OF: ReadonlyMap<CoseAlgorithm, number> = new Map([
  [-9, 1],
  [-51, 2],
  [-52, 3],
  [-19, 6],
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
    const cipher = createCipheriv(name as CipherCCMTypes, key, nonce, { authTagLength: tagBytes });
    cipher.setAAD(aad, { plaintextLength: plaintext.length });
    return Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
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
    if (plaintextLength < 0) return undefined;
    const decipher = createDecipheriv(cipher as CipherCCMTypes, key, nonce, { authTagLength: tagBytes });
    decipher.setAuthTag(ciphertext.subarray(plaintextLength));
    decipher.setAAD(aad, { plaintextLength });
    try {
      return Buffer.concat([decipher.update(ciphertext.subarray(0, plaintextLength)), decipher.final()]);
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
    const padded = new Uint8Array(Math.ceil(data.length / AES_BLOCK_BYTES) * AES_BLOCK_BYTES);
    padded.set(data);
    const encrypted = cipher.update(padded);
    return encrypted.subarray(encrypted.length - AES_BLOCK_BYTES).subarray(0, tagBytes);
  }

  sign(algorithm: CoseAlgorithm, key: CoseKey, data: Uint8Array): Uint8Array {
    const hash = hashFor(algorithm, key);
    if (hash === undefined) return this.#port.sign(algorithm, key, data);
    if (key.d === undefined) throw new CoseError("expected a private key (d), got a public one");
    const privateKey = createPrivateKey({ key: jwkOf(key), format: "jwk" });
    return sign(hash.name, data, signingKey(privateKey));
  }

  verify(algorithm: CoseAlgorithm, key: CoseKey, data: Uint8Array, signature: Uint8Array): boolean {
    const hash = hashFor(algorithm, key);
    if (hash === undefined) return this.#port.verify(algorithm, key, data, signature);
    const { d: _, ...publicKey } = key;
    return verify(
      hash.name,
      data,
      signingKey(createPublicKey({ key: jwkOf(publicKey), format: "jwk" })),
      signature,
    );
  }

  equal(a: Uint8Array, b: Uint8Array): boolean {
    return nodeCrypto.equal(a, b);
  }
}

/** The hash of a signature, its name null for EdDSA; undefined where algorithm and key are for the port to judge. */
function hashFor(algorithm: CoseAlgorithm, key: CoseKey): { readonly name: string | null } | undefined {
  const curve = CURVE_OF.get(algorithm);
  if (key.crv === undefined || !CURVES.has(key.crv) || (curve !== undefined && curve !== key.crv))
    return undefined;
  const name = ECDSA_HASHES.get(algorithm);
  if (name !== undefined) return key.kty === EC2 ? { name } : undefined;
  return EDDSA.includes(algorithm) && key.kty === OKP ? { name: null } : undefined;
}

/** Signatures of ECDSA are r ‖ s in COSE (RFC 9053 §2.1). */
function signingKey(key: KeyObject): { readonly key: KeyObject; readonly dsaEncoding: "ieee-p1363" } {
  return { key, dsaEncoding: "ieee-p1363" };
}

/** A key as node:crypto takes it in all its curves. */
function jwkOf({ kty, crv, x, y, d }: CoseKey): JsonWebKey {
  const [name, openssl] = CURVES.get(crv!)!;
  if (x === undefined) throw new CoseError("expected a key with its public part (x)");
  const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64url");
  const jwk: JsonWebKey = { crv: name, x: text(x) };
  if (d !== undefined) jwk.d = text(d);
  if (kty === OKP) return { ...jwk, kty: "OKP" };
  if (y === undefined) throw new CoseError("expected a key with its public part (y)");
  return { ...jwk, kty: "EC", y: text(typeof y === "boolean" ? yCoordinate(openssl, x, y) : y) };
}

/** The y-coordinate that a sign stands for. @throws {CoseError} when there is no such point */
function yCoordinate(curve: string, x: Uint8Array, isOdd: boolean): Uint8Array {
  try {
    const point = ECDH.convertKey(
      Buffer.from([isOdd ? 3 : 2, ...x]),
      curve,
      undefined,
      undefined,
      "uncompressed",
    );
    return Buffer.from(point as Buffer).subarray(1 + x.length);
  } catch (cause) {
    throw new CoseError("expected a point of the curve", { cause });
  }
}

/** COSE's algorithms on Node. */
export const nodeCoseCrypto: CoseCrypto = new NodeCoseCrypto();
