/** AES-CCM (RFC 3610) with the parameters that RFC 9053 §4.2 gives names. */

import type { AEAD, AEADAlgorithm } from "../ports/crypto.js";
import { checkLength, checkLimit } from "./check.js";
import { CryptoArgumentError } from "./errors.js";
import type { Primitives } from "./primitives.js";

/** Bytes of the keys of AES-128. */
export const AES_KEY_BYTES = 16;
/** Bytes of a block of AES. */
export const AES_BLOCK_BYTES = 16;
/** RFC 3610 §2.2 writes longer ones in another way, which no protocol here has a use for. */
export const AAD_MAX_BYTES = 0xfeff;
/** What a length field of 16 bits can say (RFC 3610 §2); the wider one has the same limit: no datagram is longer. */
export const PLAINTEXT_MAX_BYTES = 0xffff;

/** Bytes of nonce and tag. */
export interface CCMParameters {
  readonly nonceBytes: number;
  readonly tagBytes: number;
}

/** The parameters by name. */
export const CCM_PARAMETERS: Readonly<Record<AEADAlgorithm, CCMParameters>> = {
  "AES-CCM-16-64-128": { nonceBytes: 13, tagBytes: 8 },
  "AES-CCM-16-128-128": { nonceBytes: 13, tagBytes: 16 },
  "AES-CCM-64-64-128": { nonceBytes: 7, tagBytes: 8 },
};

/** One key of AES-CCM. */
export class CCM implements AEAD {
  readonly nonceBytes: number;
  readonly tagBytes: number;
  readonly #primitives: Primitives;
  #key: Uint8Array | undefined;

  /** @throws {CryptoArgumentError} when the key has not 16 bytes */
  constructor(primitives: Primitives, { nonceBytes, tagBytes }: CCMParameters, key: Uint8Array) {
    checkLength("a key of AES-128", key, AES_KEY_BYTES);
    this.nonceBytes = nonceBytes;
    this.tagBytes = tagBytes;
    this.#primitives = primitives;
    this.#key = new Uint8Array(key);
  }

  seal(nonce: Uint8Array, aad: Uint8Array, plaintext: Uint8Array): Uint8Array {
    const { length } = plaintext;
    this.#check(nonce, aad);
    if (length > PLAINTEXT_MAX_BYTES) checkLimit("a plaintext", plaintext, PLAINTEXT_MAX_BYTES);
    const sealed = new Uint8Array(length + this.tagBytes);
    this.#primitives.ccmSeal(this.#key ?? closed(), nonce, aad, plaintext, sealed);
    return sealed;
  }

  open(nonce: Uint8Array, aad: Uint8Array, sealed: Uint8Array): Uint8Array | undefined {
    this.#check(nonce, aad);
    const length = sealed.length - this.tagBytes;
    if (length < 0 || length > PLAINTEXT_MAX_BYTES) return undefined;
    const plaintext = new Uint8Array(length);
    const isSealed = this.#primitives.ccmOpen(this.#key ?? closed(), nonce, aad, sealed, plaintext);
    return isSealed ? plaintext : undefined;
  }

  close(): void {
    this.#key?.fill(0);
    this.#key = undefined;
  }

  #check(nonce: Uint8Array, aad: Uint8Array): void {
    // A call costs a device as much as a block of AES.
    if (nonce.length === this.nonceBytes && aad.length <= AAD_MAX_BYTES) return;
    checkLength("a nonce", nonce, this.nonceBytes);
    checkLimit("additional data", aad, AAD_MAX_BYTES);
  }
}

function closed(): never {
  throw new CryptoArgumentError("expected a key, got one that was overwritten");
}
