/** Signatures of any provider of the crypto port. */

import { concatBytes } from "../../../../src/bytes/concat.js";
import { fromHex } from "../../../../src/bytes/hex.js";
import { encodeUtf8 } from "../../../../src/bytes/utf8.js";
import { CryptoArgumentError, UnsupportedAlgorithmError } from "../../../../src/crypto/errors.js";
import type { Crypto, SignatureAlgorithm } from "../../../../src/ports/crypto.js";
import { assert, describe, it } from "../../../portable.js";
import { vectors as primitives } from "../../vectors/crypto-primitives.js";
import { ED25519_CASES } from "./ed25519-cases.js";
import { oneBitFlipped } from "./flip.js";

const { d, x, y, vectors: rfc6979 } = primitives.ecdsa_p256_rfc6979;
const PRIVATE_KEY = fromHex(d);
const PUBLIC_KEY = fromHex(`04${x}${y}`);
/** SP 800-186 §3.2.1.3. */
const ORDER = fromHex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");

/**
 * The points of order 1, 2, 4 and 8 on edwards25519, each with both signs; y of p and p + 1, which stand for 0 and 1;
 * the largest y; and 2, to which there is no x.
 */
const NO_ED25519_KEYS: readonly string[] = [
  ["01", "00".repeat(30), "00"],
  ["01", "00".repeat(30), "80"],
  ["ec", "ff".repeat(30), "7f"],
  ["ec", "ff".repeat(30), "ff"],
  ["00", "00".repeat(30), "00"],
  ["00", "00".repeat(30), "80"],
  ["26", "e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc", "05"],
  ["26", "e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc", "85"],
  ["c7", "176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03", "7a"],
  ["c7", "176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03", "fa"],
  ["ed", "ff".repeat(30), "7f"],
  ["ee", "ff".repeat(30), "7f"],
  ["ff", "ff".repeat(30), "7f"],
  ["ff", "ff".repeat(30), "ff"],
  ["02", "00".repeat(30), "00"],
].map((parts) => parts.join(""));

function refusesEveryChange(
  crypto: Crypto,
  algorithm: SignatureAlgorithm,
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): void {
  assert.ok(crypto.verify(algorithm, publicKey, message, signature));
  for (const spoilt of oneBitFlipped(publicKey))
    assert.ok(!crypto.verify(algorithm, spoilt, message, signature), "key");
  for (const spoilt of oneBitFlipped(message))
    assert.ok(!crypto.verify(algorithm, publicKey, spoilt, signature), "message");
  for (const spoilt of oneBitFlipped(signature))
    assert.ok(!crypto.verify(algorithm, publicKey, message, spoilt), "signature");
  for (const length of [0, 63, 65]) {
    const other = new Uint8Array(length);
    other.set(signature.subarray(0, length));
    assert.ok(!crypto.verify(algorithm, publicKey, message, other), `${length} bytes`);
  }
  assert.ok(!crypto.verify(algorithm, publicKey.subarray(1), message, signature), "a shorter key");
  assert.ok(!crypto.verify(algorithm, new Uint8Array(0), message, signature), "no key");
  assert.ok(!crypto.verify(algorithm, publicKey, message, new Uint8Array(64)), "zeros");
}

/**
 * Declares the tests.
 * @param provider is called within each test
 * @param hasCofactor whether it verifies Ed25519 by the equation with the cofactor
 */
export function testSignature(provider: () => Crypto, hasCofactor = false): void {
  describe("ES256", () => {
    it("RFC 6979 §A.2.5: the public key of the private one", () => {
      assert.deepEqual(provider().publicKey("P-256", PRIVATE_KEY), PUBLIC_KEY);
    });

    for (const { message, r, s } of rfc6979) {
      const bytes = encodeUtf8(message);
      const expected = fromHex(r + s);

      it(`RFC 6979 §A.2.5: the signature of '${message}' holds, with either form of the point`, () => {
        const compressed = concatBytes([Uint8Array.of(2 | (PUBLIC_KEY[64]! & 1)), fromHex(x)]);
        assert.ok(provider().verify("ES256", PUBLIC_KEY, bytes, expected));
        assert.ok(provider().verify("ES256", compressed, bytes, expected));
      });

      it(`RFC 6979 §3.2: '${message}' is signed with that signature, where signing is deterministic`, () => {
        const crypto = provider();
        const signature = crypto.sign("ES256", PRIVATE_KEY, bytes);
        assert.ok(crypto.verify("ES256", PUBLIC_KEY, bytes, signature));
        // FIPS 186-5 §6.3 allows both ways.
        if (crypto.equal(signature, crypto.sign("ES256", PRIVATE_KEY, bytes)))
          assert.deepEqual(signature, expected);
      });
    }

    it("FIPS 186-5 §6.4.2: a signature does not hold when one bit of key, message or signature changes", () => {
      const message = encodeUtf8("sample");
      const { r, s } = rfc6979[0]!;
      refusesEveryChange(provider(), "ES256", PUBLIC_KEY, message, fromHex(r + s));
    });

    it("FIPS 186-5 §6.4.2: r and s are below the order", () => {
      const message = encodeUtf8("sample");
      const { r, s } = rfc6979[0]!;
      for (const signature of [concatBytes([ORDER, fromHex(s)]), concatBytes([fromHex(r), ORDER])])
        assert.ok(!provider().verify("ES256", PUBLIC_KEY, message, signature));
    });

    it("SEC 1 §3.2.2.1: no signature is of a key that is no point of the curve", () => {
      const message = encodeUtf8("sample");
      const { r, s } = rfc6979[0]!;
      const zeros = "00".repeat(32);
      const ones = "ff".repeat(32);
      const one = `${"00".repeat(31)}01`;
      for (const key of [
        "00",
        `04${zeros}${zeros}`,
        `04${x}${x}`,
        `04${y}${x}`,
        `04${ones}${y}`,
        `04${x}${ones}`,
        `02${one}`,
        `03${ones}`,
        `02${zeros}${zeros}`,
        `04${x}`,
        `06${x}${y}`,
        `07${x}${y}`,
        `${x}${y}`,
        "",
      ]) {
        const publicKey = fromHex(key);
        assert.equal(provider().verify("ES256", publicKey, message, fromHex(r + s)), false, key);
        assert.equal(provider().verify("ES256", publicKey, message, new Uint8Array(64)), false, key);
        assert.equal(provider().agree("P-256", PRIVATE_KEY, publicKey), undefined, key);
      }
    });

    it("FIPS 186-5 §6.4.2: r and s are at least 1", () => {
      const message = encodeUtf8("sample");
      const { r, s } = rfc6979[0]!;
      const zero = "00".repeat(32);
      for (const signature of [zero + s, r + zero, zero + zero])
        assert.equal(provider().verify("ES256", PUBLIC_KEY, message, fromHex(signature)), false, signature);
    });

    it("SP 800-186 §3.2.1.3: private keys are 1 to n - 1", () => {
      const crypto = provider();
      const largest = ORDER.slice();
      largest[31]! -= 1;
      const one = new Uint8Array(32);
      one[31] = 1;
      for (const key of [one, largest]) {
        const signature = crypto.sign("ES256", key, PUBLIC_KEY);
        assert.ok(crypto.verify("ES256", crypto.publicKey("P-256", key), PUBLIC_KEY, signature));
      }
      for (const key of [new Uint8Array(32), ORDER, new Uint8Array(32).fill(255), one.subarray(1)]) {
        assert.throws(() => crypto.sign("ES256", key, PUBLIC_KEY), CryptoArgumentError);
        assert.throws(() => crypto.publicKey("P-256", key), CryptoArgumentError);
      }
    });

    it("an algorithm that is not there is named", () => {
      const other = "ES512" as SignatureAlgorithm;
      assert.throws(
        () => provider().sign(other, PRIVATE_KEY, PUBLIC_KEY),
        UnsupportedAlgorithmError,
        "ES512",
      );
      assert.throws(
        () => provider().verify(other, PUBLIC_KEY, PUBLIC_KEY, PUBLIC_KEY),
        UnsupportedAlgorithmError,
      );
      assert.ok(!provider().supports(other));
    });
  });

  describe("Ed25519", () => {
    for (const { test, sk, pk, msg, sig } of primitives.ed25519_rfc8032.vectors)
      it(`RFC 8032 §7.1: test ${test}`, () => {
        const crypto = provider();
        assert.deepEqual(crypto.publicKey("Ed25519", fromHex(sk)), fromHex(pk));
        assert.deepEqual(crypto.sign("Ed25519", fromHex(sk), fromHex(msg)), fromHex(sig));
        assert.ok(crypto.verify("Ed25519", fromHex(pk), fromHex(msg), fromHex(sig)));
      });

    it("RFC 8032 §5.1.7: a signature does not hold when one bit of key, message or signature changes", () => {
      const { pk, msg, sig } = primitives.ed25519_rfc8032.vectors[2]!;
      refusesEveryChange(provider(), "Ed25519", fromHex(pk), fromHex(msg), fromHex(sig));
    });

    for (const { what, message, publicKey, signature, holds, holdsWithCofactor } of ED25519_CASES)
      it(`RFC 8032 §5.1.7: ${what}: is ${holds ? "taken" : "refused"}`, () => {
        const found = provider().verify("Ed25519", fromHex(publicKey), fromHex(message), fromHex(signature));
        assert.equal(found, hasCofactor ? holdsWithCofactor : holds);
      });

    it("RFC 8032 §5.1.3: no signature is of a key that is no point, is not canonical, or has a small order", () => {
      const { msg, sig } = primitives.ed25519_rfc8032.vectors[2]!;
      for (const key of NO_ED25519_KEYS)
        for (const signature of [fromHex(sig), fromHex(key + "00".repeat(32)), new Uint8Array(64)])
          assert.equal(provider().verify("Ed25519", fromHex(key), fromHex(msg), signature), false, key);
    });

    it("RFC 8032 §5.1.5: a private key of another length than 32 bytes is refused", () => {
      for (const length of [31, 33, 64]) {
        const key = new Uint8Array(length);
        assert.throws(() => provider().sign("Ed25519", key, key), CryptoArgumentError);
        assert.throws(() => provider().publicKey("Ed25519", key), CryptoArgumentError);
      }
    });
  });
}
