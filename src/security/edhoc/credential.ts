/** Authentication credentials and their keys: RFC 9528 §3.5. */

import { equalBytes } from "../../bytes/compare.js";
import { concatBytes } from "../../bytes/concat.js";
import { BYTE_STRING } from "../../cbor/major-type.js";
import { readLabelledMap } from "../../cbor/label.js";
import { CborReader } from "../../cbor/reader.js";
import { CborWriter } from "../../cbor/writer.js";
import { SHA_256 } from "../../cose/algorithms.js";
import { CoseError } from "../../cose/errors.js";
import { readKey, type CoseKey } from "../../cose/key.js";
import { keyCurve, publicKeyBytes } from "../../cose/key-material.js";
import type { Crypto, Curve } from "../../ports/crypto.js";
import { EdhocProcessingError, UnknownCredentialError } from "./errors.js";
import { readUntagged, type CertificateHash, type IdCredential } from "./codec/id-credential.js";

/** The claim that confirms a key, and its member that is a COSE_Key (RFC 8747 §3.1, §3.2). */
const CNF = 8;
const COSE_KEY = 1;
/** Begins a claims set that is but a COSE_Key: `{ 8: { 1: key } }` (§3.5.2). */
const CCS_OF_KEY = Uint8Array.of(0xa1, CNF, 0xa1, COSE_KEY);

/** SHA-256, of which the first 8 bytes are taken (RFC 9054 §3.2): good enough to find a certificate (§9.3). */
export const SHA_256_64 = -15;
const SHA_256_64_BYTES = 8;

/** What a key is for: one should not be for both (§9.2). */
export type CredentialUse = "signature" | "static-dh";

/** A credential of somebody: CRED_x and the public key in it. */
export interface Credential {
  /** CRED_x: one CBOR item, a CWT, a claims set, or a byte string with a certificate in DER. */
  readonly bytes: Uint8Array;
  readonly curve: Curve;
  /** In the form of the crypto port. */
  readonly publicKey: Uint8Array;
  /** A key identifier that stands for it; others may have the same. */
  readonly kid?: Uint8Array | undefined;
  /** The only use that the credential allows its key, such as by keyUsage of a certificate; either where absent. */
  readonly use?: CredentialUse | undefined;
  /** What this endpoint calls its holder, such as in `protectedBy` of resources. */
  readonly name?: string | undefined;
}

/** A credential of this endpoint, with what proves that it is. */
export interface OwnCredential extends Credential {
  /** ID_CRED_x: how the peer is told of it. */
  readonly id: IdCredential;
  readonly privateKey: Uint8Array;
  readonly use: CredentialUse;
}

/** Where the credentials of peers come from. Whom it returns is trusted: it decides who may complete a session (§3.5). */
export interface CredentialSource {
  /**
   * The credentials that an identifier may stand for; more than one where they share a key identifier.
   * @throws {UnknownCredentialError} where there is none
   * @throws {EdhocProcessingError} where identifiers of this type are not supported, or the credential is refused
   */
  find(id: IdCredential): readonly Credential[];
}

/**
 * A CWT claims set as a credential. Only its key is read: a device's stack has 512 slots.
 *
 * @param bytes encoded
 * @throws {CoseError} without a key in it @throws {CborError}
 */
export function ccsCredential(bytes: Uint8Array): Credential {
  const reader = new CborReader(bytes);
  let key: CoseKey | undefined;
  readLabelledMap(reader, (claim) => {
    if (claim === CNF)
      readLabelledMap(reader, (member) => {
        if (member === COSE_KEY) key = readKey(reader);
        else reader.skip();
      });
    else reader.skip();
  });
  reader.finish();
  if (key === undefined) throw new CoseError("expected a claims set with a COSE_Key in its cnf claim");
  return { bytes, curve: keyCurve(key), publicKey: publicKeyBytes(key), kid: key.kid };
}

/** A raw public key as a credential: a claims set with nothing else in it (§3.5.2). @param coseKey encoded */
export function rawKeyCredential(coseKey: Uint8Array): Credential {
  return ccsCredential(concatBytes([CCS_OF_KEY, coseKey]));
}

/**
 * A CWT as a credential, by one who has verified it: the token without its tags (§3.5.2).
 *
 * @param token encoded @param claims those in it, encoded
 * @throws {CoseError} without a key in the claims @throws {CborError}
 */
export function cwtCredential(token: Uint8Array, claims: Uint8Array): Credential {
  const reader = new CborReader(token);
  const bytes = readUntagged(reader);
  reader.finish();
  return { ...ccsCredential(claims), bytes };
}

/** An X.509 certificate as a credential, by one who has verified it. @param certificate DER */
export function certificateCredential(
  certificate: Uint8Array,
  curve: Curve,
  publicKey: Uint8Array,
): Pick<Credential, "bytes" | "curve" | "publicKey"> {
  return { bytes: new CborWriter().byteString(certificate).bytes, curve, publicKey };
}

/** Whether a hash is that of a certificate; false for hashes that are not known here. */
export function isCertificateHash(crypto: Crypto, hash: CertificateHash, certificate: Uint8Array): boolean {
  const { algorithm, value } = hash;
  if (algorithm !== SHA_256 && algorithm !== SHA_256_64) return false;
  const digest = crypto.hash("SHA-256", certificate);
  return equalBytes(value, algorithm === SHA_256 ? digest : digest.subarray(0, SHA_256_64_BYTES));
}

/**
 * Credentials that are known beforehand, such as those stored in a device. What comes by value, too, has to be one of
 * them: certificates and tokens are compared, not verified, and others are answered with error 3.
 */
export class KnownCredentials implements CredentialSource {
  readonly #crypto: Crypto;
  readonly #credentials: readonly Credential[];

  constructor(crypto: Crypto, credentials: readonly Credential[]) {
    this.#crypto = crypto;
    this.#credentials = credentials;
  }

  find(id: IdCredential): readonly Credential[] {
    const { kid, cwt, ccs, certificateHash, certificates } = id;
    const value = cwt ?? ccs;
    const found = this.#credentials.filter(({ bytes, kid: own }) => {
      if (certificates) return equalBytes(bytes, byteString(certificates[0]!));
      if (certificateHash) return this.#isHashOf(certificateHash, bytes);
      if (value) return equalBytes(bytes, value);
      return kid !== undefined && own !== undefined && equalBytes(kid, own);
    });
    if (found.length > 0) return found;
    if (kid ?? value ?? certificateHash ?? certificates) throw new UnknownCredentialError();
    throw new EdhocProcessingError("credential identifier type not supported");
  }

  #isHashOf(hash: CertificateHash, credential: Uint8Array): boolean {
    const reader = new CborReader(credential);
    return (
      reader.peekMajorType() === BYTE_STRING && isCertificateHash(this.#crypto, hash, reader.readBytes())
    );
  }
}

function byteString(content: Uint8Array): Uint8Array {
  return new CborWriter().byteString(content).bytes;
}
