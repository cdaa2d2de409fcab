/** Maps of COSE: their keys are labels, and none comes twice. RFC 9052 §1.5, §3. */

import type { CborReader } from "../cbor/reader.js";
import { NEGATIVE, TEXT_STRING } from "../cbor/major-type.js";
import type { CborWriter } from "../cbor/writer.js";
import { CoseError } from "./errors.js";

/** A number of a registry, or a text of one's own. */
export type Label = number | string;

/** Header parameters of a message, parameters of a key or claims of a token: more are refused. */
export const MAX_LABELS = 32;

/** Reads a label, or a value that is one, such as an algorithm. @throws {CoseError} where there is something else */
export function readLabel(reader: CborReader): Label {
  const major = reader.peekMajorType();
  if (major === TEXT_STRING) return reader.readText();
  if (major <= NEGATIVE) return reader.readSafeInteger();
  throw new CoseError(`expected an integer or a text at byte ${reader.offset}`);
}

/** Appends a label, or a value that is one. */
export function writeLabel(writer: CborWriter, label: Label): void {
  if (typeof label === "string") writer.text(label);
  else writer.integer(label);
}

/**
 * Reads a map whose keys are labels.
 * @param readValue is called for each key, and reads or skips what belongs to it
 * @throws {CoseError} when a label comes twice, or there are more than {@link MAX_LABELS}
 * @throws {CborError} when it is no map
 */
export function readLabelled(reader: CborReader, readValue: (label: Label) => void): void {
  const seen: Label[] = [];
  for (let left = reader.readMap(); reader.hasMore(left); left -= 1) {
    const label = readLabel(reader);
    if (seen.includes(label)) throw new CoseError(`expected each label once, got ${label} twice`);
    if (seen.length === MAX_LABELS) throw new CoseError(`expected at most ${MAX_LABELS} labels (MAX_LABELS)`);
    seen.push(label);
    readValue(label);
  }
}
