/** Header parameters of a message, in its two buckets: RFC 9052 §3. */

import { readLabel, readLabelledMap, writeLabel, type Label } from "../../cbor/label.js";
import { CborReader } from "../../cbor/reader.js";
import { CborWriter } from "../../cbor/writer.js";
import type { CoseAlgorithm } from "../algorithms.js";
import { CoseError } from "../errors.js";
import { ALG, CONTENT_TYPE, CRIT, IV, KID, PARTIAL_IV } from "../header-label.js";

/** The parameters of one bucket. */
export interface Header {
  readonly alg?: CoseAlgorithm;
  /** Labels of the protected parameters that a recipient must understand. */
  readonly crit?: readonly Label[];
  /** What the payload is: a CoAP Content-Format or a media type. */
  readonly contentType?: Label;
  readonly kid?: Uint8Array;
  readonly iv?: Uint8Array;
  readonly partialIv?: Uint8Array;
  /** Parameters with other labels; each value is one encoded item. */
  readonly others?: ReadonlyMap<Label, Uint8Array>;
}

/** Both buckets of a layer. */
export interface Headers {
  /** The protected parameters as they are in the message: what is authenticated. */
  readonly protectedBytes: Uint8Array;
  readonly protectedHeader: Header;
  readonly unprotected: Header;
}

/** Where the algorithm of a layer may stand. */
export interface AlgorithmOptions {
  /**
   * Takes an algorithm that only the unprotected parameters name. Whoever can change those can then choose it, so this is
   * for applications alone that authenticate it as externally supplied data (RFC 9052 §3.1). False where absent.
   */
  readonly allowUnprotectedAlgorithm?: boolean;
}

/** What the caller gives for a layer that is made. */
export interface HeaderOptions extends AlgorithmOptions {
  readonly protectedHeader?: Header;
  readonly unprotected?: Header;
}

const NO_PARAMETERS: Header = Object.freeze({});

/** Headers of a layer that is made. */
export function makeHeaders({ protectedHeader, unprotected }: HeaderOptions): Headers {
  const made = protectedHeader ?? NO_PARAMETERS;
  const writer = new CborWriter();
  if (labelsOf(made).length > 0) writeParameters(writer, made);
  return { protectedBytes: writer.bytes, protectedHeader: made, unprotected: unprotected ?? NO_PARAMETERS };
}

/**
 * Reads both buckets.
 * @throws {CoseError} when they are malformed: a parameter in both, IV beside Partial IV, or a critical one missing
 * @throws {CborError} when a parameter comes twice in one, or is of another CBOR type
 */
export function readHeaders(reader: CborReader): Headers {
  const protectedBytes = reader.readBytes();
  let protectedHeader = NO_PARAMETERS;
  if (protectedBytes.length > 0) {
    const inside = new CborReader(protectedBytes);
    protectedHeader = readHeader(inside);
    inside.finish();
  }
  const headers = { protectedBytes, protectedHeader, unprotected: readHeader(reader) };
  checkHeaders(headers);
  return headers;
}

/** Appends both buckets. */
export function writeHeaders(writer: CborWriter, { protectedBytes, unprotected }: Headers): void {
  writeParameters(writer.byteString(protectedBytes), unprotected);
}

/**
 * The algorithm of a layer, which has to be authenticated (RFC 9052 §3.1).
 * @throws {CoseError} when there is none, or only an unprotected one and nobody allows that
 */
export function algorithmOf(
  { protectedHeader, unprotected }: Headers,
  { allowUnprotectedAlgorithm = false }: AlgorithmOptions,
): CoseAlgorithm {
  if (protectedHeader.alg !== undefined) return protectedHeader.alg;
  if (unprotected.alg === undefined)
    throw new CoseError("expected an algorithm (alg) in the headers, got none");
  if (!allowUnprotectedAlgorithm)
    throw new CoseError("expected alg among the protected parameters, got an unprotected one");
  return unprotected.alg;
}

/**
 * Checks that all critical parameters are understood, those of RFC 9052 §3.1 being so.
 * @param understood labels that the application processes
 * @throws {CoseError} where there is another
 */
export function checkCritical({ protectedHeader }: Headers, understood: readonly Label[] = []): void {
  for (const label of protectedHeader.crit ?? [])
    if (!isKnown(label) && !understood.includes(label))
      throw new CoseError(`expected only critical parameters that are understood here, got ${label}`);
}

type HeaderInWork = { -readonly [Name in keyof Header]: Header[Name] };

function readHeader(reader: CborReader): Header {
  const header: HeaderInWork = {};
  const others = new Map<Label, Uint8Array>();
  readLabelledMap(reader, (label) => {
    if (isKnown(label)) readKnown(reader, label, header);
    else {
      const start = reader.offset;
      reader.skip();
      others.set(label, reader.since(start));
    }
  });
  if (others.size > 0) header.others = others;
  return header;
}

function isKnown(label: Label): boolean {
  return typeof label === "number" && label >= ALG && label <= PARTIAL_IV;
}

function readKnown(reader: CborReader, label: Label, header: HeaderInWork): void {
  switch (label) {
    case ALG:
      header.alg = readLabel(reader);
      break;
    case CRIT:
      header.crit = readCritical(reader);
      break;
    case CONTENT_TYPE:
      header.contentType = readLabel(reader);
      break;
    case KID:
      header.kid = reader.readBytes();
      break;
    case IV:
      header.iv = reader.readBytes();
      break;
    default:
      header.partialIv = reader.readBytes();
  }
}

function readCritical(reader: CborReader): readonly Label[] {
  const labels: Label[] = [];
  for (let left = reader.readArray(); reader.hasMore(left); left -= 1) labels.push(readLabel(reader));
  if (labels.length === 0) throw new CoseError("expected at least one label in crit, got none");
  return labels;
}

function checkHeaders({ protectedHeader, unprotected }: Headers): void {
  const hidden = labelsOf(protectedHeader);
  const open = labelsOf(unprotected);
  for (const label of open)
    if (hidden.includes(label))
      throw new CoseError(`expected parameter ${label} in one bucket, got it in both`);
  if (open.includes(CRIT)) throw new CoseError("expected crit among the protected parameters only");
  for (const label of protectedHeader.crit ?? [])
    if (!hidden.includes(label))
      throw new CoseError(`expected the critical parameter ${label} to be protected`);
  if (
    (hidden.includes(IV) || open.includes(IV)) &&
    (hidden.includes(PARTIAL_IV) || open.includes(PARTIAL_IV))
  )
    throw new CoseError("expected IV or Partial IV, got both");
}

/** Labels of what is there. */
function labelsOf({ alg, crit, contentType, kid, iv, partialIv, others }: Header): Label[] {
  const labels: Label[] = others === undefined ? [] : [...others.keys()];
  [alg, crit, contentType, kid, iv, partialIv].forEach((value, index) => {
    if (value !== undefined) labels.push(ALG + index);
  });
  return labels;
}

function writeParameters(writer: CborWriter, header: Header): void {
  const { alg, crit, contentType, kid, iv, partialIv, others } = header;
  writer.map(labelsOf(header).length);
  if (alg !== undefined) writeLabel(writer.integer(ALG), alg);
  if (crit !== undefined) {
    writer.integer(CRIT).array(crit.length);
    for (const label of crit) writeLabel(writer, label);
  }
  if (contentType !== undefined) writeLabel(writer.integer(CONTENT_TYPE), contentType);
  if (kid !== undefined) writer.integer(KID).byteString(kid);
  if (iv !== undefined) writer.integer(IV).byteString(iv);
  if (partialIv !== undefined) writer.integer(PARTIAL_IV).byteString(partialIv);
  for (const [label, value] of others ?? []) {
    writeLabel(writer, label);
    writer.encoded(value);
  }
}
