/** Cipher suites: RFC 9528 §3.6 and §10.2. */

import { concatBytes } from "../../bytes/concat.js";
import { P256_COMPRESSED_BYTES } from "../../crypto/p256.js";
import type {
  AEADAlgorithm,
  AgreementAlgorithm,
  Crypto,
  HashAlgorithm,
  SignatureAlgorithm,
} from "../../ports/crypto.js";

export interface CipherSuite {
  readonly number: number;
  readonly aead: AEADAlgorithm;
  readonly hash: HashAlgorithm;
  /** EDHOC MAC length in bytes, where a static Diffie-Hellman key authenticates. */
  readonly macBytes: number;
  /** Also the curve of static Diffie-Hellman keys. */
  readonly agreement: AgreementAlgorithm;
  readonly signature: SignatureAlgorithm;
  readonly applicationAead: AEADAlgorithm;
  readonly applicationHash: HashAlgorithm;
}

/** Bytes of a digest of SHA-256, the hash of all suites here. */
export const HASH_BYTES = 32;
/** Bytes of an ephemeral public key: the x-coordinate, or the u-coordinate (§3.7). */
export const EPHEMERAL_KEY_BYTES = 32;
/** Bytes of the key of AES-128. */
export const KEY_BYTES = 16;
/** Bytes of the nonce of AES-CCM-16. */
export const IV_BYTES = 13;

/** What a compressed point begins with (SEC 1 §2.3.3). */
const EVEN_Y = Uint8Array.of(2);

const X25519_SUITE = {
  hash: "SHA-256",
  agreement: "X25519",
  signature: "Ed25519",
  applicationAead: "AES-CCM-16-64-128",
  applicationHash: "SHA-256",
} as const;

const P256_SUITE = { ...X25519_SUITE, agreement: "P-256", signature: "ES256" } as const;

const SUITES: readonly CipherSuite[] = [
  { number: 0, aead: "AES-CCM-16-64-128", macBytes: 8, ...X25519_SUITE },
  { number: 1, aead: "AES-CCM-16-128-128", macBytes: 16, ...X25519_SUITE },
  { number: 2, aead: "AES-CCM-16-64-128", macBytes: 8, ...P256_SUITE },
  { number: 3, aead: "AES-CCM-16-128-128", macBytes: 16, ...P256_SUITE },
];

/** The suite with that number, or undefined where there is no code for it. */
export function cipherSuite(number: number): CipherSuite | undefined {
  return SUITES.find((suite) => suite.number === number);
}

/**
 * The first algorithm that the host lacks of those that the suite needs with the method (§8: only these have to be
 * there); undefined where it has them all.
 */
export function missingAlgorithm(
  crypto: Crypto,
  suite: CipherSuite,
  signs: boolean,
): AEADAlgorithm | HashAlgorithm | AgreementAlgorithm | SignatureAlgorithm | undefined {
  const needed = [suite.aead, suite.hash, suite.agreement, ...(signs ? [suite.signature] : [])];
  return needed.find((algorithm) => !crypto.supports(algorithm));
}

/** An ephemeral public key as it is in messages, of a key in the form of the crypto port. Appendix B. */
export function compactKey(publicKey: Uint8Array): Uint8Array {
  return publicKey.length === EPHEMERAL_KEY_BYTES ? publicKey : publicKey.slice(1, P256_COMPRESSED_BYTES);
}

/** The key of a message in the form of the crypto port; of the two points with that x, either will do. Appendix B. */
export function expandedKey(agreement: AgreementAlgorithm, compact: Uint8Array): Uint8Array {
  return agreement === "P-256" ? concatBytes([EVEN_Y, compact]) : compact;
}
