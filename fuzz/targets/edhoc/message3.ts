/**
 * EDHOC's message_3 with any plaintext, RFC 9528 §5.4.3: who has sent message_1 has the key that encrypts it, so all that
 * a Responder does with it is open to everybody. Without the private key of an Initiator that it knows none is accepted.
 */

import assert from "node:assert/strict";
import { fromHex } from "../../../src/bytes/hex.js";
import { KnownCredentials } from "../../../src/security/edhoc/credential.js";
import {
  EPHEMERAL_KEY_BYTES,
  cipherSuite,
  compactKey,
  expandedKey,
} from "../../../src/security/edhoc/cipher-suite.js";
import { decodeMessage, encodeMessage, encodeMessage1 } from "../../../src/security/edhoc/codec/message.js";
import { EdhocError } from "../../../src/security/edhoc/errors.js";
import { KeySchedule, type MessageKey } from "../../../src/security/edhoc/key-schedule.js";
import { Responder } from "../../../src/security/edhoc/responder.js";
import { seal } from "../../../src/security/edhoc/role.js";
import type { Target } from "../../target.js";
import { CBOR_WORDS } from "../cbor/cbor.js";
import { CRYPTO, credentialOf, fixedRandom, ownCredentialOf, privateKey } from "./parties.js";

/** Ephemeral key of whoever sends. */
const EPHEMERAL_KEY = privateKey(9);
/** Whose private key nobody uses here. */
const INITIATOR = credentialOf(privateKey(11), 0x2b);
const OWN = ownCredentialOf(privateKey(7), 0x32);

const MESSAGE_1 = encodeMessage1({
  method: 3,
  suites: [2],
  ephemeralKey: compactKey(CRYPTO.publicKey("P-256", EPHEMERAL_KEY)),
  connectionId: Uint8Array.of(1),
  ead: new Uint8Array(0),
});

function makeResponder(): Responder {
  return new Responder({
    crypto: CRYPTO,
    random: fixedRandom(privateKey(5)),
    credentials: [OWN],
    peers: new KnownCredentials(CRYPTO, [INITIATOR]),
    chooseConnectionId: () => Uint8Array.of(2),
  });
}

/** What the sender derives from message_2, the Responder's being the same each time. */
function deriveKey3(): { readonly transcript: Uint8Array; readonly key: Uint8Array } {
  const schedule = new KeySchedule(CRYPTO, cipherSuite(2)!);
  const message2 = decodeMessage("message_2", makeResponder().processMessage1(MESSAGE_1));
  const compact = message2.subarray(0, EPHEMERAL_KEY_BYTES);
  const ciphertext = message2.subarray(EPHEMERAL_KEY_BYTES);
  const transcript2 = schedule.transcript2(compact, MESSAGE_1);
  const agree = (peers: Uint8Array): Uint8Array => CRYPTO.agree("P-256", EPHEMERAL_KEY, peers)!;
  const key2e = schedule.key2e(transcript2, agree(expandedKey("P-256", compact)));
  const plaintext2 = schedule.exclusiveOr2(key2e, transcript2, ciphertext);
  return {
    transcript: schedule.nextTranscript(transcript2, plaintext2, OWN.bytes),
    key: schedule.key3e2m(key2e, transcript2, agree(OWN.publicKey)),
  };
}

const { transcript: TRANSCRIPT_3, key: KEY_3E2M } = deriveKey3();

/** Made for each message: it is overwritten when it has sealed one. */
function messageKey(): MessageKey {
  return new KeySchedule(CRYPTO, cipherSuite(2)!).messageKey3(KEY_3E2M, TRANSCRIPT_3);
}

export const edhocMessage3: Target = {
  name: "edhoc-message3",
  errors: [EdhocError],
  dictionary: [
    ...CBOR_WORDS,
    ...["2b", "480000000000000000", "a10d", "a10e", "a11821", "a1182282", "2f5820"].map(fromHex),
    INITIATOR.bytes,
  ],
  /** Accepts what only the proof is wrong in. */
  parse(plaintext) {
    const responder = makeResponder();
    responder.processMessage1(MESSAGE_1);
    try {
      return responder.processMessage3(encodeMessage(seal(messageKey(), TRANSCRIPT_3, plaintext)));
    } catch (error) {
      if (error instanceof EdhocError && error.message.includes("Signature_or_MAC_3 that verifies"))
        return undefined;
      throw error;
    }
  },
  check(completed) {
    assert.equal(completed, undefined, "accepted without the Initiator's private key");
  },
};
