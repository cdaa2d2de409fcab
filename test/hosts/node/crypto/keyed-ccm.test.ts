import assert from "node:assert/strict";
import { createCipheriv } from "node:crypto";

import { KeyedCCM } from "../../../../hosts/node/crypto/keyed-ccm.js";
import { SeededRandom } from "../../../../simulators/index.js";

const MESSAGES = 2000;
const SEED = 1;
/** An empty buffer may have the address 0, which OpenSSL's CCM takes for the announcement of a length. */
const NOTHING = new Uint8Array(1).subarray(0, 0);

function bytes(random: SeededRandom, length: number): Uint8Array {
  const result = new Uint8Array(length);
  random.fill(result);
  return length > 0 ? result : NOTHING;
}

/** OpenSSL's own CCM. */
function sealed(
  key: Uint8Array,
  nonce: Uint8Array,
  aad: Uint8Array,
  plaintext: Uint8Array,
  tagBytes: number,
): Buffer {
  const cipher = createCipheriv("aes-128-ccm", key, nonce, { authTagLength: tagBytes });
  cipher.setAAD(aad, { plaintextLength: plaintext.length });
  const ciphertext = cipher.update(plaintext);
  cipher.final();
  return Buffer.concat([ciphertext, cipher.getAuthTag()]);
}

describe("AES-CCM of one key on Node", () => {
  it(`RFC 3610: ${MESSAGES} messages of all lengths, one after the other, are those of OpenSSL's CCM`, () => {
    const random = new SeededRandom(SEED);
    const key = bytes(random, 16);
    const ccm = new KeyedCCM(key);
    for (let number = 0; number < MESSAGES; number += 1) {
      const where = `seed ${SEED}, message ${number}`;
      const nonce = bytes(random, number % 3 === 0 ? 7 : 13);
      const tagBytes = number % 2 === 0 ? 8 : 16;
      const aad = bytes(random, number % 41);
      const plaintext = bytes(random, number % 5 === 0 ? number : number % 67);
      const expected = sealed(key, nonce, aad, plaintext, tagBytes);
      const result = new Uint8Array(expected.length);
      ccm.ccmSeal(key, nonce, aad, plaintext, result);
      assert.deepEqual(Buffer.from(result), expected, where);
      const opened = new Uint8Array(plaintext.length);
      assert.ok(ccm.ccmOpen(key, nonce, aad, result, opened), where);
      assert.deepEqual(Buffer.from(opened), Buffer.from(plaintext), where);
    }
  });

  it("RFC 3610 §2.5: with a bit changed anywhere nothing is revealed, and the next message opens", () => {
    const random = new SeededRandom(SEED);
    const [key, nonce, aad, plaintext] = [16, 13, 20, 33].map((length) => bytes(random, length));
    const ccm = new KeyedCCM(key!);
    const result = new Uint8Array(plaintext!.length + 8);
    ccm.ccmSeal(key!, nonce!, aad!, plaintext!, result);
    const opened = new Uint8Array(plaintext!.length);
    for (let bit = 0; bit < 8 * result.length; bit += 1) {
      const forged = Uint8Array.from(result);
      forged[bit >> 3]! ^= 1 << (bit & 7);
      assert.equal(ccm.ccmOpen(key!, nonce!, aad!, forged, opened), false, `bit ${bit}`);
      assert.ok(opened.every((byte) => byte === 0));
    }
    assert.ok(ccm.ccmOpen(key!, nonce!, aad!, result, opened));
  });
});
