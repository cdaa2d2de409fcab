import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";

import {
  X509Credentials,
  certificateToCredential,
} from "../../../../../services/credentials/x509/credentials.js";
import { fitting } from "../../../../../src/security/edhoc/authentication.js";
import { cipherSuite } from "../../../../../src/security/edhoc/cipher-suite.js";
import { IdCredential } from "../../../../../src/security/edhoc/codec/id-credential.js";
import type { Credential } from "../../../../../src/security/edhoc/credential.js";
import { EdhocProcessingError } from "../../../../../src/security/edhoc/errors.js";
import {
  ANY_PURPOSE,
  AUTHORITY_EXTENSIONS,
  BASIC_CONSTRAINTS,
  CLIENT_AUTH,
  CODE_SIGNING,
  ES256,
  KEY_USAGE,
  SERVER_AUTH,
  SUBJECT_ALT_NAME,
  der,
  extension,
  hex,
  makeCertificate,
  name,
  p256Keys,
  purposes,
  sequence,
  type Made,
  type Parts,
} from "./made-certificate.js";

const ROOT = makeCertificate("root", AUTHORITY_EXTENSIONS);
const KEYS = p256Keys();
const NOW = new Date("2026-11-30T00:00:00Z");

function leaf(values: readonly Uint8Array[], issuer = ROOT, parts: Partial<Parts> = {}): Made {
  return makeCertificate("leaf", values, issuer, parts, KEYS);
}

function find(path: readonly (Made | Uint8Array)[], anchors: readonly Made[] = [ROOT]): Credential {
  const source = new X509Credentials({ anchors: anchors.map(({ bytes }) => bytes), now: () => NOW });
  const certificates = path.map((one) => (one instanceof Uint8Array ? one : one.bytes));
  const [found] = source.find(IdCredential.ofCertificates(certificates));
  return found!;
}

function refused(
  reason: RegExp,
  path: readonly (Made | Uint8Array)[],
  anchors: readonly Made[] = [ROOT],
): void {
  assert.throws(
    () => find(path, anchors),
    (error: unknown) =>
      error instanceof EdhocProcessingError &&
      error.cause instanceof Error &&
      reason.test(error.cause.message),
    reason.source,
  );
}

describe("RFC 5280 §6: a certificate that a peer sends", () => {
  it("§4.2.1.12: is for clientAuth, serverAuth or any purpose where it says purposes, critical or not", () => {
    assert.equal(find([leaf([])]).name, "CN=leaf");
    for (const isCritical of [false, true]) {
      for (const purpose of [CLIENT_AUTH, SERVER_AUTH, ANY_PURPOSE]) {
        assert.equal(find([leaf([purposes(isCritical, purpose)])]).name, "CN=leaf");
        assert.equal(find([leaf([purposes(isCritical, CODE_SIGNING, purpose)])]).name, "CN=leaf");
      }
      refused(/extKeyUsage\), got 1\.3\.6\.1\.5\.5\.7\.3\.3 \(CN=leaf\)/u, [
        leaf([purposes(isCritical, CODE_SIGNING)]),
      ]);
      const signers = makeCertificate(
        "signers",
        [...AUTHORITY_EXTENSIONS, purposes(isCritical, CODE_SIGNING)],
        ROOT,
      );
      refused(/extKeyUsage.*CN=signers/u, [leaf([], signers), signers]);
      // One that is trusted itself is no exception.
      const trusted = leaf([purposes(isCritical, CODE_SIGNING)]);
      refused(/extKeyUsage/u, [trusted], [trusted]);
    }
  });

  it("§4.1.2.6: may have no subject, and is called by its other names", () => {
    const names = sequence(der(0x82, Buffer.from("leaf.test")), der(0x87, hex("c0000201")));
    const nobody = makeCertificate(
      "",
      [extension(SUBJECT_ALT_NAME, names, true)],
      ROOT,
      { subject: name("") },
      KEYS,
    );
    assert.equal(find([nobody]).name, "DNS:leaf.test, IP Address:192.0.2.1");
    assert.equal(certificateToCredential(nobody.bytes).name, "DNS:leaf.test, IP Address:192.0.2.1");
    // Errors call it so, too.
    const wrong = makeCertificate(
      "",
      [extension(SUBJECT_ALT_NAME, names, true), purposes(true, CODE_SIGNING)],
      ROOT,
      { subject: name("") },
    );
    refused(/\(DNS:leaf\.test, IP Address:192\.0\.2\.1\)$/u, [wrong]);
  });

  it("is refused, and throws nothing else, in PEM, cut, with bytes behind it, and anywhere in the chain", () => {
    const { bytes } = leaf([]);
    const pem = Buffer.from(
      `-----BEGIN CERTIFICATE-----\n${Buffer.from(bytes).toString("base64")}\n-----END CERTIFICATE-----\n`,
    );
    refused(/got one in PEM/u, [pem]);
    refused(/nothing more, got 1 bytes/u, [Buffer.concat([bytes, Buffer.of(0)])]);
    refused(/nothing more, got \d+ bytes/u, [Buffer.concat([bytes, bytes])]);
    for (const bad of [pem, new Uint8Array(0), bytes.subarray(1), Buffer.of(0x30)]) {
      refused(/./u, [bad]);
      refused(/./u, [bytes, bad]);
      refused(/./u, [bad, bytes]);
    }
  });

  it("§4.1.1.2: is not signed with SHA-1 or MD5, nor with another algorithm than the issuer's key is of", () => {
    const sha1 = sequence(hex("06072a8648ce3d0401"));
    refused(/got algorithm 1\.2\.840\.10045\.4\.1/u, [leaf([], ROOT, { signature: sha1, hash: "sha1" })]);
    const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const rsaOf = (id: string): Buffer => sequence(hex(`06092a864886f70d0101${id}`), hex("0500"));
    const root = makeCertificate("rsa", AUTHORITY_EXTENSIONS, undefined, { signature: rsaOf("0b") }, rsa);
    for (const [id, hash] of [
      ["0b", "sha256"],
      ["0c", "sha384"],
      ["0d", "sha512"],
    ] as const)
      assert.equal(find([leaf([], root, { signature: rsaOf(id), hash })], [root]).name, "CN=leaf");
    for (const [id, hash] of [
      ["04", "md5"],
      ["05", "sha1"],
    ] as const)
      refused(/got algorithm/u, [leaf([], root, { signature: rsaOf(id), hash })], [root]);
    refused(/a path to an authority/u, [leaf([], root, { signature: ES256 })], [root]);
    const short = generateKeyPairSync("rsa", { modulusLength: 1024 });
    const weak = makeCertificate("weak", AUTHORITY_EXTENSIONS, ROOT, {}, short);
    refused(/got 1024/u, [leaf([], weak, { signature: rsaOf("0b") }), weak]);
  }).timeout(20_000);

  it("§6.1.3: is signed by its issuer with ECDSA on P-256, P-384 or P-521, or with Ed25519", () => {
    for (const namedCurve of ["P-256", "P-384", "P-521"]) {
      const root = makeCertificate(
        "ec",
        AUTHORITY_EXTENSIONS,
        undefined,
        {},
        generateKeyPairSync("ec", { namedCurve }),
      );
      for (const [id, hash] of [
        ["02", "sha256"],
        ["03", "sha384"],
        ["04", "sha512"],
      ] as const) {
        const signature = sequence(hex(`06082a8648ce3d0403${id}`));
        assert.equal(find([leaf([], root, { signature, hash })], [root]).name, "CN=leaf");
      }
    }
    const edwards = { signature: sequence(hex("06032b6570")), hash: null };
    const root = makeCertificate(
      "ed",
      AUTHORITY_EXTENSIONS,
      undefined,
      edwards,
      generateKeyPairSync("ed25519"),
    );
    const good = leaf([], root, edwards);
    assert.equal(find([good], [root]).name, "CN=leaf");
    const forged = good.bytes.slice();
    forged[forged.length - 1]! ^= 1;
    refused(/a path to an authority/u, [forged], [root]);
  });

  it("RFC 5480 §2.2: has a key that is a point of its curve, and in the issuer's certificate as well", () => {
    const spki = KEYS.publicKey.export({ format: "der", type: "spki" });
    const off = Buffer.from(spki);
    off[off.length - 1]! ^= 1;
    refused(/expected a key of EC, got what is none/u, [leaf([], ROOT, { publicKey: off })]);
    const issuer = makeCertificate("off", AUTHORITY_EXTENSIONS, ROOT, { publicKey: off });
    refused(/expected a key of EC, got what is none/u, [leaf([], issuer), issuer]);
    const zeros = Buffer.concat([spki.subarray(0, -64), Buffer.alloc(64)]);
    refused(/expected a key of EC, got what is none/u, [leaf([], ROOT, { publicKey: zeros })]);
    assert.throws(() => certificateToCredential(leaf([], ROOT, { publicKey: off }).bytes), /a key of EC/u);
  });

  it("§4.2.1.3: is for what EDHOC's method uses its key for", () => {
    const suite = cipherSuite(2)!;
    const signing = find([leaf([extension(KEY_USAGE, hex("03020780"), true)])]);
    const agreeing = find([leaf([extension(KEY_USAGE, hex("03020308"), true)])]);
    const both = find([leaf([])]);
    for (const [credential, signed, fits] of [
      [signing, true, true],
      [signing, false, false],
      [agreeing, true, false],
      [agreeing, false, true],
      [both, true, true],
      [both, false, true],
    ] as const)
      if (fits) assert.deepEqual(fitting(suite, signed, [credential]), [credential]);
      else assert.throws(() => fitting(suite, signed, [credential]), EdhocProcessingError);
  });

  it("§6.1.4 l: authorities that issued to themselves, such as with a new key, are not counted", () => {
    const limited = [extension(BASIC_CONSTRAINTS, hex("30060101ff020100"), true), AUTHORITY_EXTENSIONS[1]!];
    const root = makeCertificate("limited", limited);
    const renewed = makeCertificate("limited", AUTHORITY_EXTENSIONS, root);
    assert.equal(find([leaf([], renewed), renewed], [root]).name, "CN=leaf");
    const other = makeCertificate("other", AUTHORITY_EXTENSIONS, root);
    refused(/at most 0 authorities/u, [leaf([], other), other], [root]);
    const below = makeCertificate("other", AUTHORITY_EXTENSIONS, renewed);
    refused(/at most 0 authorities/u, [leaf([], below), below, renewed], [root]);
  });

  it("§6.1.3 a 4: names chain as they are encoded", () => {
    const other = makeCertificate("root", AUTHORITY_EXTENSIONS);
    refused(/a path to an authority/u, [leaf([], other)]);
    refused(/a path to an authority/u, [leaf([], ROOT, { issuer: name("another") })]);
    // A PrintableString where the authority has a UTF8String (§4.1.2.6).
    const printable = sequence(der(0x31, sequence(hex("0603550403"), der(0x13, Buffer.from("root")))));
    refused(/a path to an authority/u, [leaf([], ROOT, { issuer: printable })]);
  });

  it("§6.1.4 k, n: an authority is of version 3, has cA and may sign certificates", () => {
    for (const [values, parts] of [
      [[], { version: [], rest: [] }],
      [[], {}],
      [[extension(BASIC_CONSTRAINTS, hex("3000"), true)], {}],
      [
        [extension(BASIC_CONSTRAINTS, hex("30030101ff"), true), extension(KEY_USAGE, hex("03020102"), true)],
        {},
      ],
    ] as const) {
      const issuer = makeCertificate("issuer", values, ROOT, parts);
      refused(/expected an authority, got CN=issuer/u, [leaf([], issuer), issuer]);
      refused(/expected an authority, got CN=issuer/u, [leaf([], issuer)], [issuer]);
    }
  });

  it("§4.2.1.10: has no name constraints above it, which are not processed here", () => {
    const constraints = hex("300d a00b 3009 8207 2e612e74657374".replaceAll(" ", ""));
    for (const isCritical of [true, false]) {
      const limited = makeCertificate(
        "limited",
        [...AUTHORITY_EXTENSIONS, extension("551d1e", constraints, isCritical)],
        ROOT,
      );
      refused(/critical extensions that are known, got 2\.5\.29\.30/u, [leaf([], limited), limited]);
    }
  });
});
