/** What the crypto port does not have of RFC 9052 appendix C and RFC 9338 appendix A, on Node. */

import assert from "node:assert/strict";
import { nodeCoseCrypto } from "../../../hosts/node/crypto/node-cose-crypto.js";
import {
  countersignatureHolds,
  countersignaturesOf,
  messageTarget,
} from "../../../src/cose/messages/countersignature.js";
import { readEncrypt } from "../../../src/cose/messages/encrypt.js";
import { readMac, verifyMac } from "../../../src/cose/messages/mac.js";
import { readMac0, verifyMac0 } from "../../../src/cose/messages/mac0.js";
import { readSign, verifySign } from "../../../src/cose/messages/sign.js";
import { readSign1 } from "../../../src/cose/messages/sign1.js";
import { CONTENT, published, publishedKey } from "../../portable/cose/published.js";

function text(content: Uint8Array | undefined): string {
  return Buffer.from(content ?? []).toString();
}

describe("published messages of COSE, on Node", () => {
  it("RFC 9052 §C.1.2: both signatures, one of them with P-521", () => {
    const message = readSign(published("C.1.2"));
    const keys = ["11", "bilbo.baggins@hobbiton.example"].map(publishedKey);
    message.signatures.forEach((signature, index) => {
      assert.equal(text(verifySign(nodeCoseCrypto, keys[index]!, message, signature)), CONTENT);
      assert.equal(verifySign(nodeCoseCrypto, keys[1 - index]!, message, signature), undefined);
    });
  });

  it("RFC 9052 §C.5.1, §C.6.1: AES-CBC-MAC", () => {
    const key = publishedKey("our-secret");
    assert.equal(text(verifyMac(nodeCoseCrypto, key, readMac(published("C.5.1")))), CONTENT);
    assert.equal(text(verifyMac0(nodeCoseCrypto, key, readMac0(published("C.6.1")))), CONTENT);
  });

  it("RFC 9338 §A.2.1, §A.3.1: countersignatures with P-521", () => {
    const key = publishedKey("bilbo.baggins@hobbiton.example");
    for (const message of [readSign1(published("A.2.1")), readEncrypt(published("A.3.1"))]) {
      const [countersignature] = countersignaturesOf(message.unprotected);
      assert.ok(countersignatureHolds(nodeCoseCrypto, key, messageTarget(message), countersignature!));
    }
  });
});
