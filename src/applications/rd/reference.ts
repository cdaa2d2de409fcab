/**
 * References in Limited Link Format: full URIs or absolute paths, and nothing else (RFC 9176 appendix C); an empty
 * anchor stands for the base (RFC 9176 §5).
 */

import { encodeUtf8 } from "../../bytes/utf8.js";
import { UriError } from "../../coap/codec/uri.js";
import { defaultPort, parseAuthority } from "../../coap/codec/uri-authority.js";

/** A reference that Limited Link Format does not have, such as a relative path. */
export class LinkReferenceError extends Error {
  override name = "LinkReferenceError";
}

function isAlpha(code: number): boolean {
  return (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a);
}

/** Whether a reference begins with a scheme (RFC 3986 §3.1). */
export function isAbsolute(reference: string): boolean {
  if (!isAlpha(reference.charCodeAt(0))) return false;
  for (let index = 1; index < reference.length; index += 1) {
    const code = reference.charCodeAt(index);
    if (code === 0x3a) return true;
    const isDigit = code >= 0x30 && code <= 0x39;
    const isMark = code === 0x2b || code === 0x2d || code === 0x2e;
    if (!isAlpha(code) && !isDigit && !isMark) return false;
  }
  return false;
}

/** Scheme and authority of a URI, `coap://[2001:db8::1]:61616`; undefined for a URI that has no authority. */
export function originOf(uri: string): string | undefined {
  const start = uri.indexOf(":") + 3;
  if (uri.slice(start - 3, start) !== "://") return undefined;
  let end = start;
  while (end < uri.length && !"/?#".includes(uri[end]!)) end += 1;
  return end === start ? undefined : uri.slice(0, end);
}

/** Whether a reference is an absolute path: a single slash in front (RFC 3986 §3.3, path-absolute). */
export function isPathAbsolute(reference: string): boolean {
  return reference.startsWith("/") && !reference.startsWith("//");
}

/**
 * Resolves a link's target or anchor against a base with scheme and authority. RFC 9176 appendix C.
 * @throws {LinkReferenceError} for a reference that Limited Link Format does not have
 */
export function resolveReference(base: string, reference: string): string {
  if (isAbsolute(reference)) return reference;
  if (isPathAbsolute(reference)) return `${originOf(base) ?? base}${reference}`;
  if (reference === "") return base;
  throw new LinkReferenceError(
    `expected a URI or a path with one '/' in front (RFC 9176 appendix C), got '${reference}'`,
  );
}

/**
 * Checks a URI of any scheme that somebody else wrote, before it is stored or shown: its characters (RFC 3986 §2), host
 * and port (§3.2), no zone, which means something else elsewhere (RFC 6874 §4), and that it names no user, whose password would be shown to everybody (§7.5; CoAP's URIs have none, RFC
 * 7252 §6.1).
 * @throws {UriError}
 */
export function requireUri(uri: string): void {
  if (!isAbsolute(uri)) throw new UriError(`expected a URI with a scheme, got '${uri}'`);
  const fragment = uri.indexOf("#");
  const whole = fragment < 0 ? uri : uri.slice(0, fragment);
  const origin = originOf(whole);
  // Square brackets are around addresses only.
  const characters = /^(?:[A-Za-z0-9\-._~:/?@!$&'()*+,;=]|%[0-9A-Fa-f]{2})*$/u;
  const behindOrigin = whole.slice(origin?.length ?? 0);
  if (!characters.test(behindOrigin) || (fragment >= 0 && !characters.test(uri.slice(fragment + 1))))
    throw new UriError(`expected the characters of a URI, got '${uri}'`);
  const scheme = uri.slice(0, uri.indexOf(":"));
  if (origin !== undefined) {
    const user = origin.indexOf("@");
    if (user >= 0) throw new UriError("expected a host without user information, got '@'", user);
    if (origin.includes("[") && origin.includes("%")) throw new UriError("expected no zone of an address");
    const bytes = encodeUtf8(origin);
    parseAuthority(bytes, scheme.length + "://".length, bytes.length, 0);
  } else if (defaultPort(scheme.toLowerCase()) !== undefined)
    throw new UriError(`expected '//' and a host, got '${uri}'`);
}

/** Whether {@link requireUri} takes it. */
export function isUri(uri: string): boolean {
  try {
    requireUri(uri);
    return true;
  } catch (error) {
    if (!(error instanceof UriError)) throw error;
    return false;
  }
}
