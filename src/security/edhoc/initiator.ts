/** The Initiator: RFC 9528 §5.2.2, §5.3.3, §5.4.2 and §5.5.3. Bytes in, bytes out; what carries them is elsewhere. */

import { equalBytes } from "../../bytes/compare.js";
import { UnsupportedAlgorithmError } from "../../crypto/errors.js";
import { generateKeyPair } from "../../crypto/key-pair.js";
import { checkProofLength, fitting, isProof, prove, type Statement } from "./authentication.js";
import {
  EPHEMERAL_KEY_BYTES,
  cipherSuite,
  compactKey,
  expandedKey,
  missingAlgorithm,
} from "./cipher-suite.js";
import type { Credential, OwnCredential } from "./credential.js";
import { composeEad, processEad } from "./codec/ead.js";
import { EdhocProcessingError, EdhocUsageError } from "./errors.js";
import { encodeIdentifier } from "./codec/identifier.js";
import { forgetMessageKey, KeySchedule, type MessageKey } from "./key-schedule.js";
import {
  decodeMessage,
  decodePlaintext2,
  encodeMessage,
  encodeMessage1,
  encodePlaintext3,
  type Plaintext2,
} from "./codec/message.js";
import { METHODS, initiatorSigns, responderSigns } from "./method.js";
import { Progress, refuseErrorMessage } from "./progress.js";
import {
  DEFAULT_SUITES,
  agree,
  checkConnectionIds,
  open,
  ownCredential,
  seal,
  usesMessage4,
  type EdhocOptions,
} from "./role.js";
import { EdhocSession } from "./session.js";

export interface InitiatorOptions extends EdhocOptions {
  /** 0 to 3; the Responder has to expect it (§3.2). */
  readonly method: number;
  /** C_I, another than those of this endpoint's other sessions; 0 to {@link MAX_CONNECTION_ID_BYTES} bytes. */
  readonly connectionId: Uint8Array;
  /** What the Responder supports, where it has said so in an error message (§6.3.1). */
  readonly peerSuites?: readonly number[];
}

/** message_2 as far as it has been read. */
interface Received2 {
  /** G_Y, in the form of the crypto port. */
  readonly ephemeralKey: Uint8Array;
  readonly plaintext: Uint8Array;
  readonly fields: Plaintext2;
  /** TH_2 */
  readonly transcript: Uint8Array;
  /** PRK_2e */
  readonly key2e: Uint8Array;
}

/** Who the Responder is, and the key that shows it. */
interface Authenticated {
  readonly peer: Credential;
  /** PRK_3e2m */
  readonly key3e2m: Uint8Array;
}

/** One session in the role of the Initiator. Every method throws an {@link EdhocError} when the session has ended. */
export class Initiator {
  readonly #options: InitiatorOptions;
  readonly #schedule: KeySchedule;
  readonly #suites: readonly number[];
  readonly #own: OwnCredential;
  readonly #progress = new Progress("message_1");
  #privateKey: Uint8Array | undefined;
  #message1: Uint8Array | undefined;
  #peerConnectionId: Uint8Array | undefined;
  #message4: { readonly key: MessageKey; readonly transcript: Uint8Array } | undefined;

  /**
   * @throws {UnsupportedAlgorithmError} when this host lacks what suite and method need
   * @throws {EdhocUsageError} when no suite is left to select, or no credential of ours fits
   */
  constructor(options: InitiatorOptions) {
    const { crypto, credentials, method, suites = DEFAULT_SUITES, peerSuites = suites } = options;
    if (!METHODS.includes(method)) throw new EdhocUsageError(`expected a method from 0 to 3, got ${method}`);
    const selected = suites.findIndex((number) => peerSuites.includes(number));
    if (selected < 0)
      throw new EdhocUsageError(
        `expected a cipher suite of ${suites.join(", ")}, got ${peerSuites.join(", ")}`,
      );
    // All that are preferred to the selected one are named, so that nobody can talk us into a worse one (§5.2.2).
    this.#suites = suites.slice(0, selected + 1);
    const suite = cipherSuite(suites[selected]!);
    if (suite === undefined) throw new UnsupportedAlgorithmError(`EDHOC cipher suite ${suites[selected]}`);
    const missing = missingAlgorithm(crypto, suite, initiatorSigns(method) || responderSigns(method));
    if (missing !== undefined) throw new UnsupportedAlgorithmError(missing);
    const own = ownCredential(credentials, suite, initiatorSigns(method));
    if (own === undefined) throw new EdhocUsageError(`expected a credential for method ${method}`);
    checkConnectionIds(undefined, options.connectionId);
    this.#own = own;
    this.#options = options;
    this.#schedule = new KeySchedule(crypto, suite);
  }

  /** C_R, as soon as message_2 has been decrypted; nothing says yet who has chosen it. */
  get peerConnectionId(): Uint8Array | undefined {
    return this.#peerConnectionId;
  }

  /** message_1, with a fresh ephemeral key. */
  composeMessage1(): Uint8Array {
    return this.#progress.take("message_1", "message_2", () => {
      const { crypto, random, method, connectionId, ead } = this.#options;
      const { privateKey, publicKey } = generateKeyPair(crypto, random, this.#schedule.suite.agreement);
      this.#privateKey = privateKey;
      this.#message1 = encodeMessage1({
        method,
        suites: this.#suites,
        ephemeralKey: compactKey(publicKey),
        connectionId,
        ead: composeEad(ead, 1),
      });
      return this.#message1;
    });
  }

  /**
   * Takes message_2, and gives message_3. Application keys should not be kept for good until the Responder has shown
   * that it has them: by message_4, or by a message that is protected with them (§5.4.2).
   */
  processMessage2(message2: Uint8Array): { readonly message3: Uint8Array; readonly session: EdhocSession } {
    const next = usesMessage4(this.#options) ? "message_4" : "nothing more";
    try {
      return this.#progress.take("message_2", next, () => {
        refuseErrorMessage(message2);
        const received = this.#decryptMessage2(message2);
        return this.#composeMessage3(received, this.#authenticate(received));
      });
    } finally {
      // §9.8: an ephemeral key is gone as soon as all is derived from it.
      this.#forgetEphemeralKey();
    }
  }

  /** Takes message_4, which shows that the Responder has the same keys. */
  processMessage4(message4: Uint8Array): void {
    try {
      this.#progress.take("message_4", "nothing more", () => {
        refuseErrorMessage(message4);
        const { key, transcript } = this.#message4!;
        processEad(this.#options.ead, 4, open(key, transcript, decodeMessage("message_4", message4)));
      });
    } finally {
      // Another's turn ends nothing.
      if (this.#progress.next === "nothing more") this.close();
    }
  }

  /** Forgets the keys, such as when nobody answers, or no message_4 comes. The session has its own. */
  close(): void {
    this.#forgetEphemeralKey();
    if (this.#message4) forgetMessageKey(this.#message4.key);
    this.#message4 = undefined;
  }

  #forgetEphemeralKey(): void {
    this.#privateKey?.fill(0);
    this.#privateKey = undefined;
    this.#schedule.forget();
    this.#message1 = undefined;
  }

  #decryptMessage2(message2: Uint8Array): Received2 {
    const content = decodeMessage("message_2", message2);
    if (content.length <= EPHEMERAL_KEY_BYTES)
      throw new EdhocProcessingError(
        `expected more than ${EPHEMERAL_KEY_BYTES} bytes in message_2, got ${content.length}`,
      );
    const schedule = this.#schedule;
    const compact = content.subarray(0, EPHEMERAL_KEY_BYTES);
    const ephemeralKey = expandedKey(schedule.suite.agreement, compact);
    const secret = agree(schedule, this.#privateKey!, ephemeralKey);
    const transcript = schedule.transcript2(compact, this.#message1!);
    const key2e = schedule.key2e(transcript, secret);
    const plaintext = schedule.exclusiveOr2(key2e, transcript, content.subarray(EPHEMERAL_KEY_BYTES));
    const fields = decodePlaintext2(plaintext);
    this.#peerConnectionId = new Uint8Array(fields.connectionId);
    return { ephemeralKey, plaintext, fields, transcript, key2e };
  }

  /** Verifies Signature_or_MAC_2 (§5.3.3). */
  #authenticate({ fields, transcript, key2e }: Received2): Authenticated {
    const { ead, peers, method, connectionId } = this.#options;
    const schedule = this.#schedule;
    const { suite } = schedule;
    const signed = responderSigns(method);
    checkConnectionIds(connectionId, fields.connectionId);
    checkProofLength(suite, signed, fields.signatureOrMac);
    processEad(ead, 2, fields.ead);
    for (const peer of fitting(suite, signed, peers.find(fields.idCredential))) {
      // §9.2: who answers itself has met nobody.
      if (equalBytes(peer.bytes, this.#own.bytes))
        throw new EdhocProcessingError("expected another's credential, got our own");
      const secret = signed ? undefined : agree(schedule, this.#privateKey!, peer.publicKey);
      const key3e2m = schedule.key3e2m(key2e, transcript, secret);
      const statement: Statement = {
        key: key3e2m,
        connectionId: encodeIdentifier(fields.connectionId),
        idCredential: fields.idCredential,
        transcript,
        ead: fields.ead,
        signed,
      };
      if (isProof(schedule, statement, peer, fields.signatureOrMac)) return { peer, key3e2m };
    }
    throw new EdhocProcessingError("expected a Signature_or_MAC_2 that verifies");
  }

  #composeMessage3(
    { ephemeralKey, plaintext, transcript }: Received2,
    { peer, key3e2m }: Authenticated,
  ): { readonly message3: Uint8Array; readonly session: EdhocSession } {
    const { method, ead: application, connectionId } = this.#options;
    const schedule = this.#schedule;
    const own = this.#own;
    const signed = initiatorSigns(method);
    const transcript3 = schedule.nextTranscript(transcript, plaintext, peer.bytes);
    const secret = signed ? undefined : agree(schedule, own.privateKey, ephemeralKey);
    const key4e3m = schedule.key4e3m(key3e2m, transcript3, secret);
    const ead = composeEad(application, 3);
    const statement = { key: key4e3m, idCredential: own.id, transcript: transcript3, ead, signed };
    const signatureOrMac = prove(schedule, statement, own);
    const plaintext3 = encodePlaintext3({ idCredential: own.id, signatureOrMac, ead });
    const ciphertext3 = seal(schedule.messageKey3(key3e2m, transcript3), transcript3, plaintext3);
    const transcript4 = schedule.nextTranscript(transcript3, plaintext3, own.bytes);
    if (usesMessage4(this.#options))
      this.#message4 = { key: schedule.messageKey4(key4e3m, transcript4), transcript: transcript4 };
    const peerConnectionId = this.#peerConnectionId!;
    return {
      message3: encodeMessage(ciphertext3),
      session: new EdhocSession(schedule, schedule.keyOut(key4e3m, transcript4), {
        method,
        connectionId,
        peerConnectionId,
        peer,
      }),
    };
  }
}
