/** The crypto port over a host's functions: checks what is given to them, and says which algorithms there are. */

import type {
  AEAD,
  AEADAlgorithm,
  AgreementAlgorithm,
  Crypto,
  Curve,
  HashAlgorithm,
  SignatureAlgorithm,
} from "../ports/crypto.js";
import { AES_BLOCK_BYTES, AES_KEY_BYTES, CCM, CCM_PARAMETERS } from "./aes-ccm.js";
import { checkLength } from "./check.js";
import { CryptoArgumentError, UnsupportedAlgorithmError } from "./errors.js";
import { PRIVATE_KEY_BYTES } from "./key-pair.js";
import { P256_POINT_BYTES, hasP256PointForm, isP256PrivateKey } from "./p256.js";
import type { Ed25519Primitives, Primitives } from "./primitives.js";

/** Bytes of a signature, of either algorithm. */
export const SIGNATURE_BYTES = 64;
/** Bytes of a shared secret, and of public keys but those of P-256. */
export const AGREED_BYTES = 32;

const DIGEST_BYTES: Readonly<Record<HashAlgorithm, number>> = {
  "SHA-256": 32,
  "SHA-384": 48,
  "SHA-512": 64,
};

/** The u-coordinate 9 of the base point (RFC 7748 §4.1). */
const X25519_BASE_POINT = Uint8Array.of(9, ...new Uint8Array(31));

/** The member of a table; names reach us from outside the types too, such as from configurations. */
function find<T>(table: Readonly<Record<string, T>>, algorithm: string): T {
  if (!Object.hasOwn(table, algorithm)) throw new UnsupportedAlgorithmError(algorithm);
  return table[algorithm]!;
}

/** {@link Crypto} of any host. */
export class CheckedCrypto implements Crypto {
  readonly #primitives: Primitives;
  readonly #ed25519: Ed25519Primitives | undefined;

  constructor(primitives: Primitives, ed25519: Ed25519Primitives | undefined) {
    this.#primitives = primitives;
    this.#ed25519 = ed25519;
  }

  supports(algorithm: AEADAlgorithm | HashAlgorithm | SignatureAlgorithm | AgreementAlgorithm): boolean {
    if (algorithm === "Ed25519") return this.#ed25519 !== undefined;
    return (
      algorithm === "ES256" ||
      algorithm === "P-256" ||
      algorithm === "X25519" ||
      Object.hasOwn(CCM_PARAMETERS, algorithm) ||
      Object.hasOwn(DIGEST_BYTES, algorithm)
    );
  }

  aead(algorithm: AEADAlgorithm, key: Uint8Array): AEAD {
    return new CCM(this.#primitives, find(CCM_PARAMETERS, algorithm), key);
  }

  encryptBlock(key: Uint8Array, block: Uint8Array): Uint8Array {
    checkLength("a key of AES-128", key, AES_KEY_BYTES);
    checkLength("a block of AES", block, AES_BLOCK_BYTES);
    const result = new Uint8Array(AES_BLOCK_BYTES);
    this.#primitives.aesEncrypt(key, block, result);
    return result;
  }

  hash(algorithm: HashAlgorithm, data: Uint8Array): Uint8Array {
    const result = new Uint8Array(find(DIGEST_BYTES, algorithm));
    this.#primitives.sha2(data, result);
    return result;
  }

  hmac(algorithm: HashAlgorithm, key: Uint8Array, data: Uint8Array): Uint8Array {
    const result = new Uint8Array(find(DIGEST_BYTES, algorithm));
    this.#primitives.hmac(key, data, result);
    return result;
  }

  publicKey(curve: Curve, privateKey: Uint8Array): Uint8Array {
    const result = new Uint8Array(curve === "P-256" ? P256_POINT_BYTES : AGREED_BYTES);
    switch (curve) {
      case "P-256":
        checkP256PrivateKey(privateKey);
        this.#primitives.p256PublicKey(privateKey, result);
        return result;
      case "X25519":
        checkPrivateKey(privateKey);
        this.#primitives.x25519(privateKey, X25519_BASE_POINT, result);
        return result;
      case "Ed25519":
        checkPrivateKey(privateKey);
        this.#ed25519Primitives().ed25519PublicKey(privateKey, result);
        return result;
      default:
        throw new UnsupportedAlgorithmError(curve);
    }
  }

  sign(algorithm: SignatureAlgorithm, privateKey: Uint8Array, message: Uint8Array): Uint8Array {
    const signature = new Uint8Array(SIGNATURE_BYTES);
    switch (algorithm) {
      case "ES256":
        checkP256PrivateKey(privateKey);
        this.#primitives.p256Sign(privateKey, message, signature);
        return signature;
      case "Ed25519":
        checkPrivateKey(privateKey);
        this.#ed25519Primitives().ed25519Sign(privateKey, message, signature);
        return signature;
      default:
        throw new UnsupportedAlgorithmError(algorithm);
    }
  }

  verify(
    algorithm: SignatureAlgorithm,
    publicKey: Uint8Array,
    message: Uint8Array,
    signature: Uint8Array,
  ): boolean {
    switch (algorithm) {
      case "ES256":
        return (
          signature.length === SIGNATURE_BYTES &&
          hasP256PointForm(publicKey) &&
          this.#primitives.p256Verify(publicKey, message, signature)
        );
      case "Ed25519": {
        const { ed25519Verify } = this.#ed25519Primitives();
        return (
          signature.length === SIGNATURE_BYTES &&
          publicKey.length === AGREED_BYTES &&
          ed25519Verify(publicKey, message, signature)
        );
      }
      default:
        throw new UnsupportedAlgorithmError(algorithm);
    }
  }

  agree(
    algorithm: AgreementAlgorithm,
    privateKey: Uint8Array,
    publicKey: Uint8Array,
  ): Uint8Array | undefined {
    const secret = new Uint8Array(AGREED_BYTES);
    switch (algorithm) {
      case "P-256":
        checkP256PrivateKey(privateKey);
        return hasP256PointForm(publicKey) && this.#primitives.p256Agree(privateKey, publicKey, secret)
          ? secret
          : undefined;
      case "X25519":
        checkPrivateKey(privateKey);
        return publicKey.length === AGREED_BYTES && this.#primitives.x25519(privateKey, publicKey, secret)
          ? secret
          : undefined;
      default:
        throw new UnsupportedAlgorithmError(algorithm);
    }
  }

  equal(a: Uint8Array, b: Uint8Array): boolean {
    return a.length === b.length && this.#primitives.equal(a, b);
  }

  #ed25519Primitives(): Ed25519Primitives {
    if (this.#ed25519 === undefined) throw new UnsupportedAlgorithmError("Ed25519");
    return this.#ed25519;
  }
}

function checkPrivateKey(privateKey: Uint8Array): void {
  checkLength("a private key", privateKey, PRIVATE_KEY_BYTES);
}

function checkP256PrivateKey(privateKey: Uint8Array): void {
  checkPrivateKey(privateKey);
  if (!isP256PrivateKey(privateKey))
    throw new CryptoArgumentError("expected a private key of P-256 from 1 to n - 1, got another");
}
