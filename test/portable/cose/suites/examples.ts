/** The examples of the COSE working group on the crypto port, with any provider. */

import { fromHex, toHex } from "../../../../src/bytes/hex.js";
import { PortCoseCrypto } from "../../../../src/cose/cose-crypto.js";
import { CoseError } from "../../../../src/cose/errors.js";
import { UnsupportedAlgorithmError } from "../../../../src/crypto/errors.js";
import { checkExample, examples, remakeExample, type Example } from "../examples.js";
import type { Crypto } from "../../../../src/ports/crypto.js";
import { describe, it, assert } from "../../../portable.js";

/** What the crypto port does not have: the algorithm, or the curve, that the refusal names. */
const NOT_SUPPORTED: Readonly<Record<string, string>> = Object.freeze({
  "aes-ccm-examples/aes-ccm-enc-04.json": "COSE algorithm 32",
  "aes-ccm-examples/aes-ccm-enc-05.json": "COSE algorithm 11",
  "aes-ccm-examples/aes-ccm-enc-06.json": "COSE algorithm 31",
  "aes-ccm-examples/aes-ccm-enc-07.json": "COSE algorithm 13",
  "aes-ccm-examples/aes-ccm-enc-08.json": "COSE algorithm 33",
  "aes-gcm-examples/aes-gcm-enc-01.json": "COSE algorithm 1",
  "aes-gcm-examples/aes-gcm-enc-02.json": "COSE algorithm 2",
  "aes-gcm-examples/aes-gcm-enc-03.json": "COSE algorithm 3",
  "aes-gcm-examples/aes-gcm-enc-04.json": "COSE algorithm 1",
  "chacha-poly-examples/chacha-poly-enc-01.json": "COSE algorithm 24",
  "ecdsa-examples/ecdsa-sig-02.json": "COSE algorithm -35",
  "ecdsa-examples/ecdsa-sig-03.json": "COSE algorithm -36",
  "ecdsa-examples/ecdsa-sig-04.json": "COSE algorithm -36",
  "eddsa-examples/eddsa-sig-02.json": "COSE curve 7",
  "encrypted-tests/aes-gcm-01.json": "COSE algorithm 1",
  "encrypted-tests/enc-fail-02.json": "COSE algorithm 1",
  "encrypted-tests/enc-fail-03.json": "COSE algorithm -999",
  "encrypted-tests/enc-fail-04.json": "COSE algorithm Unknown",
  "encrypted-tests/enc-fail-06.json": "COSE algorithm 1",
  "encrypted-tests/enc-fail-07.json": "COSE algorithm 1",
  "encrypted-tests/enc-pass-01.json": "COSE algorithm 1",
  "encrypted-tests/enc-pass-02.json": "COSE algorithm 1",
  "encrypted-tests/enc-pass-03.json": "COSE algorithm 1",
  "mac0-tests/mac-fail-03.json": "COSE algorithm -999",
  "mac0-tests/mac-fail-04.json": "COSE algorithm Unknown",
  "sign1-tests/sign-fail-03.json": "COSE algorithm -999",
  "sign1-tests/sign-fail-04.json": "COSE algorithm unknown",
});

/** Messages without a protected parameter: h'' or h'a0', then a map with alg. */
const UNPROTECTED_ALGORITHM: readonly string[] = Object.freeze([
  "encrypted-tests/enc-pass-01.json",
  "encrypted-tests/enc-pass-03.json",
  "mac0-tests/mac-pass-01.json",
  "mac0-tests/mac-pass-02.json",
  "mac0-tests/mac-pass-03.json",
  "sign1-tests/sign-pass-01.json",
]);

/** Messages with the tag of another one. */
const OF_ANOTHER_TYPE: Readonly<Record<string, string>> = Object.freeze({
  "encrypted-tests/enc-fail-01.json": "expected COSE_Encrypt0, tag 16, got tag 995",
  "mac0-tests/mac-fail-01.json": "expected COSE_Mac0, tag 17, got tag 992",
  "sign1-tests/sign-fail-01.json": "expected COSE_Sign1, tag 18, got tag 998",
});

/** Declares the tests. @param provider is called within each test */
export function testExamples(provider: () => Crypto): void {
  describe("the examples of the COSE working group, on the crypto port", () => {
    for (const example of examples()) {
      const { file, title, plaintext } = example;
      const missing = NOT_SUPPORTED[file];
      const mistaken = OF_ANOTHER_TYPE[file];
      if (missing !== undefined)
        it(`RFC 9052: ${file}: ${title} is refused: ${missing} is not supported`, () => {
          const crypto = new PortCoseCrypto(provider());
          const error = assert.throws(() => checkExample(crypto, example), UnsupportedAlgorithmError);
          assert.equal(error.message, `algorithm not supported: ${missing}`);
        });
      else if (mistaken !== undefined)
        it(`RFC 9052 §2: ${file}: ${title} is refused by its tag`, () => {
          const crypto = new PortCoseCrypto(provider());
          assert.throws(() => checkExample(crypto, example), CoseError, mistaken);
        });
      else if (example.expect_fail)
        it(`RFC 9052: ${file}: ${title} does not hold`, () => {
          assert.equal(checkExample(new PortCoseCrypto(provider()), example), undefined);
        });
      else
        it(`RFC 9052: ${file}: ${title} holds, and so does what we make`, () => {
          const crypto = new PortCoseCrypto(provider());
          assert.deepEqual(checkExample(crypto, example), fromHex(plaintext));
          const cbor = toHex(remakeExample(crypto, example));
          assert.deepEqual(checkExample(crypto, { ...example, cbor }), fromHex(plaintext));
        });
    }

    it("RFC 9052 §3.1: an algorithm that only the unprotected parameters name is refused unless that is allowed", () => {
      const crypto = new PortCoseCrypto(provider());
      const isRefused = (example: Example): boolean => {
        try {
          checkExample(crypto, example, false);
          return false;
        } catch (error) {
          return error instanceof CoseError && error.message.startsWith("expected alg among the protected");
        }
      };
      assert.deepEqual(
        examples()
          .filter(isRefused)
          .map(({ file }) => file),
        UNPROTECTED_ALGORITHM,
      );
    });

    it("RFC 9052 §9: MACs and ciphertexts that we make are those of the examples, byte for byte", () => {
      let compared = 0;
      for (const example of examples()) {
        const { family, file, expect_fail } = example;
        // Pass-01 has an empty map as protected header, where we have no bytes; pass-03 is without its tag.
        const isOfOurForm = !file.includes("pass-01") && !file.includes("pass-03");
        if (family === "sign1" || expect_fail || NOT_SUPPORTED[file] !== undefined || !isOfOurForm) continue;
        assert.equal(toHex(remakeExample(new PortCoseCrypto(provider()), example)), example.cbor, file);
        compared += 1;
      }
      assert.equal(compared, 13);
    });
  });
}
