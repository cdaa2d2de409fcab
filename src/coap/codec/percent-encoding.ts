/**
 * Characters of URIs and percent-encoding: RFC 3986 §2, with the sets that RFC 7252 §6.5 leaves unencoded. Everything
 * works on bytes: a URI is ASCII, and what percent-encoding hides is UTF-8.
 */

import { ALPHANUMERIC, characterClasses, hexDigit, isIn } from "../../bytes/character-class.js";
import { Utf8Error, decodeUtf8, encodeUtf8 } from "../../bytes/utf8.js";

const PERCENT = 0x25;
const UPPER_HEX = "0123456789ABCDEF";

/** Bits of character classes; this one is of use alone, in zones (RFC 6874 §2). */
export const UNRESERVED = 1;
const SUB_DELIMS = 2;
const COLON_AND_AT = 4;
const SLASH_AND_QUESTION_MARK = 8;
const AMPERSAND = 16;

/** What stands for itself in a host. RFC 3986 §3.2.2 (reg-name). */
export const HOST_CHARACTERS = UNRESERVED | SUB_DELIMS | AMPERSAND;
/** What stands for itself in a path segment. RFC 3986 §3.3 (pchar). */
export const SEGMENT_CHARACTERS = UNRESERVED | SUB_DELIMS | AMPERSAND | COLON_AND_AT;
/** What stands for itself in an argument of a query, where `&` separates. RFC 7252 §6.5 step 8. */
export const ARGUMENT_CHARACTERS = UNRESERVED | SUB_DELIMS | COLON_AND_AT | SLASH_AND_QUESTION_MARK;

const CLASSES = characterClasses(
  [UNRESERVED, `${ALPHANUMERIC}-._~`],
  [SUB_DELIMS, "!$'()*+,;="],
  [AMPERSAND, "&"],
  [COLON_AND_AT, ":@"],
  [SLASH_AND_QUESTION_MARK, "/?"],
);

/** True when a byte is a character of one of the classes in `set`. */
export function isUriCharacter(set: number, byte: number): boolean {
  return isIn(CLASSES, set, byte);
}

/** A text that is no CoAP URI, or a URI that cannot be carried in options. RFC 7252 §6. */
export class UriError extends Error {
  override name = "UriError";
  /** Where in the URI, in bytes of its UTF-8 form; undefined when the fault is in a component or option. */
  readonly position: number | undefined;

  constructor(message: string, position?: number) {
    super(position === undefined ? message : `${message} at position ${position}`);
    this.position = position;
  }
}

/** How a byte of a URI is named in messages. */
export function showByte(byte: number | undefined): string {
  if (byte === undefined) return "the end";
  if (byte > 0x20 && byte < 0x7f) return `'${String.fromCharCode(byte)}'`;
  const hex = UPPER_HEX[byte >> 4]! + UPPER_HEX[byte & 15]!;
  return byte < 0x80 ? `byte 0x${hex}` : `a character outside ASCII (percent-encode it: %${hex}…)`;
}

/**
 * Undoes percent-encoding between two offsets of a URI in bytes.
 * @param set characters that may stand for themselves
 * @param what is being read, for messages
 * @throws {UriError} on other characters, broken triplets, and where the result is not UTF-8
 */
export function decodePercent(
  uri: Uint8Array,
  start: number,
  end: number,
  set: number,
  what: string,
): string {
  const decoded = new Uint8Array(end - start);
  let length = 0;
  for (let at = start; at < end; at += 1) {
    const byte = uri[at]!;
    if (byte === PERCENT) {
      const high = at + 2 < end ? hexDigit(uri[at + 1]!) : -1;
      const low = at + 2 < end ? hexDigit(uri[at + 2]!) : -1;
      if (high < 0 || low < 0)
        throw new UriError(`expected two hexadecimal digits behind '%' in ${what}`, at);
      decoded[length] = (high << 4) | low;
      at += 2;
    } else {
      if (!isUriCharacter(set, byte))
        throw new UriError(`expected a character of ${what}, got ${showByte(byte)}`, at);
      decoded[length] = byte;
    }
    length += 1;
  }
  try {
    return decodeUtf8(length === decoded.length ? decoded : decoded.subarray(0, length));
  } catch (error) {
    if (error instanceof Utf8Error) throw new UriError(`expected UTF-8 in ${what} (${error.message})`, start);
    throw error;
  }
}

/** Percent-encodes what is not in `set`, with upper-case digits. RFC 3986 §2.1, RFC 7252 §6.5. */
export function encodePercent(text: string, set: number): string {
  const bytes = encodeUtf8(text);
  let encoded = 0;
  for (const byte of bytes) if (!isUriCharacter(set, byte)) encoded += 1;
  if (encoded === 0) return text;
  const uri = new Uint8Array(bytes.length + 2 * encoded);
  let at = 0;
  for (const byte of bytes) {
    if (isUriCharacter(set, byte)) uri[at++] = byte;
    else {
      uri[at++] = PERCENT;
      uri[at++] = UPPER_HEX.charCodeAt(byte >> 4);
      uri[at++] = UPPER_HEX.charCodeAt(byte & 15);
    }
  }
  return decodeUtf8(uri);
}
