/**
 * X.509 certificates in PEM as credentials of EDHOC (RFC 9528 §3.5.3): one's own with those of the authorities between it
 * and one that peers trust, and with its private key, all in one file; of peers the authorities, or their certificates.
 */

import { createPrivateKey, type KeyObject } from "node:crypto";
import { IdCredential } from "../../src/security/edhoc/codec/id-credential.js";
import { SecretFileError } from "../../hosts/node/files/rights.js";
import { CertificateError } from "./x509/certificate-error.js";
import { readCertificateInput } from "./x509/certificate-input.js";
import type { Certificate } from "./x509/certificate.js";
import { certificateUses, credentialOf } from "./x509/credentials.js";
import { toX509Certificate } from "./x509/subject.js";
import type { CredentialRecord, KeyUse } from "./credential-record.js";
import type { KeyFile } from "./secret-file.js";

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/gu;
const PRIVATE_KEY = /-----BEGIN (?:EC )?PRIVATE KEY-----[^-]+-----END (?:EC )?PRIVATE KEY-----/u;

/** Whether a file has certificates rather than a credential in JSON or CBOR. */
export function isCertificateFile({ content }: KeyFile): boolean {
  return content.includes("-----BEGIN ");
}

/** @throws {SecretFileError} where there is none, or one that is malformed */
export function certificatesIn({ path, content }: KeyFile): readonly [Certificate, ...Certificate[]] {
  const blocks = content.toString().match(CERTIFICATE) ?? [];
  try {
    const [first, ...others] = blocks.map(readCertificateInput);
    if (first) return [first, ...others];
  } catch (error) {
    if (!(error instanceof CertificateError)) throw error;
    throw new SecretFileError(`${path}: expected certificates in PEM format: ${error.message}`, {
      cause: error,
    });
  }
  throw new SecretFileError(`${path}: expected certificates in PEM format`);
}

/** The credential of the first certificate, with its private key where that is there. @throws {SecretFileError} */
export function certificateCredentialIn(file: KeyFile): CredentialRecord {
  const { path, content } = file;
  const [certificate] = certificatesIn(file);
  const [pem] = PRIVATE_KEY.exec(content.toString()) ?? [];
  try {
    const credential = credentialOf(certificate);
    const key = pem === undefined ? undefined : createPrivateKey(pem);
    if (key && !toX509Certificate(certificate).checkPrivateKey(key))
      throw new CertificateError("expected a private key that belongs to the first certificate");
    const privateKey = key && rawPrivateKey(key);
    return { ...credential, subject: credential.name, use: useOf(certificate), privateKey };
  } catch (error) {
    // What node:crypto says of a key might quote it.
    const reason = error instanceof CertificateError ? error.message : "expected a private key in PEM format";
    throw new SecretFileError(`${path}: ${reason}`);
  }
}

/** How peers are told of the certificates of a file: by value. */
export function chainIn(file: KeyFile): IdCredential {
  return IdCredential.ofCertificates(certificatesIn(file).map(({ bytes }) => bytes));
}

/** What peers use their keys for that have the certificates of a file, or have theirs from them. @throws {SecretFileError} */
export function peerUsesIn(file: KeyFile): readonly KeyUse[] {
  try {
    return certificatesIn(file).map((certificate) => {
      if (certificate.use.isAuthority) return "signature";
      credentialOf(certificate);
      return useOf(certificate);
    });
  } catch (error) {
    if (!(error instanceof CertificateError)) throw error;
    throw new SecretFileError(`${file.path}: ${error.message}`, { cause: error });
  }
}

/** A key that may do both signs: that is what certificates are mostly made for. */
function useOf(certificate: Certificate): KeyUse {
  return certificateUses(certificate)[0]!;
}

function rawPrivateKey(key: KeyObject): Uint8Array {
  const { d } = key.export({ format: "jwk" });
  return Uint8Array.from(Buffer.from(d!, "base64url"));
}
