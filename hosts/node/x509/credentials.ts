/** X.509 certificates as credentials of EDHOC, verified up to authorities that are trusted: RFC 9528 appendix D. */

import { X509Certificate } from "node:crypto";

import { KnownCredentials, certificateCredential, isCertificateHash } from "../../../src/edhoc/credential.js";
import type { Credential, CredentialSource } from "../../../src/edhoc/credential.js";
import type { IdCredential } from "../../../src/edhoc/codec/id-credential.js";
import { EdhocProcessingError, UnknownCredentialError } from "../../../src/edhoc/errors.js";
import type { Curve } from "../../../src/platform.js";
import { nodeCrypto } from "../crypto/node-crypto.js";
import { DerError } from "./der.js";
import { DIGITAL_SIGNATURE, KEY_AGREEMENT, certificateUse } from "./extensions.js";
import { CertificateError, verifyPath } from "./path.js";

/** In PEM or in DER. */
export type CertificateInput = string | Uint8Array;

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
  readonly #anchors: readonly X509Certificate[];
  readonly #known: readonly X509Certificate[];
  readonly #others: CredentialSource;

  constructor(options: X509CredentialsOptions) {
    this.#options = options;
    this.#anchors = options.anchors.map((input) => new X509Certificate(input));
    this.#known = (options.known ?? []).map((input) => new X509Certificate(input));
    this.#others = options.others ?? new KnownCredentials(nodeCrypto, []);
  }

  find(id: IdCredential): readonly Credential[] {
    const { certificates, certificateHash } = id;
    try {
      if (certificates) return [this.#verified(certificates.map((der) => new X509Certificate(der)))];
      if (!certificateHash) return this.#others.find(id);
      const found = [...this.#known, ...this.#anchors].find(({ raw }) =>
        isCertificateHash(nodeCrypto, certificateHash, raw),
      );
      if (found === undefined) throw new UnknownCredentialError();
      return [this.#verified(this.#pathFrom(found))];
    } catch (error) {
      if (error instanceof CertificateError || error instanceof DerError || isCryptoError(error))
        throw new EdhocProcessingError("expected a certificate that is trusted", { cause: error });
      throw error;
    }
  }

  /** A certificate with those above it, as far as they are known. */
  #pathFrom(certificate: X509Certificate): X509Certificate[] {
    const path = [certificate];
    for (let last = certificate; path.length <= this.#known.length; path.push(last)) {
      const issuer = this.#known.find((other) => !path.includes(other) && last.checkIssued(other));
      if (issuer === undefined) break;
      last = issuer;
    }
    return path;
  }

  #verified(path: readonly X509Certificate[]): Credential {
    const { accept, now = () => new Date() } = this.#options;
    verifyPath(path, this.#anchors, now());
    const certificate = path[0]!;
    if (accept?.(certificate) === false)
      throw new CertificateError(`expected a peer that may connect, got ${certificate.subject}`);
    return certificateToCredential(certificate);
  }
}

/**
 * A certificate as a credential, whose name is its subject. It is not verified.
 *
 * @throws {CertificateError} for a key that EDHOC's cipher suites here have no use for
 */
export function certificateToCredential(certificate: X509Certificate): Credential {
  const { crv, x, y } = certificate.publicKey.export({ format: "jwk" });
  const curve = crv as Curve | undefined;
  const { keyUsage = DIGITAL_SIGNATURE | KEY_AGREEMENT } = certificateUse(certificate.raw);
  const uses = {
    "P-256": DIGITAL_SIGNATURE | KEY_AGREEMENT,
    Ed25519: DIGITAL_SIGNATURE,
    X25519: KEY_AGREEMENT,
  };
  if (curve === undefined || x === undefined || !Object.hasOwn(uses, curve))
    throw new CertificateError(`expected a key of P-256, Ed25519 or X25519, got ${crv ?? "another"}`);
  if ((keyUsage & uses[curve]) === 0)
    throw new CertificateError(
      `expected a certificate for signatures or key agreement (${certificate.subject})`,
    );
  const publicKey = [...(y === undefined ? [] : [Buffer.of(4)]), Buffer.from(x, "base64url")];
  if (y !== undefined) publicKey.push(Buffer.from(y, "base64url"));
  const name = certificate.subject.replaceAll("\n", ", ");
  return { ...certificateCredential(certificate.raw, curve, new Uint8Array(Buffer.concat(publicKey))), name };
}

/** What node:crypto throws about bytes that are no certificate, and about keys that it cannot export. */
function isCryptoError(error: unknown): boolean {
  return error instanceof Error && "code" in error && /^ERR_(?:OSSL|CRYPTO)/u.test(String(error.code));
}
