/** A COSE_Key as the crypto port takes it, and back: RFC 9053 §7. */

import { concatBytes } from "../bytes/concat.js";
import { UnsupportedAlgorithmError } from "../crypto/errors.js";
import { P256_BYTES, P256_POINT_BYTES } from "../crypto/p256.js";
import type { Curve } from "../ports/crypto.js";
import { CoseError } from "./errors.js";
import { EC2, ED25519, OKP, P_256, SYMMETRIC, X25519, type CoseKey } from "./key.js";

/** First byte of a point (SEC 1 §2.3.3). */
const EVEN_Y = 2;
const ODD_Y = 3;
const UNCOMPRESSED = 4;

/** Bytes of x, y and d on each of the port's curves. */
const COORDINATE_BYTES = P256_BYTES;

/**
 * The curve of a key.
 * @throws {CoseError} when the key is of a type without curves
 * @throws {UnsupportedAlgorithmError} when the port has no such curve
 */
export function keyCurve(key: CoseKey): Curve {
  if (key.kty === EC2 && key.crv === P_256) return "P-256";
  if (key.kty === OKP && key.crv === X25519) return "X25519";
  if (key.kty === OKP && key.crv === ED25519) return "Ed25519";
  if (key.kty !== EC2 && key.kty !== OKP)
    throw new CoseError(`expected a key on a curve, got one of type ${key.kty}`);
  throw new UnsupportedAlgorithmError(`COSE curve ${key.crv ?? "none"}`);
}

/**
 * The public key in the form that the port has for its {@link keyCurve}.
 * @throws {CoseError} when the key has none, or one of a wrong length
 */
export function publicKeyBytes(key: CoseKey): Uint8Array {
  const x = coordinate(key.x, "x");
  if (keyCurve(key) !== "P-256") return x;
  if (typeof key.y === "boolean") return concatBytes([Uint8Array.of(key.y ? ODD_Y : EVEN_Y), x]);
  return concatBytes([Uint8Array.of(UNCOMPRESSED), x, coordinate(key.y, "y")]);
}

/** The private key. @throws {CoseError} when the key has none, or one of a wrong length */
export function privateKeyBytes(key: CoseKey): Uint8Array {
  return coordinate(key.d, "d");
}

/** The value of a symmetric key. @throws {CoseError} when the key is of another type */
export function symmetricKeyBytes(key: CoseKey): Uint8Array {
  if (key.kty !== SYMMETRIC || key.k === undefined)
    throw new CoseError(`expected a symmetric key, got one of type ${key.kty}`);
  return key.k;
}

/**
 * A COSE_Key of what the port has.
 * @param publicKey of P-256: a point, compressed or not
 */
export function keyOf(curve: Curve, publicKey: Uint8Array, privateKey?: Uint8Array): CoseKey {
  const d = privateKey === undefined ? {} : { d: privateKey };
  if (curve !== "P-256") return { kty: OKP, crv: curve === "X25519" ? X25519 : ED25519, x: publicKey, ...d };
  const x = publicKey.slice(1, 1 + P256_BYTES);
  const y = publicKey.length === P256_POINT_BYTES ? publicKey.slice(1 + P256_BYTES) : publicKey[0] === ODD_Y;
  return { kty: EC2, crv: P_256, x, y, ...d };
}

function coordinate(bytes: Uint8Array | boolean | undefined, name: string): Uint8Array {
  if (typeof bytes !== "object" || bytes.length !== COORDINATE_BYTES)
    throw new CoseError(
      `expected ${COORDINATE_BYTES} bytes (${name}) in the key, got ${typeof bytes === "object" ? bytes.length : "none"}`,
    );
  return bytes;
}
