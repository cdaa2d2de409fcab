/**
 * X.509 certificates, RFC 5280, as a peer sends them (x5chain). Whatever comes is a certificate or a typed refusal: of
 * the reader, and of the credentials that stand on it, where it is trusted and where it would be its own authority.
 * What is accepted is DER, whose lengths have one encoding, and where node:crypto reads it, it is all of it.
 */

import assert from "node:assert/strict";
import { concatBytes } from "../../../src/bytes/concat.js";
import { fromHex } from "../../../src/bytes/hex.js";
import { EdhocProcessingError } from "../../../src/security/edhoc/errors.js";
import { IdCredential } from "../../../src/security/edhoc/codec/id-credential.js";
import { CertificateError } from "../../../services/credentials/x509/certificate-error.js";
import { readCertificate, type Certificate } from "../../../services/credentials/x509/certificate.js";
import { X509Credentials } from "../../../services/credentials/x509/credentials.js";
import { toX509Certificate } from "../../../services/credentials/x509/subject.js";
import { assertSameBytes } from "../../same.js";
import type { Target } from "../../target.js";

const CONSTRUCTED = 0x20;

/** The values of some bytes, encoded anew with the lengths that DER asks for (X.690 §10.1). */
function encodedAnew(bytes: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [];
  for (let offset = 0; offset < bytes.length;) {
    const tag = bytes[offset]!;
    const first = bytes[offset + 1]!;
    const lengthBytes = first < 0x80 ? 0 : first - 0x80;
    const start = offset + 2 + lengthBytes;
    let length = lengthBytes === 0 ? first : 0;
    for (const byte of bytes.subarray(offset + 2, start)) length = length * 0x100 + byte;
    const content = bytes.subarray(start, start + length);
    const body = (tag & CONSTRUCTED) === 0 ? content : encodedAnew(content);
    parts.push(Uint8Array.of(tag, ...encodedLength(body.length)), body);
    offset = start + length;
  }
  return concatBytes(parts);
}

function encodedLength(length: number): number[] {
  if (length < 0x80) return [length];
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 0x100)) bytes.unshift(rest % 0x100);
  return [0x80 + bytes.length, ...bytes];
}

/** What credentials say of a chain: somebody, or a typed refusal. */
function find(anchors: readonly Uint8Array[], chain: readonly Uint8Array[]): void {
  try {
    new X509Credentials({ anchors }).find(IdCredential.ofCertificates(chain));
  } catch (error) {
    if (!(error instanceof EdhocProcessingError)) throw error;
  }
}

export const certificateTarget: Target<Certificate> = {
  name: "certificate",
  errors: [CertificateError],
  maxBytes: 1024,
  dictionary: [
    ...["3082", "3080", "0000", "a003020102", "a003020100", "0500", "0101ff", "010100", "020100", "030204"],
    ...["0603551d13", "0603551d0f", "0603551d25", "0603551d11", "0603551d1e", "300a06082a8648ce3d040302"],
    ...["300506032b6570", "170d3236303133303030303030305a", "180f32303236303133303030303030305a", "3000"],
  ].map(fromHex),
  parse: (input) => readCertificate(input),
  check(certificate, input) {
    assertSameBytes(encodedAnew(input), input, "DER");
    find([input], [input]);
    find([], [input, input]);
    assert.ok(certificate.notBefore <= Infinity && certificate.notAfter <= Infinity);
    try {
      assert.deepEqual(new Uint8Array(toX509Certificate(certificate).raw), new Uint8Array(input));
    } catch (error) {
      if (!(error instanceof CertificateError)) throw error;
    }
  },
};
