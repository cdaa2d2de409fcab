/**
 * A credential of EDHOC (RFC 9528 §3.5.2) as JSON, by the names that CWT (RFC 8392, RFC 8747) and COSE (RFC 9053 §7)
 * have for its parts; bytes are in hexadecimal. It is the claims set of just these, in deterministic encoding, that
 * both sides have as CRED_x. With its private key, `d`, it is a secret:
 *
 *   { "use": "static-dh",
 *     "sub": "door",
 *     "cnf": { "COSE_Key": { "kty": "EC2", "kid": "2b", "crv": "P-256", "x": "bbc3…", "y": "5de4…", "d": "72cc…" } } }
 */

import { equalBytes } from "../../src/bytes/compare.js";
import { toHex } from "../../src/bytes/hex.js";
import { CborWriter } from "../../src/cbor/writer.js";
import { writeClaims } from "../../src/cose/claims.js";
import { CoseError } from "../../src/cose/errors.js";
import { EC2, ED25519, OKP, P_256, X25519, type CoseKey } from "../../src/cose/key.js";
import { keyOf, privateKeyBytes, publicKeyBytes } from "../../src/cose/key-material.js";
import { ccsCredential, type Credential, type OwnCredential } from "../../src/security/edhoc/credential.js";
import type { Curve } from "../../src/ports/crypto.js";
import { nodeCrypto } from "../../hosts/node/crypto/node-crypto.js";
import { SecretFileError } from "../../hosts/node/files/rights.js";
import { readHex, requireFields, requireRecord } from "./secret-file.js";

/** What a key is for; no key should be for both (RFC 9528 §9.2). */
export type KeyUse = OwnCredential["use"];

/** What is in a file of a credential. */
export interface CredentialRecord extends Credential {
  readonly use: KeyUse;
  readonly subject?: string | undefined;
  /** Of one's own. */
  readonly privateKey?: Uint8Array | undefined;
}

/** The parts of one that are not made of others. */
export interface CredentialParts {
  readonly use: KeyUse;
  readonly subject?: string | undefined;
  readonly kid?: Uint8Array | undefined;
  readonly curve: Curve;
  readonly publicKey: Uint8Array;
  readonly privateKey?: Uint8Array | undefined;
}

/** What keys of a curve can be for: the first where nothing is said. */
export const USES_OF_CURVE: Readonly<Record<Curve, readonly [KeyUse, ...KeyUse[]]>> = {
  "P-256": ["static-dh", "signature"],
  X25519: ["static-dh"],
  Ed25519: ["signature"],
};

const CURVE_NUMBERS: Readonly<Record<Curve, number>> = { "P-256": P_256, X25519, Ed25519: ED25519 };

/** @throws {SecretFileError} where the key is not for that */
export function requireUse(path: string, curve: Curve, use: unknown): KeyUse {
  const found = USES_OF_CURVE[curve].find((one) => one === use);
  if (found === undefined)
    throw new SecretFileError(`${path}: expected ${USES_OF_CURVE[curve].join(" or ")} as "use" of ${curve}`);
  return found;
}

/** Puts one together. */
export function completeCredential(parts: CredentialParts): CredentialRecord {
  const { use, subject, kid, curve, publicKey, privateKey } = parts;
  const key = { ...keyOf(curve, publicKey), ...(kid && { kid }) };
  const ccs = new CborWriter();
  writeClaims(ccs, { ...(subject !== undefined && { subject }), confirmation: { key } });
  return { ...ccsCredential(ccs.bytes), use, subject, privateKey };
}

/** Reads one. @throws {SecretFileError} where no credential can be made of it */
export function readCredentialRecord(
  record: Readonly<Record<string, unknown>>,
  path: string,
): CredentialRecord {
  requireFields(record, path, ["use", "sub", "cnf"]);
  const { sub: subject, cnf, use } = record;
  if (subject !== undefined && typeof subject !== "string")
    throw new SecretFileError(`${path}: expected a text as "sub", got something else`);
  const confirmation = requireRecord(cnf, path, 'an object as "cnf"');
  requireFields(confirmation, path, ["COSE_Key"]);
  const fields = requireRecord(confirmation["COSE_Key"], path, 'an object as "COSE_Key"');
  const { curve, key } = readKeyFields(fields, path);
  try {
    const publicKey = publicKeyBytes(key);
    const privateKey = key.d && privateKeyBytes(key);
    if (privateKey) requirePair(path, curve, privateKey, publicKey);
    const parts = { subject, kid: key.kid, curve, publicKey, privateKey };
    return completeCredential({ ...parts, use: requireUse(path, curve, use ?? USES_OF_CURVE[curve][0]) });
  } catch (error) {
    if (!(error instanceof CoseError)) throw error;
    throw new SecretFileError(`${path}: ${error.message}`, { cause: error });
  }
}

function readKeyFields(
  fields: Readonly<Record<string, unknown>>,
  path: string,
): { readonly curve: Curve; readonly key: CoseKey } {
  requireFields(fields, path, ["kty", "kid", "crv", "x", "y", "d"]);
  const curve = (Object.keys(CURVE_NUMBERS) as Curve[]).find((name) => name === fields["crv"]);
  if (curve === undefined)
    throw new SecretFileError(`${path}: expected one of ${Object.keys(CURVE_NUMBERS).join(", ")} as "crv"`);
  if (fields["kty"] !== typeName(curve))
    throw new SecretFileError(`${path}: expected ${typeName(curve)} as "kty" of ${curve}`);
  const bytes = (["kid", "x", "y", "d"] as const)
    .filter((name) => fields[name] !== undefined)
    .map((name) => [name, readHex(fields[name], path, name)]);
  const kty = curve === "P-256" ? EC2 : OKP;
  return { curve, key: { kty, crv: CURVE_NUMBERS[curve], ...Object.fromEntries(bytes) } as CoseKey };
}

function requirePair(path: string, curve: Curve, privateKey: Uint8Array, publicKey: Uint8Array): void {
  let own: Uint8Array | undefined;
  try {
    own = nodeCrypto.publicKey(curve, privateKey);
  } catch {
    // Of P-256 not every number is a key; what is thrown might quote it.
  }
  if (own === undefined || !equalBytes(own, publicKey))
    throw new SecretFileError(`${path}: expected a private key ("d") that belongs to the public one`);
}

/** As it is in a file. */
export function credentialToRecord(credential: CredentialRecord): object {
  const { use, subject, kid, curve, publicKey, privateKey } = credential;
  const { x, y } = keyOf(curve, publicKey);
  return {
    use,
    ...(subject !== undefined && { sub: subject }),
    cnf: {
      COSE_Key: {
        kty: typeName(curve),
        ...(kid && { kid: toHex(kid) }),
        crv: curve,
        x: toHex(x!),
        ...(typeof y === "object" && { y: toHex(y) }),
        ...(privateKey && { d: toHex(privateKey) }),
      },
    },
  };
}

function typeName(curve: Curve): string {
  return curve === "P-256" ? "EC2" : "OKP";
}
