import assert from "node:assert/strict";

import { CertificateError } from "../../../../../services/credentials/x509/certificate-error.js";
import { readCertificateInput } from "../../../../../services/credentials/x509/certificate-input.js";
import {
  MAX_SERIAL_NUMBER_BYTES,
  readCertificate,
  type Certificate,
} from "../../../../../services/credentials/x509/certificate.js";
import {
  CLIENT_AUTH as PURPOSE,
  DIGITAL_SIGNATURE,
} from "../../../../../services/credentials/x509/extensions.js";
import {
  MAX_RSA_BITS,
  MAX_RSA_EXPONENT_BITS,
  MIN_RSA_BITS,
} from "../../../../../services/credentials/x509/public-key.js";
import { vectors } from "../../../../portable/vectors/edhoc-rfc9529.js";
import {
  AUTHORITY_EXTENSIONS,
  BASIC_CONSTRAINTS,
  CLIENT_AUTH,
  ES256,
  KEY_USAGE,
  SUBJECT_ALT_NAME,
  der,
  extension,
  extensions,
  generalizedTime,
  hex,
  makeCertificate,
  name,
  p256Keys,
  purposes,
  sequence,
  utcTime,
  type Parts,
} from "./made-certificate.js";

const KEYS = p256Keys();

function made(values: readonly Uint8Array[] = [], parts: Partial<Parts> = {}): Uint8Array {
  return makeCertificate("leaf", values, undefined, parts, KEYS).bytes;
}

function read(values: readonly Uint8Array[] = [], parts: Partial<Parts> = {}): Certificate {
  return readCertificate(made(values, parts));
}

function refused(bytes: Uint8Array, reason: RegExp): void {
  assert.throws(
    () => readCertificate(bytes),
    (error: unknown) => error instanceof CertificateError && reason.test(error.message),
    reason.source,
  );
}

/** SubjectPublicKeyInfo of RSA, its modulus of that many bits. */
function rsa(bits: number, exponent = "0203010001", parameters = "0500"): Buffer {
  const modulus = Buffer.alloc(Math.ceil(bits / 8), 0xff);
  modulus[0] = 0xff >> ((8 - (bits % 8)) % 8);
  const integer = der(2, ...(bits % 8 === 0 ? [Buffer.of(0)] : []), modulus);
  const key = sequence(integer, hex(exponent));
  return sequence(sequence(hex("06092a864886f70d010101"), hex(parameters)), der(3, Buffer.of(0), key));
}

/** SubjectPublicKeyInfo of EC. */
function ec(curve: string, point: Uint8Array): Buffer {
  return sequence(sequence(hex("06072a8648ce3d0201"), hex(curve)), der(3, Buffer.of(0), point));
}

const P256 = "06082a8648ce3d030107";

describe("a certificate", () => {
  it("RFC 9529 §2: those of the published trace", () => {
    const found = vectors.trace_1.filter((entry) => entry.hex.startsWith("3081ee"));
    assert.equal(found.length, 2);
    for (const entry of found) {
      const { publicKey, notBefore, notAfter } = readCertificate(hex(entry.hex));
      assert.equal(publicKey.curve, "Ed25519");
      assert.equal(new Date(notBefore).toISOString().slice(0, 16), "2022-03-16T08:24");
      assert.equal(new Date(notAfter).toISOString(), "2029-12-31T23:00:00.000Z");
    }
  });

  it("RFC 5280 §4.1: its fields", () => {
    const values = [
      extension(KEY_USAGE, hex("03020780"), true),
      purposes(false, CLIENT_AUTH),
      extension(SUBJECT_ALT_NAME, sequence(der(0x82, Buffer.from("leaf.test")))),
    ];
    const certificate = read(values);
    assert.equal(certificate.notBefore, Date.UTC(2020, 0, 1));
    assert.equal(certificate.notAfter, Date.UTC(2049, 11, 31, 23, 59, 59));
    assert.deepEqual(Buffer.from(certificate.subject.bytes), name("leaf"));
    assert.equal(certificate.publicKey.curve, "P-256");
    assert.deepEqual(certificate.use, {
      isAuthority: false,
      pathLength: undefined,
      keyUsage: DIGITAL_SIGNATURE,
      extendedKeyUsage: [PURPOSE],
      subjectAltName: "present",
      unprocessed: undefined,
    });
    assert.equal(read(AUTHORITY_EXTENSIONS).use.isAuthority, true);
  });

  it("RFC 9360 §2: is DER and nothing else, neither PEM nor anything behind it", () => {
    const bytes = made();
    refused(
      Buffer.from(`-----BEGIN CERTIFICATE-----\n${Buffer.from(bytes).toString("base64")}\n`),
      /got one in PEM/u,
    );
    refused(Buffer.concat([bytes, Buffer.of(0)]), /certificate: expected nothing more, got 1 bytes/u);
    refused(Buffer.from(Buffer.from(bytes).toString("base64")), /certificate \(tag 0x30\), got 0x4d/u);
    refused(new Uint8Array(0), /got the end/u);
    for (let length = 1; length < bytes.length; length += 7) refused(bytes.subarray(0, length), /./u);
    const tail = [ES256, der(3, hex("00 30060201010201 01"))];
    const signed = hex("3000");
    refused(sequence(signed, ...tail, hex("0500")), /certificate: expected nothing more, got 2 bytes/u);
    refused(Buffer.concat([hex("3080"), signed, ...tail, hex("0000")]), /an indefinite one/u);
  });

  it("RFC 7468 §5: of a program's own files it may be one in PEM", () => {
    const bytes = made();
    const base64 = Buffer.from(bytes).toString("base64");
    const pem = `-----BEGIN CERTIFICATE-----\n${base64.replace(/.{64}/gu, "$&\n")}\n-----END CERTIFICATE-----\n`;
    for (const input of [bytes, pem, Buffer.from(pem), `subject=CN = leaf\n${pem}`])
      assert.deepEqual(readCertificateInput(input).bytes, bytes);
    for (const input of [
      "",
      base64,
      `${pem}${pem}`,
      pem.replaceAll("CERTIFICATE", "PRIVATE KEY"),
      pem.replace("MII", "MI*"),
    ])
      assert.throws(() => readCertificateInput(input), CertificateError);
    assert.throws(() => readCertificateInput(pem.replace("MII", "M")), CertificateError);
  });

  it("RFC 5280 §4.1.2.1: extensions are of version 3, which is said, unique identifiers of 2 and 3", () => {
    const unique = der(0x81, hex("0001"));
    const v1 = { version: [] };
    const v2 = { version: [hex("a003020101")] };
    assert.equal(read([], { ...v1, rest: [] }).use.keyUsage, undefined);
    assert.equal(read([], { ...v2, rest: [unique] }).use.keyUsage, undefined);
    refused(made(AUTHORITY_EXTENSIONS, v1), /version 3 with extensions, got 1/u);
    refused(made(AUTHORITY_EXTENSIONS, v2), /version 3 with extensions, got 2/u);
    refused(made([], { ...v1, rest: [unique] }), /version 2 or 3 with a unique identifier/u);
    for (const version of ["a003020100", "a003020103", "a00402020002", "a0050201020500", "a0030201ff"])
      refused(made([], { version: [hex(version)] }), /version/u);
  });

  it("RFC 5280 §4.1.2.2: a serial number has 20 bytes at most (MAX_SERIAL_NUMBER_BYTES)", () => {
    const longest = Buffer.alloc(MAX_SERIAL_NUMBER_BYTES, 1);
    assert.ok(read([], { serialNumber: der(2, longest) }));
    refused(made([], { serialNumber: der(2, longest, Buffer.of(1)) }), /at most 20 bytes, got 21/u);
    refused(made([], { serialNumber: hex("02020001") }), /as few bytes/u);
    refused(made([], { serialNumber: hex("0200") }), /serialNumber/u);
  });

  it("RFC 5280 §4.1.1.2: the signature is of an algorithm that is accepted, SHA-1 not, and is called the same twice", () => {
    for (const [signature, id] of [
      ["06072a8648ce3d0401", "1.2.840.10045.4.1"],
      ["06092a864886f70d010105 0500", "1.2.840.113549.1.1.5"],
      ["06092a864886f70d010104 0500", "1.2.840.113549.1.1.4"],
      ["06092a864886f70d01010a 3000", "1.2.840.113549.1.1.10"],
      ["06072a8648ce380403", "1.2.840.10040.4.3"],
    ] as const)
      refused(
        made([], { signature: sequence(hex(signature)) }),
        new RegExp(`got algorithm ${id.replaceAll(".", "\\.")}$`, "u"),
      );
    refused(made([], { signatureAlgorithm: sequence(hex("06082a8648ce3d040303")) }), /same algorithm/u);
    refused(made([], { signature: sequence(hex("06082a8648ce3d040302 0500")) }), /nothing more/u);
    assert.ok(read([], { signature: sequence(hex("06092a864886f70d01010b")) }));
    assert.ok(read([], { signature: sequence(hex("06092a864886f70d01010b 0500")) }));
    refused(made([], { signature: sequence(hex("06092a864886f70d01010b 050100")) }), /NULL/u);
  });

  it("RFC 5280 §4.1.2.5: dates are in UTC, with seconds, and are in the calendar", () => {
    const of = (from: Uint8Array, to: Uint8Array = utcTime("491231235959Z")): Partial<Parts> => ({
      validity: sequence(from, to),
    });
    assert.equal(read([], of(utcTime("500101000000Z"))).notBefore, Date.UTC(1950, 0, 1));
    assert.equal(read([], of(utcTime("240229000000Z"))).notBefore, Date.UTC(2024, 1, 29));
    assert.equal(read([], of(generalizedTime("20240229000000Z"))).notBefore, Date.UTC(2024, 1, 29));
    const never = of(utcTime("200101000000Z"), generalizedTime("99991231235959Z"));
    assert.equal(read([], never).notAfter, Date.UTC(9999, 11, 31, 23, 59, 59));
    for (const text of [
      "2001010000Z",
      "200101000000+0100",
      "230229000000Z",
      "201301000000Z",
      "200101240000Z",
      "2001010000 0Z",
      "20200101000000Z",
    ])
      refused(made([], of(utcTime(text))), /notBefore: expected/u);
    for (const text of ["20200101000000.5Z", "20200101000000", "20230229000000Z", "200101000000Z"])
      refused(made([], of(generalizedTime(text))), /notBefore: expected/u);
    refused(made([], { validity: sequence(utcTime("200101000000Z")) }), /notAfter/u);
  });

  it("RFC 5280 §4.1.2.4, §4.1.2.6: who issued it has a name; whose it is may have others instead, that are critical", () => {
    const names = sequence(der(0x82, Buffer.from("leaf.test")));
    const nobody = { subject: name("") };
    const issuer = makeCertificate("root", AUTHORITY_EXTENSIONS);
    const of = (...values: readonly Uint8Array[]): Uint8Array =>
      makeCertificate("", values, issuer, nobody, KEYS).bytes;
    assert.equal(readCertificate(of(extension(SUBJECT_ALT_NAME, names, true))).subject.isEmpty, true);
    refused(of(extension(SUBJECT_ALT_NAME, names)), /a subject, or a critical subjectAltName/u);
    refused(of(), /a subject, or a critical subjectAltName/u);
    refused(
      of(...AUTHORITY_EXTENSIONS, extension(SUBJECT_ALT_NAME, names, true)),
      /an authority with a subject/u,
    );
    refused(made([], { issuer: name("") }), /an issuer with a name/u);
  });

  it("RFC 5280 §4.1.2.4: a name is a sequence of sets, in the order of their encodings, of attributes", () => {
    const attribute = (type: string, text: string): Buffer =>
      sequence(hex(type), der(0x0c, Buffer.from(text)));
    const [a, b] = [attribute("0603550403", "a"), attribute("0603550403", "b")];
    assert.ok(read([], { subject: sequence(der(0x31, a, b)) }));
    for (const subject of [
      sequence(der(0x31, b, a)),
      sequence(der(0x31, a, a)),
      sequence(der(0x31)),
      sequence(a),
      sequence(der(0x31, sequence(hex("0603550403")))),
      sequence(der(0x31, sequence(hex("0603550403"), hex("0c0161"), hex("0500")))),
      sequence(der(0x31, sequence(hex("0603550403"), hex("2c80 0c0161 0000")))),
    ])
      refused(made([], { subject }), /subject/u);
  });

  it("RFC 5280 §4.2: an extension comes once, and says critical only where it is", () => {
    const usage = extension(KEY_USAGE, hex("03020780"));
    refused(made([usage, usage]), /extension 2\.5\.29\.15 once/u);
    refused(made([], { rest: [extensions()] }), /extension/u);
    for (const [isCritical, reason] of [
      ["010100", /TRUE/u],
      ["010101", /TRUE/u],
    ] as const)
      refused(made([sequence(hex("0603551d0f"), hex(isCritical), der(4, hex("03020780")))]), reason);
    refused(made([sequence(hex("0603551d0f"), der(4, hex("03020780")), hex("0500"))]), /nothing more/u);
    refused(made([extension(KEY_USAGE, hex("030207800500"))]), /nothing more/u);
    assert.equal(read([extension("2a0304", hex("ff"))]).use.unprocessed, undefined);
    assert.equal(read([extension("2a0304", hex("ff"), true)]).use.unprocessed, "1.2.3.4");
    // Of name constraints RFC 5280 §4.2.1.10 says that they are critical.
    assert.equal(read([extension("551d1e", hex("3000"))]).use.unprocessed, "2.5.29.30");
    const behind = [extensions(usage), hex("0500")];
    refused(made([], { rest: behind }), /nothing more/u);
  });

  it("RFC 5280 §4.2.1.9: basicConstraints", () => {
    const of = (value: string): Uint8Array => made([extension(BASIC_CONSTRAINTS, hex(value), true)]);
    const { use } = readCertificate(of("30060101ff020103"));
    assert.deepEqual([use.isAuthority, use.pathLength], [true, 3]);
    assert.equal(readCertificate(of("3000")).use.isAuthority, false);
    // 256 below it: not none.
    assert.equal(readCertificate(of("30070101ff02020100")).use.pathLength, 256);
    refused(of("3003010100"), /TRUE/u);
    refused(of("3003020100"), /pathLenConstraint of an authority alone/u);
    refused(of("30060101ff0201ff"), /negative/u);
    refused(of("30070101ff02020001"), /as few bytes/u);
    refused(of("30080101ff0201000500"), /nothing more/u);
  });

  it("RFC 5280 §4.2.1.3: keyUsage has bits up to the last that is set; keyCertSign is an authority's", () => {
    const of = (value: string): Uint8Array => made([extension(KEY_USAGE, hex(value))]);
    assert.equal(readCertificate(of("03020388")).use.keyUsage, 0x88);
    // decipherOnly, the ninth bit.
    assert.equal(readCertificate(of("0303070080")).use.keyUsage, 0);
    for (const value of ["030100", "03020700", "03020680", "0303078000", "0300"])
      refused(of(value), /keyUsage/u);
    refused(of("03020204"), /keyCertSign of an authority alone/u);
  });

  it("RFC 5280 §4.2.1.12, §4.2.1.6: purposes and other names are at least one, and well-formed", () => {
    refused(made([purposes(false)]), /extKeyUsage/u);
    refused(made([extension("551d25", sequence(hex("0500")))]), /KeyPurposeId/u);
    const names = (...values: readonly Uint8Array[]): Uint8Array =>
      made([extension(SUBJECT_ALT_NAME, sequence(...values))]);
    const [v4, v6] = [der(0x87, Buffer.alloc(4)), der(0x87, Buffer.alloc(16))];
    const directory = der(0xa4, name("x"));
    const others = [der(0xa0, hex("06032a0304"), der(0xa0, hex("0500"))), der(0x88, hex("2a03"))];
    assert.equal(readCertificate(names(v4, v6, directory, ...others)).use.subjectAltName, "present");
    refused(names(), /subjectAltName/u);
    refused(names(der(0x87, Buffer.alloc(5))), /4 or 16 bytes, got 5/u);
    refused(names(der(0x82)), /ASCII/u);
    refused(names(der(0x82, Buffer.from("a\0b"))), /ASCII/u);
    refused(names(der(0x82, Buffer.from("ä.test"))), /ASCII/u);
    refused(names(der(0xa4, name("x"), hex("0500"))), /nothing more/u);
    refused(names(der(0x8f)), /GeneralName/u);
  });

  it("RFC 5480 §2: a key of EC is a point in one of two forms on a curve with a name", () => {
    const point = (form: number, length: number): Uint8Array => new Uint8Array(length).fill(form, 0, 1);
    for (const [curve, size, known] of [
      [P256, 32, "P-256"],
      ["06052b81040022", 48, undefined],
      ["06052b81040023", 66, undefined],
    ] as const)
      for (const [form, length] of [
        [4, 1 + 2 * size],
        [2, 1 + size],
        [3, 1 + size],
      ] as const) {
        const { publicKey } = read([], { publicKey: ec(curve, point(form, length)) });
        assert.deepEqual([publicKey.type, publicKey.curve], ["EC", known]);
        for (const other of [length - 1, length + 1])
          refused(made([], { publicKey: ec(curve, point(form, other)) }), /expected a point of/u);
      }
    // The hybrid form of X9.62, and the point at infinity.
    for (const [form, length] of [
      [6, 65],
      [7, 65],
      [0, 1],
    ] as const)
      refused(made([], { publicKey: ec(P256, point(form, length)) }), /expected a point of/u);
    refused(made([], { publicKey: ec("06052b8104000a", point(4, 65)) }), /got curve 1\.3\.132\.0\.10/u);
    refused(made([], { publicKey: ec("0500", point(4, 65)) }), /namedCurve/u);
    refused(made([], { publicKey: ec("3000", point(4, 65)) }), /namedCurve/u);
  });

  it("RFC 8410 §4: keys of Ed25519 and X25519 have 32 bytes and no parameters", () => {
    const of = (id: string, bytes: number): Partial<Parts> => ({
      publicKey: sequence(sequence(hex(id)), der(3, Buffer.of(0), Buffer.alloc(bytes, 9))),
    });
    assert.equal(read([], of("06032b6570", 32)).publicKey.curve, "Ed25519");
    assert.equal(read([], of("06032b656e", 32)).publicKey.curve, "X25519");
    refused(made([], of("06032b6570", 31)), /of 32 bytes, got 31/u);
    refused(made([], of("06032b656e", 33)), /of 32 bytes, got 33/u);
    refused(made([], of("06032b65700500", 32)), /nothing more/u);
    refused(
      made([], { publicKey: sequence(sequence(hex("06032b6570")), der(3, Buffer.of(1), Buffer.alloc(32))) }),
      /whole bytes/u,
    );
  });

  it("RFC 3279 §2.3.1: a key of RSA has 2048 to 8192 bits (MIN_RSA_BITS, MAX_RSA_BITS) and an odd exponent", () => {
    for (const bits of [MIN_RSA_BITS, 3072, MAX_RSA_BITS])
      assert.equal(read([], { publicKey: rsa(bits) }).publicKey.type, "RSA");
    for (const bits of [1024, MIN_RSA_BITS - 1, MAX_RSA_BITS + 1])
      refused(made([], { publicKey: rsa(bits) }), new RegExp(`got ${bits}$`, "u"));
    const longest = `0209 00 ff${"ff".repeat(MAX_RSA_EXPONENT_BITS / 8 - 1)}`;
    assert.ok(read([], { publicKey: rsa(2048, longest) }));
    assert.ok(read([], { publicKey: rsa(2048, "020103") }));
    for (const exponent of [
      "020100",
      "020101",
      "020102",
      "0201ff",
      "02020004",
      `0209 01 ff${"ff".repeat(7)}`,
    ])
      refused(made([], { publicKey: rsa(2048, exponent) }), /publicExponent/u);
    refused(made([], { publicKey: rsa(2048, "020103 0500") }), /nothing more/u);
    refused(made([], { publicKey: rsa(2048, "020103", "3000") }), /nothing more/u);
  });
});
