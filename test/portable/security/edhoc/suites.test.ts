import { fromHex } from "../../../../src/bytes/hex.js";
import { CborError } from "../../../../src/cbor/error.js";
import { CborReader } from "../../../../src/cbor/reader.js";
import {
  EdhocProcessingError,
  EdhocUsageError,
  WrongSuiteError,
} from "../../../../src/security/edhoc/errors.js";
import { decodeMessage1 } from "../../../../src/security/edhoc/codec/message.js";
import { MAX_SUITES, readSuites } from "../../../../src/security/edhoc/codec/suites-list.js";
import { assert, describe, hostCrypto, it } from "../../../portable.js";
import { Parties } from "./suites/parties.js";

function suitesOf(message1: Uint8Array): readonly number[] {
  return decodeMessage1(message1).suites;
}

describe("EDHOC cipher suite negotiation", () => {
  it("RFC 9528 §5.2.2: the most preferred suite goes alone, another behind all that are preferred to it", () => {
    const parties = new Parties(hostCrypto());
    assert.deepEqual(suitesOf(parties.initiator(3).composeMessage1()), [2]);
    assert.deepEqual(suitesOf(parties.initiator(3, { suites: [3, 2, 0] }).composeMessage1()), [3]);
    const second = parties.initiator(3, { suites: [5, 3, 2, 0], peerSuites: [0, 2] });
    assert.deepEqual(suitesOf(second.composeMessage1()), [5, 3, 2]);
  });

  it("RFC 9528 §6.3.1: without a suite in common there is no session", () => {
    const parties = new Parties(hostCrypto());
    assert.throws(() => parties.initiator(3, { peerSuites: [5, 6] }), EdhocUsageError, "5, 6");
  });

  it("RFC 9528 §6.3: after error 2 the next message_1 is taken", () => {
    const parties = new Parties(hostCrypto());
    const suites = [0, 3, 2];
    const refusal = assert.throws(
      () => parties.responder().processMessage1(parties.initiator(3, { suites }).composeMessage1()),
      WrongSuiteError,
    );
    assert.deepEqual(refusal.suites, [2, 3]);
    assert.deepEqual(refusal.reply, fromHex("02820203"));
    const initiator = parties.initiator(3, { suites, peerSuites: refusal.suites });
    const message2 = parties.responder().processMessage1(initiator.composeMessage1());
    assert.equal(initiator.processMessage2(message2).session.suite.number, 3);
  });

  it("RFC 9528 §5.2.3: a suite is refused where the Responder has one that the Initiator prefers to it", () => {
    const parties = new Parties(hostCrypto());
    const message1 = parties.initiator(3, { suites: [3, 2], peerSuites: [2] }).composeMessage1();
    assert.deepEqual(suitesOf(message1), [3, 2]);
    const refusal = assert.throws(() => parties.responder().processMessage1(message1), WrongSuiteError);
    assert.ok(refusal.suites.includes(3));
  });

  it("RFC 9528 §6.3: what a suite needs depends on the method: without a key for it, it is not supported", () => {
    const parties = new Parties(hostCrypto());
    const responder = parties.responder({ suites: [0, 2], credentials: parties.responders.slice(2) });
    const message1 = parties.initiator(3, { suites: [0] }).composeMessage1();
    const refusal = assert.throws(() => responder.processMessage1(message1), WrongSuiteError);
    assert.deepEqual(refusal.suites, [2]);
  });

  it("RFC 9528 §9.1: who takes suites off the list is found out", () => {
    const parties = new Parties(hostCrypto());
    const initiator = parties.initiator(3, { suites: [3, 2], peerSuites: [2] });
    const message1 = initiator.composeMessage1();
    // 03 82 03 02 … becomes 03 02 …
    const shorter = Uint8Array.of(3, 2, ...message1.slice(4));
    const message2 = parties.responder().processMessage1(shorter);
    assert.throws(() => initiator.processMessage2(message2), EdhocProcessingError);
  });

  it("RFC 9528 §5.2.1: a list has at least two suites, and at most MAX_SUITES", () => {
    const list = (count: number): CborReader =>
      new CborReader(fromHex(`${count > 15 ? "90" : "8f"}${"05".repeat(count)}`));
    assert.equal(readSuites(list(MAX_SUITES)).length, MAX_SUITES);
    assert.equal(readSuites(list(MAX_SUITES - 1)).length, MAX_SUITES - 1);
    assert.throws(() => readSuites(new CborReader(fromHex(`91${"05".repeat(17)}`))), CborError, "MAX_SUITES");
    for (const hex of ["80", "8102", "9f0203ff", "40", "f5"])
      assert.throws(() => readSuites(new CborReader(fromHex(hex))), CborError);
  });
});
