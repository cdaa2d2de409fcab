/**
 * CoRE Link Format: RFC 6690 §2, with the quoted-string of RFC 2616 §2.2 and the parmname of RFC 5987 §3.2.
 *
 *   link-value-list = [ link-value *[ "," link-value ]]
 *   link-value      = "<" URI-Reference ">" *( ";" link-param )
 *   link-param      = parmname [ "=" ( ptoken / quoted-string ) ]
 *
 * It is written so. Lists of others are often made by hand, or for HTTP: white space between the parts, empty links and
 * empty parameters are read as there (RFC 8288 §3, appendix B; RFC 9110 §5.6.1.2), and so are line ends.
 *
 * Targets are kept as they are written: resolving a relative one needs a base that only the caller knows (RFC 6690 §2.1).
 */

import { ALPHANUMERIC, characterClasses, hexDigit, isIn } from "../../bytes/character-class.js";
import { decodeUtf8, encodeUtf8 } from "../../bytes/utf8.js";
import { showByte } from "./percent-encoding.js";

/** A typed link: where it leads to, and what is said about it. */
export interface Link {
  /** The URI reference between `<` and `>`. */
  readonly target: string;
  /** Target attributes in order; `true` is the value of one that has none (`;obs`). */
  readonly attributes: readonly (readonly [name: string, value: string | true])[];
}

/** How much a list may hold. The defaults fit a device. */
export interface LinkLimits {
  /** Links in a list. */
  readonly links: number;
  /** Attributes of one link. */
  readonly attributes: number;
}

export const DEFAULT_LINK_LIMITS: LinkLimits = Object.freeze({ links: 64, attributes: 16 });

/** A text that is not in link format, or a link that the format cannot express. */
export class LinkFormatError extends Error {
  override name = "LinkFormatError";
  /** Where, in bytes of the text's UTF-8 form; undefined when a link was to be written. */
  readonly position: number | undefined;

  constructor(message: string, position?: number) {
    super(position === undefined ? message : `${message} at position ${position}`);
    this.position = position;
  }
}

const QUOTE = 0x22;
const PERCENT = 0x25;
const ASTERISK = 0x2a;
const COMMA = 0x2c;
const SEMICOLON = 0x3b;
const LESS_THAN = 0x3c;
const EQUALS = 0x3d;
const GREATER_THAN = 0x3e;
const BACKSLASH = 0x5c;
const TAB = 0x09;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;
const DELETE = 0x7f;

/** Bits of character classes. */
const PTOKEN = 1;
const PARMNAME = 2;
const REFERENCE = 4;

const CLASSES = characterClasses(
  [PTOKEN | PARMNAME | REFERENCE, ALPHANUMERIC],
  [PTOKEN, "!#$%&'()*+-./:<=>?@[]^_`{|}~"],
  [PARMNAME, "!#$&+-.^_`|~"],
  [REFERENCE, "-._~:/?#[]@!$&'()*+,;=%"],
);

/** What may not be repeated: RFC 6690 §3.1 to §3.3, RFC 7252 §7.2.1 with erratum 5078. */
function isUnique(name: string): boolean {
  return name === "rt" || name === "if" || name === "sz" || name === "ct";
}

/** Of these only the first counts: RFC 5988 §5.3 and §5.4. */
function isFirstOnly(name: string): boolean {
  return name === "rel" || name === "media" || name === "title" || name === "title*" || name === "type";
}

type Attribute = readonly [name: string, value: string | true];

function hasAttribute(attributes: readonly Attribute[], name: string): boolean {
  return attributes.some(([other]) => other === name);
}

/** Reads one list from front to back. */
class LinkReader {
  readonly #bytes: Uint8Array;
  readonly #limits: LinkLimits;
  #at = 0;

  constructor(bytes: Uint8Array, limits: LinkLimits) {
    this.#bytes = bytes;
    this.#limits = limits;
  }

  readLinks(): Link[] {
    const links: Link[] = [];
    do {
      this.#skipSpace();
      if (this.#isAtEndOf(COMMA)) continue;
      if (links.length === this.#limits.links)
        throw new LinkFormatError(`expected at most ${this.#limits.links} links`, this.#at);
      links.push(this.#readLink());
    } while (this.#skip(COMMA));
    if (this.#at < this.#bytes.length) throw this.#unexpected("',' or ';'");
    return links;
  }

  #readLink(): Link {
    if (!this.#skip(LESS_THAN)) throw this.#unexpected("'<'");
    const target = this.#readTarget();
    const attributes: Attribute[] = [];
    this.#skipSpace();
    while (this.#skip(SEMICOLON)) {
      this.#skipSpace();
      if (this.#isAtEndOf(SEMICOLON) || this.#isAtEndOf(COMMA)) continue;
      const start = this.#at;
      const attribute = this.#readAttribute();
      this.#skipSpace();
      const [name] = attribute;
      if (hasAttribute(attributes, name)) {
        if (isUnique(name)) throw new LinkFormatError(`expected only one attribute ${name}`, start);
        if (isFirstOnly(name)) continue;
      }
      if (attributes.length === this.#limits.attributes)
        throw new LinkFormatError(`expected at most ${this.#limits.attributes} attributes`, start);
      attributes.push(attribute);
    }
    return { target, attributes };
  }

  #readTarget(): string {
    const start = this.#at;
    const end = endOfReference(this.#bytes, start);
    this.#at = end;
    if (!this.#skip(GREATER_THAN)) throw this.#unexpected("a URI reference and '>'");
    return decodeUtf8(this.#bytes.subarray(start, end));
  }

  #readAttribute(): Attribute {
    const start = this.#at;
    let name = this.#readToken(PARMNAME, "the name of an attribute");
    const extended = this.#skip(ASTERISK);
    if (extended) name += "*";
    // RFC 6690 §2: the name serves filters.
    if (name === "href") throw new LinkFormatError("expected an attribute other than href", start);
    this.#skipSpace();
    if (!this.#skip(EQUALS)) {
      if (extended) throw this.#unexpected("'='");
      return [name, true];
    }
    this.#skipSpace();
    if (!extended && this.#skip(QUOTE)) return [name, this.#readQuoted()];
    return [name, this.#readToken(PTOKEN, "a value")];
  }

  #readToken(set: number, what: string): string {
    const bytes = this.#bytes;
    const start = this.#at;
    let end = start;
    while (end < bytes.length && isIn(CLASSES, set, bytes[end]!)) end += 1;
    this.#at = end;
    if (end === start) throw this.#unexpected(what);
    return decodeUtf8(bytes.subarray(start, end));
  }

  /** The rest of a quoted-string, its closing quote included. */
  #readQuoted(): string {
    const bytes = this.#bytes;
    const start = this.#at;
    let end = start;
    let pairs = 0;
    for (; end < bytes.length && bytes[end] !== QUOTE; end += 1) {
      if (bytes[end] === BACKSLASH) {
        pairs += 1;
        end += 1;
        if (end < bytes.length && bytes[end]! >= 0x80)
          throw new LinkFormatError("expected an ASCII character behind '\\'", end);
      } else if (isControl(bytes[end]!))
        throw new LinkFormatError(
          `expected a character of a quoted string, got ${showByte(bytes[end])}`,
          end,
        );
    }
    this.#at = Math.min(end, bytes.length);
    if (!this.#skip(QUOTE)) throw this.#unexpected("'\"'");
    return decodeUtf8(
      pairs === 0 ? bytes.subarray(start, end) : withoutPairs(bytes.subarray(start, end), pairs),
    );
  }

  #skip(byte: number): boolean {
    if (this.#bytes[this.#at] !== byte) return false;
    this.#at += 1;
    return true;
  }

  /** Line ends, too: lists are kept in files. */
  #skipSpace(): void {
    while (isSpace(this.#bytes[this.#at])) this.#at += 1;
  }

  /** At the end, or at what stands behind a part. */
  #isAtEndOf(delimiter: number): boolean {
    return this.#at === this.#bytes.length || this.#bytes[this.#at] === delimiter;
  }

  #unexpected(expected: string): LinkFormatError {
    return new LinkFormatError(`expected ${expected}, got ${showByte(this.#bytes[this.#at])}`, this.#at);
  }
}

function isSpace(byte: number | undefined): boolean {
  return byte === SPACE || byte === TAB || byte === CARRIAGE_RETURN || byte === LINE_FEED;
}

/** Control characters, which a quoted-string can only have as a quoted-pair; a tab counts as white space. */
function isControl(byte: number): boolean {
  return (byte < 0x20 && byte !== TAB) || byte === DELETE;
}

/** Offset of the first byte that is not part of a URI reference. Some servers write paths as plain UTF-8. */
function endOfReference(bytes: Uint8Array, start: number): number {
  let at = start;
  while (at < bytes.length && (bytes[at]! >= 0x80 || isIn(CLASSES, REFERENCE, bytes[at]!))) {
    if (bytes[at] === PERCENT) {
      if (hexDigit(bytes[at + 1] ?? 0) < 0 || hexDigit(bytes[at + 2] ?? 0) < 0) return at;
      at += 2;
    }
    at += 1;
  }
  return at;
}

/** Resolves quoted-pairs: a backslash and the character meant. */
function withoutPairs(bytes: Uint8Array, pairs: number): Uint8Array {
  const plain = new Uint8Array(bytes.length - pairs);
  for (let from = 0, to = 0; from < bytes.length; from += 1, to += 1) {
    if (bytes[from] === BACKSLASH) from += 1;
    plain[to] = bytes[from]!;
  }
  return plain;
}

/**
 * Reads a list of links; of attributes that count only once, later ones are left out.
 * @param limits in place of the defaults
 * @throws {LinkFormatError} on what RFC 6690 §2 does not allow, but for white space and empty parts, and past a limit
 */
export function parseLinks(text: string, limits: Partial<LinkLimits> = {}): Link[] {
  return new LinkReader(encodeUtf8(text), { ...DEFAULT_LINK_LIMITS, ...limits }).readLinks();
}

function isToken(set: number, bytes: Uint8Array, end: number): boolean {
  for (let at = 0; at < end; at += 1) if (!isIn(CLASSES, set, bytes[at]!)) return false;
  return end > 0;
}

function isDigits(text: string): boolean {
  for (const character of text) if (character < "0" || character > "9") return false;
  return text !== "";
}

function formatQuoted(value: string): string {
  let quoted = "";
  for (const character of value) {
    if (character === '"' || character === "\\" || isControl(character.codePointAt(0)!)) quoted += "\\";
    quoted += character;
  }
  return `"${quoted}"`;
}

/** RFC 6690 §2: numbers, language tags and ext-values stand bare, all else in quotes, as most examples have it. */
function formatAttribute([name, value]: Attribute): string {
  const bytes = encodeUtf8(name);
  const extended = bytes[bytes.length - 1] === ASTERISK;
  if (!isToken(PARMNAME, bytes, extended ? bytes.length - 1 : bytes.length) || name === "href")
    throw new LinkFormatError(`expected the name of an attribute, got '${name}'`);
  if (value === true && !extended) return `;${name}`;
  if (value !== true && !extended) {
    const bare = name === "hreflang" || (isDigits(value) && name !== "anchor" && name !== "title");
    if (!bare) return `;${name}=${formatQuoted(value)}`;
  }
  const token = value === true ? new Uint8Array(0) : encodeUtf8(value);
  if (!isToken(PTOKEN, token, token.length))
    throw new LinkFormatError(`expected a value without quotes for ${name}, got '${String(value)}'`);
  return `;${name}=${String(value)}`;
}

function formatLink({ target, attributes }: Link): string {
  const bytes = encodeUtf8(target);
  if (endOfReference(bytes, 0) < bytes.length)
    throw new LinkFormatError(`expected a URI reference, got '${target}'`);
  for (const [index, [name]] of attributes.entries())
    if ((isUnique(name) || isFirstOnly(name)) && hasAttribute(attributes.slice(0, index), name))
      throw new LinkFormatError(`expected only one attribute ${name}`);
  let text = `<${target}>`;
  for (const attribute of attributes) text += formatAttribute(attribute);
  return text;
}

/** Writes a list of links. RFC 6690 §2. @throws {LinkFormatError} for a link that the format cannot express */
export function formatLinks(links: readonly Link[]): string {
  // Without callbacks, whose frames a device's stack of 512 slots has no room for below a server.
  const texts: string[] = [];
  for (const link of links) texts.push(formatLink(link));
  return texts.join(",");
}

/** Attributes whose value is a list separated by spaces: RFC 6690 §2 (relation-types), RFC 7252 §7.2.1. */
function isList(name: string): boolean {
  return name === "rt" || name === "if" || name === "rel" || name === "rev" || name === "ct";
}

/**
 * Whether a link passes a filter such as `rt=temp*` or `href=/foo`: one Uri-Query argument, percent-decoded. A value
 * that ends in `*` matches whatever starts with what is before; of an attribute with several values any one may
 * match; a name alone asks only whether the attribute is there. RFC 6690 §4.1.
 */
export function matchesFilter(link: Link, filter: string): boolean {
  const equals = filter.indexOf("=");
  const name = equals < 0 ? filter : filter.slice(0, equals);
  const wanted = equals < 0 ? "*" : filter.slice(equals + 1);
  const prefix = wanted.endsWith("*") ? wanted.slice(0, -1) : undefined;
  const matches = (value: string): boolean =>
    prefix === undefined ? value === wanted : value.startsWith(prefix);
  if (name === "href") return matches(link.target);
  return link.attributes.some(([attribute, value]) => {
    if (attribute !== name) return false;
    if (value === true) return matches("");
    return isList(name) ? value.split(" ").some(matches) : matches(value);
  });
}
