/**
 * EDHOC's message_2 with any plaintext, RFC 9528 §5.3.3: everybody can encrypt one, so all that an Initiator does with
 * it is open to everybody. Without the Responder's private key none is accepted.
 */

import assert from "node:assert/strict";
import { nodeCrypto } from "../../../hosts/node/crypto/node-crypto.js";
import { concatBytes } from "../../../src/bytes/concat.js";
import { fromHex } from "../../../src/bytes/hex.js";
import type { Crypto } from "../../../src/platform.js";
import { CborWriter } from "../../../src/cbor/writer.js";
import { writeKey } from "../../../src/cose/key.js";
import { keyOf } from "../../../src/cose/key-material.js";
import { cipherSuite, compactKey, expandedKey } from "../../../src/edhoc/cipher-suite.js";
import { IdCredential } from "../../../src/edhoc/codec/id-credential.js";
import { decodeMessage1, encodeMessage } from "../../../src/edhoc/codec/message.js";
import {
  KnownCredentials,
  rawKeyCredential,
  type Credential,
  type OwnCredential,
} from "../../../src/edhoc/credential.js";
import { EdhocError } from "../../../src/edhoc/errors.js";
import { Initiator } from "../../../src/edhoc/initiator.js";
import { KeySchedule } from "../../../src/edhoc/key-schedule.js";
import type { Target } from "../../target.js";
import { CBOR_WORDS } from "../cbor/cbor.js";

/** The Initiator's key, ephemeral and static, and the Responder's ephemeral one. */
const PRIVATE_KEY = new Uint8Array(32).fill(7);
const EPHEMERAL_KEY = new Uint8Array(32).fill(9);
/** Whose private key nobody uses here. */
const RESPONDER = rawKey(nodeCrypto.publicKey("P-256", new Uint8Array(32).fill(11)), 0x32);

function rawKey(publicKey: Uint8Array, kid: number): Credential {
  const writer = new CborWriter();
  writeKey(writer, { ...keyOf("P-256", publicKey), kid: Uint8Array.of(kid) });
  return rawKeyCredential(writer.bytes);
}

/** Results that are remembered; then all are forgotten. */
const MAX_REMEMBERED = 4096;

/** Node's cryptography. The same is computed over and over, which would take most of the time: so it is done once. */
class RememberingCrypto implements Crypto {
  readonly #results = new Map<string, Uint8Array | undefined>();

  supports: Crypto["supports"] = (algorithm) => nodeCrypto.supports(algorithm);
  aead: Crypto["aead"] = (algorithm, key) => nodeCrypto.aead(algorithm, key);
  encryptBlock: Crypto["encryptBlock"] = (key, block) => nodeCrypto.encryptBlock(key, block);
  hash: Crypto["hash"] = (algorithm, data) =>
    this.#once([algorithm, text(data)], () => nodeCrypto.hash(algorithm, data))!;
  hmac: Crypto["hmac"] = (algorithm, key, data) =>
    this.#once([algorithm, text(key), text(data)], () => nodeCrypto.hmac(algorithm, key, data))!;
  publicKey: Crypto["publicKey"] = (curve, privateKey) =>
    this.#once([curve, text(privateKey)], () => nodeCrypto.publicKey(curve, privateKey))!;
  sign: Crypto["sign"] = (algorithm, key, message) => nodeCrypto.sign(algorithm, key, message);
  verify: Crypto["verify"] = (algorithm, key, message, signature) =>
    nodeCrypto.verify(algorithm, key, message, signature);
  agree: Crypto["agree"] = (algorithm, privateKey, publicKey) =>
    this.#once([algorithm, text(privateKey), text(publicKey)], () =>
      nodeCrypto.agree(algorithm, privateKey, publicKey),
    );
  equal: Crypto["equal"] = (a, b) => nodeCrypto.equal(a, b);

  #once(names: readonly string[], compute: () => Uint8Array | undefined): Uint8Array | undefined {
    const name = names.join(" ");
    if (!this.#results.has(name)) {
      if (this.#results.size === MAX_REMEMBERED) this.#results.clear();
      this.#results.set(name, compute());
    }
    // A copy: secrets are overwritten.
    return this.#results.get(name)?.slice();
  }
}

function text({ buffer, byteOffset, length }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, length).toString("latin1");
}

const CRYPTO = new RememberingCrypto();

const OWN: OwnCredential = {
  ...rawKey(nodeCrypto.publicKey("P-256", PRIVATE_KEY), 0x2b),
  id: IdCredential.ofKid(Uint8Array.of(0x2b)),
  privateKey: PRIVATE_KEY,
  use: "static-dh",
};

function makeInitiator(): Initiator {
  return new Initiator({
    crypto: CRYPTO,
    random: {
      fill(bytes) {
        bytes.set(PRIVATE_KEY);
      },
    },
    method: 3,
    connectionId: Uint8Array.of(1),
    credentials: [OWN],
    peers: new KnownCredentials(nodeCrypto, [RESPONDER]),
  });
}

const MESSAGE_1 = makeInitiator().composeMessage1();
const SCHEDULE = new KeySchedule(CRYPTO, cipherSuite(2)!);
const COMPACT_KEY = compactKey(nodeCrypto.publicKey("P-256", EPHEMERAL_KEY));
const TRANSCRIPT = SCHEDULE.transcript2(COMPACT_KEY, MESSAGE_1);
const PEERS_KEY = expandedKey("P-256", decodeMessage1(MESSAGE_1).ephemeralKey);
const KEY_2E = SCHEDULE.key2e(TRANSCRIPT, nodeCrypto.agree("P-256", EPHEMERAL_KEY, PEERS_KEY)!);

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
