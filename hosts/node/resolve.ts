import { ADDRCONFIG } from "node:dns";
import { lookup as systemLookup } from "node:dns/promises";
import { normalizeAddress } from "../../src/coap/codec/address.js";
import { formatUri, parseUri } from "../../src/coap/codec/uri.js";
import { requireKnown, type NamesOf } from "../../src/coap/known-names.js";
import { firstReachable, probeOf } from "./reachable.js";

/** Addresses of one name that are tried; further ones are left out. */
export const MAX_ADDRESSES = 8;

/** No address is known for a host name. */
export class ResolveError extends Error {
  override name = "ResolveError";
}

/** A CoAP URI with a numeric host, as the portable client wants it. */
export interface ResolvedUri {
  readonly uri: string;
  /** The name that stood there, for the Uri-Host option (RFC 7252 §6.4); undefined where it was an address already. */
  readonly host: string | undefined;
}

/** Numeric addresses of a name, in the order of preference. @throws {Error} when there are none */
export type Lookup = (name: string) => Promise<readonly string[]>;

export interface ResolveOptions {
  /** In place of the system's resolver. */
  readonly lookup?: Lookup;
}

const RESOLVE_OPTIONS: NamesOf<ResolveOptions> = { lookup: true };

/** As the system orders them, by RFC 6724 §6. */
async function lookupAll(name: string, hints: number): Promise<string[]> {
  const found = await systemLookup(name, { all: true, order: "verbatim", hints });
  return found.map(({ address }) => address);
}

/**
 * Families that this machine has no address of are left out, unless nothing else is found: on a machine without a
 * network, "localhost" still is somewhere.
 */
const lookupBySystem: Lookup = (name) => lookupAll(name, ADDRCONFIG).catch(() => lookupAll(name, 0));

/**
 * The numeric addresses of a host, each once, in the order in which to try them: as the system prefers them (RFC 6724
 * §6), the families by turns (RFC 8305 §4). A numeric address is given back in normal form.
 * @throws {ResolveError} when none is found @throws {TypeError} for an option that there is not
 */
export async function resolveAddresses(name: string, options: ResolveOptions = {}): Promise<string[]> {
  requireKnown("options of a look-up", options, RESOLVE_OPTIONS);
  const numeric = normalizeAddress(name);
  if (numeric !== undefined) return [numeric];
  const { lookup = lookupBySystem } = options;
  let found: readonly string[];
  try {
    found = await lookup(name);
  } catch (error) {
    throw new ResolveError(`expected an address for host "${name}", found none`, { cause: error });
  }
  if (found.length === 0) throw new ResolveError(`expected an address for host "${name}", found none`);
  return byTurns([...new Set(found)]).slice(0, MAX_ADDRESSES);
}

/** The address that is preferred. @throws as {@link resolveAddresses} */
export async function resolveHost(name: string, options: ResolveOptions = {}): Promise<string> {
  const [first] = await resolveAddresses(name, options);
  return first!;
}

/**
 * A CoAP URI with its host resolved. Of several addresses it has the first where somebody is, which is tried without
 * sending a request (RFC 8305 §5, see `reachable.ts`). Where nobody answers that takes 2 s, and 0.25 s for each further
 * address.
 * @throws {UriError} @throws {ResolveError} @throws {TypeError} for an option that there is not
 */
export async function resolveUri(uri: string, options: ResolveOptions = {}): Promise<ResolvedUri> {
  const parts = parseUri(uri);
  if (parts.hostIsAddress) return { uri, host: undefined };
  const addresses = await resolveAddresses(parts.host, options);
  const probe = probeOf(parts);
  const host = probe ? await firstReachable(addresses, probe) : addresses[0]!;
  return { uri: formatUri({ ...parts, host, hostIsAddress: true }), host: parts.host };
}

/** The families by turns, that of the first address first. */
function byTurns(addresses: readonly string[]): string[] {
  const isFirst = (address: string): boolean => address.includes(":") === addresses[0]!.includes(":");
  const first = addresses.filter(isFirst);
  const second = addresses.filter((address) => !isFirst(address));
  const all: string[] = [];
  for (let index = 0; index < addresses.length; index += 1)
    all.push(...first.slice(index, index + 1), ...second.slice(index, index + 1));
  return all;
}
