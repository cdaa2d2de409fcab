/**
 * Concise problem details: what went wrong, for machines. RFC 9290.
 *
 * One CBOR map with Content-Format 257. Negative keys are registered (§2, §3.1), unsigned integers and URIs belong to
 * applications (§3.2).
 */

import { CborError } from "../cbor/error.js";
import { readLabelledMap, type Label } from "../cbor/label.js";
import { MAP, TAG, UNSIGNED } from "../cbor/major-type.js";
import { CborReader } from "../cbor/reader.js";
import { LANGUAGE_TAGGED_TEXT } from "../cbor/tag.js";
import { CborWriter } from "../cbor/writer.js";

const TITLE = -1;
const DETAIL = -2;
const INSTANCE = -3;
const RESPONSE_CODE = -4;
const BASE_URI = -5;
const BASE_LANGUAGE = -6;
const BASE_DIRECTION = -7;
const UNPROCESSED_OPTION = -8;

/** Direction of writing (RFC 9290 Appendix A.2): false, true and null there. */
export type Direction = "ltr" | "rtl" | "auto";

/** A text and its language (RFC 9290 Appendix A). */
export interface LanguageTaggedText {
  readonly text: string;
  /** A language tag of BCP 47, such as `en` or `zh-Hant`. */
  readonly language: string;
  readonly direction?: Direction;
}

export interface ProblemDetails {
  /** A short summary of what kind of problem it is. */
  readonly title?: string | LanguageTaggedText;
  /** What it is this time, for people. */
  readonly detail?: string | LanguageTaggedText;
  /** A URI reference to this occurrence. */
  readonly instance?: string;
  /** The response code that the server gave, such as NOT_FOUND. */
  readonly responseCode?: number;
  /** What relative URI references in here are resolved against. */
  readonly baseUri?: string;
  /** Language of texts without one of their own. */
  readonly baseLanguage?: string;
  readonly baseDirection?: Direction;
  /** Numbers of options of the request that could not be processed (§3.1.1). */
  readonly unprocessedOptions?: readonly number[];
  /** Every other entry, as CBOR: negative integers are registered, the others an application's own (§3.2). */
  readonly others?: ReadonlyMap<number | string, Uint8Array>;
}

/** As CBOR. @throws {RangeError} where there is nothing to say, or a value is outside its range */
export function encodeProblemDetails(problem: ProblemDetails): Uint8Array {
  const { title, detail, instance, responseCode, baseUri, baseLanguage, baseDirection } = problem;
  const options = problem.unprocessedOptions ?? [];
  const others = problem.others ?? new Map<number | string, Uint8Array>();
  const writer = new CborWriter();
  let entries = 0;
  const key = (number: number): CborWriter => {
    entries += 1;
    return writer.integer(number);
  };
  if (title !== undefined) writeText(key(TITLE), title);
  if (detail !== undefined) writeText(key(DETAIL), detail);
  if (instance !== undefined) key(INSTANCE).text(instance);
  if (responseCode !== undefined) key(RESPONSE_CODE).integer(requireCode(responseCode));
  if (baseUri !== undefined) key(BASE_URI).text(baseUri);
  if (baseLanguage !== undefined) key(BASE_LANGUAGE).text(requireLanguage(baseLanguage));
  if (baseDirection !== undefined) writeDirection(key(BASE_DIRECTION), baseDirection);
  if (options.length === 1) key(UNPROCESSED_OPTION).integer(options[0]!);
  else if (options.length > 1) {
    key(UNPROCESSED_OPTION).array(options.length);
    for (const option of options) writer.integer(option);
  }
  for (const [other, value] of others) {
    entries += 1;
    if (typeof other === "string") writer.text(other);
    else writer.integer(requireFree(other));
    writer.encoded(value);
  }
  if (entries === 0) throw new RangeError("expected at least one problem detail");
  return new CborWriter().map(entries).encoded(writer.bytes).bytes;
}

/** From CBOR, of 32 entries at most. Unknown ones are kept, whatever they mean (§3). @throws {CborError} */
export function decodeProblemDetails(bytes: Uint8Array): ProblemDetails {
  const reader = new CborReader(bytes);
  const problem: Mutable<ProblemDetails> = {};
  const others = new Map<Label, Uint8Array>();
  let entries = 0;
  readLabelledMap(reader, (key) => {
    entries += 1;
    if (typeof key === "number" && key <= TITLE && key >= UNPROCESSED_OPTION) readKnown(reader, key, problem);
    else {
      // §3.2: an application's own entries are maps.
      if ((typeof key === "string" || key >= 0) && reader.peekMajorType() !== MAP)
        throw new CborError("expected a map of custom problem details", reader.offset);
      const value = reader.offset;
      reader.skip();
      others.set(key, reader.since(value));
    }
  });
  reader.finish();
  if (others.size > 0) problem.others = others;
  if (entries === 0) throw new CborError("expected at least one problem detail", 0);
  return problem;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

function readKnown(reader: CborReader, key: number, problem: Mutable<ProblemDetails>): void {
  switch (key) {
    case TITLE:
      problem.title = readLanguageText(reader);
      break;
    case DETAIL:
      problem.detail = readLanguageText(reader);
      break;
    case INSTANCE:
      problem.instance = reader.readText();
      break;
    case RESPONSE_CODE:
      problem.responseCode = readBounded(reader, 0xff);
      break;
    case BASE_URI:
      problem.baseUri = reader.readText();
      break;
    case BASE_LANGUAGE:
      problem.baseLanguage = readLanguage(reader);
      break;
    case BASE_DIRECTION:
      problem.baseDirection = readDirection(reader);
      break;
    default:
      problem.unprocessedOptions = readOptionNumbers(reader);
  }
}

function readBounded(reader: CborReader, most: number): number {
  const start = reader.offset;
  const value = reader.readUnsigned();
  if (value > most) throw new CborError(`expected at most ${most}, got ${value}`, start);
  return value;
}

/** §3.1.1: one number, or several in an array. */
function readOptionNumbers(reader: CborReader): number[] {
  const most = 0xffff;
  if (reader.peekMajorType() === UNSIGNED) return [readBounded(reader, most)];
  const start = reader.offset;
  const numbers: number[] = [];
  for (let left = reader.readArray(); reader.hasMore(left); left -= 1)
    numbers.push(readBounded(reader, most));
  if (numbers.length === 0) throw new CborError("expected one option number or more", start);
  return numbers;
}

function readLanguageText(reader: CborReader): string | LanguageTaggedText {
  if (reader.peekMajorType() !== TAG) return reader.readText();
  const start = reader.offset;
  const tag = reader.readTag();
  if (tag !== LANGUAGE_TAGGED_TEXT)
    throw new CborError(`expected tag ${LANGUAGE_TAGGED_TEXT}, got ${tag}`, start);
  let left = reader.readArray();
  const expect = (what: string): void => {
    if (!reader.hasMore(left)) throw new CborError(`expected ${what}`, reader.offset);
    left -= 1;
  };
  expect("a language tag");
  const language = readLanguage(reader);
  expect("a text");
  const text = readTagged(reader);
  if (!reader.hasMore(left)) return { text, language };
  const direction = readDirection(reader);
  if (reader.hasMore(left - 1)) throw new CborError("expected no fourth item", reader.offset);
  return { text, language, direction };
}

/** Appendix A.2: both texts may have further tags. */
function readTagged(reader: CborReader): string {
  while (reader.peekMajorType() === TAG) reader.readTag();
  return reader.readText();
}

function readLanguage(reader: CborReader): string {
  const start = reader.offset;
  const language = readTagged(reader);
  if (!isLanguage(language)) throw new CborError("expected a language tag", start);
  return language;
}

function readDirection(reader: CborReader): Direction {
  if (reader.readNull()) return "auto";
  return reader.readBoolean() ? "rtl" : "ltr";
}

function writeText(writer: CborWriter, value: string | LanguageTaggedText): void {
  if (typeof value === "string") {
    writer.text(value);
    return;
  }
  const { language, text, direction } = value;
  writer.tag(LANGUAGE_TAGGED_TEXT).array(direction === undefined ? 2 : 3);
  writer.text(requireLanguage(language)).text(text);
  if (direction !== undefined) writeDirection(writer, direction);
}

function writeDirection(writer: CborWriter, direction: Direction): void {
  if (direction === "auto") writer.null();
  else writer.boolean(direction === "rtl");
}

const SUBTAG_LENGTH_MAXIMUM = 8;

/** RFC 5646 §2.1: subtags of 1 to 8 letters and digits, the first one of letters alone. Without regular expressions. */
function isSubtag(subtag: string, index: number): boolean {
  if (subtag.length === 0 || subtag.length > SUBTAG_LENGTH_MAXIMUM) return false;
  for (const character of subtag) {
    const isDigit = character >= "0" && character <= "9";
    const isLetter = (character >= "a" && character <= "z") || (character >= "A" && character <= "Z");
    if (!isLetter && !(isDigit && index > 0)) return false;
  }
  return true;
}

function isLanguage(text: string): boolean {
  return text.split("-").every(isSubtag);
}

function requireLanguage(language: string): string {
  if (!isLanguage(language)) throw new RangeError(`expected a language tag such as en, got ${language}`);
  return language;
}

function requireCode(code: number): number {
  if (!Number.isInteger(code) || code < 0 || code > 0xff)
    throw new RangeError(`expected a response code of one byte, got ${code}`);
  return code;
}

/** The other keys that have a member of their own here must not come twice. */
function requireFree(key: number): number {
  if (key <= TITLE && key >= UNPROCESSED_OPTION)
    throw new RangeError(`expected an entry that has no name of its own, got ${key}`);
  return key;
}
