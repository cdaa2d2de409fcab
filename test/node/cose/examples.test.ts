import assert from "node:assert/strict";
import { nodeCoseCrypto } from "../../../hosts/node/crypto/node-cose-crypto.js";
import { toHex } from "../../../src/bytes/hex.js";
import { CoseError } from "../../../src/cose/errors.js";
import { UnsupportedAlgorithmError } from "../../../src/crypto/errors.js";
import { checkExample, examples, remakeExample } from "../../portable/cose/examples.js";

describe("the examples of the COSE working group, on Node", () => {
  for (const example of examples())
    it(`RFC 9052: ${example.file}: ${example.title} ${example.expect_fail ? "is refused" : "holds"}`, () => {
      let content: Uint8Array | undefined;
      try {
        content = checkExample(nodeCoseCrypto, example);
      } catch (error) {
        assert.ok(example.expect_fail, String(error));
        assert.ok(error instanceof CoseError || error instanceof UnsupportedAlgorithmError);
      }
      if (example.expect_fail) {
        assert.equal(content, undefined);
        return;
      }
      assert.equal(toHex(content!), example.plaintext);
      // A signature of ECDSA is another one each time (FIPS 186-5 §6.3.1), so what we make is checked as theirs is.
      const cbor = toHex(remakeExample(nodeCoseCrypto, example));
      assert.equal(toHex(checkExample(nodeCoseCrypto, { ...example, cbor })!), example.plaintext);
    });
});
