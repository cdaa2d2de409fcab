/** The messages of RFC 9052 appendix C and RFC 9338 appendix A on the crypto port, with any provider. */

import { fromHex, toHex } from "../../../../src/bytes/hex.js";
import { decodeUtf8 } from "../../../../src/bytes/utf8.js";
import { CborReader } from "../../../../src/cbor/reader.js";
import { PortCoseCrypto } from "../../../../src/cose/cose-crypto.js";
import { CoseError } from "../../../../src/cose/errors.js";
import { readKeySet } from "../../../../src/cose/key.js";
import {
  countersignatureHolds,
  countersignaturesOf,
  messageTarget,
} from "../../../../src/cose/messages/countersignature.js";
import { openEncrypt, readEncrypt } from "../../../../src/cose/messages/encrypt.js";
import { encodeEncrypt0, openEncrypt0, readEncrypt0 } from "../../../../src/cose/messages/encrypt0.js";
import { encodeMac, readMac, verifyMac } from "../../../../src/cose/messages/mac.js";
import { encodeMac0, readMac0, verifyMac0 } from "../../../../src/cose/messages/mac0.js";
import { encodeSign, readSign, verifySign } from "../../../../src/cose/messages/sign.js";
import { encodeSign1, readSign1, verifySign1 } from "../../../../src/cose/messages/sign1.js";
import { UnsupportedAlgorithmError } from "../../../../src/crypto/errors.js";
import { CONTENT, ed25519Key, published, publishedKey } from "../published.js";
import type { Crypto } from "../../../../src/ports/crypto.js";
import { describe, it, assert } from "../../../portable.js";

function text(content: Uint8Array | undefined): string | undefined {
  return content === undefined ? undefined : decodeUtf8(content);
}

/** Sections with messages, and how each is read and written again. */
const REWRITTEN: readonly (readonly [section: string, rewrite: (bytes: Uint8Array) => Uint8Array])[] =
  Object.freeze([
    ["C.1.1", (bytes) => encodeSign(readSign(bytes))],
    ["C.1.2", (bytes) => encodeSign(readSign(bytes))],
    ["C.1.3", (bytes) => encodeSign(readSign(bytes))],
    ["C.2.1", (bytes) => encodeSign1(readSign1(bytes))],
    ["C.4.1", (bytes) => encodeEncrypt0(readEncrypt0(bytes))],
    ["C.4.2", (bytes) => encodeEncrypt0(readEncrypt0(bytes))],
    ["C.5.1", (bytes) => encodeMac(readMac(bytes))],
    ["C.5.3", (bytes) => encodeMac(readMac(bytes))],
    ["C.6.1", (bytes) => encodeMac0(readMac0(bytes))],
    ["A.1.1", (bytes) => encodeSign(readSign(bytes))],
    ["A.2.1", (bytes) => encodeSign1(readSign1(bytes))],
    ["A.4.1", (bytes) => encodeEncrypt0(readEncrypt0(bytes))],
    ["A.5.1", (bytes) => encodeMac(readMac(bytes))],
    ["A.6.1", (bytes) => encodeMac0(readMac0(bytes))],
  ]);

/** Declares the tests. @param provider is called within each test */
export function testPublished(provider: () => Crypto): void {
  const crypto = (): PortCoseCrypto => new PortCoseCrypto(provider());

  describe("published messages of COSE", () => {
    it("RFC 9052 appendix C, RFC 9338 appendix A: messages are written as they were read", () => {
      for (const [section, rewrite] of REWRITTEN)
        assert.equal(toHex(rewrite(published(section))), toHex(published(section)), section);
    });

    it("RFC 9052 §C.1.1: a signature among several", () => {
      const message = readSign(published("C.1.1"));
      const [signature] = message.signatures;
      assert.equal(text(verifySign(crypto(), publishedKey("11"), message, signature!)), CONTENT);
      const externalAad = fromHex("00");
      assert.equal(verifySign(crypto(), publishedKey("11"), message, signature!, { externalAad }), undefined);
      const other = publishedKey("meriadoc.brandybuck@buckland.example");
      assert.equal(verifySign(crypto(), other, message, signature!), undefined);
    });

    it("RFC 9052 §C.1.2: of two signers one has an algorithm that the port does not have", () => {
      const message = readSign(published("C.1.2"));
      const [first, second] = message.signatures;
      assert.equal(text(verifySign(crypto(), publishedKey("11"), message, first!)), CONTENT);
      const key = publishedKey("bilbo.baggins@hobbiton.example");
      assert.throws(
        () => verifySign(crypto(), key, message, second!),
        UnsupportedAlgorithmError,
        "COSE algorithm -36",
      );
    });

    it("RFC 9052 §C.1.3: a critical parameter must be understood", () => {
      const message = readSign(published("C.1.3"));
      const [signature] = message.signatures;
      assert.throws(
        () => verifySign(crypto(), publishedKey("11"), message, signature!),
        CoseError,
        "understood here, got reserved",
      );
      const understood = ["reserved"];
      assert.equal(
        text(verifySign(crypto(), publishedKey("11"), message, signature!, { understood })),
        CONTENT,
      );
    });

    it("RFC 9052 §C.2.1: a signature of one signer", () => {
      assert.equal(text(verifySign1(crypto(), publishedKey("11"), readSign1(published("C.2.1")))), CONTENT);
    });

    it("RFC 9052 §C.4.1, §C.4.2: encrypted with an IV, and with a part of one", () => {
      const key = publishedKey("our-secret2");
      assert.equal(text(openEncrypt0(crypto(), key, readEncrypt0(published("C.4.1")))), CONTENT);
      // §C.4.2 prints two bytes more of the prefix than were used: only with eight does anybody decrypt it.
      const baseIv = fromHex("89f52f65a1c580930000000000");
      const message = readEncrypt0(published("C.4.2"));
      assert.equal(text(openEncrypt0(crypto(), { ...key, baseIv }, message)), CONTENT);
      assert.throws(() => openEncrypt0(crypto(), key, message), CoseError, "a key with a Base IV");
    });

    it("RFC 9052 §C.3, §C.5: recipients that agree on a key, or unwrap one, are not supported", () => {
      const key = publishedKey("our-secret");
      for (const [section, algorithm] of [
        ["C.3.1", "-25"],
        ["C.3.2", "-10"],
        ["C.3.3", "-32"],
      ] as const)
        assert.throws(
          () => openEncrypt(crypto(), key, readEncrypt(published(section))),
          UnsupportedAlgorithmError,
          `COSE algorithm ${algorithm}`,
        );
      for (const [section, algorithm] of [
        ["C.5.2", "-27"],
        ["C.5.3", "-5"],
        ["C.5.4", "-29"],
      ] as const)
        assert.throws(
          () => verifyMac(crypto(), key, readMac(published(section))),
          UnsupportedAlgorithmError,
          `COSE algorithm ${algorithm}`,
        );
    });

    it("RFC 9052 §C.5.1, §C.6.1: AES-CBC-MAC is not supported by the port", () => {
      const key = publishedKey("our-secret");
      const named = "COSE algorithm 15";
      assert.throws(
        () => verifyMac(crypto(), key, readMac(published("C.5.1"))),
        UnsupportedAlgorithmError,
        named,
      );
      assert.throws(
        () => verifyMac0(crypto(), key, readMac0(published("C.6.1"))),
        UnsupportedAlgorithmError,
        named,
      );
    });

    it("RFC 9052 §C.7: both key sets", () => {
      assert.equal(readKeySet(new CborReader(published("C.7.1"))).length, 4);
      assert.equal(readKeySet(new CborReader(published("C.7.2"))).length, 7);
    });

    it("RFC 9338 §A.1.1: a countersignature on a message of several signers", () => {
      const message = readSign(published("A.1.1"));
      const [countersignature] = countersignaturesOf(message.unprotected);
      const key = publishedKey("11");
      assert.ok(countersignatureHolds(crypto(), key, messageTarget(message), countersignature!));
      assert.equal(text(verifySign(crypto(), key, message, message.signatures[0]!)), CONTENT);
      const other = { ...message, content: fromHex("00") };
      assert.ok(!countersignatureHolds(crypto(), key, messageTarget(other), countersignature!));
    });

    it("RFC 9338 §A.4.1, §A.5.1, §A.6.1: countersignatures on encrypted and authenticated messages", () => {
      for (const message of [
        readEncrypt0(published("A.4.1")),
        readMac(published("A.5.1")),
        readMac0(published("A.6.1")),
      ]) {
        const [countersignature] = countersignaturesOf(message.unprotected);
        const target = messageTarget(message);
        assert.ok(countersignatureHolds(crypto(), ed25519Key(), target, countersignature!));
        const externalAad = fromHex("00");
        assert.ok(!countersignatureHolds(crypto(), ed25519Key(), target, countersignature!, { externalAad }));
      }
      assert.equal(
        text(verifyMac(crypto(), publishedKey("our-secret"), readMac(published("A.5.1")))),
        CONTENT,
      );
      assert.equal(
        text(verifyMac0(crypto(), publishedKey("our-secret"), readMac0(published("A.6.1")))),
        CONTENT,
      );
    });

    it("RFC 9338 §A.2.1: a countersignature with an algorithm that the port does not have", () => {
      const message = readSign1(published("A.2.1"));
      assert.equal(text(verifySign1(crypto(), publishedKey("11"), message)), CONTENT);
      const [countersignature] = countersignaturesOf(message.unprotected);
      const key = publishedKey("bilbo.baggins@hobbiton.example");
      assert.throws(
        () => countersignatureHolds(crypto(), key, messageTarget(message), countersignature!),
        UnsupportedAlgorithmError,
        "COSE algorithm -36",
      );
    });
  });
}
