/** What Initiator and Responder have in common. RFC 9528 §5. */

import { equalBytes } from "../../bytes/compare.js";
import { encStructure } from "../../cose/structures.js";
import type { Crypto } from "../../ports/crypto.js";
import type { Random } from "../../ports/random.js";
import { authenticationCurve } from "./authentication.js";
import type { CipherSuite } from "./cipher-suite.js";
import type { CredentialSource, OwnCredential } from "./credential.js";
import type { EadApplication } from "./codec/ead.js";
import { EdhocProcessingError } from "./errors.js";
import { forgetMessageKey, type KeySchedule, type MessageKey } from "./key-schedule.js";

/** Longest connection identifier: OSCORE's longest, with the nonces of its AEAD here (RFC 8613 §3.3). */
export const MAX_CONNECTION_ID_BYTES = 7;

/** The cipher suites that every implementation has (§8). */
export const DEFAULT_SUITES: readonly number[] = [2, 3];

export interface EdhocOptions {
  readonly crypto: Crypto;
  readonly random: Random;
  /** Of this endpoint: the first whose use and curve fit a session's method and suite is taken. */
  readonly credentials: readonly OwnCredential[];
  /** Of the peers that may complete a session. */
  readonly peers: CredentialSource;
  /** Cipher suites, the Initiator's in its order of preference; {@link DEFAULT_SUITES} where absent. */
  readonly suites?: readonly number[];
  readonly ead?: EadApplication;
  /**
   * Whether the Responder confirms with message_4 (§5.5); false where absent. With true both have to agree. "optional": the
   * Responder sends it where message_3 comes by itself (RFC 9668 §5), the Initiator verifies it where it comes.
   */
  readonly message4?: boolean | "optional";
}

const NO_BYTES = new Uint8Array(0);

/** Whether there may be a message_4. */
export function usesMessage4({ message4 = false }: EdhocOptions): boolean {
  return message4 !== false;
}

/** The credential of ours that a method and a suite ask for. */
export function ownCredential(
  credentials: readonly OwnCredential[],
  suite: CipherSuite,
  signs: boolean,
): OwnCredential | undefined {
  const use = signs ? "signature" : "static-dh";
  const curve = authenticationCurve(suite, signs);
  return credentials.find((credential) => credential.use === use && credential.curve === curve);
}

/** G_XY, G_RX or G_IY. @throws {EdhocProcessingError} when the peer's key is none of the suite's curve (§9.2) */
export function agree(
  { crypto, suite }: KeySchedule,
  privateKey: Uint8Array,
  publicKey: Uint8Array,
): Uint8Array {
  const secret = crypto.agree(suite.agreement, privateKey, publicKey);
  if (secret === undefined) throw new EdhocProcessingError(`expected a public key of ${suite.agreement}`);
  return secret;
}

/** @throws {EdhocProcessingError} where OSCORE could not work with the two (§3.3.3, appendix A.1) */
export function checkConnectionIds(ours: Uint8Array | undefined, peers: Uint8Array): void {
  if (peers.length > MAX_CONNECTION_ID_BYTES)
    throw new EdhocProcessingError(
      `expected a connection identifier of at most ${MAX_CONNECTION_ID_BYTES} bytes, got ${peers.length}`,
    );
  if (ours !== undefined && equalBytes(ours, peers))
    throw new EdhocProcessingError("expected another connection identifier than our own");
}

/** CIPHERTEXT_3 or CIPHERTEXT_4: a COSE_Encrypt0 without headers (§5.4.2, §5.5.2). @param key overwritten */
export function seal(key: MessageKey, transcript: Uint8Array, plaintext: Uint8Array): Uint8Array {
  const ciphertext = key.aead.seal(key.iv, encStructure("Encrypt0", NO_BYTES, transcript), plaintext);
  forgetMessageKey(key);
  return ciphertext;
}

/** The plaintext of one. @param key overwritten @throws {EdhocProcessingError} when it does not verify */
export function open(key: MessageKey, transcript: Uint8Array, ciphertext: Uint8Array): Uint8Array {
  const plaintext = key.aead.open(key.iv, encStructure("Encrypt0", NO_BYTES, transcript), ciphertext);
  forgetMessageKey(key);
  if (plaintext === undefined) throw new EdhocProcessingError("expected a ciphertext that verifies");
  return plaintext;
}
