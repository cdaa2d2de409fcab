/** What both endpoints know before there is a security context. RFC 8613 §3.2, §3.3. */

import { equalBytes } from "../../../bytes/compare.js";
import { AES_CCM_16_128_128, AES_CCM_16_64_128, AES_CCM_64_64_128 } from "../../../cose/algorithms.js";
import type { AEADAlgorithm, HashAlgorithm } from "../../../ports/crypto.js";
import { SecurityContextError } from "../errors.js";
import { NONCE_BYTES_WITHOUT_ID } from "./nonce.js";
import { DEFAULT_WINDOW_SIZE } from "./replay-window.js";

/** Input parameters. What is left out has the default of RFC 8613 §3.2. */
export interface ContextParameters {
  /** Random, secret, and of this context alone: {@link MIN_MASTER_SECRET_BYTES} or more (§12.3). */
  readonly masterSecret: Uint8Array;
  /** Ours; it must differ from the Recipient ID. 7 bytes at most with the default AEAD (§3.3). */
  readonly senderId: Uint8Array;
  /** That of the peer. */
  readonly recipientId: Uint8Array;
  /** Empty by default. */
  readonly masterSalt?: Uint8Array;
  /** Tells contexts apart that have the same IDs; sent with requests as `kid context` (§5.1). */
  readonly idContext?: Uint8Array;
  /** AES-CCM-16-64-128 by default. */
  readonly algorithm?: AEADAlgorithm;
  /** Of the HKDF; SHA-256 by default. */
  readonly hash?: HashAlgorithm;
  /** Requests out of order that are still taken, 1 to 32; 32 by default. */
  readonly replayWindow?: number;
}

/** {@link ContextParameters} with their defaults. */
export type CompleteParameters = Required<Omit<ContextParameters, "idContext">> & {
  readonly idContext: Uint8Array | undefined;
};

/** An AEAD by its number in COSE (RFC 9053 §4.2), and bytes of its key and nonce. */
export interface AEADDefinition {
  readonly number: number;
  readonly keyBytes: number;
  readonly nonceBytes: number;
}

/** The AEADs that contexts may have. */
export const AEADS: Readonly<Record<AEADAlgorithm, AEADDefinition>> = Object.freeze({
  "AES-CCM-16-64-128": { number: AES_CCM_16_64_128, keyBytes: 16, nonceBytes: 13 },
  "AES-CCM-16-128-128": { number: AES_CCM_16_128_128, keyBytes: 16, nonceBytes: 13 },
  "AES-CCM-64-64-128": { number: AES_CCM_64_64_128, keyBytes: 16, nonceBytes: 7 },
});

/**
 * Shortest Master Secret: as many bytes as the keys have that are derived from it, since those are worth no more. RFC 8613
 * §12.3 asks for "a good amount of randomness", its test vectors (Appendix C) and EDHOC (RFC 9528 §A.1) have as many.
 */
export const MIN_MASTER_SECRET_BYTES = 16;

/** Longest ID Context: what the OSCORE option has room for beside the rest (§6.1, where it has at most 255 bytes). */
export const MAX_ID_CONTEXT_BYTES = 128;

const NO_BYTES = new Uint8Array(0);

/** The longest Sender or Recipient ID (§3.3). */
export function maxIdBytes(algorithm: AEADAlgorithm): number {
  return AEADS[algorithm].nonceBytes - NONCE_BYTES_WITHOUT_ID;
}

/**
 * The parameters with their defaults; bytes are copied.
 * @throws {SecurityContextError} for such as would not be safe, or do not fit the protocol
 */
export function completeParameters(parameters: ContextParameters): CompleteParameters {
  const { algorithm = "AES-CCM-16-64-128", idContext } = parameters;
  if (!Object.hasOwn(AEADS, algorithm))
    throw new SecurityContextError(`expected one of ${Object.keys(AEADS).join(", ")}, got ${algorithm}`);
  const { length } = parameters.masterSecret;
  if (length < MIN_MASTER_SECRET_BYTES)
    throw new SecurityContextError(
      `expected a Master Secret of at least ${MIN_MASTER_SECRET_BYTES} random bytes, got ${length}`,
    );
  requireId("Sender ID", parameters.senderId, algorithm);
  requireId("Recipient ID", parameters.recipientId, algorithm);
  // Both directions would have the same key, and the same nonces with it (§3.3).
  if (equalBytes(parameters.senderId, parameters.recipientId))
    throw new SecurityContextError("expected a Sender ID that differs from the Recipient ID, got the same");
  if (idContext && idContext.length > MAX_ID_CONTEXT_BYTES)
    throw new SecurityContextError(
      `expected an ID Context of at most ${MAX_ID_CONTEXT_BYTES} bytes, got ${idContext.length}`,
    );
  return {
    masterSecret: new Uint8Array(parameters.masterSecret),
    senderId: new Uint8Array(parameters.senderId),
    recipientId: new Uint8Array(parameters.recipientId),
    masterSalt: parameters.masterSalt ? new Uint8Array(parameters.masterSalt) : NO_BYTES,
    idContext: idContext && new Uint8Array(idContext),
    algorithm,
    hash: parameters.hash ?? "SHA-256",
    replayWindow: parameters.replayWindow ?? DEFAULT_WINDOW_SIZE,
  };
}

function requireId(name: string, id: Uint8Array, algorithm: AEADAlgorithm): void {
  const limit = maxIdBytes(algorithm);
  if (id.length > limit)
    throw new SecurityContextError(
      `expected a ${name} of at most ${limit} bytes for ${algorithm}, got ${id.length}`,
    );
}
