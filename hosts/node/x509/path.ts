/** Certification paths: RFC 5280 §6, without policies, name constraints and revocation. */

import type { X509Certificate } from "node:crypto";

import { KEY_CERT_SIGN, certificateUse } from "./extensions.js";

/** Why a certificate is not trusted. */
export class CertificateError extends Error {
  override name = "CertificateError";
}

/**
 * Verifies the path from a certificate to an authority that is trusted.
 *
 * @param path the certificate, then those of the authorities above it, each issued by the next
 * @param anchors the authorities that are trusted; a certificate among them needs no other
 * @param now when it has to be valid
 * @throws {CertificateError} @throws {DerError}
 */
export function verifyPath(
  path: readonly X509Certificate[],
  anchors: readonly X509Certificate[],
  now: Date,
): void {
  for (const [depth, certificate] of path.entries()) {
    checkItself(certificate, now);
    if (anchors.some((anchor) => anchor.raw.equals(certificate.raw))) return;
    const anchor = anchors.find((authority) => hasIssued(authority, certificate));
    const issuer = anchor ?? path[depth + 1];
    if (issuer === undefined) throw new CertificateError("expected a path to an authority that is trusted");
    checkIssuer(issuer, certificate, depth);
    if (anchor === undefined) continue;
    checkItself(anchor, now);
    return;
  }
}

function hasIssued(issuer: X509Certificate, certificate: X509Certificate): boolean {
  return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
}

function checkItself(certificate: X509Certificate, now: Date): void {
  const { subject, validFrom, validTo, raw } = certificate;
  if (now < new Date(validFrom) || now > new Date(validTo))
    throw new CertificateError(`expected a certificate for now, got ${validFrom} to ${validTo} (${subject})`);
  if (certificateUse(raw).hasUnknownCritical)
    throw new CertificateError(`expected critical extensions that are known (${subject})`);
}

/** @param depth how many authorities are between the issuer and the end of the path */
function checkIssuer(issuer: X509Certificate, certificate: X509Certificate, depth: number): void {
  const { isAuthority, pathLength = Infinity, keyUsage = KEY_CERT_SIGN } = certificateUse(issuer.raw);
  if (!hasIssued(issuer, certificate))
    throw new CertificateError(`expected a certificate issued by ${issuer.subject}`);
  if (!isAuthority || (keyUsage & KEY_CERT_SIGN) === 0)
    throw new CertificateError(`expected an authority, got ${issuer.subject}`);
  if (depth > pathLength)
    throw new CertificateError(`expected at most ${pathLength} authorities below ${issuer.subject}`);
}
