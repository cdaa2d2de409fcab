import { describe, it, assert, hostCrypto } from "../../portable.js";
import { fromHex, toHex } from "../../../src/bytes/hex.js";
import { CborError } from "../../../src/cbor/error.js";
import { parseDiagnostic } from "../../../src/cbor/diagnostic-parser.js";
import { CborReader } from "../../../src/cbor/reader.js";
import { CborWriter } from "../../../src/cbor/writer.js";
import { isCurrent, messageOfToken, readClaims, writeClaims, type Claims } from "../../../src/cose/claims.js";
import { PortCoseCrypto } from "../../../src/cose/cose-crypto.js";
import { CoseError } from "../../../src/cose/errors.js";
import { keyCurve } from "../../../src/cose/key-material.js";
import { readSign1 } from "../../../src/cose/messages/sign1.js";
import { checkExample, examples } from "./examples.js";

function read(notation: string): Claims {
  return readClaims(new CborReader(parseDiagnostic(notation)));
}

function written(claims: Claims): string {
  const writer = new CborWriter();
  writeClaims(writer, claims);
  return toHex(writer.bytes);
}

/** The content of an example of RFC 8392 appendix A. */
function content(name: string): Uint8Array {
  const example = examples().find(({ file }) => file === `CWT/${name}.json`)!;
  return checkExample(new PortCoseCrypto(hostCrypto()), example)!;
}

/** RFC 8747 §3.2, with the claims of the RFC's example. */
const WITH_KEY = `{
  / iss / 1: "coaps://server.example.com", / aud / 3: "coaps://client.example.org", / exp / 4: 1879067471,
  / cnf / 8: {
    / COSE_Key / 1: {
      / kty / 1: 2, / crv / -1: 1,
      / x / -2: h'd7cc072de2205bdc1537a543d53c60a6acb62eccd890c7fa27c9e354089bbe13',
      / y / -3: h'f95e1d4b851a2cc80fff87d8e23f22afb725d535e515d020731e79a3b4e47120'
    }
  }
}`;

describe("CWT claims", () => {
  it("RFC 8392 §A.3 to §A.5: the claims of the example, signed, authenticated and encrypted", () => {
    for (const name of ["A_3", "A_4", "A_5"]) {
      const claims = readClaims(new CborReader(content(name)));
      assert.deepEqual(claims, {
        issuer: "coap://as.example.com",
        subject: "erikw",
        audience: "coap://light.example.com",
        expiresAtS: 1444064944,
        notBeforeS: 1443944944,
        issuedAtS: 1443944944,
        tokenId: fromHex("0b71"),
      });
      assert.equal(written(claims), toHex(content(name)));
    }
  });

  it("RFC 8392 §A.6: a token in a token", () => {
    const inner = readSign1(content("A_6"));
    assert.equal(readClaims(new CborReader(inner.content!)).issuer, "coap://as.example.com");
  });

  it("RFC 8392 §A.7: a time with a fraction", () => {
    const claims = readClaims(new CborReader(content("A_7")));
    assert.deepEqual(claims, { issuedAtS: 1443944944.5 });
    assert.equal(written(claims), toHex(content("A_7")));
  });

  it("RFC 8392 §6: a token may have its tag", () => {
    const message = parseDiagnostic("17([h'', {}, h'', h''])");
    assert.deepEqual(messageOfToken(message), message);
    assert.deepEqual(messageOfToken(parseDiagnostic("61(17([h'', {}, h'', h'']))")), message);
  });

  it("RFC 8747 §3.2 to §3.4: a key, an encrypted key, a key identifier", () => {
    const claims = read(WITH_KEY);
    assert.equal(keyCurve(claims.confirmation!.key!), "P-256");
    assert.equal(written(claims), toHex(parseDiagnostic(WITH_KEY)));
    const encrypted = read("{8: {2: [h'', {}, h'00'], 3: 'kid'}}");
    assert.equal(toHex(encrypted.confirmation!.encryptedKey!), "8340a04100");
    assert.equal(toHex(encrypted.confirmation!.kid!), "6b6964");
    assert.equal(written(encrypted), toHex(parseDiagnostic("{8: {2: [h'', {}, h'00'], 3: 'kid'}}")));
    assert.deepEqual(read("{8: {3: 'kid', \"x\": 1}}").confirmation, { kid: fromHex("6b6964") });
  });

  it("RFC 8747 §3.1: at most one key", () => {
    assert.throws(() => read("{8: {1: {1: 4, -1: h''}, 2: [h'', {}, h'']}}"), CoseError, "got both");
  });

  it("RFC 8392 §3.1.3: several audiences; claims that are not known are kept", () => {
    const claims = read('{3: ["a", "b"], 9: {1: 2}, "own": null}');
    assert.deepEqual(claims.audience, ["a", "b"]);
    assert.equal(toHex(claims.others!.get("own")!), "f6");
    assert.equal(written(claims), toHex(parseDiagnostic('{3: ["a", "b"], 9: {1: 2}, "own": null}')));
  });

  it("RFC 8392 §2, §3: each claim once, and of its type; times without their tag", () => {
    for (const [notation, problem] of [
      ["{1: 1}", "a text string"],
      ["{4: 1(1)}", "an integer"],
      ["{4: NaN}", "expected a time, got NaN"],
      ["{4: Infinity}", "expected a time, got Infinity"],
      ['{1: "a", 1: "b"}', "each label once"],
      ["[]", "a map"],
    ] as const)
      assert.throws(() => read(notation), CborError, problem);
  });

  it("RFC 8392 §3.1.4, §3.1.5: good before its end and not before its start, whichever the leeway", () => {
    const claims = { notBeforeS: 100, expiresAtS: 200 };
    assert.deepEqual(
      [99, 100, 199.9, 200].map((nowS) => isCurrent(claims, nowS)),
      [false, true, true, false],
    );
    assert.deepEqual(
      [89, 90, 209, 210].map((nowS) => isCurrent(claims, nowS, 10)),
      [false, true, true, false],
    );
    assert.ok(isCurrent({}, 0));
  });
});
