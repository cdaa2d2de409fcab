import { describe, it, assert } from "../../portable.js";
import { fromHex, toHex } from "../../../src/bytes/hex.js";
import { CborError } from "../../../src/cbor/error.js";
import { CborReader } from "../../../src/cbor/reader.js";
import { CborWriter } from "../../../src/cbor/writer.js";
import { CoseError } from "../../../src/cose/errors.js";
import * as cose from "../../../src/cose/key.js";
import {
  keyCurve,
  keyOf,
  privateKeyBytes,
  publicKeyBytes,
  symmetricKeyBytes,
} from "../../../src/cose/key-material.js";
import { UnsupportedAlgorithmError } from "../../../src/crypto/errors.js";

/** Key "11" of RFC 9052 appendix C.7. */
const X = "bac5b11cad8f99f9c72b05cf4b9e26d244dc189f745228255a219a86d6a09eff";
const Y = "20138bf82dc1b6d562be0fa54ab7804a3a64b6d72ccfed6b6fb6ed28bbfc117e";
const D = "57c92077664146e876760c9520d054aa93c3afb04e306705db6090308507b4d3";
const PUBLIC_KEY = `a52001215820${X}225820${Y}010202423131`;
const PRIVATE_KEY = `a60102024231312001215820${X}225820${Y}235820${D}`;

function read(hex: string): cose.CoseKey {
  const reader = new CborReader(fromHex(hex.replaceAll(" ", "")));
  const key = cose.readKey(reader);
  reader.finish();
  return key;
}

function written(key: cose.CoseKey): string {
  const writer = new CborWriter();
  cose.writeKey(writer, key);
  return toHex(writer.bytes);
}

describe("COSE_Key", () => {
  it("RFC 9052 §C.7.1: a public key, its parameters in any order", () => {
    const key = read(PUBLIC_KEY);
    assert.equal(key.kty, cose.EC2);
    assert.deepEqual(key.kid, fromHex("3131"));
    assert.equal(keyCurve(key), "P-256");
    assert.deepEqual(publicKeyBytes(key), fromHex(`04${X}${Y}`));
    assert.throws(() => privateKeyBytes(key), CoseError, "32 bytes (d) in the key, got none");
  });

  it("RFC 9052 §C.7.2: a private key, written in the deterministic order", () => {
    const key = read(PRIVATE_KEY);
    assert.deepEqual(privateKeyBytes(key), fromHex(D));
    assert.equal(written(key), PRIVATE_KEY);
  });

  it("RFC 9052 §C.7.2: a symmetric key", () => {
    const key = read("a3010402437365632050849b5786457c1491be3a76dcea6c4271");
    assert.deepEqual(symmetricKeyBytes(key), fromHex("849b5786457c1491be3a76dcea6c4271"));
    assert.throws(() => keyCurve(key), CoseError, "a key on a curve, got one of type 4");
    assert.throws(() => symmetricKeyBytes(read(PUBLIC_KEY)), CoseError, "a symmetric key, got one of type 2");
    assert.equal(written(key), "a3010402437365632050849b5786457c1491be3a76dcea6c4271");
  });

  it("RFC 9052 §7.1: algorithm, operations and Base IV are kept; what is not known is passed over", () => {
    const key = read("a8 0104 0304 04820102 054103 2041ff 61618101 3903e78101 187bf6");
    assert.equal(key.alg, 4);
    assert.deepEqual(key.keyOps, [1, 2]);
  });

  it("RFC 9053 §7.1.1: the sign of y stands for it", () => {
    for (const [sign, first] of [
      ["f4", "02"],
      ["f5", "03"],
    ]) {
      const key = read(`a401022001215820${X}22${sign}`);
      assert.equal(toHex(publicKeyBytes(key)), `${first}${X}`);
      assert.equal(written(key), `a401022001215820${X}22${sign}`);
    }
  });

  it("RFC 9053 §7.1: curve and key type fit each other", () => {
    for (const [kty, crv] of [
      ["01", "01"],
      ["01", "03"],
      ["02", "04"],
      ["02", "07"],
    ])
      assert.throws(() => read(`a401${kty}20${crv}2141002240`), CoseError, "expected key type");
    assert.equal(read("a301012004214100").crv, cose.X25519);
    assert.equal(read("a301012007214100").crv, 7);
    // One that the registry has given away since: RFC 8812 §3.1.
    assert.equal(read("a4010220082141002240").crv, 8);
  });

  it("RFC 9053 §7.1: a curve that the port does not have is not supported", () => {
    assert.throws(() => keyCurve(read("a301012007214100")), UnsupportedAlgorithmError, "COSE curve 7");
    assert.throws(() => keyCurve(read("a4010220022141002240")), UnsupportedAlgorithmError, "COSE curve 2");
  });

  it("RFC 9053 §7: what a key's type requires is there", () => {
    assert.throws(() => read("a0"), CoseError, "a key type (kty), got none");
    assert.throws(() => read("a10104"), CoseError, "a value (k)");
    assert.throws(() => read("a20101214100"), CoseError, "a curve (crv)");
    assert.throws(() => read("a201012006"), CoseError, "got neither");
    assert.throws(() => read("a301022001214100"), CoseError, "got neither");
    assert.throws(() => read("a201040480"), CoseError, "at least one operation");
    assert.equal(read("a301012006234100").x, undefined);
  });

  it("RFC 9053 §7.1.1: leading zeros of a coordinate are there", () => {
    const key = read(`a401022001 21581f${X.slice(2)} 225820${Y}`);
    assert.throws(() => publicKeyBytes(key), CoseError, "expected 32 bytes (x) in the key, got 31");
    assert.throws(() => publicKeyBytes(read(`a401022001215820${X}2240`)), CoseError, "(y) in the key, got 0");
  });

  it("RFC 9052 §7: a parameter comes once, and is of its type", () => {
    assert.throws(() => read("a3010401042040"), CborError, "expected each label once, got 1 again");
    assert.throws(() => read("a3010402002040"), CborError, "a byte string");
    assert.throws(() => read("80"), CborError);
  });

  it("RFC 9052 §7: keys of a set that are malformed do not keep the others", () => {
    const keys = cose.readKeySet(
      new CborReader(fromHex(`84 a10104 ${PUBLIC_KEY} f6 a101182a`.replaceAll(" ", ""))),
    );
    assert.deepEqual(
      keys.map((key) => key.kty),
      [cose.EC2, 42],
    );
    const writer = new CborWriter();
    cose.writeKeySet(writer, keys.slice(0, 1));
    assert.deepEqual(cose.readKeySet(new CborReader(writer.bytes)), keys.slice(0, 1));
    assert.throws(() => cose.readKeySet(new CborReader(fromHex("80"))), CoseError, "at least one key");
    assert.throws(() => cose.readKeySet(new CborReader(fromHex("a0"))), CborError);
  });

  it("RFC 9053 §7: keys of the crypto port become COSE_Keys, and back", () => {
    for (const point of [`04${X}${Y}`, `02${X}`, `03${X}`]) {
      const key = keyOf("P-256", fromHex(point), fromHex(D));
      assert.equal(keyCurve(key), "P-256");
      assert.equal(toHex(publicKeyBytes(key)), point);
      assert.equal(toHex(privateKeyBytes(key)), D);
    }
    for (const curve of ["X25519", "Ed25519"] as const) {
      const key = read(written(keyOf(curve, fromHex(X))));
      assert.equal(keyCurve(key), curve);
      assert.equal(toHex(publicKeyBytes(key)), X);
      assert.equal(key.d, undefined);
    }
  });
});
