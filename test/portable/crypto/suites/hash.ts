/** SHA-2, HMAC and HKDF of any provider of the crypto port. */

import { fromHex } from "../../../../src/bytes/hex.js";
import { encodeUtf8 } from "../../../../src/bytes/utf8.js";
import { CryptoArgumentError, UnsupportedAlgorithmError } from "../../../../src/crypto/errors.js";
import { HKDF_DIGESTS_MAX, hkdf, hkdfExpand, hkdfExtract } from "../../../../src/crypto/hkdf.js";
import type { Crypto, HashAlgorithm } from "../../../../src/ports/crypto.js";
import { assert, describe, it } from "../../../portable.js";
import { vectors as primitives } from "../../vectors/crypto-primitives.js";
import { vectors as published } from "../../vectors/crypto-published.js";

/** Declares the tests. @param provider is called within each test */
export function testHash(provider: () => Crypto): void {
  describe("SHA-2", () => {
    for (const { algorithm, message, digest } of published.sha2)
      it(`FIPS 180-4: ${algorithm} of the example with ${message.length} characters`, () => {
        assert.deepEqual(provider().hash(algorithm as HashAlgorithm, encodeUtf8(message)), fromHex(digest));
      });

    it("an algorithm that is not there is named", () => {
      assert.throws(
        () => provider().hash("SHA-1" as HashAlgorithm, new Uint8Array(0)),
        UnsupportedAlgorithmError,
        "SHA-1",
      );
      assert.ok(!provider().supports("SHA-1" as HashAlgorithm));
      assert.ok(provider().supports("SHA-384"));
    });
  });

  describe("HMAC", () => {
    for (const { case: number, key, data, hmac_sha256 } of primitives.hmac_sha256_rfc4231.vectors)
      it(`RFC 4231 §4: HMAC-SHA-256, test case ${number}`, () => {
        const mac = provider().hmac("SHA-256", fromHex(key), fromHex(data));
        // Test case 5 is about truncation.
        assert.deepEqual(mac.subarray(0, hmac_sha256.length / 2), fromHex(hmac_sha256));
      });

    for (const { case: number, key, data, sha384, sha512 } of published.hmac_rfc4231)
      it(`RFC 4231 §4: HMAC-SHA-384 and HMAC-SHA-512, test case ${number}`, () => {
        const crypto = provider();
        assert.deepEqual(crypto.hmac("SHA-384", fromHex(key), fromHex(data)), fromHex(sha384));
        assert.deepEqual(crypto.hmac("SHA-512", fromHex(key), fromHex(data)), fromHex(sha512));
      });

    it("RFC 2104 §2: a key is filled up with zeros, so an empty one is as good as one zero", () => {
      for (const algorithm of ["SHA-256", "SHA-384", "SHA-512"] as const) {
        const data = new Uint8Array(40).fill(1);
        const empty = provider().hmac(algorithm, new Uint8Array(0), data);
        assert.deepEqual(provider().hmac(algorithm, new Uint8Array(1), data), empty);
      }
    });
  });

  describe("HKDF", () => {
    for (const { case: number, hash, ikm, salt, info, L, prk, okm } of primitives.hkdf_rfc5869.vectors) {
      // The others are of SHA-1.
      if (hash === "sha256")
        it(`RFC 5869 §A.${number}: the test case`, () => {
          const crypto = provider();
          const extracted = hkdfExtract(crypto, "SHA-256", fromHex(salt), fromHex(ikm));
          assert.deepEqual(extracted, fromHex(prk));
          assert.deepEqual(hkdfExpand(crypto, "SHA-256", extracted, fromHex(info), L), fromHex(okm));
          assert.deepEqual(
            hkdf(crypto, "SHA-256", fromHex(salt), fromHex(ikm), fromHex(info), L),
            fromHex(okm),
          );
        });
    }

    it("RFC 5869 §2.3: 255 digests of key material are made, one byte more is refused", () => {
      const crypto = provider();
      const key = new Uint8Array(32).fill(3);
      const nothing = new Uint8Array(0);
      const longest = HKDF_DIGESTS_MAX * 32;
      assert.equal(hkdfExpand(crypto, "SHA-256", key, nothing, longest).length, longest);
      assert.throws(
        () => hkdfExpand(crypto, "SHA-256", key, nothing, longest + 1),
        CryptoArgumentError,
        "at most 8160 bytes",
      );
      assert.equal(hkdfExpand(crypto, "SHA-256", key, nothing, 0).length, 0);
    });
  });
}
