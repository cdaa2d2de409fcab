import { CheckedCrypto } from "../../../src/crypto/checked-crypto.js";
import { UnsupportedAlgorithmError } from "../../../src/crypto/errors.js";
import type { Primitives } from "../../../src/crypto/primitives.js";
import { assert, describe, it } from "../../portable.js";

describe("CheckedCrypto", () => {
  it("an image that carries no Ed25519 says so, and has the rest", () => {
    const crypto = new CheckedCrypto({} as Primitives, undefined);
    const key = new Uint8Array(32);
    assert.ok(!crypto.supports("Ed25519"));
    assert.ok(crypto.supports("ES256"));
    for (const use of [
      () => crypto.publicKey("Ed25519", key),
      () => crypto.sign("Ed25519", key, key),
      () => crypto.verify("Ed25519", key, key, new Uint8Array(64)),
    ])
      assert.throws(use, UnsupportedAlgorithmError, "Ed25519");
  });
});
