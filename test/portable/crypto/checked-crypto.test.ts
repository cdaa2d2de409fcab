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

  it("an AEAD overwrites its copy of the key when it is closed, and not the caller's", () => {
    const keys: Uint8Array[] = [];
    const primitives = { ccmSeal: (copy: Uint8Array) => void keys.push(copy) } as Partial<Primitives>;
    const key = new Uint8Array(16).fill(7);
    const aead = new CheckedCrypto(primitives as Primitives, undefined).aead("AES-CCM-16-64-128", key);
    aead.seal(new Uint8Array(13), key, key);
    assert.deepEqual(keys, [key]);
    aead.close();
    assert.deepEqual(keys, [new Uint8Array(16)]);
    assert.deepEqual(key, new Uint8Array(16).fill(7));
  });
});
