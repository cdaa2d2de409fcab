/** AES and AES-CCM of any provider of the crypto port. */

import { fromHex } from "../../../../src/bytes/hex.js";
import { AAD_MAX_BYTES, PLAINTEXT_MAX_BYTES } from "../../../../src/crypto/aes-ccm.js";
import { CryptoArgumentError, UnsupportedAlgorithmError } from "../../../../src/crypto/errors.js";
import type { AEADAlgorithm, Crypto } from "../../../../src/ports/crypto.js";
import { assert, describe, it } from "../../../portable.js";
import { vectors as primitives } from "../../vectors/crypto-primitives.js";
import { vectors as published } from "../../vectors/crypto-published.js";
import { oneBitFlipped } from "./flip.js";

const ALGORITHMS: readonly AEADAlgorithm[] = ["AES-CCM-16-64-128", "AES-CCM-16-128-128", "AES-CCM-64-64-128"];

const KEY = fromHex("000102030405060708090a0b0c0d0e0f");
const NOTHING = fromHex("");

interface Packet {
  readonly key: string;
  readonly nonce: string;
  readonly aad: string;
  readonly plaintext: string;
  readonly ciphertext: string;
}

function checkPacket(crypto: Crypto, algorithm: AEADAlgorithm, packet: Packet): void {
  const aead = crypto.aead(algorithm, fromHex(packet.key));
  const nonce = fromHex(packet.nonce);
  const aad = fromHex(packet.aad);
  assert.deepEqual(aead.seal(nonce, aad, fromHex(packet.plaintext)), fromHex(packet.ciphertext));
  assert.deepEqual(aead.open(nonce, aad, fromHex(packet.ciphertext)), fromHex(packet.plaintext));
}

/** Declares the tests. @param provider is called within each test */
export function testAEAD(provider: () => Crypto): void {
  describe("AES", () => {
    for (const { source, key, block, result } of published.aes)
      it(`${source}: the example`, () => {
        assert.deepEqual(provider().encryptBlock(fromHex(key), fromHex(block)), fromHex(result));
      });

    it("FIPS 197 §5: key and block have 16 bytes, not 15 and not 17", () => {
      for (const length of [15, 17]) {
        assert.throws(() => provider().encryptBlock(new Uint8Array(length), KEY), CryptoArgumentError);
        assert.throws(() => provider().encryptBlock(KEY, new Uint8Array(length)), CryptoArgumentError);
      }
    });
  });

  describe("AES-CCM", () => {
    for (const packet of primitives.aes_ccm_rfc3610.vectors) {
      // Those with tags of 10 bytes are of no algorithm of RFC 9053.
      if (packet.tag_len === 8)
        it(`RFC 3610 §8: packet vector ${packet.n}`, () => {
          checkPacket(provider(), "AES-CCM-16-64-128", packet);
        });
    }

    for (const packet of published.ccm_cose)
      it(`RFC 9053 §4.2: ${packet.title}`, () => {
        checkPacket(provider(), packet.algorithm as AEADAlgorithm, packet);
      });

    for (const algorithm of ALGORITHMS) {
      it(`RFC 9053 §4.2: ${algorithm} opens what it has sealed, of every length and with any data beside`, () => {
        const aead = provider().aead(algorithm, KEY);
        const nonce = new Uint8Array(aead.nonceBytes).fill(7);
        for (const length of [0, 1, 15, 16, 17, 64, 300]) {
          const text = new Uint8Array(length).fill(length);
          for (const aad of [NOTHING, text, KEY]) {
            const sealed = aead.seal(nonce, aad, text);
            assert.equal(sealed.length, length + aead.tagBytes);
            assert.deepEqual(aead.open(nonce, aad, sealed), text);
          }
        }
      });

      it(`RFC 3610 §2.5: ${algorithm} opens nothing of which one bit was changed`, () => {
        const crypto = provider();
        const aead = crypto.aead(algorithm, KEY);
        const nonce = new Uint8Array(aead.nonceBytes).fill(7);
        const aad = fromHex("8368456e637279707430");
        const sealed = aead.seal(nonce, aad, fromHex("54686520636f6e74656e742e"));
        for (const spoilt of oneBitFlipped(KEY))
          assert.equal(crypto.aead(algorithm, spoilt).open(nonce, aad, sealed), undefined, "key");
        for (const spoilt of oneBitFlipped(nonce))
          assert.equal(aead.open(spoilt, aad, sealed), undefined, "nonce");
        for (const spoilt of oneBitFlipped(aad))
          assert.equal(aead.open(nonce, spoilt, sealed), undefined, "additional data");
        // Text first, then tag.
        for (const spoilt of oneBitFlipped(sealed)) assert.equal(aead.open(nonce, aad, spoilt), undefined);
        for (let length = 0; length < sealed.length; length += 1)
          assert.equal(aead.open(nonce, aad, sealed.subarray(0, length)), undefined, `${length} bytes`);
        assert.ok(aead.open(nonce, aad, sealed) !== undefined);
      });

      it(`RFC 9053 §4.2: ${algorithm} refuses keys and nonces of other lengths`, () => {
        const crypto = provider();
        for (const length of [15, 17])
          assert.throws(() => crypto.aead(algorithm, new Uint8Array(length)), CryptoArgumentError);
        const aead = crypto.aead(algorithm, KEY);
        for (const length of [aead.nonceBytes - 1, aead.nonceBytes + 1]) {
          const nonce = new Uint8Array(length);
          assert.throws(() => aead.seal(nonce, NOTHING, KEY), CryptoArgumentError);
          assert.throws(() => aead.open(nonce, NOTHING, KEY), CryptoArgumentError);
        }
      });
    }

    // One of exactly that length is sealed in test/node/hosts/node/crypto: a device has no room for it and its result.
    it(`RFC 3610 §2: a plaintext of more than ${PLAINTEXT_MAX_BYTES} bytes is refused`, () => {
      const aead = provider().aead("AES-CCM-16-64-128", KEY);
      assert.throws(
        () => aead.seal(new Uint8Array(13), NOTHING, new Uint8Array(PLAINTEXT_MAX_BYTES + 1)),
        CryptoArgumentError,
        "at most 65535 bytes",
      );
    });

    it(`RFC 3610 §2.2: additional data of ${AAD_MAX_BYTES} bytes is protected, one more byte is refused`, () => {
      const aead = provider().aead("AES-CCM-16-64-128", KEY);
      const nonce = new Uint8Array(13);
      const longest = new Uint8Array(AAD_MAX_BYTES + 1);
      const aad = longest.subarray(0, AAD_MAX_BYTES);
      const sealed = aead.seal(nonce, aad, KEY);
      assert.deepEqual(aead.open(nonce, aad, sealed), KEY);
      aad[AAD_MAX_BYTES - 1] = 1;
      assert.equal(aead.open(nonce, aad, sealed), undefined);
      assert.throws(() => aead.seal(nonce, longest, KEY), CryptoArgumentError, "at most 65279 bytes");
    });

    it("an application that changes its key afterwards does not change the prepared one", () => {
      const key = KEY.slice();
      const aead = provider().aead("AES-CCM-16-64-128", key);
      const nonce = new Uint8Array(13);
      const sealed = aead.seal(nonce, NOTHING, KEY);
      key.fill(0);
      assert.deepEqual(aead.open(nonce, NOTHING, sealed), KEY);
    });

    it("a key that was overwritten seals and opens nothing", () => {
      const key = KEY.slice();
      const aead = provider().aead("AES-CCM-16-64-128", key);
      const nonce = new Uint8Array(13);
      const sealed = aead.seal(nonce, NOTHING, KEY);
      aead.close();
      aead.close();
      assert.deepEqual(key, KEY);
      assert.throws(() => aead.seal(nonce, NOTHING, KEY), CryptoArgumentError, "overwritten");
      assert.throws(() => aead.open(nonce, NOTHING, sealed), CryptoArgumentError, "overwritten");
    });

    it("an algorithm that is not there is named", () => {
      const error = assert.throws(
        () => provider().aead("AES-CCM-16-64-256" as AEADAlgorithm, KEY),
        UnsupportedAlgorithmError,
        "AES-CCM-16-64-256",
      );
      assert.equal(error.algorithm, "AES-CCM-16-64-256");
      for (const algorithm of ALGORITHMS) assert.ok(provider().supports(algorithm));
    });
  });
}
