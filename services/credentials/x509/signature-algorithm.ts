/**
 * Signatures of certificates: RFC 5280 §4.1.1.2. Those that are not here, such as all with MD5 and SHA-1, are refused
 * (RFC 9155 says why).
 */

import { verify } from "node:crypto";

import { CertificateError } from "./certificate-error.js";
import { DerReader, SEQUENCE, dotted } from "./der.js";
import { keyObject, type KeyType, type PublicKeyInfo } from "./public-key.js";

/** An algorithm that is accepted. */
export interface CertificateSignature {
  /** Whose keys make it. */
  readonly keyType: KeyType;
  /** OpenSSL's name of the hash; null where the algorithm has its own. */
  readonly hash: string | null;
}

/** By their object identifiers: RFC 5758 §3.2, RFC 4055 §5, RFC 8410 §3. */
const ALGORITHMS: Readonly<Record<string, CertificateSignature>> = {
  "1.2.840.10045.4.3.2": { keyType: "EC", hash: "sha256" },
  "1.2.840.10045.4.3.3": { keyType: "EC", hash: "sha384" },
  "1.2.840.10045.4.3.4": { keyType: "EC", hash: "sha512" },
  "1.2.840.113549.1.1.11": { keyType: "RSA", hash: "sha256" },
  "1.2.840.113549.1.1.12": { keyType: "RSA", hash: "sha384" },
  "1.2.840.113549.1.1.13": { keyType: "RSA", hash: "sha512" },
  "1.3.101.112": { keyType: "Ed25519", hash: null },
};

/** @param bytes AlgorithmIdentifier, in DER @throws {CertificateError} for one that is not accepted */
export function readSignatureAlgorithm(bytes: Uint8Array): CertificateSignature {
  const reader = new DerReader(bytes, "signatureAlgorithm").enter(SEQUENCE, "signatureAlgorithm");
  const id = dotted(reader.objectIdentifier("signatureAlgorithm"));
  if (!Object.hasOwn(ALGORITHMS, id))
    throw new CertificateError(
      `expected a signature of ECDSA or RSA with SHA-256, SHA-384 or SHA-512, or of Ed25519, got algorithm ${id}`,
    );
  const algorithm = ALGORITHMS[id]!;
  // RFC 4055 §5: of RSA, NULL, which may be missing; the others have none.
  if (algorithm.keyType === "RSA") reader.optionalNull("parameters");
  reader.finish();
  return algorithm;
}

/** Whether a key has made the signature of some bytes. @throws {CertificateError} where it is no key */
export function isSignature(
  { keyType, hash }: CertificateSignature,
  publicKey: PublicKeyInfo,
  signed: Uint8Array,
  signature: Uint8Array,
): boolean {
  if (publicKey.type !== keyType) return false;
  const key = keyObject(publicKey);
  try {
    return verify(hash, signed, key, signature);
  } catch (cause) {
    throw new CertificateError(`expected a signature of ${keyType}, got what is none`, { cause });
  }
}
