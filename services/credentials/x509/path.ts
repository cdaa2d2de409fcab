/**
 * Certification paths: RFC 5280 §6.1, with any policy, without revocation. Name constraints are not processed; a
 * certificate with them is refused. What an anchor's certificate says holds, too (RFC 5937).
 */

import { equalBytes } from "../../../src/bytes/compare.js";
import { fromHex } from "../../../src/bytes/hex.js";
import { CertificateError } from "./certificate-error.js";
import type { Certificate } from "./certificate.js";
import { dotted } from "./der.js";
import { ANY_EXTENDED_KEY_USAGE, CLIENT_AUTH, KEY_CERT_SIGN, SERVER_AUTH } from "./extensions.js";
import { isSignature } from "./signature-algorithm.js";
import { nameOf } from "./subject.js";

/**
 * Purposes one of which a key has to be for, where its certificate names purposes (§4.2.1.12): EDHOC has none of its
 * own, so that of either side of TLS does.
 */
const PURPOSES: readonly string[] = [SERVER_AUTH, CLIENT_AUTH, ANY_EXTENDED_KEY_USAGE];

/**
 * Verifies the path from a certificate to an authority that is trusted.
 *
 * @param path the certificate, then those of the authorities above it, each issued by the next
 * @param anchors the authorities that are trusted; a certificate among them needs no other
 * @param now when it has to be valid
 * @throws {CertificateError}
 */
export function verifyPath(path: readonly Certificate[], anchors: readonly Certificate[], now: Date): void {
  /** Authorities below the issuer in work; those that issued to themselves are not counted (§6.1.4 l). */
  let below = 0;
  for (const [depth, certificate] of path.entries()) {
    checkItself(certificate, now);
    if (anchors.some((anchor) => equalBytes(anchor.bytes, certificate.bytes))) return;
    const anchor = anchors.find((authority) => hasIssued(authority, certificate));
    const issuer = anchor ?? path[depth + 1];
    if (issuer === undefined) throw new CertificateError("expected a path to an authority that is trusted");
    if (depth > 0 && !isSelfIssued(certificate)) below += 1;
    if (anchor === undefined && !hasIssued(issuer, certificate))
      throw new CertificateError(`expected a certificate issued by ${nameOf(issuer)}`);
    checkIssuer(issuer, below);
    if (anchor === undefined) continue;
    checkItself(anchor, now);
    return;
  }
}

/** Whether the names chain (§6.1.3 a 4), and the signature is the issuer's. */
export function hasIssued(issuer: Certificate, certificate: Certificate): boolean {
  const { issuer: name, signatureAlgorithm, signed, signature } = certificate;
  return (
    equalBytes(name.bytes, issuer.subject.bytes) &&
    isSignature(signatureAlgorithm, issuer.publicKey, signed, signature)
  );
}

function isSelfIssued({ issuer, subject }: Certificate): boolean {
  return equalBytes(issuer.bytes, subject.bytes);
}

function checkItself(certificate: Certificate, now: Date): void {
  const { notBefore, notAfter, use } = certificate;
  if (!(now.getTime() >= notBefore && now.getTime() <= notAfter))
    throw new CertificateError(
      `expected a certificate for now, got ${dateOf(notBefore)} to ${dateOf(notAfter)} (${nameOf(certificate)})`,
    );
  if (use.unprocessed !== undefined)
    throw new CertificateError(
      `expected critical extensions that are known, got ${use.unprocessed} (${nameOf(certificate)})`,
    );
  if (use.extendedKeyUsage?.some((purpose) => PURPOSES.includes(purpose)) === false)
    throw new CertificateError(
      `expected a certificate for clientAuth, serverAuth or any purpose (extKeyUsage), got ${purposesOf(use.extendedKeyUsage)} (${nameOf(certificate)})`,
    );
}

/** @param below how many authorities are between the issuer and the end of the path */
function checkIssuer(issuer: Certificate, below: number): void {
  const { isAuthority, pathLength = Infinity, keyUsage = KEY_CERT_SIGN } = issuer.use;
  if (!isAuthority || (keyUsage & KEY_CERT_SIGN) === 0)
    throw new CertificateError(`expected an authority, got ${nameOf(issuer)}`);
  if (below > pathLength)
    throw new CertificateError(`expected at most ${pathLength} authorities below ${nameOf(issuer)}`);
}

function purposesOf(purposes: readonly string[]): string {
  return purposes.map((purpose) => dotted(fromHex(purpose))).join(", ");
}

function dateOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
