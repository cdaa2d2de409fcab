/**
 * UTF-8, RFC 3629, without the host's TextEncoder.
 *
 *  code points          bytes
 *  U+0000 to U+007F     0xxxxxxx
 *  U+0080 to U+07FF     110xxxxx 10xxxxxx
 *  U+0800 to U+FFFF     1110xxxx 10xxxxxx 10xxxxxx      (not D800 to DFFF)
 *  U+10000 to U+10FFFF  11110xxx 10xxxxxx 10xxxxxx 10xxxxxx
 *
 * Some engines count a string in UTF-16 units, others in code points: nothing here indexes into a string.
 */

const REPLACEMENT_CHARACTER = 0xfffd;
const LAST_CODE_POINT = 0x10ffff;

/** Arguments passed in one call: a device's stack has a few hundred slots. */
const CODE_POINTS_PER_CALL = 32;

/** Up to this length reading by index is cheaper than an iterator, though it may walk from the start each time. */
const SHORT_TEXT = 256;

/** Bytes that are not UTF-8 (RFC 3629 §3 and §4). */
export class Utf8Error extends Error {
  override name = "Utf8Error";
  /** Where the malformed sequence starts, in bytes from the start. */
  readonly offset: number;

  constructor(expected: string, offset: number) {
    super(`expected ${expected} at byte ${offset}`);
    this.offset = offset;
  }
}

function isHighSurrogate(codePoint: number): boolean {
  return codePoint >= 0xd800 && codePoint <= 0xdbff;
}

function isLowSurrogate(codePoint: number): boolean {
  return codePoint >= 0xdc00 && codePoint <= 0xdfff;
}

/** Length of {@link encodeUtf8}'s result, in bytes, without making it. */
export function utf8Length(text: string): number {
  let length = 0;
  let previous = 0;
  for (const character of text) {
    const codePoint = character.codePointAt(0)!;
    if (codePoint < 0x80) length += 1;
    else if (codePoint < 0x800) length += 2;
    // Engines that store code points can hold the two halves of a pair apart; the first has been counted as 3.
    else if (isLowSurrogate(codePoint) && isHighSurrogate(previous)) length += 1;
    else if (codePoint < 0x10000) length += 3;
    else length += 4;
    previous = codePoint;
  }
  return length;
}

/** Most texts of CoAP are short and ASCII: one pass without garbage; undefined for others. */
function encodeShortAscii(text: string): Uint8Array | undefined {
  const length = text.length;
  if (length > SHORT_TEXT) return undefined;
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; at += 1) {
    const code = text.charCodeAt(at);
    if (code >= 0x80) return undefined;
    bytes[at] = code;
  }
  return bytes;
}

/**
 * The UTF-8 form of `text`. A surrogate without its other half becomes U+FFFD, as UTF-8 has no form for it.
 * RFC 3629 §3.
 */
export function encodeUtf8(text: string): Uint8Array {
  const ascii = encodeShortAscii(text);
  if (ascii !== undefined) return ascii;
  const bytes = new Uint8Array(utf8Length(text));
  let at = 0;
  let previous = 0;
  for (const character of text) {
    const stored = character.codePointAt(0)!;
    let codePoint = stored;
    if (codePoint >= 0xd800 && codePoint <= 0xdfff) {
      if (isLowSurrogate(codePoint) && isHighSurrogate(previous)) {
        codePoint = 0x10000 + ((previous - 0xd800) << 10) + (codePoint - 0xdc00);
        at -= 3;
      } else codePoint = REPLACEMENT_CHARACTER;
    }
    previous = stored;
    if (codePoint < 0x80) bytes[at++] = codePoint;
    else {
      if (codePoint < 0x800) bytes[at++] = 0xc0 | (codePoint >> 6);
      else {
        if (codePoint < 0x10000) bytes[at++] = 0xe0 | (codePoint >> 12);
        else {
          bytes[at++] = 0xf0 | (codePoint >> 18);
          bytes[at++] = 0x80 | ((codePoint >> 12) & 0x3f);
        }
        bytes[at++] = 0x80 | ((codePoint >> 6) & 0x3f);
      }
      bytes[at++] = 0x80 | (codePoint & 0x3f);
    }
  }
  return bytes;
}

/** Offset of the first byte above 0x7f, or the length where there is none. */
function asciiLength(bytes: Uint8Array): number {
  const length = bytes.length;
  let at = 0;
  while (at < length && bytes[at]! < 0x80) at += 1;
  return at;
}

function fromCodePoints(codePoints: ArrayLike<number>): string {
  return String.fromCodePoint.apply(undefined, codePoints as number[]);
}

function fromAscii(bytes: Uint8Array): string {
  return String.fromCharCode.apply(undefined, bytes as ArrayLike<number> as number[]);
}

function decodeAscii(bytes: Uint8Array, length: number): string {
  // Most texts of CoAP are short, and ASCII to their end.
  if (length <= CODE_POINTS_PER_CALL)
    return fromAscii(length === bytes.length ? bytes : bytes.subarray(0, length));
  const pieces: string[] = [];
  for (let at = 0; at < length; at += CODE_POINTS_PER_CALL)
    pieces.push(fromAscii(bytes.subarray(at, Math.min(at + CODE_POINTS_PER_CALL, length))));
  return pieces.join("");
}

/** Number of bytes that the sequence with this first byte has; throws for bytes that start none. */
function sequenceLength(first: number, offset: number): number {
  if (first < 0x80) return 1;
  if (first < 0xc0) throw new Utf8Error("the first byte of a UTF-8 sequence", offset);
  if (first < 0xc2) throw new Utf8Error("the shortest UTF-8 form", offset);
  if (first < 0xe0) return 2;
  if (first < 0xf0) return 3;
  if (first < 0xf5) return 4;
  throw new Utf8Error("a code point up to U+10FFFF", offset);
}

/** The code point of the sequence of `count` (2 to 4) bytes at `offset`. */
function decodeSequence(bytes: Uint8Array, offset: number, count: number): number {
  let codePoint = bytes[offset]! & (0x7f >> count);
  for (let index = 1; index < count; index += 1) {
    const byte = bytes[offset + index];
    if (byte === undefined || (byte & 0xc0) !== 0x80)
      throw new Utf8Error(`a UTF-8 sequence of ${count} bytes`, offset);
    codePoint = (codePoint << 6) | (byte & 0x3f);
  }
  if ((count === 3 && codePoint < 0x800) || (count === 4 && codePoint < 0x10000))
    throw new Utf8Error("the shortest UTF-8 form", offset);
  if (codePoint >= 0xd800 && codePoint <= 0xdfff)
    throw new Utf8Error("a code point that is no surrogate", offset);
  if (codePoint > LAST_CODE_POINT) throw new Utf8Error("a code point up to U+10FFFF", offset);
  return codePoint;
}

/**
 * The text whose UTF-8 form is `bytes`. A byte order mark is kept: it is a character like others.
 * @throws {Utf8Error} on overlong forms, surrogates, truncated sequences and stray bytes (RFC 3629 §4)
 */
export function decodeUtf8(bytes: Uint8Array): string {
  const ascii = asciiLength(bytes);
  const text = decodeAscii(bytes, ascii);
  if (ascii === bytes.length) return text;
  const pieces = [text];
  let codePoints: number[] = [];
  for (let at = ascii; at < bytes.length;) {
    const count = sequenceLength(bytes[at]!, at);
    codePoints.push(count === 1 ? bytes[at]! : decodeSequence(bytes, at, count));
    at += count;
    if (codePoints.length === CODE_POINTS_PER_CALL) {
      pieces.push(fromCodePoints(codePoints));
      codePoints = [];
    }
  }
  pieces.push(fromCodePoints(codePoints));
  return pieces.join("");
}
