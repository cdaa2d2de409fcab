/**
 * What a host supplies for the crypto port: functions whose arguments have been checked, and whose result goes into
 * bytes that the caller brings, so that native code allocates nothing.
 */

/** The host's functions. Results of `boolean` are about what a peer sent. */
export interface Primitives {
  /** AES-128 of one block of 16 bytes. */
  readonly aesEncrypt: (key: Uint8Array, block: Uint8Array, result: Uint8Array) => void;
  /** AES-CCM, RFC 3610. What `result` is longer than `plaintext` is the length of the tag. */
  readonly ccmSeal: (
    key: Uint8Array,
    nonce: Uint8Array,
    aad: Uint8Array,
    plaintext: Uint8Array,
    result: Uint8Array,
  ) => void;
  /** What `sealed` is longer than `result` is the length of the tag. When false, `result` holds no plaintext. */
  readonly ccmOpen: (
    key: Uint8Array,
    nonce: Uint8Array,
    aad: Uint8Array,
    sealed: Uint8Array,
    result: Uint8Array,
  ) => boolean;
  /** SHA-256, SHA-384 or SHA-512: the one whose digest has the length of `result`. */
  readonly sha2: (data: Uint8Array, result: Uint8Array) => void;
  /** HMAC with the hash whose digest has the length of `result`. */
  readonly hmac: (key: Uint8Array, data: Uint8Array, result: Uint8Array) => void;
  /** @param result 65 bytes */
  readonly p256PublicKey: (privateKey: Uint8Array, result: Uint8Array) => void;
  readonly p256Sign: (privateKey: Uint8Array, message: Uint8Array, result: Uint8Array) => void;
  readonly p256Verify: (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array) => boolean;
  /** False where `publicKey` is no point of the curve. */
  readonly p256Agree: (privateKey: Uint8Array, publicKey: Uint8Array, result: Uint8Array) => boolean;
  /** False where `result` would be all zero (RFC 7748 §6.1). */
  readonly x25519: (scalar: Uint8Array, u: Uint8Array, result: Uint8Array) => boolean;
  readonly equal: (a: Uint8Array, b: Uint8Array) => boolean;
}

/** Ed25519, which costs flash of its own: an image may be without. Private keys are the seed of RFC 8032 §5.1.5. */
export interface Ed25519Primitives {
  readonly ed25519PublicKey: (privateKey: Uint8Array, result: Uint8Array) => void;
  readonly ed25519Sign: (privateKey: Uint8Array, message: Uint8Array, result: Uint8Array) => void;
  readonly ed25519Verify: (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array) => boolean;
}
