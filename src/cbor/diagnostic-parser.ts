/**
 * CBOR diagnostic notation to bytes: RFC 8949 §8 with its encoding indicators, and of RFC 8610 appendix G white space
 * in byte strings (§G.1), byte strings of text and of CBOR (§G.2, §G.3), integers in base 16, 8 and 2 (§G.5) and
 * comments (§G.6).
 */

import { encodeUtf8 } from "../bytes/utf8.js";
import { writeBignum } from "./bignum.js";
import { decodeDigits, isBytePrefix } from "./byte-literal.js";
import { CborError } from "./error.js";
import { encodeFloat } from "./float.js";
import { encodeHead } from "./head.js";
import { ARRAY, BYTE_STRING, MAP, NEGATIVE, TAG, TEXT_STRING, UNSIGNED } from "./major-type.js";
import { CborReader, MAX_NESTING_DEPTH } from "./reader.js";
import { CborWriter } from "./writer.js";

/** Text that is no diagnostic notation, or stands for what no item can hold. */
export class DiagnosticSyntaxError extends Error {
  override name = "DiagnosticSyntaxError";
  /** Where the text goes wrong, in UTF-16 code units from its start. */
  readonly offset: number;

  constructor(problem: string, offset: number) {
    super(`${problem} at character ${offset}`);
    this.offset = offset;
  }
}

export interface DiagnosticParserOptions {
  /** True for a CBOR sequence (RFC 8742): any number of items with commas between them. */
  readonly sequence?: boolean;
  /** Nesting that is still followed; {@link MAX_NESTING_DEPTH} where absent. */
  readonly maxDepth?: number;
}

/** Brackets whose end has not come. */
interface Open {
  /** Chunks are those of a string of indefinite length; embedded items are a byte string. */
  readonly kind: "array" | "map" | "tag" | "chunks" | "embedded";
  readonly closing: string;
  /** Of the head: {@link INDEFINITE}, a width, or undefined for the shortest form. */
  readonly indicator: number | undefined;
  /** Takes the items, since the head wants their number. */
  readonly inside: CborWriter;
  readonly outside: CborWriter;
  readonly offset: number;
  count: number;
}

/** An underscore without a digit. */
const INDEFINITE = -1;

/**
 * The bytes that diagnostic notation stands for. Numbers and lengths have their shortest form, and maps the order of
 * the text, unless the text says otherwise.
 * @throws {DiagnosticSyntaxError} where the text cannot be understood
 */
export function parseDiagnostic(text: string, options: DiagnosticParserOptions = {}): Uint8Array {
  const parser = new Parser(text, options.maxDepth ?? MAX_NESTING_DEPTH);
  return options.sequence === true ? parser.sequence() : parser.single();
}

class Parser {
  readonly #text: string;
  readonly #maxDepth: number;
  readonly #open: Open[] = [];
  #at = 0;

  constructor(text: string, maxDepth: number) {
    this.#text = text;
    this.#maxDepth = maxDepth;
  }

  single(): Uint8Array {
    const writer = new CborWriter();
    this.#item(writer);
    this.#space();
    if (this.#at < this.#text.length) throw this.#expected("the end");
    return writer.bytes;
  }

  sequence(): Uint8Array {
    const writer = new CborWriter();
    this.#space();
    if (this.#at === this.#text.length) return writer.bytes;
    do {
      this.#item(writer);
      this.#space();
    } while (this.#take(","));
    if (this.#at < this.#text.length) throw this.#expected("a comma or the end");
    return writer.bytes;
  }

  /** One item with everything inside it; a loop, since recursion would cost stack. */
  #item(writer: CborWriter): void {
    do {
      const container = this.#open.at(-1);
      this.#space();
      if (container !== undefined && this.#closes(container)) {
        this.#open.pop();
        this.#close(container);
        continue;
      }
      if (container !== undefined) this.#separate(container);
      this.#start(container?.inside ?? writer);
    } while (this.#open.length > 0);
  }

  #closes({ kind, closing, count }: Open): boolean {
    if ((kind === "map" && count % 2 !== 0) || (kind === "tag" && count === 0)) return false;
    return this.#take(closing);
  }

  #separate(container: Open): void {
    const { kind, closing, count } = container;
    if (count > 0) {
      const separator = kind === "map" && count % 2 !== 0 ? ":" : kind === "tag" ? closing : ",";
      if (kind === "tag" || !this.#take(separator)) throw this.#expected(`'${separator}'`);
    }
    container.count += 1;
    this.#space();
  }

  /** An item without content, or the opening of one that has some. */
  #start(writer: CborWriter): void {
    if (this.#take("[")) this.#enter(writer, "array", "]", this.#indicator());
    else if (this.#take("{")) this.#enter(writer, "map", "}", this.#indicator());
    else if (this.#take("<<")) this.#enter(writer, "embedded", ">>", undefined);
    else if (this.#take("(_")) this.#enter(writer, "chunks", ")", INDEFINITE);
    else if (this.#text[this.#at] === '"') this.#string(writer, TEXT_STRING, this.#textLiteral());
    else if (this.#text[this.#at] === "'") this.#string(writer, BYTE_STRING, this.#textLiteral());
    else this.#word(writer);
  }

  #enter(
    writer: CborWriter,
    kind: Open["kind"],
    closing: string,
    indicator: number | undefined,
    inside = new CborWriter(),
  ): void {
    if (this.#open.length >= this.#maxDepth)
      throw this.#expected(`items nested at most ${this.#maxDepth} deep (MAX_NESTING_DEPTH)`);
    this.#open.push({ kind, closing, indicator, inside, outside: writer, offset: this.#at, count: 0 });
  }

  #close({ kind, indicator, inside, outside, offset, count }: Open): void {
    const { bytes } = inside;
    if (kind === "tag") return;
    if (kind === "chunks") {
      outside.indefinite(checkChunks(bytes, offset)).encoded(bytes).break();
      return;
    }
    if (kind === "embedded") {
      outside.byteString(bytes);
      return;
    }
    const major = kind === "map" ? MAP : ARRAY;
    if (indicator === INDEFINITE) outside.indefinite(major).encoded(bytes).break();
    else this.#head(outside, major, kind === "map" ? count / 2 : count, indicator).encoded(bytes);
  }

  /** A string literal was read; an underscore behind it is a width, or says that an empty one has no chunks. */
  #string(writer: CborWriter, major: typeof BYTE_STRING | typeof TEXT_STRING, bytes: Uint8Array): void {
    const indicator = this.#indicator();
    if (indicator !== INDEFINITE) this.#head(writer, major, bytes.length, indicator).encoded(bytes);
    else if (bytes.length === 0) writer.indefinite(major).break();
    else throw this.#expected("a digit after the underscore");
  }

  /** `"…"` as in JSON, or `'…'`, which is the same with the other quote. */
  #textLiteral(): Uint8Array {
    const start = this.#at;
    const quote = this.#text[start]!;
    let json = '"';
    for (let at = start + 1; at < this.#text.length; at += 1) {
      const character = this.#text[at]!;
      if (character === quote) {
        this.#at = at + 1;
        return this.#unescape(`${json}"`, start);
      }
      if (character === "\\") {
        at += 1;
        json += this.#text[at] === "'" ? "'" : `\\${this.#text[at] ?? ""}`;
      } else json += character === '"' ? '\\"' : character;
    }
    throw new DiagnosticSyntaxError(`expected ${quote} at the end of the string that starts`, start);
  }

  #unescape(json: string, start: number): Uint8Array {
    let text: unknown;
    try {
      text = JSON.parse(json);
    } catch (error) {
      if (error instanceof SyntaxError)
        throw new DiagnosticSyntaxError("expected a string with the escapes of JSON", start);
      throw error;
    }
    return encodeUtf8(String(text));
  }

  /** What starts with a letter, a digit or a sign. */
  #word(writer: CborWriter): void {
    const start = this.#at;
    while (isWordCharacter(this.#text[this.#at])) this.#at += 1;
    const word = this.#text.slice(start, this.#at);
    if (this.#text[this.#at] === "'" && isBytePrefix(word)) {
      this.#string(writer, BYTE_STRING, this.#bytes(word));
      return;
    }
    switch (word) {
      case "false":
      case "true":
        writer.boolean(word === "true");
        break;
      case "null":
        writer.null();
        break;
      case "undefined":
        writer.undefined();
        break;
      case "simple":
        this.#simple(writer);
        break;
      default:
        this.#number(writer, word, start);
    }
  }

  #bytes(prefix: string): Uint8Array {
    const start = this.#at + 1;
    const end = this.#text.indexOf("'", start);
    const bytes = end < 0 ? undefined : decodeDigits(prefix, this.#text.slice(start, end));
    if (bytes === undefined)
      throw new DiagnosticSyntaxError(`expected digits of ${prefix}, and a quote at their end`, start);
    this.#at = end + 1;
    return bytes;
  }

  #simple(writer: CborWriter): void {
    const start = this.#at;
    const end = this.#text.indexOf(")", start);
    const digits = this.#text.slice(start + 1, Math.max(end, start + 1)).trim();
    if (!this.#take("(") || !/^\d+$/u.test(digits)) throw this.#expected("a number in parentheses");
    try {
      writer.simple(Number(digits));
    } catch (error) {
      if (error instanceof CborError) throw this.#expected("a simple value, 0 to 23 or 32 to 255,");
      throw error;
    }
    this.#at = end + 1;
  }

  #number(writer: CborWriter, word: string, start: number): void {
    const negative = word.startsWith("-");
    const digits = negative ? word.slice(1) : word;
    const isInteger = /^(?:0|[1-9]\d*|0x[\da-fA-F]+|0o[0-7]+|0b[01]+)$/u.test(digits);
    const isFloat =
      /^(?:Infinity|(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?)$/u.test(digits) || word === "NaN";
    if (!isInteger && !isFloat)
      throw new DiagnosticSyntaxError(
        `expected an item, got '${word || (this.#text[start] ?? "the end")}'`,
        start,
      );
    const indicator = this.#indicator();
    if (indicator === INDEFINITE) throw this.#expected("a digit after the underscore");
    const value = Number(digits);
    if (value === Infinity && digits !== "Infinity" && !isInteger)
      throw new DiagnosticSyntaxError("expected a float that double precision can hold", start);
    if (!isInteger) this.#float(writer, value, negative, indicator);
    else if (this.#take("(")) this.#tag(writer, negative, BigInt(digits), indicator);
    else this.#integer(writer, negative, BigInt(digits), indicator);
  }

  #integer(writer: CborWriter, negative: boolean, magnitude: bigint, indicator: number | undefined): void {
    const isNegative = negative && magnitude > 0n;
    const argument = isNegative ? magnitude - 1n : magnitude;
    if (argument >> 64n === 0n || indicator !== undefined)
      this.#head(writer, isNegative ? NEGATIVE : UNSIGNED, argument, indicator);
    else writeBignum(writer, isNegative ? -magnitude : magnitude);
  }

  #float(writer: CborWriter, magnitude: number, negative: boolean, indicator: number | undefined): void {
    const bytes = indicator === 0 ? undefined : encodeFloat(magnitude, negative, indicator);
    if (bytes === undefined) throw this.#expected("a precision that keeps the number");
    writer.encoded(bytes);
  }

  #tag(writer: CborWriter, negative: boolean, number: bigint, indicator: number | undefined): void {
    if (negative) throw this.#expected("a tag number of 0 or more");
    this.#head(writer, TAG, number, indicator);
    this.#enter(writer, "tag", ")", undefined, writer);
  }

  #head(
    writer: CborWriter,
    major: number,
    argument: number | bigint,
    indicator: number | undefined,
  ): CborWriter {
    const head = encodeHead(major, argument, indicator);
    if (head === undefined) throw this.#expected(`a number that fits, not ${argument},`);
    return writer.encoded(head);
  }

  /** What follows an underscore: a digit, or {@link INDEFINITE}. */
  #indicator(): number | undefined {
    if (!this.#take("_")) return undefined;
    const digit = this.#text[this.#at] ?? "";
    if (digit < "0" || digit > "3") return INDEFINITE;
    this.#at += 1;
    return Number(digit);
  }

  #take(expected: string): boolean {
    if (!this.#text.startsWith(expected, this.#at)) return false;
    this.#at += expected.length;
    return true;
  }

  /** Passes over white space and comments. */
  #space(): void {
    for (;;) {
      const character = this.#text[this.#at];
      if (character === "/") {
        const end = this.#text.indexOf("/", this.#at + 1);
        if (end < 0) throw this.#expected("a slash at the end of the comment");
        this.#at = end + 1;
      } else if (character === " " || character === "\n" || character === "\r" || character === "\t")
        this.#at += 1;
      else return;
    }
  }

  #expected(what: string): DiagnosticSyntaxError {
    const found = this.#text[this.#at];
    return new DiagnosticSyntaxError(
      `expected ${what}, got ${found === undefined ? "the end" : `'${found}'`}`,
      this.#at,
    );
  }
}

function isWordCharacter(character: string | undefined): boolean {
  return (
    character !== undefined &&
    ((character >= "a" && character <= "z") ||
      (character >= "A" && character <= "Z") ||
      (character >= "0" && character <= "9") ||
      character === "." ||
      character === "+" ||
      character === "-")
  );
}

/** The major type of chunks, which are strings of one kind and definite length (RFC 8949 §3.2.3). */
function checkChunks(chunks: Uint8Array, offset: number): typeof BYTE_STRING | typeof TEXT_STRING {
  try {
    const reader = new CborReader(chunks);
    const major = reader.peekMajorType() === TEXT_STRING ? TEXT_STRING : BYTE_STRING;
    while (!reader.atEnd) reader.readChunk(major);
    return major;
  } catch (error) {
    if (error instanceof CborError)
      throw new DiagnosticSyntaxError("expected strings of one kind in the parentheses that open", offset);
    throw error;
  }
}
