/** The invalid messages of RFC 9529 §4, each given to one who waits for it, with any provider of the crypto port. */

import { concatBytes } from "../../../../../src/bytes/concat.js";
import { fromHex } from "../../../../../src/bytes/hex.js";
import { cipherSuite, expandedKey } from "../../../../../src/security/edhoc/cipher-suite.js";
import { UNSPECIFIED, WRONG_SUITE } from "../../../../../src/security/edhoc/codec/error-message.js";
import { EdhocError, EdhocProcessingError } from "../../../../../src/security/edhoc/errors.js";
import { KeySchedule } from "../../../../../src/security/edhoc/key-schedule.js";
import { encodeMessage } from "../../../../../src/security/edhoc/codec/message.js";
import type { Crypto } from "../../../../../src/ports/crypto.js";
import { assert, describe, it } from "../../../../portable.js";
import { vectors } from "../../../vectors/edhoc-rfc9529.js";
import { Parties } from "./parties.js";
import { Trace } from "./trace.js";

/** message_2 with that plaintext, from a Responder with the ephemeral key of RFC 9529 §3. */
function message2Of(crypto: Crypto, plaintext: Uint8Array, message1: Uint8Array): Uint8Array {
  const schedule = new KeySchedule(crypto, cipherSuite(2)!);
  const trace = new Trace("trace_2");
  const ephemeralKey = trace.get("message_2", "G_Y", "Raw Value");
  const peersKey = expandedKey("P-256", message1.slice(4, 36));
  const secret = crypto.agree("P-256", trace.get("message_2", "Y"), peersKey)!;
  const transcript = schedule.transcript2(ephemeralKey, message1);
  const ciphertext = schedule.exclusiveOr2(schedule.key2e(transcript, secret), transcript, plaintext);
  return encodeMessage(concatBytes([ephemeralKey, ciphertext]));
}

/** Declares the tests. @param provider is called within each test */
export function testInvalidMessages(provider: () => Crypto): void {
  describe("EDHOC invalid messages", () => {
    for (const { group, reason, message, hex } of vectors.invalid)
      it(`RFC 9529 §4: ${group}: ${reason} (${message}) is refused`, () => {
        const parties = new Parties(provider());
        const bytes = fromHex(hex);
        const initiator = parties.initiator(3);
        const message1 = initiator.composeMessage1();
        const process = (): unknown => {
          switch (message) {
            case "message_1":
              return parties.responder({ suites: [0, 2] }).processMessage1(bytes);
            case "message_2":
              return initiator.processMessage2(bytes);
            default:
              return initiator.processMessage2(message2Of(parties.crypto, bytes, message1));
          }
        };
        const error = assert.throws(process, EdhocError);
        // The key that is too short for suite 24 belongs to a suite which is not supported here.
        assert.equal(error.reply?.[0], bytes[3] === 24 ? WRONG_SUITE : UNSPECIFIED);
      });

    it("RFC 9528 §5.3.3: what encrypts those plaintexts makes good messages, too", () => {
      const parties = new Parties(provider());
      const initiator = parties.initiator(3);
      // C_R and ID_CRED_R are well-formed, the MAC has the right length: only that it is wrong ends the session.
      const message2 = message2Of(
        parties.crypto,
        fromHex("2723480000000000000000"),
        initiator.composeMessage1(),
      );
      assert.throws(
        () => initiator.processMessage2(message2),
        EdhocProcessingError,
        "Signature_or_MAC_2 that verifies",
      );
    });

    it("RFC 9528 §3.3.3: an Initiator refuses its own connection identifier with error 1", () => {
      const parties = new Parties(provider());
      const initiator = parties.initiator(3, { connectionId: fromHex("27") });
      const message2 = message2Of(
        parties.crypto,
        fromHex("2723480000000000000000"),
        initiator.composeMessage1(),
      );
      const error = assert.throws(
        () => initiator.processMessage2(message2),
        EdhocProcessingError,
        "another connection identifier",
      );
      assert.equal(error.reply?.[0], UNSPECIFIED);
    });

    it("RFC 9528 §5.3.3: message_2 has more than the ephemeral key", () => {
      const parties = new Parties(provider());
      for (const bytes of [0, 32]) {
        const initiator = parties.initiator(3);
        initiator.composeMessage1();
        const message2 = encodeMessage(new Uint8Array(bytes));
        assert.throws(() => initiator.processMessage2(message2), EdhocProcessingError, "more than 32 bytes");
      }
    });

    it("RFC 9528 §9.8: messages of other shapes are refused", () => {
      const parties = new Parties(provider());
      const key = `5820${"00".repeat(32)}`;
      for (const hex of [
        "",
        "03",
        "0302",
        `0302${key}`,
        `f502${key}0e`,
        `0380${key}0e`,
        `0302${key}0e0e0e60`,
      ]) {
        const responder = parties.responder();
        assert.throws(() => responder.processMessage1(fromHex(hex)), EdhocProcessingError);
      }
      for (const hex of ["", "60", "5800", "4000", "f5"]) {
        const initiator = parties.initiator(3);
        const responder = parties.responder();
        responder.processMessage1(initiator.composeMessage1());
        assert.throws(() => initiator.processMessage2(fromHex(hex)), EdhocProcessingError);
        assert.throws(() => responder.processMessage3(fromHex(hex)), EdhocProcessingError);
      }
    });
  });
}
