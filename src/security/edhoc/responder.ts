/** The Responder: RFC 9528 §5.2.3, §5.3.2, §5.4.3 and §5.5.2. Bytes in, bytes out; what carries them is elsewhere. */

import { UnsupportedAlgorithmError } from "../../crypto/errors.js";
import { generateKeyPair } from "../../crypto/key-pair.js";
import { concatBytes } from "../../bytes/concat.js";
import { checkProofLength, fitting, isProof, prove, type Statement } from "./authentication.js";
import {
  EPHEMERAL_KEY_BYTES,
  cipherSuite,
  compactKey,
  expandedKey,
  missingAlgorithm,
  type CipherSuite,
} from "./cipher-suite.js";
import type { Credential, OwnCredential } from "./credential.js";
import { composeEad, processEad } from "./codec/ead.js";
import { EdhocProcessingError, WrongSuiteError } from "./errors.js";
import { encodeIdentifier } from "./codec/identifier.js";
import { KeySchedule } from "./key-schedule.js";
import {
  decodeMessage,
  decodeMessage1,
  decodePlaintext3,
  encodeMessage,
  encodePlaintext2,
  type Message1,
  type Plaintext,
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

export interface ResponderOptions extends EdhocOptions {
  /** The methods that are accepted, 0 to 3; all for which there is a credential where absent. */
  readonly methods?: readonly number[];
  /** Chooses C_R: neither one of this endpoint's other sessions nor the peer's C_I. */
  readonly chooseConnectionId: (peers: Uint8Array) => Uint8Array;
}

/** What is kept of message_1 and message_2. */
interface HalfOpen {
  readonly schedule: KeySchedule;
  readonly method: number;
  readonly connectionId: Uint8Array;
  readonly peerConnectionId: Uint8Array;
  /** Y, where the Initiator has a static Diffie-Hellman key. */
  readonly privateKey: Uint8Array | undefined;
  /** TH_3 */
  readonly transcript3: Uint8Array;
  /** PRK_3e2m */
  readonly key3e2m: Uint8Array;
}

/** message_3 after its decryption. */
interface Received3 {
  readonly plaintext: Uint8Array;
  readonly fields: Plaintext;
}

/** Who the Initiator is, and the key that shows it. */
interface Authenticated {
  readonly peer: Credential;
  /** PRK_4e3m */
  readonly key4e3m: Uint8Array;
}

/** What message_3 led to. */
export interface Completed {
  readonly session: EdhocSession;
  /** Where both sides use it. */
  readonly message4?: Uint8Array;
}

/** One session in the role of the Responder. Every method throws an {@link EdhocError} when the session has ended. */
export class Responder {
  readonly #options: ResponderOptions;
  readonly #progress = new Progress("message_1");
  #peerConnectionId: Uint8Array | undefined;
  #halfOpen: HalfOpen | undefined;

  /** @throws {UnsupportedAlgorithmError} when no suite is left that this host has the algorithms and a credential for */
  constructor(options: ResponderOptions) {
    this.#options = options;
    if (METHODS.every((method) => this.#supported(method).length === 0))
      throw new UnsupportedAlgorithmError(
        `EDHOC cipher suite ${(options.suites ?? DEFAULT_SUITES).join(", ")}`,
      );
  }

  /** C_R, once it is chosen. */
  get connectionId(): Uint8Array | undefined {
    return this.#halfOpen?.connectionId;
  }

  /** C_I, as soon as message_1 has been read, also where it was refused. */
  get peerConnectionId(): Uint8Array | undefined {
    return this.#peerConnectionId;
  }

  /** Takes message_1, and gives message_2. @throws {WrongSuiteError} with the suites that this endpoint supports */
  processMessage1(message1: Uint8Array): Uint8Array {
    return this.#progress.take("message_1", "message_3", () => {
      const fields = decodeMessage1(message1);
      this.#peerConnectionId = new Uint8Array(fields.connectionId);
      const schedule = new KeySchedule(this.#options.crypto, this.#select(fields));
      if (fields.ephemeralKey.length !== EPHEMERAL_KEY_BYTES)
        throw new EdhocProcessingError(
          `expected an ephemeral key of ${EPHEMERAL_KEY_BYTES} bytes, got ${fields.ephemeralKey.length}`,
        );
      checkConnectionIds(undefined, fields.connectionId);
      processEad(this.#options.ead, 1, fields.ead);
      return this.#composeMessage2(schedule, fields, message1);
    });
  }

  /** Takes message_3: the Initiator is who its credential says. */
  processMessage3(message3: Uint8Array): Completed {
    return this.#progress.take("message_3", "nothing more", () => {
      refuseErrorMessage(message3);
      const halfOpen = this.#halfOpen!;
      try {
        const received = decryptMessage3(halfOpen, message3);
        return this.#complete(halfOpen, received, this.#authenticate(halfOpen, received));
      } finally {
        this.close();
      }
    });
  }

  /** Forgets the keys, such as when no message_3 comes. The session has its own. */
  close(): void {
    this.#halfOpen?.privateKey?.fill(0);
    this.#halfOpen?.schedule.forget();
    this.#halfOpen = undefined;
  }

  /** The suites that this endpoint can do the method with. */
  #supported(method: number): number[] {
    const { suites = DEFAULT_SUITES } = this.#options;
    return suites.filter((number) => this.#suite(number, method) !== undefined);
  }

  #suite(number: number, method: number): CipherSuite | undefined {
    const { crypto, credentials, methods = METHODS } = this.#options;
    const suite = cipherSuite(number);
    if (suite === undefined || !methods.includes(method)) return undefined;
    const signs = responderSigns(method);
    if (missingAlgorithm(crypto, suite, signs || initiatorSigns(method)) !== undefined) return undefined;
    return ownCredential(credentials, suite, signs) && suite;
  }

  /** The suite that the Initiator selected, if it is the first of its list that this endpoint supports (§5.2.3). */
  #select({ method, suites }: Message1): CipherSuite {
    const supported = this.#supported(method);
    if (supported.length === 0) throw new EdhocProcessingError(`method ${method} not supported`);
    const selected = suites.at(-1)!;
    if (suites.find((number) => supported.includes(number)) !== selected)
      throw new WrongSuiteError(selected, supported);
    return cipherSuite(selected)!;
  }

  #composeMessage2(schedule: KeySchedule, fields: Message1, message1: Uint8Array): Uint8Array {
    const { crypto, random, credentials, chooseConnectionId } = this.#options;
    const { suite } = schedule;
    const { method } = fields;
    const signed = responderSigns(method);
    const own = ownCredential(credentials, suite, signed)!;
    const peerConnectionId = this.#peerConnectionId!;
    const connectionId = chooseConnectionId(peerConnectionId);
    checkConnectionIds(connectionId, peerConnectionId);
    const { privateKey, publicKey } = generateKeyPair(crypto, random, suite.agreement);
    try {
      const compact = compactKey(publicKey);
      const peerKey = expandedKey(suite.agreement, fields.ephemeralKey);
      const transcript = schedule.transcript2(compact, message1);
      const key2e = schedule.key2e(transcript, agree(schedule, privateKey, peerKey));
      const secret = signed ? undefined : agree(schedule, own.privateKey, peerKey);
      const key3e2m = schedule.key3e2m(key2e, transcript, secret);
      const plaintext = this.#composePlaintext2(
        own,
        schedule,
        { key: key3e2m, transcript, signed },
        connectionId,
      );
      const ciphertext = schedule.exclusiveOr2(key2e, transcript, plaintext);
      this.#halfOpen = {
        schedule,
        method,
        connectionId,
        peerConnectionId,
        privateKey: initiatorSigns(method) ? undefined : privateKey,
        transcript3: schedule.nextTranscript(transcript, plaintext, own.bytes),
        key3e2m,
      };
      return encodeMessage(concatBytes([compact, ciphertext]));
    } finally {
      if (this.#halfOpen === undefined) schedule.forget();
      if (this.#halfOpen?.privateKey === undefined) privateKey.fill(0);
    }
  }

  /** With the proof that our credential is ours. */
  #composePlaintext2(
    own: OwnCredential,
    schedule: KeySchedule,
    keys: Pick<Statement, "key" | "transcript" | "signed">,
    connectionId: Uint8Array,
  ): Uint8Array {
    const idCredential = own.id;
    const ead = composeEad(this.#options.ead, 2);
    const statement = { ...keys, connectionId: encodeIdentifier(connectionId), idCredential, ead };
    return encodePlaintext2({
      connectionId,
      idCredential,
      signatureOrMac: prove(schedule, statement, own),
      ead,
    });
  }

  /** Verifies Signature_or_MAC_3 (§5.4.3). */
  #authenticate({ schedule, method, ...halfOpen }: HalfOpen, { fields }: Received3): Authenticated {
    const { ead, peers } = this.#options;
    const { idCredential, signatureOrMac } = fields;
    const signed = initiatorSigns(method);
    const transcript = halfOpen.transcript3;
    checkProofLength(schedule.suite, signed, signatureOrMac);
    processEad(ead, 3, fields.ead);
    for (const peer of fitting(schedule.suite, signed, peers.find(idCredential))) {
      const secret = signed ? undefined : agree(schedule, halfOpen.privateKey!, peer.publicKey);
      const key4e3m = schedule.key4e3m(halfOpen.key3e2m, transcript, secret);
      const statement = { key: key4e3m, idCredential, transcript, ead: fields.ead, signed };
      if (isProof(schedule, statement, peer, signatureOrMac)) return { peer, key4e3m };
    }
    throw new EdhocProcessingError("expected a Signature_or_MAC_3 that verifies");
  }

  #complete(halfOpen: HalfOpen, { plaintext }: Received3, { peer, key4e3m }: Authenticated): Completed {
    const { schedule, method, connectionId, peerConnectionId, transcript3 } = halfOpen;
    const { ead } = this.#options;
    const transcript4 = schedule.nextTranscript(transcript3, plaintext, peer.bytes);
    const ead4 = usesMessage4(this.#options) ? composeEad(ead, 4) : undefined;
    const session = new EdhocSession(schedule, schedule.keyOut(key4e3m, transcript4), {
      method,
      connectionId,
      peerConnectionId,
      peer,
    });
    if (ead4 === undefined) return { session };
    const key4 = schedule.messageKey4(key4e3m, transcript4);
    return { session, message4: encodeMessage(seal(key4, transcript4, ead4)) };
  }
}

function decryptMessage3({ schedule, key3e2m, transcript3 }: HalfOpen, message3: Uint8Array): Received3 {
  const ciphertext = decodeMessage("message_3", message3);
  const plaintext = open(schedule.messageKey3(key3e2m, transcript3), transcript3, ciphertext);
  return { plaintext, fields: decodePlaintext3(plaintext) };
}
