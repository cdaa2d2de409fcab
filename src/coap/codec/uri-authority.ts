/**
 * Scheme, host and port of CoAP URIs: RFC 7252 §6.1 and §6.2, RFC 8323 §8 (other transports), RFC 3986 §3.1 and §3.2,
 * RFC 6874 (zones of IPv6 addresses).
 */

import { decodeUtf8, encodeUtf8, utf8Length } from "../../bytes/utf8.js";
import { formatIPv6, normalizeAddress, parseIPv4, parseIPv6 } from "./address.js";
import { URI_HOST } from "./option-number.js";
import { optionDefinition } from "./option-table.js";
import {
  HOST_CHARACTERS,
  UNRESERVED,
  UriError,
  decodePercent,
  encodePercent,
  isUriCharacter,
  showByte,
} from "./percent-encoding.js";

/** Longest host name, in bytes (Uri-Host). */
export const MAX_HOST_BYTES = optionDefinition(URI_HOST)!.maxLength;
/** Largest port. */
export const MAX_PORT = 65535;

const PERCENT = 0x25;
const PLUS = 0x2b;
const COLON = 0x3a;
const OPENING_BRACKET = 0x5b;
const CLOSING_BRACKET = 0x5d;

export interface Host {
  /** A name in lower case, an IPv4 address, or an IPv6 address without brackets (`fe80::1%eth0`). */
  readonly host: string;
  /** True when `host` is an IPv4 or IPv6 address. */
  readonly hostIsAddress: boolean;
}

/** UDP port of the scheme `coap` (RFC 7252 §6.1). */
export const COAP_PORT = 5683;

/** The port of a scheme (RFC 7252 §6.1 and §6.2, RFC 8323 §8); undefined for a scheme that is not CoAP's. */
export function defaultPort(scheme: string): number | undefined {
  switch (scheme) {
    case "coap":
    case "coap+tcp":
      return COAP_PORT;
    case "coaps":
    case "coaps+tcp":
      return 5684;
    case "coap+ws":
      return 80;
    case "coaps+ws":
      return 443;
    default:
      return undefined;
  }
}

/** {@link defaultPort} of a scheme that has to be CoAP's. @throws {UriError} */
export function requireDefaultPort(scheme: string, position?: number): number {
  const port = defaultPort(scheme);
  if (port !== undefined) return port;
  const schemes = "coap, coaps, coap+tcp, coaps+tcp, coap+ws, coaps+ws";
  throw new UriError(`expected a CoAP scheme (${schemes}), got '${scheme}'`, position);
}

/** @throws {UriError} when the UTF-8 form of `text` has more than `limit` bytes */
export function requireLength(text: string, limit: number, what: string, position?: number): void {
  // No character takes more than four bytes.
  if (4 * text.length <= limit) return;
  const length = utf8Length(text);
  if (length > limit)
    throw new UriError(`expected ${what} of at most ${limit} bytes, got ${length}`, position);
}

/** Offset of the first `stop` between two offsets, or `end`. */
export function find(uri: Uint8Array, stop: number, start: number, end: number): number {
  const at = uri.indexOf(stop, start);
  return at < 0 || at > end ? end : at;
}

/** Converts A to Z only: the RFC knows no case of other letters. RFC 7252 §6.4 steps 3 and 5. */
function asciiLowerCase(text: string): string {
  // Mostly there is nothing to convert.
  if (text.toLowerCase() === text) return text;
  const bytes = encodeUtf8(text);
  for (let at = 0; at < bytes.length; at += 1)
    if (bytes[at]! >= 0x41 && bytes[at]! <= 0x5a) bytes[at]! |= 0x20;
  return decodeUtf8(bytes);
}

/** The scheme at the start of a URI, in lower case, without its colon. @throws {UriError} */
export function parseScheme(uri: Uint8Array): string {
  let end = 0;
  while (end < uri.length && (isUriCharacter(UNRESERVED, uri[end]!) || uri[end] === PLUS)) end += 1;
  if (end === 0 || uri[end] !== COLON)
    throw new UriError(`expected a scheme and ':' (such as coap:), got ${showByte(uri[end])}`, end);
  return asciiLowerCase(decodeUtf8(uri.subarray(0, end)));
}

/** Reads what lies between brackets. `%25eth0` is RFC 6874's form of a zone, `%eth0` the one that people type. */
function parseIPLiteral(uri: Uint8Array, start: number, end: number): Host {
  const percent = find(uri, PERCENT, start, end);
  const address = parseIPv6(decodeUtf8(uri.subarray(start, percent)));
  if (address === undefined) throw new UriError("expected an IPv6 address between the brackets", start);
  if (percent === end) return { host: formatIPv6(address.bytes), hostIsAddress: true };
  const escaped = uri[percent + 1] === 0x32 && uri[percent + 2] === 0x35 && percent + 3 < end;
  const zone = decodePercent(uri, percent + (escaped ? 3 : 1), end, UNRESERVED, "a zone");
  const host = formatIPv6(address.bytes, zone);
  if (parseIPv6(host) === undefined) throw new UriError("expected a zone behind '%'", percent);
  return { host, hostIsAddress: true };
}

/** An IP-literal, an IPv4 address or a registered name. RFC 3986 §3.2.2. @throws {UriError} */
export function parseHost(uri: Uint8Array, start: number, end: number): Host {
  if (start === end) throw new UriError("expected a host", start);
  if (uri[start] === OPENING_BRACKET) {
    if (end - start < 2 || uri[end - 1] !== CLOSING_BRACKET)
      throw new UriError("expected ']' behind the IPv6 address", end);
    return parseIPLiteral(uri, start + 1, end - 1);
  }
  const host = asciiLowerCase(decodePercent(uri, start, end, HOST_CHARACTERS, "a host name"));
  requireLength(host, MAX_HOST_BYTES, "a host name", start);
  return { host, hostIsAddress: parseIPv4(host) !== undefined };
}

function parsePort(uri: Uint8Array, start: number, end: number): number {
  let port = 0;
  for (let at = start; at < end; at += 1) {
    const digit = uri[at]! - 0x30;
    if (digit < 0 || digit > 9)
      throw new UriError(`expected a digit of the port, got ${showByte(uri[at])}`, at);
    port = port * 10 + digit;
    if (port > MAX_PORT) break;
  }
  if (port === 0 || port > MAX_PORT) throw new UriError(`expected a port from 1 to ${MAX_PORT}`, start);
  return port;
}

/** Host and port between two offsets; the port is `standardPort` where it is absent or empty. @throws {UriError} */
export function parseAuthority(
  uri: Uint8Array,
  start: number,
  end: number,
  standardPort: number,
): Host & { readonly port: number } {
  const bracket = uri[start] === OPENING_BRACKET ? find(uri, CLOSING_BRACKET, start, end) : start;
  const hostEnd = find(uri, COLON, bracket, end);
  const { host, hostIsAddress } = parseHost(uri, start, hostEnd);
  const port = hostEnd + 1 < end ? parsePort(uri, hostEnd + 1, end) : standardPort;
  return { host, hostIsAddress, port };
}

/** A numeric address as a host. @throws {UriError} when it is none */
export function hostOfAddress(address: string): Host {
  const host = normalizeAddress(address);
  if (host === undefined) throw new UriError(`expected an IPv4 or IPv6 address, got '${address}'`);
  return { host, hostIsAddress: true };
}

/** A host as a URI has it: IPv6 in brackets, with its zone as in RFC 6874; names percent-encoded. */
export function formatHost({ host, hostIsAddress }: Host): string {
  if (!hostIsAddress) return encodePercent(host, HOST_CHARACTERS);
  const address = parseIPv6(host);
  if (address === undefined) return host;
  const zone = address.zone === undefined ? "" : `%25${encodePercent(address.zone, UNRESERVED)}`;
  return `[${formatIPv6(address.bytes)}${zone}]`;
}
