/**
 * Security contexts that are derived anew from the same Master Secret, where one side has lost its own or is new: each
 * brings random bytes to the ID Context. RFC 8613 Appendix B.2; R2 is made and known again as Appendix B.2.1 has it.
 *
 *   request #1, ID Context ID1               → response #1, ID Context R2 ‖ ID1
 *   request #2, ID Context ID3 = R2 ‖ R3     → response #2, the same
 */

import { concatBytes } from "../../../bytes/concat.js";
import { CborError } from "../../../cbor/error.js";
import { CborReader } from "../../../cbor/reader.js";
import { CborWriter } from "../../../cbor/writer.js";
import type { Crypto } from "../../../ports/crypto.js";
import type { Random } from "../../../ports/random.js";
import { MAX_ID_CONTEXT_BYTES, type CompleteParameters } from "../context/parameters.js";
import { establish, type SecurityContext } from "../context/security-context.js";
import { OscoreError } from "../errors.js";

/** Bytes of R1, S2 and R3: "typically, at least 8". */
const NONCE_BYTES = 8;
/** Bytes of the truncated HMAC behind S2. */
const PROOF_BYTES = 8;
const R2_BYTES = NONCE_BYTES + PROOF_BYTES;
const HMAC_KEY_BYTES = 32;
/** Bytes of the longest `kid context` of ours: R2 ‖ R3 as a CBOR byte string, as request #2 has it. */
export const RENEWED_KID_CONTEXT_BYTES = 1 + R2_BYTES + NONCE_BYTES + 1;

/** Answers request #1: the second security context, and what its `kid context` says. */
export interface RenewalOffer {
  readonly security: SecurityContext;
  readonly kidContext: Uint8Array;
}

/** Derives the contexts of one set of input parameters. */
export class Renewal {
  readonly #crypto: Crypto;
  readonly #random: Random;
  readonly #parameters: CompleteParameters;
  /** K_HMAC: a request #2 that brings an R2 of ours is good until one was taken. */
  #proofKey: Uint8Array | undefined;
  #isForgotten = false;

  /** @param parameters which are this object's from now on */
  constructor(crypto: Crypto, random: Random, parameters: CompleteParameters) {
    this.#crypto = crypto;
    this.#random = random;
    this.#parameters = parameters;
  }

  /** The first context: ID1 = R1. */
  first(): SecurityContext {
    return this.#derive(this.#bytes(NONCE_BYTES));
  }

  /** The context with an ID Context that we have not, or no longer; undefined for what has no place for an R2. */
  named(idContext: Uint8Array): SecurityContext | undefined {
    const { length } = idContext;
    return length > 0 && length + R2_BYTES <= MAX_ID_CONTEXT_BYTES ? this.#derive(idContext) : undefined;
  }

  /** Whether a context is the third one of a run that we offered: its ID Context begins with an R2 of ours. */
  isOffered({ parameters: { idContext } }: SecurityContext): boolean {
    if (!this.#proofKey || !idContext || idContext.length <= R2_BYTES) return false;
    const proof = this.#proof(this.#proofKey, idContext.subarray(0, NONCE_BYTES));
    return this.#crypto.equal(proof, idContext.subarray(NONCE_BYTES, R2_BYTES));
  }

  /** Step 2: what the answer to a verified request #1 is protected with. */
  offer(first: SecurityContext): RenewalOffer {
    this.#proofKey ??= this.#bytes(HMAC_KEY_BYTES);
    const salt = this.#bytes(NONCE_BYTES);
    const r2 = concatBytes([salt, this.#proof(this.#proofKey, salt)]);
    return { security: this.second(first, r2), kidContext: wrapIdContext(r2) };
  }

  /** Step 4 is done: what else was offered no longer holds. */
  close(): void {
    this.#proofKey?.fill(0);
    this.#proofKey = undefined;
  }

  /** Overwrites the Master Secret: nothing is derived any more. */
  forget(): void {
    this.close();
    this.#isForgotten = true;
    this.#parameters.masterSecret.fill(0);
  }

  /** The second context: ID2 = R2 ‖ ID1. Response #1 has the nonce of request #1, that of the first context (§8.3). */
  second(first: SecurityContext, r2: Uint8Array): SecurityContext {
    return this.#derive(concatBytes([r2, first.parameters.idContext!]), first);
  }

  /** Step 3, the third context: ID3 = R2 ‖ R3. */
  third(r2: Uint8Array): SecurityContext {
    return this.#derive(concatBytes([r2, this.#bytes(NONCE_BYTES)]));
  }

  #derive(idContext: Uint8Array, requests?: SecurityContext): SecurityContext {
    if (this.#isForgotten)
      throw new OscoreError("expected a security context in use, got one that was removed");
    return establish(this.#crypto, { ...this.#parameters, idContext }, undefined, requests);
  }

  #proof(key: Uint8Array, salt: Uint8Array): Uint8Array {
    const digest = this.#crypto.hmac("SHA-256", key, salt);
    const proof = digest.slice(0, PROOF_BYTES);
    digest.fill(0);
    return proof;
  }

  #bytes(length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    this.#random.fill(bytes);
    return bytes;
  }
}

/** A `kid context`: an ID Context wrapped in a CBOR byte string. */
export function wrapIdContext(idContext: Uint8Array): Uint8Array {
  return new CborWriter().byteString(idContext).bytes;
}

/**
 * What a request's `kid context` may mean: what is wrapped in it, as in requests #1 and #2, and itself, as in those of a
 * client whose server has lost the context that was established (§B.2, step 2).
 */
export function idContextsOf(kidContext: Uint8Array): readonly Uint8Array[] {
  const wrapped = unwrapIdContext(kidContext);
  return wrapped ? [wrapped, kidContext] : [kidContext];
}

/** What is wrapped in a `kid context`; undefined where that is no CBOR byte string. */
export function unwrapIdContext(kidContext: Uint8Array): Uint8Array | undefined {
  try {
    const reader = new CborReader(kidContext);
    const idContext = reader.readBytes();
    reader.finish();
    return idContext;
  } catch (error) {
    if (!(error instanceof CborError)) throw error;
    return undefined;
  }
}
