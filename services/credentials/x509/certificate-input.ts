/** Certificates that are given to a program rather than sent by a peer: in PEM (RFC 7468 §5) or in DER. */

import { readCertificate, type Certificate } from "./certificate.js";
import { CertificateError } from "./certificate-error.js";

/** In PEM or in DER; one certificate. */
export type CertificateInput = string | Uint8Array;

const PEM = /^[^-]*-----BEGIN CERTIFICATE-----\s+(?<base64>[A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----\s*$/u;

/** @throws {CertificateError} */
export function readCertificateInput(input: CertificateInput): Certificate {
  const isDer = typeof input !== "string" && input[0] === 0x30;
  return readCertificate(
    isDer ? input : decodePem(String(typeof input === "string" ? input : Buffer.from(input))),
  );
}

function decodePem(text: string): Uint8Array {
  const base64 = PEM.exec(text)?.groups?.["base64"]?.replaceAll(/\s/gu, "");
  const bytes = Buffer.from(base64 ?? "", "base64");
  if (base64 === undefined || bytes.toString("base64") !== base64)
    throw new CertificateError("expected one certificate in PEM or in DER");
  return Uint8Array.from(bytes);
}
