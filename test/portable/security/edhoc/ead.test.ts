import { fromHex } from "../../../../src/bytes/hex.js";
import { CborError } from "../../../../src/cbor/error.js";
import {
  MAX_EAD_ITEMS,
  decodeEad,
  encodeEad,
  padding,
  type EadApplication,
  type EadItem,
  type EadMessage,
} from "../../../../src/security/edhoc/codec/ead.js";
import { EdhocProcessingError } from "../../../../src/security/edhoc/errors.js";
import { assert, describe, hostCrypto, it, SeededRandom } from "../../../portable.js";
import { Parties } from "./suites/parties.js";

/** Sends an item in every message, and takes what it knows. */
function application(label: number, known: number, taken: string[]): EadApplication {
  return {
    compose: (message: EadMessage) => [{ label, value: Uint8Array.of(message) }],
    process(message: EadMessage, item: EadItem) {
      taken.push(`${message}: ${item.label}`);
      return Math.abs(item.label) === known;
    },
  };
}

describe("EDHOC external authorization data", () => {
  it("RFC 9528 §3.8: items travel in all four messages", () => {
    const parties = new Parties(hostCrypto());
    const atInitiator: string[] = [];
    const atResponder: string[] = [];
    const initiator = parties.initiator(0, { ead: application(-7, 7, atInitiator), message4: true });
    const responder = parties.responder({ ead: application(7, 7, atResponder), message4: true });
    const { message3 } = initiator.processMessage2(responder.processMessage1(initiator.composeMessage1()));
    initiator.processMessage4(responder.processMessage3(message3).message4!);
    assert.deepEqual(atResponder, ["1: -7", "3: -7"]);
    assert.deepEqual(atInitiator, ["2: 7", "4: 7"]);
  });

  it("RFC 9528 §3.8: a critical item that is not known ends the session, another is ignored", () => {
    const parties = new Parties(hostCrypto());
    const taken: string[] = [];
    const critical = parties.initiator(3, { ead: application(-8, 7, taken) }).composeMessage1();
    const elective = parties.initiator(3, { ead: application(8, 7, taken) }).composeMessage1();
    const error = assert.throws(
      () => parties.responder({ ead: application(7, 7, taken) }).processMessage1(critical),
      EdhocProcessingError,
      "critical EAD item 8 of message_1",
    );
    assert.equal(error.reply?.[0], 1);
    assert.throws(
      () => parties.responder().processMessage1(critical),
      EdhocProcessingError,
      "critical EAD item 8",
    );
    assert.ok(parties.responder().processMessage1(elective).length > 0);
    assert.deepEqual(taken, ["1: -8"]);
  });

  it("RFC 9528 §3.8.1: padding makes a message longer by any number of bytes, and nobody sees it", () => {
    const random = new SeededRandom(1);
    for (const bytes of [1, 2, 3, 25, 26, 27, 28, 257, 258, 259, 260, 261, 1000]) {
      assert.equal(encodeEad(padding(bytes, random)).length, bytes, `${bytes} bytes`);
    }
    assert.deepEqual(encodeEad(padding(1, random)), fromHex("00"));
    assert.deepEqual(encodeEad(padding(2, random)), fromHex("0040"));
    const parties = new Parties(hostCrypto());
    const taken: string[] = [];
    const padded = parties.initiator(3, { ead: { compose: () => padding(26, random) } });
    const message1 = padded.composeMessage1();
    assert.equal(message1.length, 37 + 26);
    parties.responder({ ead: application(7, 7, taken) }).processMessage1(message1);
    assert.deepEqual(taken, []);
  });

  it("RFC 9528 §3.8: items are a label and perhaps a byte string", () => {
    assert.deepEqual(decodeEad(fromHex("")), []);
    assert.deepEqual(decodeEad(fromHex("0126416103")), [
      { label: 1 },
      { label: -7, value: fromHex("61") },
      { label: 3 },
    ]);
    for (const hex of ["40", "0160", "01f5", "0180", "014061"])
      assert.throws(() => decodeEad(fromHex(hex)), CborError);
    for (const hex of ["1801", "01580161", "015f4161ff"])
      assert.throws(() => decodeEad(fromHex(hex)), EdhocProcessingError, "deterministic");
  });

  it("a field has at most MAX_EAD_ITEMS", () => {
    assert.equal(decodeEad(fromHex("01".repeat(MAX_EAD_ITEMS))).length, MAX_EAD_ITEMS);
    assert.throws(
      () => decodeEad(fromHex("01".repeat(MAX_EAD_ITEMS + 1))),
      EdhocProcessingError,
      "MAX_EAD_ITEMS",
    );
  });
});
