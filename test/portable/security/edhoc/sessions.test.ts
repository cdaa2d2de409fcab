import { equalBytes } from "../../../../src/bytes/compare.js";
import { fromHex } from "../../../../src/bytes/hex.js";
import { UnsupportedAlgorithmError } from "../../../../src/crypto/errors.js";
import {
  EdhocPeerError,
  EdhocProcessingError,
  EdhocUsageError,
  UnknownCredentialError,
} from "../../../../src/security/edhoc/errors.js";
import { IdCredential } from "../../../../src/security/edhoc/codec/id-credential.js";
import {
  KnownCredentials,
  certificateCredential,
  type OwnCredential,
} from "../../../../src/security/edhoc/credential.js";
import { METHODS } from "../../../../src/security/edhoc/method.js";
import type { EdhocSession } from "../../../../src/security/edhoc/session.js";
import { MAX_CONNECTION_ID_BYTES } from "../../../../src/security/edhoc/role.js";
import type { Crypto } from "../../../../src/ports/crypto.js";
import { assert, describe, hostCrypto, it } from "../../../portable.js";
import { C_I, C_R, makeCredential, Parties } from "./suites/parties.js";

const SUITES: readonly number[] = [0, 1, 2, 3];

function checkSame(initiator: EdhocSession, responder: EdhocSession): void {
  const ours = initiator.oscore();
  const theirs = responder.oscore();
  assert.deepEqual(ours.masterSecret, theirs.masterSecret);
  assert.deepEqual(ours.masterSalt, theirs.masterSalt);
  assert.deepEqual(ours.senderId, theirs.recipientId);
  assert.deepEqual(ours.recipientId, theirs.senderId);
}

/** A message with one bit of it changed. */
function changed(message: Uint8Array, at: number): Uint8Array {
  const copy = message.slice();
  copy[at]! ^= 1;
  return copy;
}

/** The host's cryptography as an image without Ed25519 has it. */
function withoutEd25519(): Crypto {
  const crypto = hostCrypto();
  return {
    supports: (algorithm) => algorithm !== "Ed25519" && crypto.supports(algorithm),
    aead: (algorithm, key) => crypto.aead(algorithm, key),
    encryptBlock: (key, block) => crypto.encryptBlock(key, block),
    hash: (algorithm, data) => crypto.hash(algorithm, data),
    hmac: (algorithm, key, data) => crypto.hmac(algorithm, key, data),
    publicKey: (curve, privateKey) => crypto.publicKey(curve, privateKey),
    sign: (algorithm, privateKey, message) => crypto.sign(algorithm, privateKey, message),
    verify: (algorithm, publicKey, message, signature) =>
      crypto.verify(algorithm, publicKey, message, signature),
    agree: (algorithm, privateKey, publicKey) => crypto.agree(algorithm, privateKey, publicKey),
    equal: (a, b) => crypto.equal(a, b),
  };
}

describe("EDHOC sessions", () => {
  for (const method of METHODS)
    for (const suite of SUITES)
      it(`RFC 9528 §5: method ${method} with suite ${suite}, with message_4: both ends have the same keys`, () => {
        const parties = new Parties(hostCrypto(), 100 * method + suite);
        const initiator = parties.initiator(method, { suites: [suite], message4: true });
        const responder = parties.responder({ suites: [suite], message4: true });
        const message2 = responder.processMessage1(initiator.composeMessage1());
        const { message3, session } = initiator.processMessage2(message2);
        const completed = responder.processMessage3(message3);
        initiator.processMessage4(completed.message4!);
        checkSame(session, completed.session);
        assert.equal(session.suite.number, suite);
        assert.equal(session.method, method);
        assert.ok(parties.responders.some(({ bytes }) => equalBytes(bytes, session.peer.bytes)));
        assert.ok(parties.initiators.some(({ bytes }) => equalBytes(bytes, completed.session.peer.bytes)));
      });

  it("RFC 9528 §1.2: method 3 with key identifiers takes 101 bytes", () => {
    const parties = new Parties(hostCrypto());
    const initiator = parties.initiator(3);
    const responder = parties.responder({ chooseConnectionId: () => Uint8Array.of(0x20) });
    const message1 = initiator.composeMessage1();
    const message2 = responder.processMessage1(message1);
    const { message3 } = initiator.processMessage2(message2);
    assert.deepEqual([message1.length, message2.length, message3.length], [37, 45, 19]);
  });

  it("RFC 9528 §5.5: without message_4 the Responder sends none", () => {
    const parties = new Parties(hostCrypto());
    const [initiator, responder] = [parties.initiator(3), parties.responder()];
    const { message3 } = initiator.processMessage2(responder.processMessage1(initiator.composeMessage1()));
    assert.equal(responder.processMessage3(message3).message4, undefined);
  });

  it("RFC 9528 §5.1: a message is taken once, and in its order", () => {
    const parties = new Parties(hostCrypto());
    const [initiator, responder] = [parties.initiator(3), parties.responder()];
    assert.throws(() => initiator.processMessage2(fromHex("40")), EdhocUsageError, "expected message_1");
    const message1 = initiator.composeMessage1();
    assert.throws(() => initiator.composeMessage1(), EdhocUsageError, "expected message_2");
    const message2 = responder.processMessage1(message1);
    assert.throws(() => responder.processMessage1(message1), EdhocUsageError, "expected message_3");
    const { message3 } = initiator.processMessage2(message2);
    assert.throws(() => initiator.processMessage2(message2), EdhocUsageError, "expected nothing more");
    responder.processMessage3(message3);
    const again = assert.throws(() => responder.processMessage3(message3), EdhocUsageError);
    assert.equal(again.reply, undefined);
  });

  for (const method of METHODS)
    it(`RFC 9528 §9.1: method ${method}: no changed bit of a message goes unnoticed`, () => {
      const parties = new Parties(hostCrypto(), method);
      for (const at of [0, 1, 4, 36]) {
        const [initiator, responder] = [parties.initiator(method), parties.responder()];
        const message1 = initiator.composeMessage1();
        let message2: Uint8Array | undefined;
        try {
          message2 = responder.processMessage1(changed(message1, at));
        } catch (error) {
          assert.ok(error instanceof EdhocProcessingError, `byte ${at}`);
        }
        if (message2) assert.throws(() => initiator.processMessage2(message2), EdhocProcessingError);
      }
      for (const back of [1, 9, 12]) {
        const [initiator, responder] = [parties.initiator(method), parties.responder()];
        const message2 = responder.processMessage1(initiator.composeMessage1());
        const error = assert.throws(
          () => initiator.processMessage2(changed(message2, message2.length - back)),
          Error,
        );
        assert.ok(error instanceof EdhocProcessingError || error instanceof UnknownCredentialError);
      }
      const [initiator, responder] = [parties.initiator(method), parties.responder()];
      const { message3 } = initiator.processMessage2(responder.processMessage1(initiator.composeMessage1()));
      assert.throws(() => responder.processMessage3(changed(message3, 5)), EdhocProcessingError, "verifies");
    });

  it("RFC 9528 §5.5.3: a message_4 that does not verify ends the session", () => {
    const parties = new Parties(hostCrypto());
    const initiator = parties.initiator(3, { message4: true });
    const responder = parties.responder({ message4: true });
    const { message3 } = initiator.processMessage2(responder.processMessage1(initiator.composeMessage1()));
    const { message4 } = responder.processMessage3(message3);
    assert.throws(() => initiator.processMessage4(changed(message4!, 3)), EdhocProcessingError);
    assert.throws(() => initiator.processMessage4(message4!), EdhocUsageError);
  });

  it("RFC 9528 §6: who gets an error message ends the session and sends none", () => {
    const parties = new Parties(hostCrypto());
    const errors = ["016568656c6c6f", "03f5", "1864f6", "00f5", "2002"].map(fromHex);
    for (const error of errors) {
      const [initiator, responder] = [parties.initiator(3), parties.responder()];
      responder.processMessage1(initiator.composeMessage1());
      const atInitiator = assert.throws(() => initiator.processMessage2(error), EdhocPeerError);
      const atResponder = assert.throws(() => responder.processMessage3(error), EdhocPeerError);
      assert.equal(atInitiator.reply, undefined);
      assert.equal(atResponder.reply, undefined);
    }
  });

  it("RFC 9528 §6.2: an error is told in words", () => {
    const parties = new Parties(hostCrypto());
    const responder = parties.responder({ methods: [0] });
    const error = assert.throws(
      () => responder.processMessage1(parties.initiator(3).composeMessage1()),
      EdhocProcessingError,
      "method 3 not supported",
    );
    assert.deepEqual(error.reply, fromHex("01766d6574686f642033206e6f7420737570706f72746564"));
  });

  it("RFC 9528 §6.4: a reference to an unknown credential is answered with error 3", () => {
    const parties = new Parties(hostCrypto());
    const stranger = makeCredential(parties.crypto, parties.random, "P-256", "static-dh", 0x15);
    const initiator = parties.initiator(3, { credentials: [stranger] });
    const responder = parties.responder();
    const { message3 } = initiator.processMessage2(responder.processMessage1(initiator.composeMessage1()));
    const error = assert.throws(() => responder.processMessage3(message3), UnknownCredentialError);
    assert.deepEqual(error.reply, fromHex("03f5"));
  });

  it("RFC 9528 §9.2: a credential whose key is for one use does not complete a session of the other", () => {
    const parties = new Parties(hostCrypto());
    for (const use of ["signature", "static-dh"] as const) {
      const allowed = new KnownCredentials(
        parties.crypto,
        parties.initiators.map((credential) => ({ ...credential, use })),
      );
      for (const [method, fits] of [
        [0, use === "signature"],
        [3, use === "static-dh"],
      ] as const) {
        const initiator = parties.initiator(method);
        const responder = parties.responder({ peers: allowed });
        const { message3 } = initiator.processMessage2(
          responder.processMessage1(initiator.composeMessage1()),
        );
        if (fits) assert.equal(responder.processMessage3(message3).session.method, method);
        else
          assert.throws(
            () => responder.processMessage3(message3),
            EdhocProcessingError,
            "with a key of P-256 for",
          );
      }
    }
  });

  it("RFC 9528 §6.4: who knows raw keys only answers certificates with error 3, in either role", () => {
    const parties = new Parties(hostCrypto());
    const certificate = fromHex("30030201");
    const certified = (own: readonly OwnCredential[]): OwnCredential[] =>
      own.map((credential) => ({
        ...credential,
        ...certificateCredential(certificate, credential.curve, credential.publicKey),
        id: IdCredential.ofCertificates([certificate, certificate]),
      }));
    const initiator = parties.initiator(3, { credentials: certified(parties.initiators) });
    const responder = parties.responder();
    const { message3 } = initiator.processMessage2(responder.processMessage1(initiator.composeMessage1()));
    const refusal = assert.throws(() => responder.processMessage3(message3), UnknownCredentialError);
    assert.deepEqual(refusal.reply, fromHex("03f5"));
    const other = parties.initiator(3);
    const message2 = parties
      .responder({ credentials: certified(parties.responders) })
      .processMessage1(other.composeMessage1());
    const error = assert.throws(() => other.processMessage2(message2), UnknownCredentialError);
    assert.deepEqual(error.reply, fromHex("03f5"));
  });

  it("RFC 9528 §3.5.3: several credentials with one key identifier are tried", () => {
    const parties = new Parties(hostCrypto());
    const twin = makeCredential(parties.crypto, parties.random, "P-256", "static-dh", 0x23);
    const initiator = parties.initiator(3, { peers: parties.know([twin, ...parties.responders]) });
    const responder = parties.responder();
    const { message3, session } = initiator.processMessage2(
      responder.processMessage1(initiator.composeMessage1()),
    );
    checkSame(session, responder.processMessage3(message3).session);
    assert.deepEqual(session.peer.bytes, parties.responders[3]!.bytes);
  });

  it("RFC 9528 §3.5.1: a credential whose key does not fit the method is refused", () => {
    const parties = new Parties(hostCrypto());
    const [initiator, responder] = [
      parties.initiator(0, { suites: [0] }),
      parties.responder({ suites: [0] }),
    ];
    const elsewhere = parties.responders.map((credential) => ({ ...credential, curve: "P-256" as const }));
    const misled = parties.initiator(0, { suites: [0], peers: parties.know(elsewhere) });
    const message2 = responder.processMessage1(misled.composeMessage1());
    assert.throws(() => misled.processMessage2(message2), EdhocProcessingError, "key of Ed25519");
    assert.ok(initiator.composeMessage1().length > 0);
  });

  it("RFC 9528 §9.2: an Initiator does not take its own credential for another's", () => {
    const parties = new Parties(hostCrypto());
    const initiator = parties.initiator(3, { peers: parties.know(parties.initiators) });
    const mirror = parties.responder({ credentials: parties.initiators });
    const message2 = mirror.processMessage1(initiator.composeMessage1());
    assert.throws(() => initiator.processMessage2(message2), EdhocProcessingError, "our own");
  });

  it("RFC 9528 §3.3.3: both ends choose different connection identifiers", () => {
    const parties = new Parties(hostCrypto());
    const same = parties.responder({ chooseConnectionId: (peers) => peers });
    assert.throws(() => same.processMessage1(parties.initiator(3).composeMessage1()), EdhocProcessingError);
  });

  it("RFC 9528 §3.3.3: connection identifiers have 0 to 7 bytes, as OSCORE's do", () => {
    const parties = new Parties(hostCrypto());
    for (const bytes of [0, MAX_CONNECTION_ID_BYTES]) {
      const initiator = parties.initiator(3, { connectionId: new Uint8Array(bytes) });
      assert.ok(parties.responder().processMessage1(initiator.composeMessage1()).length > 0);
    }
    const connectionId = new Uint8Array(MAX_CONNECTION_ID_BYTES + 1);
    assert.throws(() => parties.initiator(3, { connectionId }), EdhocProcessingError, "at most 7 bytes");
    const long = fromHex(`03025820${"00".repeat(32)}48${"00".repeat(8)}`);
    assert.throws(() => parties.responder().processMessage1(long), EdhocProcessingError, "at most 7 bytes");
  });

  it("RFC 9528 §9.2: every message_1 has an ephemeral key of its own", () => {
    const parties = new Parties(hostCrypto());
    const keys = [1, 2].map(() => parties.initiator(3).composeMessage1().slice(4, 36));
    assert.ok(!equalBytes(keys[0]!, keys[1]!));
  });

  it("RFC 9528 §8: an image without Ed25519 has suite 0 with static Diffie-Hellman keys only", () => {
    const crypto = withoutEd25519();
    const parties = new Parties(hostCrypto());
    for (const method of [0, 1, 2])
      assert.throws(
        () => parties.initiator(method, { crypto, suites: [0] }),
        UnsupportedAlgorithmError,
        "Ed25519",
      );
    const initiator = parties.initiator(3, { crypto, suites: [0] });
    const message2 = parties.responder({ crypto, suites: [0] }).processMessage1(initiator.composeMessage1());
    assert.ok(initiator.processMessage2(message2).message3.length > 0);
  });

  it("RFC 9528 §3.6: a suite that there is no code for is refused", () => {
    const parties = new Parties(hostCrypto());
    assert.throws(() => parties.initiator(3, { suites: [6] }), UnsupportedAlgorithmError, "cipher suite 6");
    assert.throws(() => parties.responder({ suites: [6, 24] }), UnsupportedAlgorithmError, "6, 24");
    assert.throws(() => parties.initiator(4), EdhocUsageError, "method");
    assert.throws(() => parties.initiator(3, { credentials: [] }), EdhocUsageError, "credential");
  });

  it("RFC 9528 §4.2.1: an exporter label is an unsigned number of the registry", () => {
    const parties = new Parties(hostCrypto());
    const [initiator, responder] = [parties.initiator(3), parties.responder()];
    const { session } = initiator.processMessage2(responder.processMessage1(initiator.composeMessage1()));
    assert.equal(session.export(0, C_I, 20).length, 20);
    assert.equal(session.export(65535, C_R, 0).length, 0);
    for (const label of [-1, 65536, 0.5]) assert.throws(() => session.export(label, C_I, 8), EdhocUsageError);
  });
});
