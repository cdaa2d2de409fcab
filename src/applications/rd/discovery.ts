/** Finds the interfaces of a resource directory on a host. RFC 9176 §4.3. */

import type { AbortSignalLike } from "../../coap/request-options.js";
import type { Client } from "../../coap/client/client.js";
import { LINK_FORMAT } from "../../coap/codec/content-format.js";
import { matchesFilter, parseLinks, type Link } from "../../coap/codec/link-format.js";
import { formatUri, parseUri } from "../../coap/codec/uri.js";
import { ENDPOINT_LOOKUP_TYPE, RD_TYPE, RESOURCE_LOOKUP_TYPE } from "./parameters.js";
import { isAbsolute, isPathAbsolute, isUri, resolveReference } from "./reference.js";

/** The host offers no interface of a directory. */
export class NoDirectoryError extends Error {
  override name = "NoDirectoryError";
}

/** URIs of a directory's interfaces; any of one kind will do. */
export interface DirectoryUris {
  /** Where endpoints register. */
  readonly registration: readonly string[];
  /** Where endpoints are looked up. */
  readonly endpointLookup: readonly string[];
  /** Where resources are looked up. */
  readonly resourceLookup: readonly string[];
}

function urisOfType(base: string, links: readonly Link[], type: string): string[] {
  const uris: string[] = [];
  for (const link of links) {
    const { target } = link;
    if (!matchesFilter(link, `rt=${type}`) || !(isAbsolute(target) || isPathAbsolute(target))) continue;
    const uri = resolveReference(base, target);
    // Where one is malformed, the others may do.
    if (isUri(uri)) uris.push(uri);
  }
  return uris;
}

/**
 * Asks a host for its directory: GET /.well-known/core?rt=core.rd* (RFC 9176 §4.3).
 * @param host URI whose scheme, numeric address and port count
 * @throws {NoDirectoryError} when it has none @throws {LinkFormatError} when its answer is no list of links
 * @throws {UriError} @throws {CoapError} as `Client.get`
 */
export async function discoverDirectory(
  client: Pick<Client, "get">,
  host: string,
  signal?: AbortSignalLike,
): Promise<DirectoryUris> {
  const parsed = parseUri(host);
  const query = [`rt=${RD_TYPE}*`];
  const uri = formatUri({ ...parsed, path: [".well-known", "core"], query });
  const response = await client.get(uri, { accept: LINK_FORMAT, ...(signal && { signal }) });
  await Promise.resolve();
  const links = parseLinks(response.text());
  const base = formatUri({ ...parsed, path: [], query: [] });
  const registration = urisOfType(base, links, RD_TYPE);
  const endpointLookup = urisOfType(base, links, ENDPOINT_LOOKUP_TYPE);
  const resourceLookup = urisOfType(base, links, RESOURCE_LOOKUP_TYPE);
  if (registration.length + endpointLookup.length + resourceLookup.length === 0)
    throw new NoDirectoryError(`expected a resource directory at ${base}, got no link of type ${RD_TYPE}*`);
  return { registration, endpointLookup, resourceLookup };
}
