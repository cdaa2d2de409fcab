import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { nobleCrypto } from "../../../hosts/node/crypto/noble-crypto.js";
import { nodeCoseCrypto } from "../../../hosts/node/crypto/node-cose-crypto.js";
import { PortCoseCrypto } from "../../../src/cose/cose-crypto.js";
import { EC2, OKP } from "../../../src/cose/key.js";
import { CryptoArgumentError } from "../../../src/crypto/errors.js";
import { PORT_KEYS, testKeys, type SigningKey } from "../../portable/cose/suites/keys.js";

/** A new key of a curve that only Node has. */
function made(
  name: "P-256" | "P-384" | "P-521" | "Ed448",
  crv: number,
  algorithms: readonly number[],
): SigningKey {
  const { privateKey } =
    name === "Ed448" ? generateKeyPairSync("ed448") : generateKeyPairSync("ec", { namedCurve: name });
  const { x, y, d } = privateKey.export({ format: "jwk" });
  const bytes = (text: string | undefined): Uint8Array => Uint8Array.from(Buffer.from(text!, "base64url"));
  const key = { kty: y === undefined ? OKP : EC2, crv, x: bytes(x), d: bytes(d) };
  return { name, key: y === undefined ? key : { ...key, y: bytes(y) }, algorithms };
}

describe("keys of COSE on Node", () => {
  testKeys(
    () => nodeCoseCrypto,
    [
      ...PORT_KEYS,
      made("P-256", 1, [-35, -36]),
      made("P-384", 2, [-7, -35, -36, -51]),
      made("P-521", 3, [-7, -35, -36, -52]),
      made("Ed448", 7, [-8, -53]),
    ],
  );
});

describe("keys of COSE on the noble packages", () => {
  testKeys(() => new PortCoseCrypto(nobleCrypto), PORT_KEYS);
});

describe("algorithms of COSE on Node", () => {
  const nothing = new Uint8Array(0);

  it("RFC 9053 §4: keys and nonces of another length are named, and what is too short opens to nothing", () => {
    for (const algorithm of [1, 2, 3, 10, 11, 12, 13, 24, 30, 31, 32, 33]) {
      const nonce = new Uint8Array(nodeCoseCrypto.nonceBytes(algorithm));
      const key = [16, 24, 32]
        .map((length) => new Uint8Array(length))
        .find((candidate) => seals(algorithm, candidate, nonce));
      assert.ok(key, String(algorithm));
      for (const bad of [nothing, key.subarray(1), new Uint8Array(33)]) {
        assert.throws(
          () => nodeCoseCrypto.seal(algorithm, bad, nonce, nothing, nothing),
          CryptoArgumentError,
        );
        assert.throws(
          () => nodeCoseCrypto.open(algorithm, bad, nonce, nothing, nothing),
          CryptoArgumentError,
        );
      }
      for (const bad of [nothing, nonce.subarray(1), new Uint8Array(14)]) {
        assert.throws(() => nodeCoseCrypto.seal(algorithm, key, bad, nothing, nothing), CryptoArgumentError);
        assert.throws(() => nodeCoseCrypto.open(algorithm, key, bad, nothing, nothing), CryptoArgumentError);
      }
      const sealed = nodeCoseCrypto.seal(algorithm, key, nonce, nothing, nothing);
      assert.deepEqual(new Uint8Array(nodeCoseCrypto.open(algorithm, key, nonce, nothing, sealed)!), nothing);
      for (const short of [nothing, sealed.subarray(1), new Uint8Array(sealed.length)])
        assert.equal(nodeCoseCrypto.open(algorithm, key, nonce, nothing, short), undefined);
    }
  });

  it("RFC 3610 §2.1: of AES-CCM with a length of 2 bytes, a plaintext has 65535 at most", () => {
    const [key, nonce] = [new Uint8Array(32), new Uint8Array(13)];
    for (const algorithm of [11, 31]) {
      const sealed = nodeCoseCrypto.seal(algorithm, key, nonce, nothing, new Uint8Array(65_535));
      assert.equal(nodeCoseCrypto.open(algorithm, key, nonce, nothing, sealed)?.length, 65_535);
      const longer = new Uint8Array(65_536);
      assert.throws(() => nodeCoseCrypto.seal(algorithm, key, nonce, nothing, longer), CryptoArgumentError);
      const tooLong = new Uint8Array(sealed.length + 1);
      assert.equal(nodeCoseCrypto.open(algorithm, key, nonce, nothing, tooLong), undefined);
    }
  });

  it("RFC 9053 §3.2: AES-CBC-MAC has its length, of nothing as well, and keys of one length", () => {
    // FIPS 197 appendix B's cipher of a block of zeros under a key of zeros: NIST AESAVS, KAT of zeros.
    assert.deepEqual(
      Buffer.from(nodeCoseCrypto.mac(25, new Uint8Array(16), nothing)).toString("hex"),
      "66e94bd4ef8a2c3b884cfa59ca342b2e",
    );
    for (const [algorithm, keyBytes, tagBytes] of [
      [14, 16, 8],
      [15, 32, 8],
      [25, 16, 16],
      [26, 32, 16],
    ] as const) {
      for (const length of [0, 1, 16, 17])
        assert.equal(
          nodeCoseCrypto.mac(algorithm, new Uint8Array(keyBytes), new Uint8Array(length)).length,
          tagBytes,
        );
      assert.throws(
        () => nodeCoseCrypto.mac(algorithm, new Uint8Array(keyBytes - 1), nothing),
        CryptoArgumentError,
      );
    }
  });
});

function seals(algorithm: number, key: Uint8Array, nonce: Uint8Array): boolean {
  try {
    nodeCoseCrypto.seal(algorithm, key, nonce, new Uint8Array(0), new Uint8Array(0));
    return true;
  } catch (error) {
    if (error instanceof CryptoArgumentError) return false;
    throw error;
  }
}
