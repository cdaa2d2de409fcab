/** Messages of COSE between pycose and us: every type and every algorithm that both have, in both directions. */

import assert from "node:assert/strict";
import { nodeCoseCrypto } from "../../../../hosts/node/crypto/node-cose-crypto.js";
import { encodeUtf8 } from "../../../../src/bytes/utf8.js";
import { fromHex } from "../../../../src/bytes/hex.js";
import { SYMMETRIC, type CoseKey } from "../../../../src/cose/key.js";
import {
  encodeEncrypt,
  makeEncrypt,
  openEncrypt,
  readEncrypt,
} from "../../../../src/cose/messages/encrypt.js";
import {
  encodeEncrypt0,
  makeEncrypt0,
  openEncrypt0,
  readEncrypt0,
} from "../../../../src/cose/messages/encrypt0.js";
import { encodeMac, makeMac, readMac, verifyMac } from "../../../../src/cose/messages/mac.js";
import { encodeMac0, makeMac0, readMac0, verifyMac0 } from "../../../../src/cose/messages/mac0.js";
import { directRecipient } from "../../../../src/cose/messages/recipient.js";
import { encodeSign, makeSign, readSign, verifySign } from "../../../../src/cose/messages/sign.js";
import { encodeSign1, makeSign1, readSign1, verifySign1 } from "../../../../src/cose/messages/sign1.js";
import { ed25519Key, publishedKey } from "../../../portable/cose/published.js";
import { checkByPycose, makeByPycose, type MakeRequest, type MessageType } from "./pycose.js";

const CONTENT = encodeUtf8("This is the content.");
const EXTERNAL = fromHex("00112233");
const KID = encodeUtf8("kid");
const crypto = nodeCoseCrypto;

/** Algorithms of AEADs with bytes of key and nonce: RFC 9053 §4.1, §4.2. Pycose has no ChaCha20/Poly1305. */
const AEADS = [
  [1, 16, 12],
  [2, 24, 12],
  [3, 32, 12],
  [10, 16, 13],
  [11, 32, 13],
  [12, 16, 7],
  [13, 32, 7],
  [30, 16, 13],
  [31, 32, 13],
  [32, 16, 7],
  [33, 32, 7],
] as const;

/** Algorithms of MACs with bytes of key, of which pycose knows no more than 32: RFC 9053 §3. */
const MACS = [
  [4, 32],
  [5, 32],
  [6, 32],
  [7, 32],
  [14, 16],
  [15, 32],
  [25, 16],
  [26, 32],
] as const;

function symmetricKey(bytes: number): CoseKey {
  return { kty: SYMMETRIC, kid: KID, k: new Uint8Array(bytes).fill(bytes) };
}

/** Every type with every algorithm. */
function requests(): readonly MakeRequest[] {
  const both = { content: CONTENT, externalAad: EXTERNAL };
  const signed = (["Sign1", "Sign"] as const).flatMap((type) => [
    { type, alg: -7, key: publishedKey("11"), ...both },
    { type, alg: -36, key: publishedKey("bilbo.baggins@hobbiton.example"), ...both },
    { type, alg: -8, key: ed25519Key(), ...both },
  ]);
  const authenticated = (["Mac0", "Mac"] as const).flatMap((type) =>
    MACS.map(([alg, bytes]) => ({ type, alg, key: symmetricKey(bytes), ...both })),
  );
  const encrypted = (["Encrypt0", "Encrypt"] as const).flatMap((type) =>
    AEADS.map(([alg, bytes, nonceBytes]) => ({
      type,
      alg,
      key: symmetricKey(bytes),
      iv: new Uint8Array(nonceBytes).fill(alg),
      ...both,
    })),
  );
  return [...signed, ...authenticated, ...encrypted];
}

function makeByUs({ type, alg, key, content, externalAad, iv }: MakeRequest): Uint8Array {
  const options = {
    protectedHeader: { alg },
    unprotected: iv === undefined ? { kid: KID } : { kid: KID, iv },
    externalAad,
  };
  const recipients = [directRecipient(KID)];
  switch (type) {
    case "Sign1":
      return encodeSign1(makeSign1(crypto, key, content, options));
    case "Sign":
      return encodeSign(makeSign(crypto, [{ key, protectedHeader: { alg } }], content, { externalAad }));
    case "Mac0":
      return encodeMac0(makeMac0(crypto, key, content, options));
    case "Mac":
      return encodeMac(makeMac(crypto, key, recipients, content, options));
    case "Encrypt0":
      return encodeEncrypt0(makeEncrypt0(crypto, key, content, options));
    case "Encrypt":
      return encodeEncrypt(makeEncrypt(crypto, key, recipients, content, options));
  }
}

function checkByUs(
  type: MessageType,
  key: CoseKey,
  message: Uint8Array,
  externalAad: Uint8Array,
): Uint8Array | undefined {
  const options = { externalAad };
  switch (type) {
    case "Sign1":
      return verifySign1(crypto, key, readSign1(message), options);
    case "Sign": {
      const signed = readSign(message);
      return verifySign(crypto, key, signed, signed.signatures[0]!, options);
    }
    case "Mac0":
      return verifyMac0(crypto, key, readMac0(message), options);
    case "Mac":
      return verifyMac(crypto, key, readMac(message), options);
    case "Encrypt0":
      return openEncrypt0(crypto, key, readEncrypt0(message), options);
    case "Encrypt":
      return openEncrypt(crypto, key, readEncrypt(message), options);
  }
}

describe("messages of COSE, pycose and we", function () {
  it("RFC 9052 §4, §5, §6: pycose takes what we make, and not with other external data", async () => {
    const made = requests();
    const checks = made.map((request) => ({ ...request, message: makeByUs(request) }));
    const contents = await checkByPycose(checks);
    contents.forEach((content, index) =>
      assert.deepEqual(content, CONTENT, `${made[index]!.type} ${made[index]!.alg}`),
    );
    const refused = await checkByPycose(checks.map((check) => ({ ...check, externalAad: CONTENT })));
    assert.ok(refused.every((content) => content === undefined));
  });

  it("RFC 9052 §4, §5, §6: we take what pycose makes, and not with other external data", async () => {
    const made = requests();
    const messages = await makeByPycose(made);
    messages.forEach((message, index) => {
      const { type, alg, key } = made[index]!;
      assert.deepEqual(new Uint8Array(checkByUs(type, key, message, EXTERNAL)!), CONTENT, `${type} ${alg}`);
      assert.equal(checkByUs(type, key, message, CONTENT), undefined, `${type} ${alg}`);
    });
  });
});
