import assert from "node:assert/strict";

import { nobleCrypto } from "../../../../../hosts/node/crypto/noble-crypto.js";
import { nodeCrypto } from "../../../../../hosts/node/crypto/node-crypto.js";
import { PLAINTEXT_MAX_BYTES } from "../../../../../src/crypto/aes-ccm.js";

describe("the longest plaintext of AES-CCM", () => {
  it(`RFC 3610 §2: ${PLAINTEXT_MAX_BYTES} bytes are sealed alike and opened; one more is not opened`, () => {
    for (const algorithm of ["AES-CCM-16-64-128", "AES-CCM-64-64-128"] as const) {
      const [ours, other] = [nodeCrypto, nobleCrypto].map((crypto) =>
        crypto.aead(algorithm, new Uint8Array(16)),
      );
      assert.ok(ours && other);
      const nonce = new Uint8Array(ours.nonceBytes);
      const aad = new Uint8Array(0);
      const plaintext = new Uint8Array(PLAINTEXT_MAX_BYTES).fill(1);
      const sealed = ours.seal(nonce, aad, plaintext);
      assert.deepEqual(other.seal(nonce, aad, plaintext), sealed);
      assert.deepEqual(other.open(nonce, aad, sealed), plaintext);
      const longer = new Uint8Array(sealed.length + 1);
      assert.equal(ours.open(nonce, aad, longer), undefined);
      assert.equal(other.open(nonce, aad, longer), undefined);
    }
  });
});
