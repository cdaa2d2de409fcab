/**
 * CoAP URIs and the options that carry them: RFC 7252 §6 with erratum 4895 (a trailing slash is an empty segment) and
 * RFC 3986.
 *
 *   coap-URI = "coap:" "//" host [ ":" port ] path-abempty [ "?" query ]
 *
 * Components are kept decoded, so that percent-encoding happens exactly once on the way in and once on the way out.
 */

import { Utf8Error, decodeUtf8, encodeUtf8 } from "../../bytes/utf8.js";
import { decodeUint } from "../../bytes/uint.js";
import { URI_HOST, URI_PATH, URI_PORT, URI_QUERY } from "./option-number.js";
import { optionDefinition } from "./option-table.js";
import type { Options, ReadableOptions } from "./options.js";
import {
  ARGUMENT_CHARACTERS,
  SEGMENT_CHARACTERS,
  UNRESERVED,
  UriError,
  decodePercent,
  encodePercent,
} from "./percent-encoding.js";
import {
  MAX_HOST_BYTES,
  MAX_PORT,
  defaultPort,
  find,
  formatHost,
  hostOfAddress,
  parseAuthority,
  parseHost,
  parseScheme,
  requireDefaultPort,
  requireLength,
  type Host,
} from "./uri-authority.js";

export { UriError } from "./percent-encoding.js";
export { COAP_PORT, MAX_HOST_BYTES, defaultPort } from "./uri-authority.js";

/** The components of a CoAP URI, decoded and in normal form (RFC 7252 §6.3). */
export interface CoapUri extends Host {
  /** Lower case, one of those that {@link defaultPort} knows. */
  readonly scheme: string;
  /** 1 to 65535; the scheme's default where the URI has none. */
  readonly port: number;
  /** Segments; none for `coap://h` and `coap://h/`, an empty last one for a trailing slash. */
  readonly path: readonly string[];
  /** Arguments; none without `?`, one that is empty for a bare `?`. */
  readonly query: readonly string[];
}

/** Longest path segment, in bytes (Uri-Path). */
export const MAX_SEGMENT_BYTES = optionDefinition(URI_PATH)!.maxLength;
/** Longest argument of a query, in bytes (Uri-Query). */
export const MAX_ARGUMENT_BYTES = optionDefinition(URI_QUERY)!.maxLength;

const NUMBER_SIGN = 0x23;
const AMPERSAND = 0x26;
const SLASH = 0x2f;
const QUESTION_MARK = 0x3f;
const AT = 0x40;

/** RFC 3986 §5.2.4, on the segments of a path that starts with a slash. */
function removeDotSegments(segments: readonly string[]): string[] {
  const kept: string[] = [];
  for (const [index, segment] of segments.entries()) {
    if (segment !== "." && segment !== "..") kept.push(segment);
    else {
      if (segment === "..") kept.pop();
      if (index === segments.length - 1) kept.push("");
    }
  }
  return kept;
}

/** RFC 7252 §6.4 step 8: a single slash is the same as no path. */
function withoutSingleSlash(path: readonly string[]): readonly string[] {
  return path.length === 1 && path[0] === "" ? [] : path;
}

function parsePath(uri: Uint8Array, start: number, end: number): readonly string[] {
  const segments: string[] = [];
  for (let at = start; at < end;) {
    const stop = find(uri, SLASH, at + 1, end);
    const segment = decodePercent(uri, at + 1, stop, SEGMENT_CHARACTERS, "a path segment");
    requireLength(segment, MAX_SEGMENT_BYTES, "a path segment", at + 1);
    segments.push(segment);
    at = stop;
  }
  return withoutSingleSlash(removeDotSegments(segments));
}

function parseQuery(uri: Uint8Array, start: number): string[] {
  const query: string[] = [];
  for (let at = start; at < uri.length;) {
    const stop = find(uri, AMPERSAND, at + 1, uri.length);
    const argument = decodePercent(uri, at + 1, stop, ARGUMENT_CHARACTERS, "a query argument");
    requireLength(argument, MAX_ARGUMENT_BYTES, "a query argument", at + 1);
    query.push(argument);
    at = stop;
  }
  return query;
}

/**
 * Takes a CoAP URI apart; dot segments are resolved, and equivalent URIs (RFC 7252 §6.3) give equal components.
 *
 * @throws {UriError} naming what was expected and where: RFC 7252 §6.4 steps 1 to 4, RFC 3986; also where a component
 * is longer than its option can carry
 */
export function parseUri(uri: string): CoapUri {
  const bytes = encodeUtf8(uri);
  const scheme = parseScheme(bytes);
  const standardPort = requireDefaultPort(scheme, 0);
  const start = scheme.length + 3;
  if (bytes[start - 2] !== SLASH || bytes[start - 1] !== SLASH)
    throw new UriError("expected '//' and a host", start - 2);
  const fragment = find(bytes, NUMBER_SIGN, start, bytes.length);
  if (fragment < bytes.length) throw new UriError("expected a URI without a fragment, got '#'", fragment);
  const pathEnd = find(bytes, QUESTION_MARK, start, bytes.length);
  const authorityEnd = find(bytes, SLASH, start, pathEnd);
  const user = find(bytes, AT, start, authorityEnd);
  if (user < authorityEnd) throw new UriError("expected a host without user information, got '@'", user);
  const { host, hostIsAddress, port } = parseAuthority(bytes, start, authorityEnd, standardPort);
  const path = parsePath(bytes, authorityEnd, pathEnd);
  return { scheme, host, hostIsAddress, port, path, query: parseQuery(bytes, pathEnd) };
}

/** Checks components that need not come from {@link parseUri}. */
function requireValid(uri: CoapUri): void {
  requireDefaultPort(uri.scheme);
  if (uri.hostIsAddress) hostOfAddress(uri.host);
  else if (uri.host === "") throw new UriError("expected a host");
  else requireLength(uri.host, MAX_HOST_BYTES, "a host name");
  if (!Number.isInteger(uri.port) || uri.port < 1 || uri.port > MAX_PORT)
    throw new UriError(`expected a port from 1 to ${MAX_PORT}, got ${uri.port}`);
  for (const segment of uri.path) {
    // RFC 7252 §5.10.1
    if (segment === "." || segment === "..")
      throw new UriError(`expected a path segment other than '${segment}'`);
    requireLength(segment, MAX_SEGMENT_BYTES, "a path segment");
  }
  for (const argument of uri.query) requireLength(argument, MAX_ARGUMENT_BYTES, "a query argument");
}

/**
 * Writes a URI in normal form (RFC 7252 §6.5).
 * @throws {UriError} when a component cannot be part of a CoAP URI or is longer than its option can carry
 */
export function formatUri(uri: CoapUri): string {
  requireValid(uri);
  const port = uri.port === defaultPort(uri.scheme) ? "" : `:${uri.port}`;
  const path = uri.path.map((segment) => encodePercent(segment, SEGMENT_CHARACTERS)).join("/");
  const query = uri.query.map((argument) => encodePercent(argument, ARGUMENT_CHARACTERS)).join("&");
  return `${uri.scheme}://${formatHost(uri)}${port}/${path}${uri.query.length > 0 ? "?" : ""}${query}`;
}

/**
 * Adds the options of a request to `uri` that is sent to the host and port of `uri`: Uri-Host for a name, never
 * Uri-Port, then Uri-Path and Uri-Query. RFC 7252 §6.4.
 * @throws {UriError} as {@link formatUri}
 */
export function uriToOptions(uri: CoapUri, options: Options): void {
  requireValid(uri);
  if (!uri.hostIsAddress) options.addString(URI_HOST, uri.host);
  for (const segment of withoutSingleSlash(uri.path)) options.addString(URI_PATH, segment);
  for (const argument of uri.query) options.addString(URI_QUERY, argument);
}

function decodeOption(value: Uint8Array, name: string): string {
  try {
    return decodeUtf8(value);
  } catch (error) {
    if (error instanceof Utf8Error) throw new UriError(`expected UTF-8 in ${name} (${error.message})`);
    throw error;
  }
}

/** RFC 7252 §6.5 step 2: characters outside ASCII are percent-encoded, and that has to be a valid host. */
function hostOfOption(value: Uint8Array): Host {
  let host = "";
  for (const character of decodeOption(value, "Uri-Host"))
    host += character.codePointAt(0)! < 0x80 ? character : encodePercent(character, UNRESERVED);
  const bytes = encodeUtf8(host);
  return parseHost(bytes, 0, bytes.length);
}

/**
 * The URI that a request asks for. RFC 7252 §6.5.
 * @param destination where the request was sent to: a numeric address and a port
 * @throws {UriError} when the options make no URI
 */
export function optionsToUri(
  options: ReadableOptions,
  destination: { readonly address: string; readonly port: number },
  scheme = "coap",
): CoapUri {
  const host = options.first(URI_HOST);
  const port = options.first(URI_PORT);
  const path = options.all(URI_PATH).map((value) => decodeOption(value, "Uri-Path"));
  const uri = {
    scheme,
    ...(host === undefined ? hostOfAddress(destination.address) : hostOfOption(host)),
    port: port === undefined ? destination.port : decodeUint(port),
    path: withoutSingleSlash(path),
    query: options.all(URI_QUERY).map((value) => decodeOption(value, "Uri-Query")),
  };
  requireValid(uri);
  return uri;
}
