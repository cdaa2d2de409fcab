/**
 * COSE_Key: a key as a CBOR map. RFC 9052 §7, RFC 9053 §7.
 *
 *   { 1: kty, ? 2: kid, ? 3: alg, ? 4: key_ops, ? 5: Base IV, -1: crv or k, -2: x, -3: y, -4: d }
 */

import { CborError } from "../cbor/error.js";
import { BYTE_STRING } from "../cbor/major-type.js";
import { readLabel, readLabelledMap, writeLabel, type Label } from "../cbor/label.js";
import { CborReader } from "../cbor/reader.js";
import type { CborWriter } from "../cbor/writer.js";
import type { CoseAlgorithm } from "./algorithms.js";
import { CoseError } from "./errors.js";

/** Key types: RFC 9053 §7, table 17. */
export const OKP = 1;
export const EC2 = 2;
export const SYMMETRIC = 4;

/** Curves: RFC 9053 §7.1, table 18. */
export const P_256 = 1;
export const X25519 = 4;
export const ED25519 = 6;
/** Those from {@link X25519} to this are for keys of type {@link OKP}. */
const LAST_OKP_CURVE = 7;

/** Key operations: RFC 9052 §7.1, table 5. */
export const SIGN = 1;
export const VERIFY = 2;
export const ENCRYPT = 3;
export const DECRYPT = 4;
export const MAC_CREATE = 9;
export const MAC_VERIFY = 10;

/** Labels of parameters: RFC 9052 §7.1, table 4; RFC 9053 §7, tables 19 to 21. */
const KTY = 1;
const KID = 2;
const ALG = 3;
const KEY_OPS = 4;
const BASE_IV = 5;
const CRV_OR_K = -1;
const X = -2;
const Y = -3;
const D = -4;

/** A key. Which parameters it has depends on its type; those of types that we do not know are not kept. */
export interface CoseKey {
  readonly kty: Label;
  readonly kid?: Uint8Array;
  /** The only algorithm that the key may be used with. */
  readonly alg?: CoseAlgorithm;
  /** The only operations that the key may be used for. */
  readonly keyOps?: readonly Label[];
  readonly baseIv?: Uint8Array;
  /** {@link OKP}, {@link EC2}: the curve. */
  readonly crv?: Label;
  /** {@link OKP}: the public key. {@link EC2}: the x-coordinate. */
  readonly x?: Uint8Array;
  /** {@link EC2}: the y-coordinate, or true where it is odd. */
  readonly y?: Uint8Array | boolean;
  /** {@link OKP}, {@link EC2}: the private key. */
  readonly d?: Uint8Array;
  /** {@link SYMMETRIC}: the key. */
  readonly k?: Uint8Array;
}

/** A key while it is read. */
type KeyInWork = { -readonly [Name in keyof CoseKey]?: CoseKey[Name] };

/**
 * Reads a COSE_Key. Parameters that we do not know are passed over (RFC 9052 §7).
 * @throws {CoseError} when a parameter is missing that the key's type requires
 * @throws {CborError} when one comes twice, or is of another CBOR type
 */
export function readKey(reader: CborReader): CoseKey {
  const key: KeyInWork = {};
  readLabelledMap(reader, (label) => readParameter(reader, label, key));
  return checkKey(key);
}

function readParameter(reader: CborReader, label: Label, key: KeyInWork): void {
  switch (label) {
    case KTY:
      key.kty = readLabel(reader);
      break;
    case KID:
      key.kid = reader.readBytes();
      break;
    case ALG:
      key.alg = readLabel(reader);
      break;
    case KEY_OPS:
      key.keyOps = readKeyOps(reader);
      break;
    case BASE_IV:
      key.baseIv = reader.readBytes();
      break;
    // Which of the two it is says the key's type, which may come later; a curve is never a byte string.
    case CRV_OR_K:
      if (reader.peekMajorType() === BYTE_STRING) key.k = reader.readBytes();
      else key.crv = readLabel(reader);
      break;
    case X:
      key.x = reader.readBytes();
      break;
    case Y:
      key.y = reader.peekMajorType() === BYTE_STRING ? reader.readBytes() : reader.readBoolean();
      break;
    case D:
      key.d = reader.readBytes();
      break;
    default:
      reader.skip();
  }
}

function readKeyOps(reader: CborReader): readonly Label[] {
  const keyOps: Label[] = [];
  for (let left = reader.readArray(); reader.hasMore(left); left -= 1) keyOps.push(readLabel(reader));
  if (keyOps.length === 0) throw new CoseError("expected at least one operation in key_ops, got none");
  return keyOps;
}

/** Checks that what the key's type requires is there (RFC 9053 §7). */
function checkKey(key: KeyInWork): CoseKey {
  const { kty, crv, x, y, d, k } = key;
  if (kty === undefined) throw new CoseError("expected a key type (kty), got none");
  if (kty === SYMMETRIC && k === undefined) throw new CoseError("expected a value (k) in a symmetric key");
  if (kty === OKP || kty === EC2) {
    if (crv === undefined) throw new CoseError("expected a curve (crv) in the key, got none");
    if (d === undefined && (x === undefined || (kty === EC2 && y === undefined)))
      throw new CoseError("expected a public key (x, y) or a private one (d), got neither");
    if (typeof crv === "number" && crv >= P_256 && crv <= LAST_OKP_CURVE && kty !== typeOfCurve(crv))
      throw new CoseError(`expected key type ${typeOfCurve(crv)} for curve ${crv}, got ${kty}`);
  }
  return { ...key, kty };
}

/** The type of a key on a curve of RFC 9053 §7.1, table 18. */
function typeOfCurve(crv: number): number {
  return crv < X25519 ? EC2 : OKP;
}

/** Appends a COSE_Key in its deterministic form (RFC 8949 §4.2.1). */
export function writeKey(writer: CborWriter, key: CoseKey): void {
  const { kid, alg, keyOps, baseIv, crv, x, y, d, k } = key;
  let count = 1;
  for (const parameter of [kid, alg, keyOps, baseIv, crv, x, y, d, k])
    if (parameter !== undefined) count += 1;
  writeLabel(writer.map(count).integer(KTY), key.kty);
  if (kid !== undefined) writer.integer(KID).byteString(kid);
  if (alg !== undefined) writeLabel(writer.integer(ALG), alg);
  if (keyOps !== undefined) {
    writer.integer(KEY_OPS).array(keyOps.length);
    for (const operation of keyOps) writeLabel(writer, operation);
  }
  if (baseIv !== undefined) writer.integer(BASE_IV).byteString(baseIv);
  if (k !== undefined) writer.integer(CRV_OR_K).byteString(k);
  if (crv !== undefined) writeLabel(writer.integer(CRV_OR_K), crv);
  if (x !== undefined) writer.integer(X).byteString(x);
  if (typeof y === "boolean") writer.integer(Y).boolean(y);
  else if (y !== undefined) writer.integer(Y).byteString(y);
  if (d !== undefined) writer.integer(D).byteString(d);
}

/**
 * Reads a COSE_KeySet (RFC 9052 §7). Keys that are malformed are left out, as each is processed by itself.
 * @throws {CborError} when it is no array, or not well-formed
 * @throws {CoseError} when it has no elements
 */
export function readKeySet(reader: CborReader): readonly CoseKey[] {
  const keys: CoseKey[] = [];
  let left = reader.readArray();
  if (!reader.hasMore(left)) throw new CoseError("expected at least one key in a key set, got none");
  do {
    const start = reader.offset;
    reader.skip();
    const key = readKeyAlone(reader.since(start));
    if (key !== undefined) keys.push(key);
    left -= 1;
  } while (reader.hasMore(left));
  return keys;
}

function readKeyAlone(bytes: Uint8Array): CoseKey | undefined {
  try {
    return readKey(new CborReader(bytes));
  } catch (error) {
    if (error instanceof CoseError || error instanceof CborError) return undefined;
    throw error;
  }
}

/** Appends a COSE_KeySet. */
export function writeKeySet(writer: CborWriter, keys: readonly CoseKey[]): void {
  writer.array(keys.length);
  for (const key of keys) writeKey(writer, key);
}
