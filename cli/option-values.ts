/** What options of the command line may be; each function throws what commander shows as the reason. */

import { InvalidArgumentError, Option } from "commander";
import { parseOrigin } from "../hosts/node/streams/web-origins.js";
import { fromHex } from "../src/bytes/hex.js";
import { DEFAULT_AMPLIFICATION_FACTOR } from "../src/coap/messaging/amplification.js";
import { MAX_ID_CONTEXT_BYTES, maxIdBytes } from "../src/security/oscore/context/parameters.js";
import { MAX_CONTENT_FORMAT, contentFormatNumber } from "./content-formats.js";

const MAX_PORT = 65535;
/** Longest entity tag (RFC 7252 §5.10.6). */
const MAX_ETAG_BYTES = 8;
/** It is there to be shorter than what it stands for. */
const MAX_KID_BYTES = 32;
/** What a timer takes: 2^31 - 1 ms. */
const MAX_SECONDS = 2_147_483;

function parseWhole(text: string, min: number, max: number, what: string): number {
  const value = /^\d+$/u.test(text) ? Number(text) : NaN;
  if (!(value >= min && value <= max)) throw new InvalidArgumentError(`Expected ${what}.`);
  return value;
}

/** 0 lets the system choose. */
export function parsePort(text: string): number {
  return parseWhole(text, 0, MAX_PORT, `a port from 0 to ${MAX_PORT}`);
}

export function parseCount(text: string): number {
  return parseWhole(text, 1, Number.MAX_SAFE_INTEGER, "a whole number from 1");
}

/** A web page's, for repeated use. */
export function collectOrigin(text: string, previous: readonly string[] = []): string[] {
  try {
    return [...previous, parseOrigin(text)];
  } catch {
    throw new InvalidArgumentError(`Expected an origin such as https://example.com, or *.`);
  }
}

/** Bounds of what the XS host takes. */
export function parseArena(text: string): number {
  return parseWhole(text, 16_384, 268_435_456, "a number of bytes from 16384 to 268435456");
}

/** @returns milliseconds */
export function parseSeconds(text: string): number {
  const seconds = /^\d+(?:\.\d+)?$/u.test(text) ? Number(text) : NaN;
  if (!(seconds > 0 && seconds <= MAX_SECONDS))
    throw new InvalidArgumentError(`Expected seconds above 0, at most ${MAX_SECONDS}.`);
  return seconds * 1000;
}

function parseFactor(text: string): number {
  const factor = /^\d+(?:\.\d+)?$/u.test(text) ? Number(text) : NaN;
  if (Number.isNaN(factor)) throw new InvalidArgumentError("Expected a number from 0; 0 is no limit.");
  return factor;
}

/** `--amplification-factor` (RFC 7252 §11.3). */
export function amplificationOption(): Option {
  return new Option(
    "--amplification-factor <number>",
    "bytes sent to a stranger at a global address for each byte of its request; 0 is no limit",
  )
    .argParser(parseFactor)
    .default(DEFAULT_AMPLIFICATION_FACTOR);
}

/** `--block-size`, of what RFC 7959 §2.2 allows. */
export function blockSizeOption(): Option {
  const option = new Option("-b, --block-size <bytes>", "size of blocks");
  const sizes = ["16", "32", "64", "128", "256", "512", "1024"];
  return option.choices(sizes).argParser((text) => {
    if (!sizes.includes(text)) throw new InvalidArgumentError("Expected 16, 32, 64, 128, 256, 512 or 1024.");
    return Number(text);
  });
}

/** `--q-block` of commands that ask. */
export function qBlockOption(): Option {
  return new Option(
    "--q-block",
    "do not wait for each block of a body, where the server takes that (RFC 9177)",
  );
}

export function parseContentFormat(text: string): number {
  const number = contentFormatNumber(text);
  if (number === undefined)
    throw new InvalidArgumentError(
      `Expected a number from 0 to ${MAX_CONTENT_FORMAT} or a name such as text/plain, json or application/cbor.`,
    );
  return number;
}

function parseHex(text: string, minBytes: number, maxBytes: number): Uint8Array {
  const digits = text.replace(/^0x/iu, "");
  const isTag = /^(?:[\da-f]{2})*$/iu.test(digits);
  const bytes = isTag ? fromHex(digits) : undefined;
  if (!bytes || bytes.length < minBytes || bytes.length > maxBytes)
    throw new InvalidArgumentError(`Expected ${minBytes} to ${maxBytes} bytes in hexadecimal.`);
  return bytes;
}

/** Collects entity tags: the option may be repeated. */
export function collectETag(text: string, previous: readonly Uint8Array[] | undefined): Uint8Array[] {
  return [...(previous ?? []), parseHex(text, 1, MAX_ETAG_BYTES)];
}

/** As {@link collectETag}; `any`, the empty tag, stands for whatever is there (RFC 7252 §5.10.8.1). */
export function collectMatch(text: string, previous: readonly Uint8Array[] | undefined): Uint8Array[] {
  return [...(previous ?? []), text === "any" ? new Uint8Array(0) : parseHex(text, 1, MAX_ETAG_BYTES)];
}

/** Sender ID or Recipient ID (RFC 8613 §3.3); may be empty. */
export function parseOscoreId(text: string): Uint8Array {
  return parseHex(text, 0, maxIdBytes("AES-CCM-16-64-128"));
}

/** Key identifier of a credential (RFC 9528 §3.5.3). */
export function parseKid(text: string): Uint8Array {
  return parseHex(text, 1, MAX_KID_BYTES);
}

/** ID Context of a security context. */
export function parseIdContext(text: string): Uint8Array {
  return parseHex(text, 0, MAX_ID_CONTEXT_BYTES);
}

export function collectText(text: string, previous: readonly string[] | undefined): string[] {
  return [...(previous ?? []), text];
}
