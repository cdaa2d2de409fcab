/**
 * Algorithms by their numbers in the IANA registry "COSE Algorithms" (RFC 9053, RFC 9054, RFC 9864), as far as the
 * crypto port has them, and what the port calls them.
 */

import { UnsupportedAlgorithmError } from "../crypto/errors.js";
import type { AEADAlgorithm, HashAlgorithm, SignatureAlgorithm } from "../ports/crypto.js";

/** AES-CCM (RFC 9053 §4.2). */
export const AES_CCM_16_64_128 = 10;
export const AES_CCM_64_64_128 = 12;
export const AES_CCM_16_128_128 = 30;

/** HMAC with SHA-2; the number after the stroke is the bits of the tag (RFC 9053 §3.1). */
export const HMAC_256_64 = 4;
export const HMAC_256_256 = 5;
export const HMAC_384_384 = 6;
export const HMAC_512_512 = 7;

/** ECDSA with SHA-256 (RFC 9053 §2.1), and EdDSA (§2.2), both with the curve that the key names. */
export const ES256 = -7;
export const EDDSA = -8;
/** The same with their curves, P-256 and Ed25519 (RFC 9864 §2). */
export const ESP256 = -9;
export const ED25519_SIGNATURE = -19;

/** SHA-2 (RFC 9054 §3.2). */
export const SHA_256 = -16;
export const SHA_384 = -43;
export const SHA_512 = -44;

/** The content key is the recipient's (RFC 9053 §6.1.1). */
export const DIRECT = -6;

/** HKDF with SHA-256, named by the key agreement that it is registered with (RFC 9053 §6.1.2; RFC 8613 §3.2). */
export const DIRECT_HKDF_SHA_256 = -10;

/** How an algorithm is named in a message: a number of the registry, or a text of one's own (RFC 9052 §3.1). */
export type CoseAlgorithm = number | string;

/** A MAC: the hash of the HMAC, and the bytes of its result that are sent. */
export interface MacParameters {
  readonly hash: HashAlgorithm;
  readonly tagBytes: number;
}

/** The AEAD that a number names. @throws {UnsupportedAlgorithmError} */
export function aeadAlgorithm(algorithm: CoseAlgorithm): AEADAlgorithm {
  switch (algorithm) {
    case AES_CCM_16_64_128:
      return "AES-CCM-16-64-128";
    case AES_CCM_64_64_128:
      return "AES-CCM-64-64-128";
    case AES_CCM_16_128_128:
      return "AES-CCM-16-128-128";
    default:
      throw unsupported(algorithm);
  }
}

/** The MAC that a number names. @throws {UnsupportedAlgorithmError} */
export function macParameters(algorithm: CoseAlgorithm): MacParameters {
  switch (algorithm) {
    case HMAC_256_64:
      return { hash: "SHA-256", tagBytes: 8 };
    case HMAC_256_256:
      return { hash: "SHA-256", tagBytes: 32 };
    case HMAC_384_384:
      return { hash: "SHA-384", tagBytes: 48 };
    case HMAC_512_512:
      return { hash: "SHA-512", tagBytes: 64 };
    default:
      throw unsupported(algorithm);
  }
}

/** The signature that a number names. @throws {UnsupportedAlgorithmError} */
export function signatureAlgorithm(algorithm: CoseAlgorithm): SignatureAlgorithm {
  switch (algorithm) {
    case ES256:
    case ESP256:
      return "ES256";
    case EDDSA:
    case ED25519_SIGNATURE:
      return "Ed25519";
    default:
      throw unsupported(algorithm);
  }
}

/** The hash that a number names. @throws {UnsupportedAlgorithmError} */
export function hashAlgorithm(algorithm: CoseAlgorithm): HashAlgorithm {
  switch (algorithm) {
    case SHA_256:
      return "SHA-256";
    case SHA_384:
      return "SHA-384";
    case SHA_512:
      return "SHA-512";
    default:
      throw unsupported(algorithm);
  }
}

/** The error for an algorithm that there is no code for. */
export function unsupported(algorithm: CoseAlgorithm): UnsupportedAlgorithmError {
  return new UnsupportedAlgorithmError(`COSE algorithm ${algorithm}`);
}
