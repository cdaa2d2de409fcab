/**
 * Maps whose keys are labels: integers or texts (RFC 9052 §1.5), as nearly all protocols have them. Each is there once
 * (RFC 8949 §5.6).
 */

import { CborError } from "./error.js";
import { NEGATIVE, TEXT_STRING } from "./major-type.js";
import type { CborReader } from "./reader.js";
import type { CborWriter } from "./writer.js";

/** A number of a registry, or a text of one's own. */
export type Label = number | string;

/** More pairs are refused, as each label is compared with those before it. */
export const MAX_LABELS = 32;

/** Reads an integer or a text. @throws {CborError} where there is something else, or an integer beyond 2^53 */
export function readLabel(reader: CborReader): Label {
  const major = reader.peekMajorType();
  if (major === TEXT_STRING) return reader.readText();
  if (major <= NEGATIVE) return reader.readSafeInteger();
  throw new CborError("expected an integer or a text", reader.offset);
}

/** Appends an integer or a text. */
export function writeLabel(writer: CborWriter, label: Label): void {
  if (typeof label === "string") writer.text(label);
  else writer.integer(label);
}

/**
 * Reads a map of definite or indefinite length.
 * @param readValue is called for each label, and reads or skips what belongs to it
 * @throws {CborError} when a label comes twice, is neither integer nor text, or there are more than `maxLabels`
 */
export function readLabelledMap(
  reader: CborReader,
  readValue: (label: Label) => void,
  maxLabels: number = MAX_LABELS,
): void {
  const seen: Label[] = [];
  for (let left = reader.readMap(); reader.hasMore(left); left -= 1) {
    const start = reader.offset;
    const label = readLabel(reader);
    if (seen.includes(label)) throw new CborError(`expected each label once, got ${label} again`, start);
    if (seen.length === maxLabels)
      throw new CborError(`expected at most ${maxLabels} labels (MAX_LABELS)`, start);
    seen.push(label);
    readValue(label);
  }
}
