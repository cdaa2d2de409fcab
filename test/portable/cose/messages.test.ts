import { describe, it, assert, hostCrypto } from "../../portable.js";
import { fromHex, toHex } from "../../../src/bytes/hex.js";
import { encodeUtf8 } from "../../../src/bytes/utf8.js";
import { CborError } from "../../../src/cbor/error.js";
import { parseDiagnostic } from "../../../src/cbor/diagnostic-parser.js";
import {
  AES_CCM_16_64_128,
  AES_CCM_64_64_128,
  EDDSA,
  ES256,
  HMAC_256_256,
  HMAC_256_64,
  ESP256,
} from "../../../src/cose/algorithms.js";
import { PortCoseCrypto } from "../../../src/cose/cose-crypto.js";
import { CoseError } from "../../../src/cose/errors.js";
import { MAC_CREATE, MAC_VERIFY, SIGN, SYMMETRIC, VERIFY, type CoseKey } from "../../../src/cose/key.js";
import * as counter from "../../../src/cose/messages/countersignature.js";
import { encodeEncrypt, makeEncrypt, openEncrypt, readEncrypt } from "../../../src/cose/messages/encrypt.js";
import {
  encodeEncrypt0,
  makeEncrypt0,
  openEncrypt0,
  readEncrypt0,
} from "../../../src/cose/messages/encrypt0.js";
import { encodeMac, makeMac, readMac, verifyMac } from "../../../src/cose/messages/mac.js";
import { encodeMac0, makeMac0, readMac0, verifyMac0 } from "../../../src/cose/messages/mac0.js";
import { directRecipient, MAX_RECIPIENTS } from "../../../src/cose/messages/recipient.js";
import { encodeSign, makeSign, readSign, verifySign } from "../../../src/cose/messages/sign.js";
import { encodeSign1, makeSign1, readSign1, verifySign1 } from "../../../src/cose/messages/sign1.js";
import { MAX_SIGNATURES } from "../../../src/cose/messages/signature.js";
import { CryptoArgumentError, UnsupportedAlgorithmError } from "../../../src/crypto/errors.js";
import { ed25519Key, publishedKey } from "./published.js";

const PAYLOAD = encodeUtf8("the payload");
const IV = fromHex("000102030405060708090a0b0c");
const KID = fromHex("6b6964");
const AES: CoseKey = { kty: SYMMETRIC, k: fromHex("849b5786457c1491be3a76dcea6c4271") };
const EXTERNAL = { externalAad: fromHex("0102") };

function crypto(): PortCoseCrypto {
  return new PortCoseCrypto(hostCrypto());
}

/** A message in diagnostic notation, as bytes. */
function bytes(notation: string): Uint8Array {
  return parseDiagnostic(notation);
}

describe("messages of COSE that we make", () => {
  it("RFC 9052 §4.2: COSE_Sign1 holds for its key, its payload and its external data, and for no other", () => {
    const key = publishedKey("11");
    const made = makeSign1(crypto(), key, PAYLOAD, { protectedHeader: { alg: ES256 }, ...EXTERNAL });
    const message = readSign1(encodeSign1(made));
    assert.deepEqual(verifySign1(crypto(), key, message, EXTERNAL), PAYLOAD);
    assert.equal(verifySign1(crypto(), key, message), undefined);
    assert.equal(verifySign1(crypto(), key, { ...message, content: KID }, EXTERNAL), undefined);
    assert.equal(verifySign1(crypto(), key, { ...message, signature: KID }, EXTERNAL), undefined);
    const other = publishedKey("peregrin.took@tuckborough.example");
    assert.equal(verifySign1(crypto(), other, message, EXTERNAL), undefined);
  });

  it("RFC 9052 §4.1: COSE_Sign by two, with an algorithm each", () => {
    const keys = [publishedKey("11"), ed25519Key()];
    const made = makeSign(
      crypto(),
      [
        { key: keys[0]!, protectedHeader: { alg: ESP256 }, unprotected: { kid: KID } },
        { key: keys[1]!, protectedHeader: { alg: EDDSA } },
      ],
      PAYLOAD,
      { protectedHeader: { contentType: 0 }, ...EXTERNAL },
    );
    const message = readSign(encodeSign(made));
    assert.equal(message.protectedHeader.contentType, 0);
    assert.deepEqual(message.signatures[0]!.unprotected.kid, KID);
    message.signatures.forEach((signature, index) => {
      assert.deepEqual(verifySign(crypto(), keys[index]!, message, signature, EXTERNAL), PAYLOAD);
      assert.equal(verifySign(crypto(), keys[index]!, message, signature), undefined);
      const altered = { ...message, protectedBytes: fromHex("") };
      assert.equal(verifySign(crypto(), keys[index]!, altered, signature, EXTERNAL), undefined);
    });
    assert.throws(
      () => verifySign(crypto(), keys[1]!, message, message.signatures[0]!),
      CoseError,
      "on the curve of ES256, got one of Ed25519",
    );
  });

  it("RFC 9052 §5: COSE_Encrypt0 and COSE_Encrypt open for who has the key, and are not each other", () => {
    const options = { protectedHeader: { alg: AES_CCM_16_64_128 }, unprotected: { iv: IV }, ...EXTERNAL };
    const single = readEncrypt0(encodeEncrypt0(makeEncrypt0(crypto(), AES, PAYLOAD, options)));
    assert.deepEqual(openEncrypt0(crypto(), AES, single, EXTERNAL), PAYLOAD);
    assert.equal(openEncrypt0(crypto(), AES, single), undefined);
    const recipients = [directRecipient(KID)];
    const several = readEncrypt(encodeEncrypt(makeEncrypt(crypto(), AES, recipients, PAYLOAD, options)));
    assert.deepEqual(several.recipients[0]!.unprotected.kid, KID);
    assert.deepEqual(openEncrypt(crypto(), AES, several, EXTERNAL), PAYLOAD);
    assert.equal(openEncrypt(crypto(), AES, { ...single, recipients }, EXTERNAL), undefined);
    const other: CoseKey = { kty: SYMMETRIC, k: fromHex("00".repeat(16)) };
    assert.equal(openEncrypt0(crypto(), other, single, EXTERNAL), undefined);
  });

  it("RFC 9052 §6: COSE_Mac0 and COSE_Mac hold for who has the key, and are not each other", () => {
    const options = { protectedHeader: { alg: HMAC_256_64 }, ...EXTERNAL };
    const single = readMac0(encodeMac0(makeMac0(crypto(), AES, PAYLOAD, options)));
    assert.equal(single.tag.length, 8);
    assert.deepEqual(verifyMac0(crypto(), AES, single, EXTERNAL), PAYLOAD);
    assert.equal(verifyMac0(crypto(), AES, single), undefined);
    const recipients = [directRecipient(KID)];
    const several = readMac(encodeMac(makeMac(crypto(), AES, recipients, PAYLOAD, options)));
    assert.deepEqual(verifyMac(crypto(), AES, several, EXTERNAL), PAYLOAD);
    assert.equal(verifyMac(crypto(), AES, { ...single, recipients }, EXTERNAL), undefined);
    assert.equal(verifyMac0(crypto(), AES, { ...single, tag: single.tag.subarray(1) }, EXTERNAL), undefined);
  });

  it("RFC 9052 §2: content that travels apart is nil in the message", () => {
    const made = makeMac0(crypto(), AES, PAYLOAD, { protectedHeader: { alg: HMAC_256_256 } });
    const message = readMac0(encodeMac0({ ...made, content: undefined }));
    assert.equal(message.content, undefined);
    assert.deepEqual(verifyMac0(crypto(), AES, message, { detachedContent: PAYLOAD }), PAYLOAD);
    assert.throws(() => verifyMac0(crypto(), AES, message), CoseError, "in both or neither");
    assert.throws(() => verifyMac0(crypto(), AES, made, { detachedContent: PAYLOAD }), CoseError, "in both");
  });

  it("RFC 9052 §5.1, §9: messages of indefinite length, and without their tag, are read", () => {
    const message = readMac0(bytes("[_ h'', {_ 1: 5, \"x\": [1]}, (_ 'ab', 'c'), h'00']"));
    assert.equal(message.unprotected.alg, HMAC_256_256);
    assert.equal(toHex(message.unprotected.others!.get("x")!), "8101");
    assert.equal(toHex(message.content!), "616263");
    assert.throws(() => readMac0(bytes("[_ h'', {}, 'a', h'00', 1]")), CoseError, "the end of the array");
  });
});

describe("what messages of COSE are refused for", () => {
  it("RFC 9052 §3: parameters come once, in one bucket; an IV is not beside a Partial IV", () => {
    const refused: readonly (readonly [notation: string, problem: string])[] = [
      ["[<<{1: 5}>>, {1: 5}, '', h'']", "expected parameter 1 in one bucket, got it in both"],
      ["[<<{-7: 5}>>, {-7: 5}, '', h'']", "parameter -7 in one bucket"],
      ["[<<{5: h'00'}>>, {6: h'00'}, '', h'']", "IV or Partial IV, got both"],
      ["[<<{5: h'00', 6: h'00'}>>, {}, '', h'']", "IV or Partial IV, got both"],
      ["[<<{1: 5}>>, {2: [1]}, '', h'']", "crit among the protected parameters only"],
      ["[<<{1: 5, 2: [3]}>>, {3: 0}, '', h'']", "the critical parameter 3 to be protected"],
      ["[<<{1: 5, 2: []}>>, {}, '', h'']", "at least one label in crit"],
      ["[h'', {}, '']", "expected 4 elements in COSE_Mac0, got 3"],
      ["[h'', {}, '', h'', 1]", "expected 4 elements in COSE_Mac0, got 5"],
      ["18([h'', {}, '', h''])", "expected COSE_Mac0, tag 17, got tag 18"],
    ];
    for (const [notation, problem] of refused)
      assert.throws(() => readMac0(bytes(notation)), CoseError, problem);
    const malformed: readonly (readonly [notation: string, problem: string])[] = [
      ["[<<{1: 5, 1: 5}>>, {}, '', h'']", "expected each label once, got 1 again"],
      ["[h'', {4: h'', 4: h''}, '', h'']", "expected each label once, got 4 again"],
      ["[<<{}, {}>>, {}, '', h'']", "expected the end"],
      ["[<<1>>, {}, '', h'']", "a map"],
      ["[h'', {4: 1}, '', h'']", "a byte string"],
      ["[h'', {1: h''}, '', h'']", "an integer or a text"],
      ["[h'', {}, \"\", h'']", "a byte string"],
      ["17(17([h'', {}, '', h'']))", "an array"],
      ["{}", "an array"],
    ];
    for (const [notation, problem] of malformed)
      assert.throws(() => readMac0(bytes(notation)), CborError, problem);
    assert.throws(() => readMac0(fromHex("8440a04040" + "00")), CborError, "expected the end");
  });

  it("RFC 9052 §3.1: a message names its algorithm", () => {
    assert.throws(() => verifyMac0(crypto(), AES, readMac0(bytes("[h'', {}, '', h'']"))), CoseError, "(alg)");
    assert.throws(() => makeMac0(crypto(), AES, PAYLOAD, {}), CoseError, "(alg)");
  });

  it("RFC 9052 §3.1: the algorithm is authenticated, in every layer that is made or checked, or somebody allows otherwise", () => {
    const key = publishedKey("11");
    const mac: CoseKey = { kty: SYMMETRIC, k: new Uint8Array(32) };
    const external = { externalAad: EXTERNAL.externalAad };
    const allowed = { ...external, allowUnprotectedAlgorithm: true };
    const unprotected = { alg: ES256 };
    const iv = { alg: AES_CCM_16_64_128, iv: IV };
    const why = "expected alg among the protected parameters";
    const signed = makeSign1(crypto(), key, PAYLOAD, { unprotected, ...allowed });
    assert.deepEqual(verifySign1(crypto(), key, signed, allowed), PAYLOAD);
    assert.throws(() => verifySign1(crypto(), key, signed, external), CoseError, why);
    assert.throws(() => makeSign1(crypto(), key, PAYLOAD, { unprotected, ...external }), CoseError, why);
    const encrypted = makeEncrypt0(crypto(), AES, PAYLOAD, { unprotected: iv, ...allowed });
    assert.deepEqual(openEncrypt0(crypto(), AES, encrypted, allowed), PAYLOAD);
    assert.throws(() => openEncrypt0(crypto(), AES, encrypted, external), CoseError, why);
    const tagged = makeMac0(crypto(), mac, PAYLOAD, { unprotected: { alg: HMAC_256_256 }, ...allowed });
    assert.deepEqual(verifyMac0(crypto(), mac, tagged, allowed), PAYLOAD);
    // Whoever can change it would choose a tag of 8 bytes.
    const shorter = { ...tagged, unprotected: { alg: HMAC_256_64 }, tag: tagged.tag.subarray(0, 8) };
    assert.deepEqual(verifyMac0(crypto(), mac, shorter, allowed), PAYLOAD);
    for (const each of [tagged, shorter])
      assert.throws(() => verifyMac0(crypto(), mac, each, external), CoseError, why);
    const target = counter.messageTarget(signed);
    assert.throws(() => counter.countersign(crypto(), { key, unprotected }, target), CoseError, why);
    const by = counter.countersign(crypto(), { key, unprotected, ...allowed }, target);
    assert.ok(counter.countersignatureHolds(crypto(), key, target, by, { allowUnprotectedAlgorithm: true }));
    assert.throws(() => counter.countersignatureHolds(crypto(), key, target, by), CoseError, why);
  });

  it("RFC 9052 §3.1: an IV has the length of the algorithm's; a Partial IV goes with a Base IV", () => {
    const encrypt = (unprotected: object, key: CoseKey = AES): unknown =>
      makeEncrypt0(crypto(), key, PAYLOAD, { protectedHeader: { alg: AES_CCM_64_64_128 }, unprotected });
    assert.throws(() => encrypt({ iv: IV }), CoseError, "an IV of 7 bytes, got 13");
    assert.throws(() => encrypt({}), CoseError, "an IV or a Partial IV");
    assert.throws(() => encrypt({ partialIv: KID }), CoseError, "a key with a Base IV");
    const baseIv = IV.subarray(0, 7);
    assert.throws(
      () => encrypt({ partialIv: IV.subarray(0, 8) }, { ...AES, baseIv }),
      CoseError,
      "at most 7",
    );
    const whole = makeEncrypt0(crypto(), AES, PAYLOAD, {
      protectedHeader: { alg: AES_CCM_64_64_128 },
      unprotected: { iv: fromHex("00010203040507") },
    });
    const part = makeEncrypt0(crypto(), { ...AES, baseIv }, PAYLOAD, {
      protectedHeader: { alg: AES_CCM_64_64_128 },
      unprotected: { partialIv: fromHex("0001") },
    });
    assert.deepEqual(part.content, whole.content);
  });

  it("RFC 9052 §7.1: a key serves its own algorithm and its own operations", () => {
    const options = { protectedHeader: { alg: HMAC_256_256 } };
    const message = makeMac0(crypto(), { ...AES, alg: HMAC_256_256, keyOps: [MAC_CREATE] }, PAYLOAD, options);
    assert.deepEqual(verifyMac0(crypto(), { ...AES, keyOps: [MAC_VERIFY] }, message), PAYLOAD);
    assert.throws(
      () => verifyMac0(crypto(), { ...AES, alg: HMAC_256_64 }, message),
      CoseError,
      "algorithm 4",
    );
    assert.throws(
      () => verifyMac0(crypto(), { ...AES, keyOps: [MAC_CREATE] }, message),
      CoseError,
      "expected operation 10",
    );
    const key = publishedKey("11");
    const alg = { protectedHeader: { alg: ES256 } };
    assert.throws(
      () => makeSign1(crypto(), { ...key, keyOps: [VERIFY] }, PAYLOAD, alg),
      CoseError,
      "operation 1",
    );
    const signed = makeSign1(crypto(), { ...key, keyOps: [SIGN] }, PAYLOAD, alg);
    assert.throws(() => verifySign1(crypto(), { ...key, keyOps: [SIGN] }, signed), CoseError, "operation 2");
    assert.throws(() => verifySign1(crypto(), AES, signed), CoseError, "a key on a curve");
    assert.throws(() => verifyMac0(crypto(), key, message), CoseError, "a symmetric key");
    const short: CoseKey = { kty: SYMMETRIC, k: KID };
    const ccm = { protectedHeader: { alg: AES_CCM_16_64_128 }, unprotected: { iv: IV } };
    assert.throws(() => makeEncrypt0(crypto(), short, PAYLOAD, ccm), CryptoArgumentError, "16 bytes, got 3");
  });

  it("RFC 9052 §8.5.1: a direct recipient has neither protected parameters nor an encrypted key", () => {
    const message = (recipient: string): Uint8Array => bytes(`[<<{1: 5}>>, {}, '', h'', [${recipient}]]`);
    for (const recipient of ["[h'a0', {1: -6}, h'']", "[h'', {1: -6}, h'00']", "[h'', {1: -6}, null]"])
      assert.throws(
        () => verifyMac(crypto(), AES, readMac(message(recipient))),
        CoseError,
        "a direct recipient without",
      );
    assert.throws(
      () => verifyMac(crypto(), AES, readMac(message("[h'', {1: -6}, h''], [h'', {1: -3}, h'00']"))),
      UnsupportedAlgorithmError,
      "COSE algorithm -3",
    );
    const nested = readMac(message("[_ h'', {1: -3}, h'00'], [h'', {1: -3}, h'00', [[h'', {1: -6}, h'']]]"));
    assert.equal(nested.recipients.length, 2);
    assert.throws(() => readMac(message("[h'', {}]")), CoseError, "3 or 4 elements");
  });

  it("MAX_SIGNATURES, MAX_RECIPIENTS: so many are read, not one more, and not none", () => {
    const sign = (count: number): Uint8Array =>
      bytes(`[h'', {}, '', [${Array.from({ length: count }, () => "[h'', {}, h'']").join()}]]`);
    assert.equal(readSign(sign(MAX_SIGNATURES)).signatures.length, MAX_SIGNATURES);
    assert.throws(() => readSign(sign(MAX_SIGNATURES + 1)), CoseError, "MAX_SIGNATURES");
    assert.throws(() => readSign(sign(0)), CoseError, "at least one signature");
    const encrypt = (count: number): Uint8Array =>
      bytes(`[h'', {}, '', [${Array.from({ length: count }, () => "[h'', {}, null]").join()}]]`);
    assert.equal(readEncrypt(encrypt(MAX_RECIPIENTS)).recipients.length, MAX_RECIPIENTS);
    assert.throws(() => readEncrypt(encrypt(MAX_RECIPIENTS + 1)), CoseError, "MAX_RECIPIENTS");
    assert.throws(() => readEncrypt(encrypt(0)), CoseError, "at least one recipient");
  });
});

describe("countersignatures that we make", () => {
  it("RFC 9338 §3.1: of a message, of a signature, and of a countersignature, one and several", () => {
    const key = publishedKey("11");
    const signer = { key: ed25519Key(), protectedHeader: { alg: EDDSA } };
    const made = makeSign1(crypto(), key, PAYLOAD, { protectedHeader: { alg: ES256 } });
    const first = counter.countersign(crypto(), signer, counter.messageTarget(made), fromHex("00"));
    const second = counter.countersign(crypto(), signer, counter.signatureTarget(first));
    for (const list of [[first], [first, second]]) {
      const unprotected = counter.withCountersignatures({ kid: KID }, list);
      const message = readSign1(encodeSign1({ ...made, unprotected }));
      assert.deepEqual(message.unprotected.kid, KID);
      const found = counter.countersignaturesOf(message.unprotected);
      assert.deepEqual(found.length, list.length);
      const target = counter.messageTarget(message);
      const options = { externalAad: fromHex("00") };
      assert.ok(counter.countersignatureHolds(crypto(), signer.key, target, found[0]!, options));
      assert.ok(!counter.countersignatureHolds(crypto(), signer.key, target, found[0]!));
      const other = { ...target, others: [KID] };
      assert.ok(!counter.countersignatureHolds(crypto(), signer.key, other, found[0]!, options));
      assert.deepEqual(verifySign1(crypto(), key, message), PAYLOAD);
    }
    assert.ok(counter.countersignatureHolds(crypto(), signer.key, counter.signatureTarget(first), second));
    assert.deepEqual(counter.countersignaturesOf({}), []);
  });

  it("RFC 9338 §3.2: abbreviated ones, of messages with two byte strings and with three", () => {
    const key = ed25519Key();
    const protectedHeader = { alg: AES_CCM_16_64_128 };
    const encrypted = makeEncrypt0(crypto(), AES, PAYLOAD, { protectedHeader, unprotected: { iv: IV } });
    const maced = makeMac0(crypto(), AES, PAYLOAD, { protectedHeader: { alg: HMAC_256_64 } });
    for (const made of [encrypted, maced]) {
      const target = counter.messageTarget(made);
      const signature = counter.countersign0(crypto(), EDDSA, key, target);
      const unprotected = counter.withCountersignature0(made.unprotected, signature);
      assert.deepEqual(counter.countersignature0Of(unprotected), signature);
      assert.ok(counter.countersignature0Holds(crypto(), EDDSA, key, target, signature));
      assert.ok(!counter.countersignature0Holds(crypto(), EDDSA, key, target, signature, KID));
      const full = counter.countersign(crypto(), { key, protectedHeader: { alg: EDDSA } }, target);
      assert.ok(!counter.countersignature0Holds(crypto(), EDDSA, key, target, full.signature));
    }
    assert.equal(counter.countersignature0Of({}), undefined);
  });

  it("RFC 9338 §3.3: the content is needed, wherever it travels", () => {
    const made = makeMac0(crypto(), AES, PAYLOAD, { protectedHeader: { alg: HMAC_256_64 } });
    const apart = { ...made, content: undefined };
    assert.throws(() => counter.messageTarget(apart), CoseError, "travels apart");
    assert.deepEqual(counter.messageTarget(apart, PAYLOAD), counter.messageTarget(made));
  });
});
