/** Raw keys as node:crypto wants them: in DER, which for keys of one curve is a constant prefix and the raw bytes. */

import { createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";

function withPrefix(prefix: string, bytes: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(prefix, "hex"), bytes]);
}

function privateKey(prefix: string, bytes: Uint8Array, type: "pkcs8" | "sec1" = "pkcs8"): KeyObject {
  return createPrivateKey({ key: withPrefix(prefix, bytes), format: "der", type });
}

function publicKey(prefix: string, bytes: Uint8Array): KeyObject {
  return createPublicKey({ key: withPrefix(prefix, bytes), format: "der", type: "spki" });
}

/** ECPrivateKey of RFC 5915 §3; its parameters, the name of P-256, are behind the scalar. */
export function p256PrivateKey(scalar: Uint8Array): KeyObject {
  return privateKey("30310201010420", Buffer.concat([scalar, P256_PARAMETERS]), "sec1");
}
const P256_PARAMETERS = Buffer.from("a00a06082a8648ce3d030107", "hex");

/** SubjectPublicKeyInfo of RFC 5480 §2. @throws {Error} when the point is not on the curve */
export function p256PublicKey(point: Uint8Array): KeyObject {
  return publicKey(
    point.length === 65
      ? "3059301306072a8648ce3d020106082a8648ce3d030107034200"
      : "3039301306072a8648ce3d020106082a8648ce3d030107032200",
    point,
  );
}

/** RFC 8410 §7. */
export function x25519PrivateKey(scalar: Uint8Array): KeyObject {
  return privateKey("302e020100300506032b656e04220420", scalar);
}

/** RFC 8410 §4. */
export function x25519PublicKey(u: Uint8Array): KeyObject {
  return publicKey("302a300506032b656e032100", u);
}

/** RFC 8410 §7. */
export function ed25519PrivateKey(seed: Uint8Array): KeyObject {
  return privateKey("302e020100300506032b657004220420", seed);
}

/** RFC 8410 §4. */
export function ed25519PublicKey(point: Uint8Array): KeyObject {
  return publicKey("302a300506032b6570032100", point);
}

/** The last 32 bytes of a key's SubjectPublicKeyInfo: the raw public key of X25519 and Ed25519. */
export function rawPublicKey(key: KeyObject): Uint8Array {
  return createPublicKey(key).export({ format: "der", type: "spki" }).subarray(-32);
}
