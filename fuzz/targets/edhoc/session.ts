/**
 * EDHOC's message_2 with any plaintext, RFC 9528 §5.3.3: everybody can encrypt one, so all that an Initiator does with
 * it is open to everybody. Without the Responder's private key none is accepted.
 */

import assert from "node:assert/strict";
import { concatBytes } from "../../../src/bytes/concat.js";
import { fromHex } from "../../../src/bytes/hex.js";
import { cipherSuite, compactKey, expandedKey } from "../../../src/security/edhoc/cipher-suite.js";
import { decodeMessage1, encodeMessage } from "../../../src/security/edhoc/codec/message.js";
import { KnownCredentials } from "../../../src/security/edhoc/credential.js";
import { EdhocError } from "../../../src/security/edhoc/errors.js";
import { Initiator } from "../../../src/security/edhoc/initiator.js";
import { KeySchedule } from "../../../src/security/edhoc/key-schedule.js";
import type { Target } from "../../target.js";
import { CBOR_WORDS } from "../cbor/cbor.js";
import { CRYPTO, credentialOf, fixedRandom, ownCredentialOf, privateKey } from "./parties.js";

/** The Initiator's key, ephemeral and static, and the Responder's ephemeral one. */
const PRIVATE_KEY = privateKey(7);
const EPHEMERAL_KEY = privateKey(9);
/** Whose private key nobody uses here. */
const RESPONDER = credentialOf(privateKey(11), 0x32);

const OWN = ownCredentialOf(PRIVATE_KEY, 0x2b);

function makeInitiator(): Initiator {
  return new Initiator({
    crypto: CRYPTO,
    random: fixedRandom(PRIVATE_KEY),
    method: 3,
    connectionId: Uint8Array.of(1),
    credentials: [OWN],
    peers: new KnownCredentials(CRYPTO, [RESPONDER]),
  });
}

const MESSAGE_1 = makeInitiator().composeMessage1();
const SCHEDULE = new KeySchedule(CRYPTO, cipherSuite(2)!);
const COMPACT_KEY = compactKey(CRYPTO.publicKey("P-256", EPHEMERAL_KEY));
const TRANSCRIPT = SCHEDULE.transcript2(COMPACT_KEY, MESSAGE_1);
const PEERS_KEY = expandedKey("P-256", decodeMessage1(MESSAGE_1).ephemeralKey);
const KEY_2E = SCHEDULE.key2e(TRANSCRIPT, CRYPTO.agree("P-256", EPHEMERAL_KEY, PEERS_KEY)!);

export const edhocSession: Target = {
  name: "edhoc-session",
  errors: [EdhocError],
  dictionary: [
    ...CBOR_WORDS,
    ...["27", "32", "480000000000000000", "a10e", "a11821", "a1182282", "2e48", "2f5820"].map(fromHex),
    RESPONDER.bytes,
  ],
  /** Accepts what only the proof is wrong in. */
  parse(plaintext) {
    const initiator = makeInitiator();
    initiator.composeMessage1();
    const ciphertext = SCHEDULE.exclusiveOr2(KEY_2E, TRANSCRIPT, plaintext);
    const message2 = encodeMessage(concatBytes([COMPACT_KEY, ciphertext]));
    try {
      return initiator.processMessage2(message2);
    } catch (error) {
      if (error instanceof EdhocError && error.message.includes("that verifies")) return undefined;
      throw error;
    }
  },
  check(completed) {
    assert.equal(completed, undefined, "accepted without the Responder's private key");
  },
};
