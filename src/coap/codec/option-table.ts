/**
 * The registered CoAP options: format, length, whether they may be repeated, and what they make of a request. RFC 7252 §5.10 and §12.2, with those
 * of RFC 7641, 7959, 7967, 8613, 8768, 9175, 9177 and 9668. What follows from the number alone (critical, unsafe, no
 * cache key) is computed by isCritical, isUnsafe and isNoCacheKey in option-number.ts.
 */

import { toHex } from "../../bytes/hex.js";
import { decodeUint } from "../../bytes/uint.js";
import { Utf8Error, decodeUtf8 } from "../../bytes/utf8.js";
import * as Option from "./option-number.js";

/** How an option's value is to be read. RFC 7252 §3.2. */
export type OptionFormat = "empty" | "opaque" | "uint" | "string";

/** What an option makes of a request, for those who see the request before a resource does, or see it twice. */
export type RequestEffect =
  /** It selects the resource, and asks for nothing else. */
  | "target"
  /** What the request asks for may not hold, or must not happen, a second time (RFC 7252 §4.5). */
  | "once"
  /** Who acts on it knows duplicates, and answers them again. */
  | "answered-again"
  /** Who acts on it knows duplicates, and refuses them as replays. */
  | "replay-protected";

export interface OptionDefinition {
  readonly number: number;
  /** The registered name. */
  readonly name: string;
  readonly format: OptionFormat;
  /** Shortest value, in bytes. */
  readonly minLength: number;
  /** Longest value, in bytes. */
  readonly maxLength: number;
  /** False when a second instance counts as an unknown option (RFC 7252 §5.4.5). */
  readonly repeatable: boolean;
  /** Absent where they need not know of it. */
  readonly effect?: RequestEffect;
}

function define(
  number: number,
  name: string,
  format: OptionFormat,
  minLength: number,
  maxLength: number,
  repeatable = false,
  effect?: RequestEffect,
): OptionDefinition {
  const definition = { number, name, format, minLength, maxLength, repeatable };
  // Few have one: of the others it takes no memory.
  return Object.freeze(effect === undefined ? definition : { ...definition, effect });
}

const REPEATABLE = true;
const SINGLE = false;

/** Longest value of an option that selects the resource. */
export const MAX_TARGET_BYTES = 255;

/** All known options, by number. */
export const OPTION_DEFINITIONS: readonly OptionDefinition[] = Object.freeze([
  define(Option.IF_MATCH, "If-Match", "opaque", 0, 8, REPEATABLE, "once"),
  define(Option.URI_HOST, "Uri-Host", "string", 1, 255),
  define(Option.ETAG, "ETag", "opaque", 1, 8, REPEATABLE),
  define(Option.IF_NONE_MATCH, "If-None-Match", "empty", 0, 0, SINGLE, "once"),
  define(Option.OBSERVE, "Observe", "uint", 0, 3),
  define(Option.URI_PORT, "Uri-Port", "uint", 0, 2),
  define(Option.LOCATION_PATH, "Location-Path", "string", 0, 255, REPEATABLE),
  define(Option.OSCORE, "OSCORE", "opaque", 0, 255, SINGLE, "replay-protected"),
  define(Option.URI_PATH, "Uri-Path", "string", 0, MAX_TARGET_BYTES, REPEATABLE, "target"),
  define(Option.CONTENT_FORMAT, "Content-Format", "uint", 0, 2),
  define(Option.MAX_AGE, "Max-Age", "uint", 0, 4),
  define(Option.URI_QUERY, "Uri-Query", "string", 0, MAX_TARGET_BYTES, REPEATABLE, "target"),
  define(Option.HOP_LIMIT, "Hop-Limit", "uint", 1, 1),
  define(Option.ACCEPT, "Accept", "uint", 0, 2),
  define(Option.Q_BLOCK1, "Q-Block1", "uint", 0, 3, SINGLE, "answered-again"),
  define(Option.LOCATION_QUERY, "Location-Query", "string", 0, 255, REPEATABLE),
  define(Option.EDHOC, "EDHOC", "empty", 0, 0),
  define(Option.BLOCK2, "Block2", "uint", 0, 3),
  define(Option.BLOCK1, "Block1", "uint", 0, 3),
  define(Option.SIZE2, "Size2", "uint", 0, 4),
  define(Option.Q_BLOCK2, "Q-Block2", "uint", 0, 3, REPEATABLE),
  define(Option.PROXY_URI, "Proxy-Uri", "string", 1, 1034),
  define(Option.PROXY_SCHEME, "Proxy-Scheme", "string", 1, 255),
  define(Option.SIZE1, "Size1", "uint", 0, 4),
  define(Option.ECHO, "Echo", "opaque", 1, 40),
  define(Option.NO_RESPONSE, "No-Response", "uint", 0, 1),
  define(Option.REQUEST_TAG, "Request-Tag", "opaque", 0, 8, REPEATABLE),
]);

/** The options with an effect, as bits: each has the bit of its number, which is below 30. */
function setOf(effect: RequestEffect): number {
  let bits = 0;
  for (const definition of OPTION_DEFINITIONS)
    if (definition.effect === effect) bits |= 1 << definition.number;
  return bits;
}

export const TARGET_OPTIONS = setOf("target");
export const ONCE_OPTIONS = setOf("once");
export const ANSWERED_AGAIN_OPTIONS = setOf("answered-again");
export const REPLAY_PROTECTED_OPTIONS = setOf("replay-protected");

/** What is registered for an option number; undefined for an unknown one. */
export function optionDefinition(number: number): OptionDefinition | undefined {
  let low = 0;
  let high = OPTION_DEFINITIONS.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const definition = OPTION_DEFINITIONS[middle]!;
    if (definition.number === number) return definition;
    if (definition.number < number) low = middle + 1;
    else high = middle - 1;
  }
  return undefined;
}

/** A text in quotes on one line: what could move a terminal's cursor or hide text is written as \u{…}. */
function quote(text: string): string {
  let quoted = "";
  for (const character of text) {
    const code = character.codePointAt(0)!;
    if (character === '"' || character === "\\") quoted += `\\${character}`;
    else if (isInvisible(code)) quoted += `\\u{${code.toString(16)}}`;
    else quoted += character;
  }
  return `"${quoted}"`;
}

/** Control characters, line separators and marks that change the direction of text. */
function isInvisible(code: number): boolean {
  return (
    code < 0x20 ||
    (code >= 0x7f && code < 0xa0) ||
    code === 0x061c ||
    (code >= 0x200b && code <= 0x200f) ||
    (code >= 0x2028 && code <= 0x202e) ||
    (code >= 0x2060 && code <= 0x2069) ||
    code === 0xfeff
  );
}

/** NUM/M/size as in RFC 7959 §3 and RFC 8323 §6. */
function formatBlock(value: number): string {
  const exponent = value & 7;
  return `${Math.floor(value / 16)}/${(value >> 3) & 1}/${exponent === 7 ? "BERT" : 16 << exponent}`;
}

function formatValue(definition: OptionDefinition, value: Uint8Array): string {
  switch (definition.format) {
    case "empty":
      return "";
    case "opaque":
      return ` h'${toHex(value)}'`;
    case "uint": {
      const uint = decodeUint(value);
      switch (definition.number) {
        case Option.BLOCK1:
        case Option.BLOCK2:
        case Option.Q_BLOCK1:
        case Option.Q_BLOCK2:
          return ` ${formatBlock(uint)}`;
        default:
          return ` ${uint}`;
      }
    }
    case "string":
      return ` ${quote(decodeUtf8(value))}`;
  }
}

/**
 * An option as a person reads it: `Uri-Path "time"`, `Max-Age 60`, `Block2 0/1/64`, `ETag h'0102'`,
 * `If-None-Match`. Unknown options and values that break the option's rules are shown in hexadecimal.
 */
export function formatOption(number: number, value: Uint8Array): string {
  const definition = optionDefinition(number);
  if (definition === undefined) return `Option ${number} h'${toHex(value)}'`;
  const malformed = `${definition.name} h'${toHex(value)}' (malformed)`;
  if (value.length < definition.minLength || value.length > definition.maxLength) return malformed;
  try {
    return definition.name + formatValue(definition, value);
  } catch (error) {
    if (error instanceof Utf8Error) return malformed;
    throw error;
  }
}
