/** Countersignatures, version 2: signatures on a message, or on a signature, that somebody adds. RFC 9338. */

import { BYTE_STRING } from "../../cbor/major-type.js";
import type { Label } from "../../cbor/label.js";
import { CborReader } from "../../cbor/reader.js";
import { CborWriter } from "../../cbor/writer.js";
import type { CoseAlgorithm } from "../algorithms.js";
import type { CoseCrypto } from "../cose-crypto.js";
import { CoseError } from "../errors.js";
import { COUNTERSIGNATURE, COUNTERSIGNATURE0 } from "../header-label.js";
import { SIGN, VERIFY, type CoseKey } from "../key.js";
import { checkKeyUse } from "../key-use.js";
import { protectedHeader } from "../structures.js";
import type { Header } from "./header.js";
import { nothing, type Message } from "./message.js";
import {
  makeSignature,
  readSignature,
  readSignatures,
  signatureHolds,
  type SignatureCheckOptions,
  writeSignature,
  type CoseSignature,
  type Signer,
} from "./signature.js";

/** What is countersigned: the byte strings of a message or of a signature (RFC 9338 §3.3). */
export interface CountersignTarget {
  readonly protectedBytes: Uint8Array;
  /** Payload, ciphertext, or the signature that is countersigned. */
  readonly content: Uint8Array;
  /** Byte strings after the content: the signature of a COSE_Sign1, the tag of a MAC. */
  readonly others: readonly Uint8Array[];
}

/** How a countersignature is checked. */
export interface CountersignOptions extends SignatureCheckOptions {
  /** What is signed beside the target; nothing where absent. */
  readonly externalAad?: Uint8Array;
}

/**
 * A message as a target.
 * @param detachedContent its content, where that travels apart
 * @throws {CoseError} when the content is in neither place
 */
export function messageTarget(
  message: Message & { readonly signature?: Uint8Array; readonly tag?: Uint8Array },
  detachedContent?: Uint8Array,
): CountersignTarget {
  const content = message.content ?? detachedContent;
  if (content === undefined) throw new CoseError("expected the content of a message that travels apart");
  const last = message.signature ?? message.tag;
  return { protectedBytes: message.protectedBytes, content, others: last === undefined ? [] : [last] };
}

/** A signature, or another countersignature, as a target. */
export function signatureTarget({ protectedBytes, signature }: CoseSignature): CountersignTarget {
  return { protectedBytes, content: signature, others: [] };
}

/**
 * Countersigns.
 * @throws {CoseError} when the signer's headers name no algorithm, or its key is not for it
 * @throws {UnsupportedAlgorithmError} when the host does not have the algorithm
 */
export function countersign(
  crypto: CoseCrypto,
  signer: Signer,
  target: CountersignTarget,
  externalAad: Uint8Array = nothing(),
): CoseSignature {
  return makeSignature(crypto, signer, (signProtected) =>
    countersignStructure(target, externalAad, signProtected),
  );
}

/** Whether a countersignature is the key's. Throws as {@link countersign}, and for unknown critical parameters. */
export function countersignatureHolds(
  crypto: CoseCrypto,
  key: CoseKey,
  target: CountersignTarget,
  countersignature: CoseSignature,
  options: CountersignOptions = {},
): boolean {
  const { externalAad = nothing() } = options;
  const structure = (signProtected: Uint8Array): Uint8Array =>
    countersignStructure(target, externalAad, signProtected);
  return signatureHolds(crypto, key, countersignature, structure, options);
}

/**
 * Countersigns with nothing but the signature to show for it (RFC 9338 §3.2). Algorithm and key are agreed otherwise.
 * Throws as {@link countersign}.
 */
export function countersign0(
  crypto: CoseCrypto,
  algorithm: CoseAlgorithm,
  key: CoseKey,
  target: CountersignTarget,
  externalAad: Uint8Array = nothing(),
): Uint8Array {
  checkKeyUse(key, algorithm, SIGN);
  return crypto.sign(algorithm, key, countersignStructure(target, externalAad));
}

/** Whether such a countersignature is the key's. Throws as {@link countersign}. */
export function countersignature0Holds(
  crypto: CoseCrypto,
  algorithm: CoseAlgorithm,
  key: CoseKey,
  target: CountersignTarget,
  signature: Uint8Array,
  externalAad: Uint8Array = nothing(),
): boolean {
  checkKeyUse(key, algorithm, VERIFY);
  return crypto.verify(algorithm, key, countersignStructure(target, externalAad), signature);
}

/** The countersignatures among the parameters of a header. @throws {CoseError | CborError} when one is malformed */
export function countersignaturesOf({ others }: Header): readonly CoseSignature[] {
  const value = others?.get(COUNTERSIGNATURE);
  if (value === undefined) return [];
  // One, or an array of them: the first element of one is a byte string.
  const ahead = new CborReader(value);
  ahead.readArray();
  const isOne = ahead.peekMajorType() === BYTE_STRING;
  const reader = new CborReader(value);
  return isOne ? [readSignature(reader)] : readSignatures(reader);
}

/** The header with countersignatures. */
export function withCountersignatures(header: Header, countersignatures: readonly CoseSignature[]): Header {
  const writer = new CborWriter();
  if (countersignatures.length !== 1) writer.array(countersignatures.length);
  for (const countersignature of countersignatures) writeSignature(writer, countersignature);
  return withParameter(header, COUNTERSIGNATURE, writer.bytes);
}

/** The abbreviated countersignature among the parameters of a header. @throws {CborError} when it is malformed */
export function countersignature0Of({ others }: Header): Uint8Array | undefined {
  const value = others?.get(COUNTERSIGNATURE0);
  return value === undefined ? undefined : new CborReader(value).readBytes();
}

/** The header with an abbreviated countersignature. */
export function withCountersignature0(header: Header, signature: Uint8Array): Header {
  return withParameter(header, COUNTERSIGNATURE0, new CborWriter().byteString(signature).bytes);
}

function withParameter(header: Header, label: Label, value: Uint8Array): Header {
  return { ...header, others: new Map([...(header.others ?? []), [label, value]]) };
}

/**
 * Countersign_structure (RFC 9338 §3.3).
 *
 *   [ context, body_protected, ? sign_protected, external_aad, payload, ? other_fields ]
 */
function countersignStructure(
  { protectedBytes, content, others }: CountersignTarget,
  externalAad: Uint8Array,
  signProtected?: Uint8Array,
): Uint8Array {
  const writer = new CborWriter();
  writer.array(4 + (signProtected === undefined ? 0 : 1) + (others.length === 0 ? 0 : 1));
  writer.text(`CounterSignature${signProtected === undefined ? "0" : ""}${others.length === 0 ? "" : "V2"}`);
  writer.byteString(protectedHeader(protectedBytes));
  if (signProtected !== undefined) writer.byteString(protectedHeader(signProtected));
  writer.byteString(externalAad).byteString(content);
  if (others.length > 0) writer.array(others.length);
  for (const other of others) writer.byteString(other);
  return writer.bytes;
}
