/** Whom a certificate is of, in words. */

import { X509Certificate } from "node:crypto";

import type { Certificate } from "./certificate.js";
import { CertificateError } from "./certificate-error.js";

/** The certificate for applications, with the names in it. @throws {CertificateError} where node:crypto has another opinion */
export function toX509Certificate({ bytes }: Certificate): X509Certificate {
  try {
    return new X509Certificate(bytes);
  } catch (cause) {
    throw new CertificateError("expected a certificate, got what node:crypto does not read", { cause });
  }
}

/** The subject; the other names where it is empty (RFC 5280 §4.1.2.6). @throws {CertificateError} */
export function nameOf(certificate: Certificate): string {
  const { subject, subjectAltName = "no name" } = toX509Certificate(certificate);
  return certificate.subject.isEmpty ? subjectAltName : subject.replaceAll("\n", ", ");
}
