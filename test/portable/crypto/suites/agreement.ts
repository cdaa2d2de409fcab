/** Key agreement, key pairs and comparison of any provider of the crypto port. */

import { concatBytes } from "../../../../src/bytes/concat.js";
import { fromHex } from "../../../../src/bytes/hex.js";
import { CryptoArgumentError, UnsupportedAlgorithmError } from "../../../../src/crypto/errors.js";
import { generateKeyPair } from "../../../../src/crypto/key-pair.js";
import type { AgreementAlgorithm, Crypto, Curve } from "../../../../src/ports/crypto.js";
import { SeededRandom, assert, describe, it } from "../../../portable.js";
import { vectors as primitives } from "../../vectors/crypto-primitives.js";
import { vectors as published } from "../../vectors/crypto-published.js";

const p256 = published.ecdh_p256_rfc5903;
const { dh } = primitives.x25519_rfc7748;

/** Points of order 1, 2, 4 and 8 on Curve25519, with which every secret is zero (RFC 7748 §6.1). */
const SMALL_ORDER = [
  "0000000000000000000000000000000000000000000000000000000000000000",
  "0100000000000000000000000000000000000000000000000000000000000000",
  "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
  "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
];

/** Declares the tests. @param provider is called within each test */
export function testAgreement(provider: () => Crypto): void {
  describe("ECDH with P-256", () => {
    it("RFC 5903 §8.1: both sides' public keys and the secret", () => {
      const crypto = provider();
      const initiator = fromHex(`04${p256.gix}${p256.giy}`);
      const responder = fromHex(`04${p256.grx}${p256.gry}`);
      assert.deepEqual(crypto.publicKey("P-256", fromHex(p256.i)), initiator);
      assert.deepEqual(crypto.publicKey("P-256", fromHex(p256.r)), responder);
      assert.deepEqual(crypto.agree("P-256", fromHex(p256.i), responder), fromHex(p256.girx));
      assert.deepEqual(crypto.agree("P-256", fromHex(p256.r), initiator), fromHex(p256.girx));
    });

    it("SEC 1 §2.3.4: a compressed point stands for the same, and the secret does not depend on its sign", () => {
      for (const form of [2, 3]) {
        const compressed = concatBytes([Uint8Array.of(form), fromHex(p256.grx)]);
        assert.deepEqual(provider().agree("P-256", fromHex(p256.i), compressed), fromHex(p256.girx));
      }
    });

    it("SEC 1 §3.2.2: there is no secret with what is no point of the curve", () => {
      const crypto = provider();
      const off = fromHex(`04${p256.grx}${p256.giy}`);
      assert.equal(crypto.agree("P-256", fromHex(p256.i), off), undefined);
      // 1 is no x-coordinate of the curve: 1 - 3 + b has no square root.
      const noPoint = new Uint8Array(33);
      noPoint[0] = 2;
      noPoint[32] = 1;
      assert.equal(crypto.agree("P-256", fromHex(p256.i), noPoint), undefined);
      const tooLarge = new Uint8Array(33).fill(255);
      tooLarge[0] = 2;
      assert.equal(crypto.agree("P-256", fromHex(p256.i), tooLarge), undefined);
      for (const length of [0, 1, 32, 33, 64, 65, 66])
        assert.equal(crypto.agree("P-256", fromHex(p256.i), new Uint8Array(length)), undefined);
      const hybrid = fromHex(`06${p256.grx}${p256.gry}`);
      hybrid[0]! |= hybrid[64]! & 1;
      assert.equal(crypto.agree("P-256", fromHex(p256.i), hybrid), undefined);
    });

    it("SP 800-186 §3.2.1.3: a private key of 0 is refused", () => {
      const point = fromHex(`04${p256.grx}${p256.gry}`);
      assert.throws(() => provider().agree("P-256", new Uint8Array(32), point), CryptoArgumentError);
      assert.throws(() => provider().agree("P-256", new Uint8Array(31).fill(1), point), CryptoArgumentError);
    });
  });

  describe("X25519", () => {
    primitives.x25519_rfc7748.vectors.forEach(({ scalar, u, out }, index) => {
      it(`RFC 7748 §5.2: test vector ${index + 1}`, () => {
        assert.deepEqual(provider().agree("X25519", fromHex(scalar), fromHex(u)), fromHex(out));
      });
    });

    it("RFC 7748 §5.2: one iteration from the base point", () => {
      const nine = new Uint8Array(32);
      nine[0] = 9;
      assert.deepEqual(provider().agree("X25519", nine, nine), fromHex(published.x25519_one_iteration));
    });

    it("RFC 7748 §6.1: both sides' public keys and the secret", () => {
      const crypto = provider();
      assert.deepEqual(crypto.publicKey("X25519", fromHex(dh.a)), fromHex(dh.A));
      assert.deepEqual(crypto.publicKey("X25519", fromHex(dh.b)), fromHex(dh.B));
      assert.deepEqual(crypto.agree("X25519", fromHex(dh.a), fromHex(dh.B)), fromHex(dh.K));
      assert.deepEqual(crypto.agree("X25519", fromHex(dh.b), fromHex(dh.A)), fromHex(dh.K));
    });

    it("RFC 7748 §6.1: there is no secret with a point of small order", () => {
      for (const point of SMALL_ORDER)
        assert.equal(provider().agree("X25519", fromHex(dh.a), fromHex(point)), undefined, point);
    });

    it("RFC 7748 §5: u counts modulo p, without its highest bit", () => {
      const crypto = provider();
      const reduced = crypto.agree("X25519", fromHex(dh.a), fromHex(`09${"00".repeat(31)}`));
      assert.deepEqual(reduced, fromHex(dh.A));
      // p + 9, and both with the bit that is none of u's.
      for (const u of [`f6${"ff".repeat(30)}7f`, `f6${"ff".repeat(30)}ff`, `09${"00".repeat(30)}80`])
        assert.deepEqual(crypto.agree("X25519", fromHex(dh.a), fromHex(u)), reduced, u);
      // p and p + 1, which are 0 and 1, and 0 with that bit.
      for (const u of [`ed${"ff".repeat(30)}7f`, `ee${"ff".repeat(30)}7f`, `${"00".repeat(31)}80`])
        assert.equal(crypto.agree("X25519", fromHex(dh.a), fromHex(u)), undefined, u);
    });

    it("RFC 7748 §5: keys have 32 bytes", () => {
      for (const length of [0, 31, 33]) {
        const other = new Uint8Array(length).fill(9);
        assert.equal(provider().agree("X25519", fromHex(dh.a), other), undefined);
        assert.throws(() => provider().agree("X25519", other, fromHex(dh.B)), CryptoArgumentError);
      }
    });

    it("an algorithm that is not there is named", () => {
      const other = "X448" as AgreementAlgorithm;
      assert.throws(() => provider().agree(other, fromHex(dh.a), fromHex(dh.B)), UnsupportedAlgorithmError);
      assert.throws(() => provider().publicKey(other, fromHex(dh.a)), UnsupportedAlgorithmError, "X448");
      assert.ok(!provider().supports(other));
      assert.ok(provider().supports("X25519") && provider().supports("P-256"));
    });
  });

  describe("key pairs", () => {
    for (const curve of ["P-256", "X25519", "Ed25519"] satisfies Curve[])
      it(`the same seed makes the same keys of ${curve}, and the public key belongs to the private one`, () => {
        const crypto = provider();
        const { privateKey, publicKey } = generateKeyPair(crypto, new SeededRandom(5), curve);
        assert.deepEqual(generateKeyPair(crypto, new SeededRandom(5), curve).privateKey, privateKey);
        assert.deepEqual(crypto.publicKey(curve, privateKey), publicKey);
      });

    it("FIPS 186-5 §A.2.2: a candidate that is no private key of P-256 is drawn again", () => {
      let draws = 0;
      const random = {
        fill(bytes: Uint8Array): void {
          draws += 1;
          bytes.fill([0, 255, 1][draws - 1] ?? 2);
        },
      };
      const { privateKey } = generateKeyPair(provider(), random, "P-256");
      assert.equal(draws, 3);
      assert.deepEqual(privateKey, new Uint8Array(32).fill(1));
    });
  });

  describe("comparison", () => {
    it("bytes are equal when each is, and their number", () => {
      const crypto = provider();
      const bytes = Uint8Array.of(1, 2, 3);
      assert.ok(crypto.equal(bytes, Uint8Array.of(1, 2, 3)));
      assert.ok(crypto.equal(new Uint8Array(0), new Uint8Array(0)));
      assert.ok(!crypto.equal(bytes, Uint8Array.of(1, 2, 4)));
      assert.ok(!crypto.equal(bytes, Uint8Array.of(129, 2, 3)));
      assert.ok(!crypto.equal(bytes, Uint8Array.of(1, 2)));
      assert.ok(!crypto.equal(bytes, Uint8Array.of(1, 2, 3, 0)));
    });
  });
}
