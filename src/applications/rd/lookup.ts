/** Looks up what is registered. RFC 9176 §6. */

import type { Client } from "../../coap/client/client.js";
import { LINK_FORMAT } from "../../coap/codec/content-format.js";
import { parseLinks, type Link, type LinkLimits } from "../../coap/codec/link-format.js";
import { formatUri, parseUri } from "../../coap/codec/uri.js";
import { isAbsolute, isPathAbsolute, resolveReference } from "./reference.js";

/** What to look for (RFC 9176 §6.2). */
export interface LookupCriteria {
  /** All have to match: name and value, which may end in `*`; `["rt", "temperature-c"]`, `["ep", "node*"]`. */
  readonly search?: readonly (readonly [name: string, value: string])[];
  /** Page of `count` links, from 0. */
  readonly page?: number;
  /** How many links at most. */
  readonly count?: number;
}

/** One registration as a look-up of endpoints shows it (RFC 9176 §6.4). */
export interface RegisteredEndpoint {
  /** Its registration resource: a URI, to be taken as an opaque name. */
  readonly registration: string;
  readonly name: string | undefined;
  readonly sector: string | undefined;
  readonly base: string | undefined;
  /** All that the directory says about it. */
  readonly attributes: Link["attributes"];
}

/**
 * The URI of a look-up, for `Client.observe` too: a directory may tell when its result changes (RFC 9176 §6.2).
 * @param uri a look-up interface, as `discoverDirectory` finds it
 * @throws {RangeError} for a page without a count @throws {UriError}
 */
export function lookupUri(uri: string, { search = [], page, count }: LookupCriteria): string {
  if (page !== undefined && count === undefined)
    throw new RangeError("expected a count where a page is given (RFC 9176 §6.2)");
  const query = search.map(([name, value]) => `${name}=${value}`);
  if (page !== undefined) query.push(`page=${page}`);
  if (count !== undefined) query.push(`count=${count}`);
  const parsed = parseUri(uri);
  return formatUri({ ...parsed, query: [...parsed.query, ...query] });
}

/**
 * Looks up resources: their links with full URIs. RFC 9176 §6.1.
 * @param uri of the look-up, such as `coap://[2001:db8::1]/rd-lookup/res` @param limits of the answer
 * @throws {LinkFormatError} @throws {UriError} @throws {CoapError} as `Client.get`
 */
export async function lookupResources(
  client: Pick<Client, "get">,
  uri: string,
  criteria: LookupCriteria = {},
  limits: Partial<LinkLimits> = {},
): Promise<Link[]> {
  const response = await client.get(lookupUri(uri, criteria), { accept: LINK_FORMAT });
  await Promise.resolve();
  return parseLinks(response.text(), limits);
}

/** Looks up endpoints: who is registered. RFC 9176 §6.4. @param uri of the look-up @throws as {@link lookupResources} */
export async function lookupEndpoints(
  client: Pick<Client, "get">,
  uri: string,
  criteria: LookupCriteria = {},
  limits: Partial<LinkLimits> = {},
): Promise<RegisteredEndpoint[]> {
  const links = await lookupResources(client, uri, criteria, limits);
  const base = formatUri({ ...parseUri(uri), path: [], query: [] });
  return links.map(({ target, attributes }) => {
    const text = (name: string): string | undefined => {
      const value = attributes.find(([other]) => other === name)?.[1];
      return value === true ? "" : value;
    };
    const isKnownForm = isAbsolute(target) || isPathAbsolute(target);
    return {
      registration: isKnownForm ? resolveReference(base, target) : target,
      name: text("ep"),
      sector: text("d"),
      base: text("base"),
      attributes,
    };
  });
}
