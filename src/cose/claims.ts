/**
 * CWT claims (RFC 8392) with a proof-of-possession key (RFC 8747): the content of a token, or, on their own, a CWT
 * Claims Set (CCS, RFC 8392 §1.1) such as EDHOC has for a credential.
 */

import { CborError } from "../cbor/error.js";
import { ARRAY, TAG } from "../cbor/major-type.js";
import { readLabelledMap, writeLabel, type Label } from "../cbor/label.js";
import { CborReader } from "../cbor/reader.js";
import type { CborWriter } from "../cbor/writer.js";
import { CoseError } from "./errors.js";
import { readKey, writeKey, type CoseKey } from "./key.js";

/** The tag of a CWT (RFC 8392 §6). */
const CWT = 61;

/** Keys of claims: RFC 8392 §4, RFC 8747 §3.1. */
const ISS = 1;
const SUB = 2;
const AUD = 3;
const EXP = 4;
const NBF = 5;
const IAT = 6;
const CTI = 7;
const CNF = 8;

/** Members of the confirmation claim: RFC 8747 §3. */
const COSE_KEY = 1;
const ENCRYPTED_COSE_KEY = 2;
const KEY_ID = 3;

/** How the presenter of a token is known: by a key that it holds (RFC 8747 §3). */
export interface Confirmation {
  readonly key?: CoseKey;
  /** A COSE_Encrypt or COSE_Encrypt0, with or without its tag, whose plaintext is the key: one encoded item. */
  readonly encryptedKey?: Uint8Array;
  readonly kid?: Uint8Array;
}

/** The claims; times are seconds since 1970-01-01T00:00Z (RFC 8392 §2, NumericDate). */
export interface Claims {
  readonly issuer?: string;
  readonly subject?: string;
  readonly audience?: string | readonly string[];
  readonly expiresAtS?: number;
  readonly notBeforeS?: number;
  readonly issuedAtS?: number;
  readonly tokenId?: Uint8Array;
  readonly confirmation?: Confirmation;
  /** Claims with other keys; each value is one encoded item. */
  readonly others?: ReadonlyMap<Label, Uint8Array>;
}

type Mutable<T> = { -readonly [Name in keyof T]: T[Name] };

/**
 * Reads a set of claims. What is not known is kept in `others`.
 * @throws {CborError} when a claim comes twice, or is of another CBOR type
 * @throws {CoseError} when the confirmation has two keys, or one that is malformed
 */
export function readClaims(reader: CborReader): Claims {
  const claims: Mutable<Claims> = {};
  const others = new Map<Label, Uint8Array>();
  readLabelledMap(reader, (label) => {
    if (readClaim(reader, label, claims)) return;
    const start = reader.offset;
    reader.skip();
    others.set(label, reader.since(start));
  });
  if (others.size > 0) claims.others = others;
  return claims;
}

function readClaim(reader: CborReader, label: Label, claims: Mutable<Claims>): boolean {
  switch (label) {
    case ISS:
      claims.issuer = reader.readText();
      return true;
    case SUB:
      claims.subject = reader.readText();
      return true;
    case AUD:
      claims.audience = reader.peekMajorType() === ARRAY ? readAudiences(reader) : reader.readText();
      return true;
    case EXP:
      claims.expiresAtS = readNumericDate(reader);
      return true;
    case NBF:
      claims.notBeforeS = readNumericDate(reader);
      return true;
    case IAT:
      claims.issuedAtS = readNumericDate(reader);
      return true;
    case CTI:
      claims.tokenId = reader.readBytes();
      return true;
    case CNF:
      claims.confirmation = readConfirmation(reader);
      return true;
    default:
      return false;
  }
}

function readAudiences(reader: CborReader): readonly string[] {
  const audiences: string[] = [];
  for (let left = reader.readArray(); reader.hasMore(left); left -= 1) audiences.push(reader.readText());
  return audiences;
}

/** A time as a number, without the tag that says so (RFC 8392 §2). */
function readNumericDate(reader: CborReader): number {
  const start = reader.offset;
  const seconds = reader.nextIsFloat() ? reader.readFloat() : reader.readSafeInteger();
  if (!Number.isFinite(seconds)) throw new CborError(`expected a time, got ${seconds}`, start);
  return seconds;
}

function readConfirmation(reader: CborReader): Confirmation {
  const confirmation: Mutable<Confirmation> = {};
  readLabelledMap(reader, (label) => {
    if (label === COSE_KEY) confirmation.key = readKey(reader);
    else if (label === KEY_ID) confirmation.kid = reader.readBytes();
    else {
      const start = reader.offset;
      reader.skip();
      if (label === ENCRYPTED_COSE_KEY) confirmation.encryptedKey = reader.since(start);
    }
  });
  if (confirmation.key !== undefined && confirmation.encryptedKey !== undefined)
    throw new CoseError("expected one key in the confirmation, in the clear or encrypted, got both");
  return confirmation;
}

/** Appends a set of claims, those of RFC 8392 and RFC 8747 in the order of their keys. */
export function writeClaims(writer: CborWriter, claims: Claims): void {
  const { issuer, subject, audience, expiresAtS, notBeforeS, issuedAtS, tokenId, confirmation } = claims;
  let count = claims.others?.size ?? 0;
  for (const claim of [issuer, subject, audience, expiresAtS, notBeforeS, issuedAtS, tokenId, confirmation])
    if (claim !== undefined) count += 1;
  writer.map(count);
  if (issuer !== undefined) writer.integer(ISS).text(issuer);
  if (subject !== undefined) writer.integer(SUB).text(subject);
  if (audience !== undefined) writeAudience(writer.integer(AUD), audience);
  if (expiresAtS !== undefined) writeNumericDate(writer.integer(EXP), expiresAtS);
  if (notBeforeS !== undefined) writeNumericDate(writer.integer(NBF), notBeforeS);
  if (issuedAtS !== undefined) writeNumericDate(writer.integer(IAT), issuedAtS);
  if (tokenId !== undefined) writer.integer(CTI).byteString(tokenId);
  if (confirmation !== undefined) writeConfirmation(writer.integer(CNF), confirmation);
  for (const [label, value] of claims.others ?? []) {
    writeLabel(writer, label);
    writer.encoded(value);
  }
}

function writeAudience(writer: CborWriter, audience: string | readonly string[]): void {
  if (typeof audience === "string") writer.text(audience);
  else {
    writer.array(audience.length);
    for (const one of audience) writer.text(one);
  }
}

function writeNumericDate(writer: CborWriter, seconds: number): void {
  if (Number.isSafeInteger(seconds)) writer.integer(seconds);
  else writer.float(seconds);
}

function writeConfirmation(writer: CborWriter, { key, encryptedKey, kid }: Confirmation): void {
  let count = 0;
  for (const member of [key, encryptedKey, kid]) if (member !== undefined) count += 1;
  writer.map(count);
  if (key !== undefined) writeKey(writer.integer(COSE_KEY), key);
  if (encryptedKey !== undefined) writer.integer(ENCRYPTED_COSE_KEY).encoded(encryptedKey);
  if (kid !== undefined) writer.integer(KEY_ID).byteString(kid);
}

/**
 * Whether a token is good at a time: not before `notBeforeS`, and before `expiresAtS` (RFC 8392 §3.1.4, §3.1.5).
 * @param nowS seconds since 1970-01-01T00:00Z
 * @param leewayS how far the clocks may be apart
 */
export function isCurrent({ expiresAtS, notBeforeS }: Claims, nowS: number, leewayS = 0): boolean {
  return (
    (expiresAtS === undefined || nowS < expiresAtS + leewayS) &&
    (notBeforeS === undefined || nowS >= notBeforeS - leewayS)
  );
}

/** The message in a CWT that has the tag for it (RFC 8392 §6), and `bytes` where it has none. @throws {CborError} when there is no item */
export function messageOfToken(bytes: Uint8Array): Uint8Array {
  const reader = new CborReader(bytes);
  return reader.peekMajorType() === TAG && reader.readTag() === CWT ? bytes.subarray(reader.offset) : bytes;
}
