/** The sessions of RFC 9529, byte for byte, with any provider of the crypto port. */

import { fromHex, toHex } from "../../../../../src/bytes/hex.js";
import {
  KnownCredentials,
  type Credential,
  type OwnCredential,
} from "../../../../../src/security/edhoc/credential.js";
import { EdhocPeerError, WrongSuiteError } from "../../../../../src/security/edhoc/errors.js";
import { IdCredential } from "../../../../../src/security/edhoc/codec/id-credential.js";
import { Initiator } from "../../../../../src/security/edhoc/initiator.js";
import { encodeMessage1 } from "../../../../../src/security/edhoc/codec/message.js";
import { Responder } from "../../../../../src/security/edhoc/responder.js";
import type { EdhocSession } from "../../../../../src/security/edhoc/session.js";
import type { Crypto } from "../../../../../src/ports/crypto.js";
import { assert, describe, it } from "../../../../portable.js";
import { KnownRandom, Trace, traceCredential } from "./trace.js";

const OSCORE = "OSCORE Parameters";
const UPDATE = "Key Update";

interface Ends {
  readonly initiator: Initiator;
  readonly responder: Responder;
}

interface Setup {
  readonly trace: Trace;
  readonly method: number;
  /** The Initiator's, in its order of preference. */
  readonly suites: readonly number[];
  readonly suite: number;
  readonly message1: string;
  readonly initiator: OwnCredential;
  readonly responder: OwnCredential;
}

function own(
  trace: Trace,
  letter: "I" | "R",
  use: OwnCredential["use"],
  credential: Credential,
): OwnCredential {
  const step = letter === "I" ? "message_3" : "message_2";
  return {
    ...credential,
    id: new IdCredential(trace.get(step, `ID_CRED_${letter}`)),
    privateKey: trace.get(step, `SK_${letter}`),
    use,
  };
}

function setup1(): Setup {
  const trace = new Trace("trace_1");
  const credential = (step: string, letter: "I" | "R"): Credential =>
    traceCredential(trace.get(step, `CRED_${letter}`, "Raw Value"), trace.get(step, `PK_${letter}`));
  return {
    trace,
    method: 0,
    suites: [0],
    suite: 0,
    message1: "message_1",
    initiator: own(trace, "I", "signature", credential("message_3", "I")),
    responder: own(trace, "R", "signature", credential("message_2", "R")),
  };
}

function setup2(): Setup {
  const trace = new Trace("trace_2");
  return {
    trace,
    method: 3,
    suites: [6, 2],
    suite: 2,
    message1: "message_1 (second time)",
    initiator: own(trace, "I", "static-dh", traceCredential(trace.get("message_3", "CRED_I"))),
    responder: own(trace, "R", "static-dh", traceCredential(trace.get("message_2", "CRED_R"))),
  };
}

function open(crypto: Crypto, { trace, message1, method, suites, suite, initiator, responder }: Setup): Ends {
  return {
    initiator: new Initiator({
      crypto,
      random: new KnownRandom(trace.get(message1, "X")),
      method,
      suites,
      peerSuites: [suite],
      connectionId: trace.get(message1, "C_I", "Raw Value"),
      credentials: [initiator],
      peers: new KnownCredentials(crypto, [responder]),
      message4: true,
    }),
    responder: new Responder({
      crypto,
      random: new KnownRandom(trace.get("message_2", "Y")),
      suites: [suite],
      chooseConnectionId: () => trace.get("message_2", "C_R", "Raw Value"),
      credentials: [responder],
      peers: new KnownCredentials(crypto, [initiator]),
      message4: true,
    }),
  };
}

function checkKeys(trace: Trace, session: EdhocSession, role: "Client" | "Server"): void {
  const check = (step: string, suffix: string): void => {
    const { masterSecret, masterSalt } = session.oscore();
    assert.deepEqual(masterSecret, trace.get(step, `OSCORE Master Secret${suffix}`));
    assert.deepEqual(masterSalt, trace.get(step, `OSCORE Master Salt${suffix}`));
  };
  const { senderId, algorithm, hash } = session.oscore();
  assert.deepEqual(senderId, trace.get(OSCORE, `${role}'s OSCORE Sender ID`));
  assert.equal(algorithm, "AES-CCM-16-64-128");
  assert.equal(hash, "SHA-256");
  check(OSCORE, "");
  session.updateKeys(trace.get(UPDATE, "context for KeyUpdate", "Raw Value"));
  check(UPDATE, " after KeyUpdate");
}

function checkSession(crypto: Crypto, setup: Setup): void {
  const { trace, message1 } = setup;
  const { initiator, responder } = open(crypto, setup);
  const first = initiator.composeMessage1();
  assert.deepEqual(first, trace.get(message1, "message_1"));
  const second = responder.processMessage1(first);
  assert.deepEqual(second, trace.get("message_2", "message_2"));
  const { message3, session } = initiator.processMessage2(second);
  assert.deepEqual(message3, trace.get("message_3", "message_3"));
  const completed = responder.processMessage3(message3);
  assert.deepEqual(completed.message4, trace.get("message_4", "message_4"));
  initiator.processMessage4(completed.message4!);
  checkKeys(trace, session, "Client");
  checkKeys(trace, completed.session, "Server");
  assert.deepEqual(session.peer.bytes, setup.responder.bytes);
  assert.deepEqual(completed.session.peer.bytes, setup.initiator.bytes);
}

/** Declares the tests. @param provider is called within each test */
export function testTraces(provider: () => Crypto): void {
  describe("EDHOC traces", () => {
    it("RFC 9529 §2: method 0, suite 0, certificates by their hashes, both roles", () => {
      checkSession(provider(), setup1());
    });

    it("RFC 9529 §3: method 3, suite 2 after negotiation, claims sets by key identifier, both roles", () => {
      checkSession(provider(), setup2());
    });

    it("RFC 9529 §3.1, §3.2: a suite that the Responder lacks is answered with those that it has", () => {
      const setup = setup2();
      const first = "message_1 (first time)";
      const bytes = encodeMessage1({
        method: 3,
        suites: [6],
        ephemeralKey: setup.trace.get(first, "G_X", "Raw Value"),
        connectionId: setup.trace.get(first, "C_I", "Raw Value"),
        ead: fromHex(""),
      });
      assert.deepEqual(bytes, setup.trace.get(first, "message_1"));
      const { initiator, responder } = open(provider(), setup);
      const error = assert.throws(() => responder.processMessage1(bytes), WrongSuiteError);
      assert.deepEqual(error.reply, setup.trace.get("error", "error"));
      initiator.composeMessage1();
      const received = assert.throws(() => initiator.processMessage2(error.reply!), EdhocPeerError);
      assert.deepEqual(received.received.suites, [2]);
      assert.equal(received.reply, undefined);
    });

    it("RFC 9528 appendix H: keys exported after an update are others, the same on both sides", () => {
      const setup = setup2();
      const { initiator, responder } = open(provider(), setup);
      const { message3, session } = initiator.processMessage2(
        responder.processMessage1(initiator.composeMessage1()),
      );
      const other = responder.processMessage3(message3).session;
      const context = fromHex("00");
      const before = toHex(session.export(32768, context, 16));
      assert.equal(toHex(other.export(32768, context, 16)), before);
      session.updateKeys(context);
      other.updateKeys(context);
      const after = toHex(session.export(32768, context, 16));
      assert.ok(after !== before);
      assert.equal(toHex(other.export(32768, context, 16)), after);
    });
  });
}
