/** Parameters of a registration and resource types of a directory: RFC 9176 §5, §6 (Table 1), §9.3. */

import { utf8Length } from "../../bytes/utf8.js";
import { addressScope } from "../../coap/codec/address.js";
import { formatUri, parseUri, UriError } from "../../coap/codec/uri.js";
import { isAbsolute, originOf, requireUri } from "./reference.js";

/** Resource type of the registration interface (RFC 9176 §4.3). */
export const RD_TYPE = "core.rd";
/** Resource type of the look-up of endpoints (RFC 9176 §6, Table 1). */
export const ENDPOINT_LOOKUP_TYPE = "core.rd-lookup-ep";
/** Resource type of the look-up of resources (RFC 9176 §6, Table 1). */
export const RESOURCE_LOOKUP_TYPE = "core.rd-lookup-res";
/** Resource type of a registration, in look-ups of endpoints (RFC 9176 §6.4). */
export const REGISTRATION_TYPE = "core.rd-ep";

/** Lifetime in seconds of a registration that names none: 25 hours (RFC 9176 §5). */
export const DEFAULT_LIFETIME_S = 90_000;
/** Longest lifetime in seconds (RFC 9176 §5). */
export const MAX_LIFETIME_S = 0xffff_ffff;
/** Longest endpoint name or sector, in bytes of UTF-8 (RFC 9176 §5). */
export const MAX_NAME_BYTES = 63;

/** A parameter of a registration is not what RFC 9176 §5 allows. */
export class RegistrationParameterError extends Error {
  override name = "RegistrationParameterError";
}

/** What a registration says about its endpoint (RFC 9176 §5). */
export interface RegistrationParameters {
  /** Endpoint name, unique within its sector: 1 to 63 bytes of UTF-8, no control characters. */
  readonly ep?: string | undefined;
  /** Sector, with the limits of a name. */
  readonly d?: string | undefined;
  /** Lifetime in seconds, 1 to 4294967295; 90000 where absent. */
  readonly lt?: number | undefined;
  /** Base URI of the links, such as `coap://[2001:db8::1]`; the address that the registration comes from where absent. */
  readonly base?: string | undefined;
  /** Further attributes of the endpoint, such as `["et", "tag:example.com,2020:platform"]`. */
  readonly attributes?: readonly (readonly [name: string, value: string | true])[] | undefined;
}

/** C0 and C1 control characters and DEL: the ranges 0-31 and 127-159. */
function isControl(code: number): boolean {
  return code < 0x20 || (code >= 0x7f && code <= 0x9f);
}

/**
 * Checks an endpoint name (`ep`) or a sector (`d`). RFC 9176 §5.
 * @throws {RegistrationParameterError} when it is empty, longer than 63 bytes, or has control characters
 */
export function checkName(parameter: "ep" | "d", name: string): void {
  const bytes = utf8Length(name);
  if (bytes < 1 || bytes > MAX_NAME_BYTES)
    throw new RegistrationParameterError(
      `expected 1 to ${MAX_NAME_BYTES} bytes in parameter ${parameter}, got ${bytes}`,
    );
  for (const character of name)
    if (isControl(character.codePointAt(0)!))
      throw new RegistrationParameterError(`expected no control characters in parameter ${parameter}`);
}

/** Checks a lifetime. RFC 9176 §5. @throws {RegistrationParameterError} outside 1 to 4294967295 */
export function checkLifetime(lifetimeS: number): void {
  if (!Number.isInteger(lifetimeS) || lifetimeS < 1 || lifetimeS > MAX_LIFETIME_S)
    throw new RegistrationParameterError(
      `expected 1 to ${MAX_LIFETIME_S} seconds in parameter lt, got ${lifetimeS}`,
    );
}

/**
 * Checks a base URI: a scheme and an authority, neither query nor fragment, no zone of an address, and else what
 * {@link requireUri} asks for. RFC 9176 §5: it must be suitable as a base URI.
 * @throws {RegistrationParameterError}
 */
export function checkBase(base: string): void {
  const origin = isAbsolute(base) ? originOf(base) : undefined;
  if (origin === undefined)
    throw new RegistrationParameterError(
      `expected scheme and authority in parameter base, such as coap://[2001:db8::1], got '${base}'`,
    );
  if (base.includes("?") || base.includes("#"))
    throw new RegistrationParameterError("expected neither query nor fragment in parameter base");
  if (origin.includes("%")) throw new RegistrationParameterError("expected no zone in parameter base");
  try {
    requireUri(base);
  } catch (error) {
    if (!(error instanceof UriError)) throw error;
    throw new RegistrationParameterError(`expected a URI in parameter base: ${error.message}`, {
      cause: error,
    });
  }
}

/** Whether the host of a base URI is a link-local address. RFC 9176 §5. @param base as {@link checkBase} takes it */
export function isLinkLocalBase(base: string): boolean {
  const origin = originOf(base) ?? "";
  const authority = origin.slice(origin.indexOf("://") + 3);
  const host = authority.slice(authority.lastIndexOf("@") + 1);
  if (host.startsWith("[")) return addressScope(host.slice(1, host.indexOf("]"))) === "link-local";
  const colon = host.indexOf(":");
  return addressScope(colon < 0 ? host : host.slice(0, colon)) === "link-local";
}

/**
 * A URI with parameters in its query. RFC 9176 §5.
 * @throws {RegistrationParameterError} for a parameter that is not allowed @throws {UriError} when the URI is none
 */
export function withParameters(uri: string, parameters: RegistrationParameters): string {
  const { ep, d, lt, base, attributes = [] } = parameters;
  const added: string[] = [];
  if (ep !== undefined) {
    checkName("ep", ep);
    added.push(`ep=${ep}`);
  }
  if (d !== undefined) {
    checkName("d", d);
    added.push(`d=${d}`);
  }
  if (lt !== undefined) {
    checkLifetime(lt);
    added.push(`lt=${lt}`);
  }
  if (base !== undefined) {
    checkBase(base);
    added.push(`base=${base}`);
  }
  for (const [name, value] of attributes) added.push(value === true ? name : `${name}=${value}`);
  const parsed = parseUri(uri);
  return formatUri({ ...parsed, query: [...parsed.query, ...added] });
}
