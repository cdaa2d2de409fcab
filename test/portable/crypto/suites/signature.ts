/** Signatures of any provider of the crypto port. */

import { concatBytes } from "../../../../src/bytes/concat.js";
import { fromHex } from "../../../../src/bytes/hex.js";
import { encodeUtf8 } from "../../../../src/bytes/utf8.js";
import { CryptoArgumentError, UnsupportedAlgorithmError } from "../../../../src/crypto/errors.js";
import type { Crypto, SignatureAlgorithm } from "../../../../src/platform.js";
import { assert, describe, it } from "../../../portable.js";
import { vectors as primitives } from "../../vectors/crypto-primitives.js";
import { oneBitFlipped } from "./flip.js";

const { d, x, y, vectors: rfc6979 } = primitives.ecdsa_p256_rfc6979;
const PRIVATE_KEY = fromHex(d);
const PUBLIC_KEY = fromHex(`04${x}${y}`);
/** SP 800-186 §3.2.1.3. */
const ORDER = fromHex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");

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

/** Declares the tests. @param provider is called within each test */
export function testSignature(provider: () => Crypto): void {
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

    it("RFC 8032 §5.1.5: a private key of another length than 32 bytes is refused", () => {
      for (const length of [31, 33, 64]) {
        const key = new Uint8Array(length);
        assert.throws(() => provider().sign("Ed25519", key, key), CryptoArgumentError);
        assert.throws(() => provider().publicKey("Ed25519", key), CryptoArgumentError);
      }
    });
  });
}
