/** What EDHOC needs of this endpoint, of files: its credentials, and those of the peers that it trusts. RFC 9528 §3.5. */

import type { X509Certificate } from "node:crypto";
import { equalBytes } from "../../src/bytes/compare.js";
import { authenticationCurve } from "../../src/security/edhoc/authentication.js";
import { cipherSuite } from "../../src/security/edhoc/cipher-suite.js";
import {
  KnownCredentials,
  type Credential,
  type CredentialSource,
  type OwnCredential,
} from "../../src/security/edhoc/credential.js";
import { nodeCrypto } from "../../hosts/node/crypto/node-crypto.js";
import { requireUnchanged } from "../../hosts/node/files/rights.js";
import type { Certificate } from "./x509/certificate.js";
import { X509Credentials } from "./x509/credentials.js";
import { certificatesIn, isCertificateFile, peerUsesIn } from "./certificate-file.js";
import { readOwnCredential, readPeerCredential } from "./credential-file.js";
import type { CredentialRecord, KeyUse } from "./credential-record.js";
import { readKeyFile } from "./secret-file.js";

/** The cipher suites that there is code for, those of P-256 first: all implementations have them (RFC 9528 §8). */
const SUITES: readonly number[] = [2, 3, 0, 1];

export class FileCredentials {
  /** For an `EdhocServer` and for `establishEdhoc`, as are the others. */
  readonly credentials: readonly OwnCredential[];
  /** Each called by the path of its file; those with certificates by the subject. */
  readonly peers: CredentialSource;
  /** The cipher suites that the keys fit, preferred ones first. */
  readonly suites: readonly number[];
  /** What the peers' keys are for. */
  readonly peerUses: ReadonlySet<KeyUse>;

  /**
   * @param accept whether a peer may connect that is not named itself, but certified by an authority that is; all may
   * where absent
   * @throws {SecretFileError} where a file is not what it should be
   * @throws {Error} with the system's code when one cannot be read
   */
  constructor(
    paths: readonly string[],
    peerPaths: readonly string[],
    accept?: (certificate: X509Certificate) => boolean,
  ) {
    const own = paths.map(readOwnCredential);
    const files = peerPaths.map(readKeyFile);
    const certificateFiles = files.filter(isCertificateFile);
    certificateFiles.forEach(requireUnchanged);
    const anchors = certificateFiles.flatMap(certificatesIn);
    const others = peerPaths.filter((_, index) => !isCertificateFile(files[index]!)).map(readPeerCredential);
    this.credentials = own;
    this.peers = trusting(anchors, new KnownCredentials(nodeCrypto, others.map(ofAnyUse)), accept);
    this.suites = SUITES.filter((number) => own.some((credential) => fits(number, credential)));
    this.peerUses = new Set([...others.map(({ use }) => use), ...certificateFiles.flatMap(peerUsesIn)]);
  }
}

/** The use in a file says what is tried, where it is said at all: a claims set allows its key any. */
function ofAnyUse({ use: _, ...credential }: CredentialRecord): Credential {
  return credential;
}

function trusting(
  anchors: readonly Certificate[],
  others: CredentialSource,
  accept: ((certificate: X509Certificate) => boolean) | undefined,
): CredentialSource {
  if (anchors.length === 0) return others;
  const isNamed = ({ raw }: X509Certificate): boolean => anchors.some(({ bytes }) => equalBytes(bytes, raw));
  return new X509Credentials({
    anchors: anchors.map(({ bytes }) => bytes),
    others,
    ...(accept && { accept: (certificate) => isNamed(certificate) || accept(certificate) }),
  });
}

function fits(suite: number, { curve, use }: OwnCredential): boolean {
  return authenticationCurve(cipherSuite(suite)!, use === "signature") === curve;
}
