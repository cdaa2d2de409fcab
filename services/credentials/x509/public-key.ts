/** Keys in certificates: subjectPublicKeyInfo, RFC 5280 §4.1.2.7. */

import { createPublicKey, type KeyObject } from "node:crypto";

import type { Curve } from "../../../src/ports/crypto.js";
import { CertificateError } from "./certificate-error.js";
import { DerReader, SEQUENCE, dotted } from "./der.js";

/** The shortest and the longest modulus of RSA (NIST SP 800-131A §3: 2048; the other bounds what a signature costs). */
export const MIN_RSA_BITS = 2048;
export const MAX_RSA_BITS = 8192;
/** Exponents are small in practice (65537); OpenSSL takes no longer ones with long moduli. */
export const MAX_RSA_EXPONENT_BITS = 64;

export type KeyType = "EC" | "RSA" | "Ed25519" | "X25519" | "another";

export interface PublicKeyInfo {
  readonly type: KeyType;
  /** The curve, where the crypto port has it. */
  readonly curve: Curve | undefined;
  /** In DER. */
  readonly bytes: Uint8Array;
  /** subjectPublicKey: the point of EC, in either form; the raw key of Ed25519 and X25519. */
  readonly key: Uint8Array;
}

/** Algorithms of keys: RFC 3279 §2.3, RFC 5480 §2.1.1, RFC 8410 §3. */
const TYPES: Readonly<Record<string, KeyType>> = {
  "1.2.840.113549.1.1.1": "RSA",
  "1.2.840.10045.2.1": "EC",
  "1.3.101.110": "X25519",
  "1.3.101.112": "Ed25519",
};

/** Bytes of a coordinate on named curves that signatures are verified with: P-256, P-384, P-521 (RFC 5480 §2.1.1.1). */
const COORDINATE_BYTES: Readonly<Record<string, number>> = {
  "1.2.840.10045.3.1.7": 32,
  "1.3.132.0.34": 48,
  "1.3.132.0.35": 66,
};
const P_256 = "1.2.840.10045.3.1.7";

/** Bytes of a key of Ed25519 and X25519. */
const RAW_KEY_BYTES = 32;

/**
 * Reads the form of a key; whether a point is on its curve says {@link keyObject}.
 * @param bytes SubjectPublicKeyInfo, in DER
 * @throws {CertificateError}
 */
export function readPublicKey(bytes: Uint8Array): PublicKeyInfo {
  const fields = new DerReader(bytes, "subjectPublicKeyInfo").enter(SEQUENCE, "subjectPublicKeyInfo");
  const algorithm = fields.enter(SEQUENCE, "algorithm");
  const id = dotted(algorithm.objectIdentifier("algorithm"));
  const { bytes: key, unusedBits } = fields.bitString("subjectPublicKey");
  fields.finish();
  if (unusedBits !== 0) throw new CertificateError("expected whole bytes in subjectPublicKey");
  const type = Object.hasOwn(TYPES, id) ? TYPES[id]! : "another";
  let curve: Curve | undefined;
  if (type === "EC") curve = readCurve(algorithm, key);
  else if (type === "RSA") checkRsaKey(algorithm, key);
  else if (type !== "another") {
    if (key.length !== RAW_KEY_BYTES)
      throw new CertificateError(`expected a key of ${type} of ${RAW_KEY_BYTES} bytes, got ${key.length}`);
    curve = type;
  } else while (!algorithm.atEnd) algorithm.skipOne("parameters");
  algorithm.finish();
  return { type, curve, bytes, key };
}

/** The key for node:crypto. @throws {CertificateError} where it is none, such as a point that is not on its curve */
export function keyObject({ type, bytes }: PublicKeyInfo): KeyObject {
  try {
    return createPublicKey({ key: Buffer.from(bytes), format: "der", type: "spki" });
  } catch (cause) {
    throw new CertificateError(`expected a key of ${type}, got what is none`, { cause });
  }
}

/** A point on a curve with a name (RFC 5480 §2.1.1, §2.2). */
function readCurve(algorithm: DerReader, point: Uint8Array): Curve | undefined {
  const id = dotted(algorithm.objectIdentifier("namedCurve"));
  const bytes = Object.hasOwn(COORDINATE_BYTES, id) ? COORDINATE_BYTES[id]! : undefined;
  if (bytes === undefined)
    throw new CertificateError(`expected a key on P-256, P-384 or P-521, got curve ${id}`);
  const [form] = point;
  const isWhole = form === 4 && point.length === 1 + 2 * bytes;
  const isCompressed = (form === 2 || form === 3) && point.length === 1 + bytes;
  if (!isWhole && !isCompressed)
    throw new CertificateError(
      `expected a point of ${1 + 2 * bytes} or ${1 + bytes} bytes, got ${point.length}`,
    );
  return id === P_256 ? "P-256" : undefined;
}

/** RFC 3279 §2.3.1: RSAPublicKey in DER. */
function checkRsaKey(algorithm: DerReader, key: Uint8Array): void {
  algorithm.optionalNull("parameters");
  const outer = new DerReader(key, "RSAPublicKey");
  const numbers = outer.enter(SEQUENCE, "RSAPublicKey");
  outer.finish();
  const bits = bitLength(numbers.integer("modulus"));
  if (bits < MIN_RSA_BITS || bits > MAX_RSA_BITS)
    throw new CertificateError(
      `expected a modulus of ${MIN_RSA_BITS} to ${MAX_RSA_BITS} bits (MIN_RSA_BITS, MAX_RSA_BITS), got ${bits}`,
    );
  const exponent = numbers.integer("publicExponent");
  const exponentBits = bitLength(exponent);
  if (exponentBits < 2 || exponentBits > MAX_RSA_EXPONENT_BITS || (exponent.at(-1)! & 1) === 0)
    throw new CertificateError(
      `expected an odd publicExponent from 3, of at most ${MAX_RSA_EXPONENT_BITS} bits`,
    );
  numbers.finish();
}

/** 0 for numbers below 1. */
function bitLength(integer: Uint8Array): number {
  const first = integer.findIndex((byte) => byte !== 0);
  if (first < 0 || integer[0]! >= 0x80) return 0;
  return 8 * (integer.length - first) - Math.clz32(integer[first]!) + 24;
}
