/**
 * Credentials of EDHOC in files: RFC 9528 §3.5. One's own is in a file of its owner alone; what is public of it is in
 * another, for the peers. Those of peers of other makes may also be claims sets in CBOR or its diagnostic notation, alone
 * or as the header parameter kccs, `{14: {2: "door", 8: {1: {…}}}}`, which is what aiocoap has them in; and all may be
 * X.509 certificates in PEM.
 */

import { rmSync } from "node:fs";
import { basename } from "node:path";
import { CborError } from "../../src/cbor/error.js";
import { DiagnosticSyntaxError, parseDiagnostic } from "../../src/cbor/diagnostic-parser.js";
import { readLabelledMap } from "../../src/cbor/label.js";
import { CborReader } from "../../src/cbor/reader.js";
import { readClaims } from "../../src/cose/claims.js";
import { CoseError } from "../../src/cose/errors.js";
import { KCCS } from "../../src/cose/header-label.js";
import { UnsupportedAlgorithmError } from "../../src/crypto/errors.js";
import { generateKeyPair } from "../../src/crypto/key-pair.js";
import { freeConnectionId } from "../../src/security/edhoc/coap/connection-ids.js";
import { IdCredential } from "../../src/security/edhoc/codec/id-credential.js";
import { ccsCredential, type OwnCredential } from "../../src/security/edhoc/credential.js";
import type { Curve } from "../../src/ports/crypto.js";
import { nodeCrypto } from "../../hosts/node/crypto/node-crypto.js";
import { SecretFileError, requireOwnersAlone, requireUnchanged } from "../../hosts/node/files/rights.js";
import { NodeRandom } from "../../hosts/node/random.js";
import { certificateCredentialIn, chainIn, isCertificateFile } from "./certificate-file.js";
import {
  USES_OF_CURVE,
  completeCredential,
  credentialToRecord,
  readCredentialRecord,
  requireUse,
  type CredentialRecord,
  type KeyUse,
} from "./credential-record.js";
import {
  checkedRecord,
  readKeyFile,
  recordIn,
  writePublicFile,
  writeSecretFile,
  type KeyFile,
} from "./secret-file.js";

/** What a new credential is to be like; the rest is random. */
export interface CredentialChoice {
  /** P-256 where absent. */
  readonly curve?: Curve;
  /** The first of the curve's uses where absent. */
  readonly use?: KeyUse;
  /** A random one that takes a byte on the wire where absent; peers of one endpoint may have the same. */
  readonly kid?: Uint8Array;
  /** The name of the file, without its ending, where absent. */
  readonly subject?: string;
}

/** One's own credential. */
export type OwnFileCredential = CredentialRecord & OwnCredential;

/**
 * Makes a key: a file for this side, and what is public of it for the peers.
 * @throws {SecretFileError} where there is such a file, or the curve has not that use
 */
export function createCredentialFiles(
  path: string,
  publicPath: string,
  { curve = "P-256", use, kid, subject }: CredentialChoice,
): CredentialRecord {
  const random = new NodeRandom();
  const credential = completeCredential({
    use: use === undefined ? USES_OF_CURVE[curve][0] : requireUse(path, curve, use),
    subject: subject ?? basename(path).replace(/\.json$/u, ""),
    // In messages it looks like a connection identifier (§3.5.3.2).
    kid: kid ?? freeConnectionId(random, () => false),
    curve,
    ...generateKeyPair(nodeCrypto, random, curve),
  });
  writeSecretFile(path, credentialToRecord(credential));
  try {
    writePublicFile(publicPath, credentialToRecord({ ...credential, privateKey: undefined }));
  } catch (error) {
    rmSync(path);
    throw error;
  }
  return credential;
}

/**
 * One's own credential.
 * @throws {SecretFileError} where others may read the file, or there is no private key in it
 * @throws {Error} with the system's code when it cannot be read
 */
export function readOwnCredential(path: string): OwnFileCredential {
  const file = readKeyFile(path);
  requireOwnersAlone(file);
  const isCertificate = isCertificateFile(file);
  const credential = isCertificate
    ? certificateCredentialIn(file)
    : readCredentialRecord(recordIn(file), path);
  const { privateKey, kid, bytes } = credential;
  if (privateKey === undefined)
    throw new SecretFileError(
      `${path}: expected a credential with its private key, got what is public of one`,
    );
  const id = kid === undefined ? IdCredential.ofCcs(bytes) : IdCredential.ofKid(kid);
  return { ...credential, name: path, id: isCertificate ? chainIn(file) : id, privateKey };
}

/**
 * The credential of a peer, who is called by the path.
 * @throws {SecretFileError} where there is another thing in the file, or one's own credential, or others may change it
 * @throws {Error} with the system's code when it cannot be read
 */
export function readPeerCredential(path: string): CredentialRecord {
  const file = readKeyFile(path);
  requireUnchanged(file);
  const credential = readCredential(file);
  if (credential.privateKey)
    throw new SecretFileError(
      `${path}: expected what is public of a peer's credential, got one with its private key`,
    );
  return { ...credential, name: path };
}

/** One's own or a peer's. @throws {SecretFileError} */
export function readCredential(file: KeyFile): CredentialRecord {
  const credential = isCertificateFile(file) ? certificateCredentialIn(file) : claimsSetIn(file);
  if (credential.privateKey) requireOwnersAlone(file);
  return credential;
}

function claimsSetIn({ path, content }: KeyFile): CredentialRecord {
  const record = parseJson(content);
  return record ? readCredentialRecord(checkedRecord(record, path), path) : readClaimsSet(path, content);
}

/** Whether a file has a security context rather than a credential. */
export function isContextFile({ content }: KeyFile): boolean {
  const record = parseJson(content);
  return record !== undefined && !("cnf" in record);
}

/** Undefined for other notations. */
function parseJson(content: Buffer): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(content.toString());
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** CBOR or its diagnostic notation; no text begins as a map in CBOR does. */
function readClaimsSet(path: string, content: Buffer): CredentialRecord {
  try {
    const isBinary = (content[0] ?? 0) >= 0x80;
    const item = isBinary ? Uint8Array.from(content) : parseDiagnostic(content.toString());
    const ccs = withoutHeader(item);
    const credential = ccsCredential(ccs);
    const { subject } = readClaims(new CborReader(ccs));
    return { ...credential, subject, use: USES_OF_CURVE[credential.curve][0] };
  } catch (error) {
    const isAboutContent =
      error instanceof CborError ||
      error instanceof DiagnosticSyntaxError ||
      error instanceof CoseError ||
      error instanceof UnsupportedAlgorithmError;
    if (!isAboutContent) throw error;
    // The notation quotes the file, which may be one of secrets.
    throw new SecretFileError(
      `${path}: expected a credential: JSON with "cnf", a claims set in CBOR or its notation, or a certificate`,
    );
  }
}

/** The claims set alone, of `{14: claims}`, too. */
function withoutHeader(item: Uint8Array): Uint8Array {
  const reader = new CborReader(item);
  let ccs = item;
  readLabelledMap(reader, (label) => {
    const start = reader.offset;
    reader.skip();
    if (label === KCCS) ccs = reader.since(start);
  });
  return ccs;
}
