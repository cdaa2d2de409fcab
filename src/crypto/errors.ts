/** What can be wrong with a use of the crypto port. Nothing that a peer sends raises any of these. */

/** Base of the errors of cryptography. */
export class CryptoError extends Error {
  override name = "CryptoError";
}

/** The algorithm is not one of this host's. */
export class UnsupportedAlgorithmError extends CryptoError {
  override name = "UnsupportedAlgorithmError";
  readonly algorithm: string;

  constructor(algorithm: string) {
    super(`algorithm not supported: ${algorithm}`);
    this.algorithm = algorithm;
  }
}

/** A key, nonce or length that no message can be protected with. */
export class CryptoArgumentError extends CryptoError {
  override name = "CryptoArgumentError";
}
