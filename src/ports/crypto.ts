/** Cryptography of the host. */

/**
 * AES-CCM with a key of 16 bytes (RFC 9053 §4.2): bits of the length field, of the tag, of the key. Nonces have
 * 13, 13 and 7 bytes.
 */
export type AEADAlgorithm = "AES-CCM-16-64-128" | "AES-CCM-16-128-128" | "AES-CCM-64-64-128";

/** FIPS 180-4. */
export type HashAlgorithm = "SHA-256" | "SHA-384" | "SHA-512";

/** ECDSA with P-256 and SHA-256, signature r ‖ s (RFC 9053 §2.1); Ed25519 (RFC 8032 §5.1). Both sign in 64 bytes. */
export type SignatureAlgorithm = "ES256" | "Ed25519";

/** Diffie-Hellman: ECDH with P-256, its secret being the x-coordinate (SEC 1 §3.3.1); X25519 (RFC 7748 §5). */
export type AgreementAlgorithm = "P-256" | "X25519";

/**
 * What a key belongs to. Private keys have 32 bytes: for P-256 the scalar, most significant byte first. Public keys of
 * P-256 are points of SEC 1 §2.3.3, 65 bytes or, compressed, 33; of the others 32 bytes.
 */
export type Curve = "P-256" | "X25519" | "Ed25519";

/** One key, made ready for authenticated encryption. */
export interface AEAD {
  readonly nonceBytes: number;
  readonly tagBytes: number;
  /** The encrypted `plaintext` with its tag behind it. The same nonce must never seal two messages. */
  seal(nonce: Uint8Array, aad: Uint8Array, plaintext: Uint8Array): Uint8Array;
  /** The plaintext, or undefined where anything of it is not what was sealed. */
  open(nonce: Uint8Array, aad: Uint8Array, sealed: Uint8Array): Uint8Array | undefined;
  /** Overwrites the key. Nothing can be sealed or opened afterwards: that throws `CryptoArgumentError`. */
  close(): void;
}

/**
 * Cryptography at the host's native speed, synchronous. What a peer sent may be anything: that it does not hold is a
 * result. What an application gives must fit: `CryptoArgumentError` says what does not, and
 * `UnsupportedAlgorithmError` which algorithm this host was built without.
 */
export interface Crypto {
  supports(algorithm: AEADAlgorithm | HashAlgorithm | SignatureAlgorithm | AgreementAlgorithm): boolean;
  /** @param key 16 bytes; copied */
  aead(algorithm: AEADAlgorithm, key: Uint8Array): AEAD;
  /** One block of AES-128 (FIPS 197). @param key 16 bytes @param block 16 bytes */
  encryptBlock(key: Uint8Array, block: Uint8Array): Uint8Array;
  hash(algorithm: HashAlgorithm, data: Uint8Array): Uint8Array;
  /** RFC 2104. @param key of any length */
  hmac(algorithm: HashAlgorithm, key: Uint8Array, data: Uint8Array): Uint8Array;
  /** The public key of a private one; that of P-256 uncompressed. */
  publicKey(curve: Curve, privateKey: Uint8Array): Uint8Array;
  sign(algorithm: SignatureAlgorithm, privateKey: Uint8Array, message: Uint8Array): Uint8Array;
  /** Whether the holder of the private key signed exactly this. */
  verify(
    algorithm: SignatureAlgorithm,
    publicKey: Uint8Array,
    message: Uint8Array,
    signature: Uint8Array,
  ): boolean;
  /** The shared secret of 32 bytes, or undefined where the peer's key is not one to agree with. */
  agree(algorithm: AgreementAlgorithm, privateKey: Uint8Array, publicKey: Uint8Array): Uint8Array | undefined;
  /** Whether both are the same, in a time that only their lengths decide. */
  equal(a: Uint8Array, b: Uint8Array): boolean;
}
