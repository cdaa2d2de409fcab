/**
 * COSE_Signature: one of the signatures of a message, with headers of its own (RFC 9052 §4.1); a countersignature has
 * the same shape (RFC 9338 §3.1).
 *
 *   [ protected, unprotected, signature ]
 */

import type { CborReader } from "../../cbor/reader.js";
import type { CborWriter } from "../../cbor/writer.js";
import type { CoseCrypto } from "../cose-crypto.js";
import { CoseError } from "../errors.js";
import { SIGN, VERIFY, type CoseKey } from "../key.js";
import { checkKeyUse } from "../key-use.js";
import type { Label } from "../../cbor/label.js";
import {
  algorithmOf,
  checkCritical,
  makeHeaders,
  readHeaders,
  writeHeaders,
  type AlgorithmOptions,
  type HeaderOptions,
  type Headers,
} from "./header.js";
import { endArray, readArrayOf } from "./message.js";

const ELEMENTS = 3;

/** Signatures of one message; more are refused. */
export const MAX_SIGNATURES = 16;

/** A signature with its headers. */
export interface CoseSignature extends Headers {
  readonly signature: Uint8Array;
}

/** Who signs, and the headers of the signature. */
export interface Signer extends HeaderOptions {
  readonly key: CoseKey;
}

/** Signs. @param structure gives what is signed, for the protected header of the signature */
export function makeSignature(
  crypto: CoseCrypto,
  signer: Signer,
  structure: (signProtected: Uint8Array) => Uint8Array,
): CoseSignature {
  const headers = makeHeaders(signer);
  const algorithm = algorithmOf(headers, signer);
  checkKeyUse(signer.key, algorithm, SIGN);
  return { ...headers, signature: crypto.sign(algorithm, signer.key, structure(headers.protectedBytes)) };
}

/** How a signature is checked. */
export interface SignatureCheckOptions extends AlgorithmOptions {
  /** Labels of critical parameters that the application processes. */
  readonly understood?: readonly Label[];
}

/** Whether a signature is the key's. @param structure as in {@link makeSignature} */
export function signatureHolds(
  crypto: CoseCrypto,
  key: CoseKey,
  signature: CoseSignature,
  structure: (signProtected: Uint8Array) => Uint8Array,
  options: SignatureCheckOptions,
): boolean {
  checkCritical(signature, options.understood);
  const algorithm = algorithmOf(signature, options);
  checkKeyUse(key, algorithm, VERIFY);
  return crypto.verify(algorithm, key, structure(signature.protectedBytes), signature.signature);
}

/** Reads one. @throws {CoseError | CborError} when it is malformed */
export function readSignature(reader: CborReader): CoseSignature {
  const left = readArrayOf(reader, ELEMENTS, "COSE_Signature");
  const signature = { ...readHeaders(reader), signature: reader.readBytes() };
  endArray(reader, left);
  return signature;
}

/** Reads an array of at least one. @throws {CoseError | CborError} when one is malformed, or there are too many */
export function readSignatures(reader: CborReader): readonly CoseSignature[] {
  const signatures: CoseSignature[] = [];
  for (let left = reader.readArray(); reader.hasMore(left); left -= 1) {
    if (signatures.length === MAX_SIGNATURES)
      throw new CoseError(`expected at most ${MAX_SIGNATURES} signatures (MAX_SIGNATURES)`);
    signatures.push(readSignature(reader));
  }
  if (signatures.length === 0) throw new CoseError("expected at least one signature, got none");
  return signatures;
}

/** Appends one. */
export function writeSignature(writer: CborWriter, signature: CoseSignature): void {
  writeHeaders(writer.array(ELEMENTS), signature);
  writer.byteString(signature.signature);
}
