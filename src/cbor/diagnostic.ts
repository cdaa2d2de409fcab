/**
 * CBOR diagnostic notation, for people: `{1: 1697724754, -3: 873}`. RFC 8949 §8, with the encoding indicator `_` of
 * §8.1 for indefinite lengths. Bignums beyond 64 bits are shown as numbers, as in appendix A.
 */

import { toHex } from "../bytes/hex.js";
import { utf8Length } from "../bytes/utf8.js";
import { bignumValue, MAX_BIGNUM_BYTES } from "./bignum.js";
import { CborError } from "./error.js";
import { shortestInformation } from "./head.js";
import {
  ARRAY,
  BYTE_STRING,
  FALSE,
  MAP,
  NEGATIVE,
  NULL,
  ONE_BYTE,
  TAG,
  TEXT_STRING,
  TRUE,
  UNDEFINED,
  UNSIGNED,
} from "./major-type.js";
import { CborReader, MAX_NESTING_DEPTH } from "./reader.js";
import { NEGATIVE_BIGNUM, UNSIGNED_BIGNUM } from "./tag.js";
import { CborWriter } from "./writer.js";

export interface DiagnosticOptions {
  /** True for a CBOR sequence (RFC 8742): any number of items, shown with commas between them. */
  readonly sequence?: boolean;
  /** Spaces for each level, every item on a line of its own; absent is everything on one line. */
  readonly indent?: number;
  /** True to mark what has not its shortest form by `_0` to `_3` (RFC 8949 §8.1): no two items then look the same. */
  readonly encodingIndicators?: boolean;
  /** Nesting that is still shown; {@link MAX_NESTING_DEPTH} where absent. */
  readonly maxDepth?: number;
}

/** A container whose end has not come. */
interface Open {
  readonly kind: typeof ARRAY | typeof MAP | typeof TAG;
  /** Items left (a map's pairs count as two); negative for an indefinite length. */
  left: number;
  /** Items shown. */
  shown: number;
}

/**
 * The notation of the item in `bytes`.
 * @throws {CborError} when it is not well-formed, has text that is not UTF-8, or is nested too deep
 */
export function formatDiagnostic(bytes: Uint8Array, options: DiagnosticOptions = {}): string {
  const notation = new Notation(bytes, options);
  return options.sequence === true ? notation.sequence() : notation.single();
}

class Notation {
  readonly #reader: CborReader;
  readonly #indent: number | undefined;
  readonly #maxDepth: number;
  readonly #showsIndicators: boolean;
  readonly #open: Open[] = [];
  readonly #pieces: string[] = [];

  constructor(bytes: Uint8Array, options: DiagnosticOptions) {
    this.#reader = new CborReader(bytes);
    this.#indent = options.indent;
    this.#maxDepth = options.maxDepth ?? MAX_NESTING_DEPTH;
    this.#showsIndicators = options.encodingIndicators === true;
  }

  single(): string {
    this.#item();
    this.#reader.finish();
    return this.#pieces.join("");
  }

  sequence(): string {
    while (!this.#reader.atEnd) {
      if (this.#pieces.length > 0) this.#pieces.push(this.#indent === undefined ? ", " : ",\n");
      this.#item();
    }
    return this.#pieces.join("");
  }

  /** One item with everything inside it; a loop, since recursion would cost stack. */
  #item(): void {
    do {
      const container = this.#open.at(-1);
      if (container !== undefined && this.#atEndOf(container)) this.#close(container);
      else {
        if (container !== undefined) this.#separate(container);
        this.#head();
      }
    } while (this.#open.length > 0);
  }

  #atEndOf(container: Open): boolean {
    if (container.left >= 0) return container.left === 0;
    if (container.kind === MAP && container.shown % 2 !== 0) return false;
    return this.#reader.readBreak();
  }

  #separate(container: Open): void {
    if (container.kind === MAP && container.shown % 2 !== 0) this.#pieces.push(": ");
    else if (container.kind !== TAG) {
      if (container.shown > 0) this.#pieces.push(this.#indent === undefined ? ", " : ",");
      this.#newLine();
    }
    container.shown += 1;
    if (container.left > 0) container.left -= 1;
  }

  #close(container: Open): void {
    this.#open.pop();
    if (container.kind === TAG) this.#pieces.push(")");
    else {
      if (container.shown > 0) this.#newLine();
      this.#pieces.push(container.kind === MAP ? "}" : "]");
    }
  }

  #newLine(): void {
    if (this.#indent === undefined) return;
    let depth = 0;
    for (const container of this.#open) if (container.kind !== TAG) depth += 1;
    this.#pieces.push("\n", " ".repeat(depth * this.#indent));
  }

  /** An item without content, or the opening of one that has some. */
  #head(): void {
    const reader = this.#reader;
    switch (reader.peekMajorType()) {
      case UNSIGNED:
      case NEGATIVE:
        this.#integer();
        break;
      case BYTE_STRING:
      case TEXT_STRING:
        this.#string();
        break;
      case ARRAY:
      case MAP:
        this.#container();
        break;
      case TAG:
        this.#tag();
        break;
      default:
        this.#pieces.push(reader.nextIsFloat() ? this.#float() : formatSimple(reader.readSimple()));
    }
  }

  #integer(): void {
    const information = this.#reader.peek() & 0x1f;
    const value = this.#reader.readInteger();
    const argument = value < 0 ? -1n - BigInt(value) : value;
    this.#pieces.push(String(value), this.#indicator(information, argument));
  }

  /** The mark of a head whose additional information is longer than its argument asks for. */
  #indicator(information: number, argument: number | bigint): string {
    const isLonger =
      this.#showsIndicators && information >= ONE_BYTE && information !== shortestInformation(argument);
    return isLonger ? `_${information - ONE_BYTE}` : "";
  }

  #container(): void {
    const start = this.#reader.offset;
    const information = this.#reader.peek() & 0x1f;
    const kind = this.#reader.peekMajorType() === MAP ? MAP : ARRAY;
    const count = kind === MAP ? this.#reader.readMap() : this.#reader.readArray();
    this.#enter(kind, kind === MAP && count > 0 ? count * 2 : count, start);
    this.#pieces.push(kind === MAP ? "{" : "[");
    const indicator = count < 0 ? "_" : this.#indicator(information, count);
    this.#pieces.push(indicator);
    if (indicator !== "" && this.#indent === undefined) this.#pieces.push(" ");
  }

  #tag(): void {
    const start = this.#reader.offset;
    const information = this.#reader.peek() & 0x1f;
    const tag = this.#reader.readTag();
    const bignum = tag === UNSIGNED_BIGNUM || tag === NEGATIVE_BIGNUM;
    const indicator = this.#indicator(information, tag);
    if (bignum && this.#reader.peekMajorType() === BYTE_STRING && !this.#reader.nextIsIndefinite()) {
      this.#bignum(tag, indicator);
      return;
    }
    this.#enter(TAG, 1, start);
    this.#pieces.push(`${tag}${indicator}(`);
  }

  /** A bignum: a decimal number where only a bignum can hold it, so that it is told apart from an integer. */
  #bignum(tag: number, indicator: string): void {
    const information = this.#reader.peek() & 0x1f;
    const content = this.#reader.readBytes();
    const indicatorInside = this.#indicator(information, content.length);
    const isShortest = content.length > 8 && content[0] !== 0 && indicator + indicatorInside === "";
    this.#pieces.push(
      isShortest && content.length <= MAX_BIGNUM_BYTES
        ? String(bignumValue(tag, content))
        : `${tag}${indicator}(h'${toHex(content)}'${indicatorInside})`,
    );
  }

  #enter(kind: Open["kind"], left: number, start: number): void {
    if (this.#open.length >= this.#maxDepth)
      throw new CborError(`expected items nested at most ${this.#maxDepth} deep (MAX_NESTING_DEPTH)`, start);
    this.#open.push({ kind, left, shown: 0 });
  }

  #string(): void {
    const reader = this.#reader;
    const major = reader.peekMajorType();
    if (!reader.nextIsIndefinite()) {
      this.#pieces.push(this.#definiteString(major));
      return;
    }
    reader.readChunksHead();
    const chunks: string[] = [];
    while (!reader.readBreak()) {
      if (reader.nextIsIndefinite())
        throw new CborError("expected a chunk of definite length", reader.offset);
      chunks.push(this.#definiteString(major));
    }
    if (chunks.length > 0) this.#pieces.push("(_ ", chunks.join(", "), ")");
    else this.#pieces.push(major === BYTE_STRING ? "''_" : '""_');
  }

  #definiteString(major: number): string {
    const information = this.#reader.peek() & 0x1f;
    if (major === BYTE_STRING) {
      const bytes = this.#reader.readBytes();
      return `h'${toHex(bytes)}'${this.#indicator(information, bytes.length)}`;
    }
    const text = this.#reader.readText();
    return quote(text) + (this.#showsIndicators ? this.#indicator(information, utf8Length(text)) : "");
  }

  #float(): string {
    const start = this.#reader.offset;
    const value = this.#reader.readFloat();
    // The sign is taken from the bytes: engines for small devices may not tell -0 from 0.
    const negative = (this.#reader.since(start)[1]! & 0x80) !== 0;
    const width = this.#reader.offset - start - 1;
    const isLonger = this.#showsIndicators && width + 1 > new CborWriter().float(value).length;
    return formatFloat(value, negative) + (isLonger ? `_${Math.log2(width)}` : "");
  }
}

/** A float as JSON writes it, but never without a point: 1 would be an integer. RFC 8949 §8 and appendix A. */
function formatFloat(value: number, negative: boolean): string {
  if (Number.isNaN(value)) return "NaN";
  const text = String(Math.abs(value));
  const exponent = text.indexOf("e");
  const mantissa = exponent < 0 ? text : text.slice(0, exponent);
  const point = mantissa.includes(".") || !Number.isFinite(value) ? "" : ".0";
  return `${negative ? "-" : ""}${mantissa}${point}${exponent < 0 ? "" : text.slice(exponent)}`;
}

function formatSimple(value: number): string {
  switch (value) {
    case FALSE:
      return "false";
    case TRUE:
      return "true";
    case NULL:
      return "null";
    case UNDEFINED:
      return "undefined";
    default:
      return `simple(${value})`;
  }
}

/** JSON's quoting; besides, nothing in it can move a terminal's cursor or turn its text round. */
function quote(text: string): string {
  let quoted = "";
  for (const character of JSON.stringify(text)) {
    const code = character.codePointAt(0)!;
    const unseen =
      (code >= 0x7f && code <= 0x9f) ||
      code === 0x061c ||
      (code >= 0x200e && code <= 0x200f) ||
      (code >= 0x2028 && code <= 0x202e) ||
      (code >= 0x2066 && code <= 0x2069);
    quoted += unseen ? `\\u${code.toString(16).padStart(4, "0")}` : character;
  }
  return quoted;
}
