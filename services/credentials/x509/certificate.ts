/**
 * X.509 certificates in DER: RFC 5280 §4.1. This is the one reader of them; node:crypto gets what it has accepted.
 *
 *   Certificate ::= SEQUENCE { tbsCertificate, signatureAlgorithm, signatureValue }
 *   TBSCertificate ::= SEQUENCE { [0] version, serialNumber, signature, issuer, validity, subject,
 *                                 subjectPublicKeyInfo, [1] issuerUniqueID, [2] subjectUniqueID, [3] extensions }
 */

import { equalBytes } from "../../../src/bytes/compare.js";
import { CertificateError } from "./certificate-error.js";
import { CONTEXT, CONTEXT_CONSTRUCTED, DerReader, SEQUENCE } from "./der.js";
import { ANY_USE, readExtensions, type CertificateUse } from "./extensions.js";
import { readName, type DistinguishedName } from "./name.js";
import { readPublicKey, type PublicKeyInfo } from "./public-key.js";
import { readSignatureAlgorithm, type CertificateSignature } from "./signature-algorithm.js";
import { readTime } from "./time.js";

/** Longest serial number (§4.1.2.2). */
export const MAX_SERIAL_NUMBER_BYTES = 20;

/** Version 3 by the number that it is encoded as (§4.1.2.1). */
const V1 = 0;
const V2 = 1;
const V3 = 2;

/** Tags of unique identifiers (§4.1.2.8): IMPLICIT BIT STRING. */
const UNIQUE_IDS: readonly number[] = [CONTEXT | 1, CONTEXT | 2];
const EXTENSIONS = CONTEXT_CONSTRUCTED | 3;

/** A certificate as it was read; nothing of it has been verified. */
export interface Certificate {
  /** All of it, in DER. */
  readonly bytes: Uint8Array;
  /** tbsCertificate, in DER: what is signed. */
  readonly signed: Uint8Array;
  readonly signatureAlgorithm: CertificateSignature;
  readonly signature: Uint8Array;
  readonly issuer: DistinguishedName;
  readonly subject: DistinguishedName;
  /** Milliseconds since 1970. */
  readonly notBefore: number;
  readonly notAfter: number;
  readonly publicKey: PublicKeyInfo;
  readonly use: CertificateUse;
}

/**
 * Reads a certificate, strictly.
 *
 * @param bytes DER, and nothing behind it
 * @throws {CertificateError} for everything else, whatever the bytes are
 */
export function readCertificate(bytes: Uint8Array): Certificate {
  if (bytes[0] === "-".charCodeAt(0))
    throw new CertificateError("expected a certificate in DER, got one in PEM");
  const outer = new DerReader(bytes, "certificate");
  const certificate = outer.enter(SEQUENCE, "certificate");
  outer.finish();
  const signed = certificate.element(SEQUENCE, "tbsCertificate");
  const algorithm = certificate.element(SEQUENCE, "signatureAlgorithm");
  const signatureAlgorithm = readSignatureAlgorithm(algorithm);
  const { bytes: signature, unusedBits } = certificate.bitString("signatureValue");
  if (unusedBits !== 0) throw new CertificateError("expected whole bytes in signatureValue");
  certificate.finish();
  const fields = readFields(
    new DerReader(signed, "tbsCertificate").enter(SEQUENCE, "tbsCertificate"),
    algorithm,
  );
  return { bytes, signed, signatureAlgorithm, signature, ...fields };
}

/** @param algorithm signatureAlgorithm, in DER */
function readFields(
  fields: DerReader,
  algorithm: Uint8Array,
): Omit<Certificate, "bytes" | "signed" | "signatureAlgorithm" | "signature"> {
  const version = readVersion(fields);
  const serialNumber = fields.integer("serialNumber");
  if (serialNumber.length > MAX_SERIAL_NUMBER_BYTES)
    throw new CertificateError(
      `expected a serial number of at most ${MAX_SERIAL_NUMBER_BYTES} bytes, got ${serialNumber.length}`,
    );
  if (!equalBytes(fields.element(SEQUENCE, "signature"), algorithm))
    throw new CertificateError(
      "expected the same algorithm in signature and signatureAlgorithm (RFC 5280 §4.1.1.2)",
    );
  const issuer = readName(fields, "issuer");
  if (issuer.isEmpty) throw new CertificateError("expected an issuer with a name (RFC 5280 §4.1.2.4)");
  const validity = fields.enter(SEQUENCE, "validity");
  const notBefore = readTime(validity, "notBefore");
  const notAfter = readTime(validity, "notAfter");
  validity.finish();
  const subject = readName(fields, "subject");
  const publicKey = readPublicKey(fields.element(SEQUENCE, "subjectPublicKeyInfo"));
  const use = readOptionalFields(fields, version);
  if (subject.isEmpty && use.subjectAltName !== "critical")
    throw new CertificateError("expected a subject, or a critical subjectAltName (RFC 5280 §4.1.2.6)");
  if (subject.isEmpty && use.isAuthority)
    throw new CertificateError("expected an authority with a subject (RFC 5280 §4.1.2.6)");
  return { issuer, subject, notBefore, notAfter, publicKey, use };
}

/** Version 1 is not encoded (X.690 §11.5). */
function readVersion(fields: DerReader): number {
  if (fields.tag !== CONTEXT_CONSTRUCTED) return V1;
  const inside = fields.enter(CONTEXT_CONSTRUCTED, "version");
  const version = inside.integer("version");
  inside.finish();
  const [number = V1] = version;
  if (version.length !== 1 || (number !== V2 && number !== V3))
    throw new CertificateError(`expected version 1, which is not encoded, 2 or 3, got another`);
  return number;
}

/** What later versions have (§4.1.2.1, §4.1.2.8). */
function readOptionalFields(fields: DerReader, version: number): CertificateUse {
  let use = ANY_USE;
  for (const tag of UNIQUE_IDS) {
    if (fields.tag !== tag) continue;
    fields.readAny("unique identifier");
    if (version === V1) throw new CertificateError("expected version 2 or 3 with a unique identifier, got 1");
  }
  if (fields.tag === EXTENSIONS) {
    if (version !== V3) throw new CertificateError(`expected version 3 with extensions, got ${version + 1}`);
    const inside = fields.enter(EXTENSIONS, "extensions");
    use = readExtensions(inside.enter(SEQUENCE, "extensions"));
    inside.finish();
  }
  fields.finish();
  return use;
}
