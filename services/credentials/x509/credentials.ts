/** X.509 certificates as credentials of EDHOC, verified up to authorities that are trusted: RFC 9528 appendix D. */

import type { X509Certificate } from "node:crypto";

import type { IdCredential } from "../../../src/security/edhoc/codec/id-credential.js";
import {
  KnownCredentials,
  certificateCredential,
  isCertificateHash,
} from "../../../src/security/edhoc/credential.js";
import type { Credential, CredentialSource, CredentialUse } from "../../../src/security/edhoc/credential.js";
import { EdhocProcessingError, UnknownCredentialError } from "../../../src/security/edhoc/errors.js";
import { nodeCrypto } from "../../../hosts/node/crypto/node-crypto.js";
import { CertificateError } from "./certificate-error.js";
import { readCertificateInput, type CertificateInput } from "./certificate-input.js";
import { readCertificate, type Certificate } from "./certificate.js";
import { DIGITAL_SIGNATURE, KEY_AGREEMENT } from "./extensions.js";
import { hasIssued, verifyPath } from "./path.js";
import { keyObject } from "./public-key.js";
import { nameOf, toX509Certificate } from "./subject.js";

export type { CertificateInput } from "./certificate-input.js";

export interface X509CredentialsOptions {
  /** Authorities that are trusted, or certificates of peers that are. */
  readonly anchors: readonly CertificateInput[];
  /** Certificates that peers refer to by their hashes (x5t), and those of authorities between them and the anchors. */
  readonly known?: readonly CertificateInput[];
  /**
   * Whether this peer may connect: its identity, and that the certificate has not been revoked. Whomever the
   * authorities have certified may where absent.
   */
  readonly accept?: (certificate: X509Certificate) => boolean;
  /** For peers with other credentials, such as raw keys. */
  readonly others?: CredentialSource;
  /** The time by which validity is judged; that of the system where absent. */
  readonly now?: () => Date;
}

/** Certificates by value (x5chain) and by hash (x5t). */
export class X509Credentials implements CredentialSource {
  readonly #options: X509CredentialsOptions;
  readonly #anchors: readonly Certificate[];
  readonly #known: readonly Certificate[];
  readonly #others: CredentialSource;

  /** @throws {CertificateError} for an anchor, or another certificate of the options, that is none */
  constructor(options: X509CredentialsOptions) {
    this.#options = options;
    this.#anchors = options.anchors.map(readCertificateInput);
    this.#known = (options.known ?? []).map(readCertificateInput);
    this.#others = options.others ?? new KnownCredentials(nodeCrypto, []);
  }

  find(id: IdCredential): readonly Credential[] {
    const { certificates, certificateHash } = id;
    try {
      if (certificates) return [this.#verified(certificates.map(readCertificate))];
      if (!certificateHash) return this.#others.find(id);
      const found = [...this.#known, ...this.#anchors].find(({ bytes }) =>
        isCertificateHash(nodeCrypto, certificateHash, bytes),
      );
      if (found === undefined) throw new UnknownCredentialError();
      return [this.#verified(this.#pathFrom(found))];
    } catch (error) {
      if (error instanceof CertificateError)
        throw new EdhocProcessingError("expected a certificate that is trusted", { cause: error });
      throw error;
    }
  }

  /** A certificate with those above it, as far as they are known. */
  #pathFrom(certificate: Certificate): Certificate[] {
    const path = [certificate];
    for (let last = certificate; path.length <= this.#known.length; path.push(last)) {
      const issuer = this.#known.find((other) => !path.includes(other) && hasIssued(other, last));
      if (issuer === undefined) break;
      last = issuer;
    }
    return path;
  }

  #verified(path: readonly Certificate[]): Credential {
    const { accept, now = () => new Date() } = this.#options;
    verifyPath(path, this.#anchors, now());
    const certificate = path[0]!;
    if (accept?.(toX509Certificate(certificate)) === false)
      throw new CertificateError(`expected a peer that may connect, got ${nameOf(certificate)}`);
    return credentialOf(certificate);
  }
}

/**
 * A certificate as a credential, whose name is its subject, or its other names where that is empty. It is read strictly
 * (RFC 5280 §4), but not verified.
 *
 * @throws {CertificateError} for what is none, and for a key that EDHOC's cipher suites here have no use for
 */
export function certificateToCredential(certificate: CertificateInput | X509Certificate): Credential {
  const isInput = typeof certificate === "string" || certificate instanceof Uint8Array;
  return credentialOf(readCertificateInput(isInput ? certificate : certificate.raw));
}

/** The same of one that has been read. @throws {CertificateError} */
export function credentialOf(certificate: Certificate): Credential {
  const { bytes, publicKey } = certificate;
  const { curve, key } = publicKey;
  if (curve === undefined)
    throw new CertificateError(`expected a key of P-256, Ed25519 or X25519, got another`);
  const [use, ...others] = certificateUses(certificate);
  if (use === undefined)
    throw new CertificateError(
      `expected a certificate for signatures or key agreement (${nameOf(certificate)})`,
    );
  keyObject(publicKey);
  const credential = { ...certificateCredential(bytes, curve, key), name: nameOf(certificate) };
  return others.length > 0 ? credential : { ...credential, use };
}

/** What the key may be used for, as far as its curve and keyUsage say (RFC 5280 §4.2.1.3). */
export function certificateUses({ publicKey, use }: Certificate): readonly CredentialUse[] {
  const { keyUsage = DIGITAL_SIGNATURE | KEY_AGREEMENT } = use;
  const { curve } = publicKey;
  return [
    ...(curve !== "X25519" && (keyUsage & DIGITAL_SIGNATURE) !== 0 ? ["signature" as const] : []),
    ...(curve !== "Ed25519" && (keyUsage & KEY_AGREEMENT) !== 0 ? ["static-dh" as const] : []),
  ];
}
