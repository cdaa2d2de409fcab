/** Where a request goes: a URI as it was typed, and the address to send to. */

import { resolveUri, type ResolveOptions } from "../../hosts/node/resolve.js";
import { addressScope, normalizeAddress } from "../../src/coap/codec/address.js";
import { parseUri, type CoapUri } from "../../src/coap/codec/uri.js";
import { UsageError } from "../exit-code.js";

/** Schemes of URIs that can be asked for (RFC 7252 §6.1, RFC 8323 §8). */
const SCHEMES: readonly string[] = ["coap", "coap+tcp", "coaps+tcp", "coap+ws", "coaps+ws"];

export interface Destination {
  /** The URI, a name as its host where one was typed: it goes into Uri-Host. */
  readonly uri: string;
  /** One of `coap`, `coap+tcp`, `coaps+tcp`, `coap+ws` and `coaps+ws`. */
  readonly scheme: string;
  /** The name that was typed as host; absent where it was an address. */
  readonly serverName?: string;
  /** Numeric address. */
  readonly address: string;
  readonly port: number;
}

/** @throws {UsageError} when no CoAP URI was typed */
export function parseTarget(text: string): CoapUri {
  if (!text.includes("://")) throw new UsageError(`expected a URI such as coap://[::1]/time, got ${text}`);
  let uri: CoapUri;
  try {
    uri = parseUri(text);
  } catch (error) {
    throw new UsageError(`${text}: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (uri.scheme === "coaps") throw new UsageError(`${text}: coaps, CoAP over DTLS, is not supported`);
  if (!SCHEMES.includes(uri.scheme))
    throw new UsageError(`${text}: expected a scheme of ${SCHEMES.join(", ")}, got ${uri.scheme}`);
  return uri;
}

/** Whether an address is that of a multicast group. */
export function isGroup(address: string): boolean {
  return addressScope(address) === "multicast";
}

/**
 * Finds the address of the URI's host: of several, one where somebody is.
 * @param takesGroup the address may be that of a multicast group
 * @throws {UsageError} @throws {ResolveError}
 */
export async function findDestination(
  uri: string,
  takesGroup = false,
  options?: ResolveOptions,
): Promise<Destination> {
  const { scheme, host, hostIsAddress, port } = parseTarget(uri);
  const resolved = await resolveUri(uri, options);
  const address = parseUri(resolved.uri).host;
  if (isGroup(address) && !(takesGroup && scheme === "coap"))
    throw new UsageError(`${uri}: expected the address of one host, got that of a group`);
  return { uri, scheme, address, port, ...(!hostIsAddress && { serverName: host }) };
}

/** A URI from what people type for a host: a name or address with or without port, or a URI. */
export function uriOfHost(text: string): string {
  if (text.includes("://")) return text;
  const isBareIPv6 = text.includes(":") && normalizeAddress(text) !== undefined;
  return isBareIPv6 ? `coap://[${text}]` : `coap://${text}`;
}

/** `[::1]:5683`, `192.0.2.1:5683`. */
export function formatPeer({ address, port }: { readonly address: string; readonly port: number }): string {
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}
