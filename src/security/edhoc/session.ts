/** What a session leaves behind: keys for applications. RFC 9528 §4.2, appendices A.1 and H. */

import type { AEADAlgorithm, HashAlgorithm } from "../../ports/crypto.js";
import { KEY_BYTES, type CipherSuite } from "./cipher-suite.js";
import type { Credential } from "./credential.js";
import { EdhocUsageError } from "./errors.js";
import type { KeySchedule } from "./key-schedule.js";

/** Exporter labels (§10.1). */
export const OSCORE_MASTER_SECRET = 0;
export const OSCORE_MASTER_SALT = 1;

/** Bytes of a Master Salt (appendix A.1). */
export const OSCORE_SALT_BYTES = 8;

const NO_CONTEXT = new Uint8Array(0);

/** Parameters of an OSCORE security context (RFC 8613 §3.2), from one side. */
export interface OscoreParameters {
  readonly masterSecret: Uint8Array;
  readonly masterSalt: Uint8Array;
  readonly senderId: Uint8Array;
  readonly recipientId: Uint8Array;
  readonly algorithm: AEADAlgorithm;
  /** Of its HKDF. */
  readonly hash: HashAlgorithm;
}

/** Overwrites the secrets, once they are copied to where they are used. */
export function forgetOscore({ masterSecret, masterSalt }: OscoreParameters): void {
  masterSecret.fill(0);
  masterSalt.fill(0);
}

export interface SessionDetails {
  readonly method: number;
  /** C_I of the Initiator's session, C_R of the Responder's. */
  readonly connectionId: Uint8Array;
  readonly peerConnectionId: Uint8Array;
  /** Who the peer has shown to be. */
  readonly peer: Credential;
}

/** A completed session. */
export class EdhocSession implements SessionDetails {
  readonly suite: CipherSuite;
  readonly method: number;
  readonly connectionId: Uint8Array;
  readonly peerConnectionId: Uint8Array;
  readonly peer: Credential;
  readonly #schedule: KeySchedule;
  /** PRK_out */
  readonly #keyOut: Uint8Array;
  #keyExporter: Uint8Array;

  /** @param keyOut PRK_out, which belongs to the session from now on */
  constructor(schedule: KeySchedule, keyOut: Uint8Array, details: SessionDetails) {
    this.suite = schedule.suite;
    this.method = details.method;
    this.connectionId = details.connectionId;
    this.peerConnectionId = details.peerConnectionId;
    this.peer = details.peer;
    this.#schedule = schedule;
    this.#keyOut = keyOut;
    this.#keyExporter = schedule.keyExporter(keyOut);
  }

  /**
   * EDHOC_Exporter (§4.2.1). The same label and context must not be used for two purposes.
   *
   * @param label 0 to 65535, of the registry "EDHOC Exporter Labels"
   * @param bytes 0 to 8160
   * @returns the caller's, who overwrites it when it is done
   * @throws {EdhocUsageError} for another label @throws {CryptoArgumentError} for more bytes
   */
  export(label: number, context: Uint8Array, bytes: number): Uint8Array {
    if (!Number.isInteger(label) || label < 0 || label > 0xffff)
      throw new EdhocUsageError(`expected an exporter label from 0 to 65535, got ${label}`);
    return this.#schedule.derive(this.#keyExporter, label, context, bytes);
  }

  /** EDHOC_KeyUpdate (appendix H): all that is exported from now on is new; both sides have to give the same context. */
  updateKeys(context: Uint8Array): void {
    const updated = this.#schedule.updatedKeyOut(this.#keyOut, context);
    this.#keyOut.set(updated);
    updated.fill(0);
    this.#keyExporter.fill(0);
    this.#keyExporter = this.#schedule.keyExporter(this.#keyOut);
  }

  /** The OSCORE context that belongs to the session (appendix A.1). Master Secret and Master Salt are the caller's. */
  oscore(): OscoreParameters {
    return {
      masterSecret: this.export(OSCORE_MASTER_SECRET, NO_CONTEXT, KEY_BYTES),
      masterSalt: this.export(OSCORE_MASTER_SALT, NO_CONTEXT, OSCORE_SALT_BYTES),
      senderId: this.peerConnectionId,
      recipientId: this.connectionId,
      algorithm: this.suite.applicationAead,
      hash: this.suite.applicationHash,
    };
  }

  /** Gives the OSCORE context to `use`, which copies it, as security contexts do; then its secrets are overwritten. */
  useOscore<T>(use: (parameters: OscoreParameters) => T): T {
    const parameters = this.oscore();
    try {
      return use(parameters);
    } finally {
      forgetOscore(parameters);
    }
  }

  /** Forgets the keys. */
  close(): void {
    this.#keyOut.fill(0);
    this.#keyExporter.fill(0);
  }
}
