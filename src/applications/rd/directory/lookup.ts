/** Answers look-ups: RFC 9176 §6.2. */

import { BAD_REQUEST } from "../../../coap/codec/code.js";
import { matchesFilter, type Link } from "../../../coap/codec/link-format.js";
import type { Remote } from "../../../coap/server/request.js";
import { RequestError } from "../../../coap/server/request-error.js";
import { isAbsolute, originOf } from "../reference.js";
import { zoneOf } from "./registration.js";
import type { Entry } from "./registrations.js";

export interface Lookup {
  /** All have to match. */
  readonly criteria: readonly string[];
  readonly page: number;
  readonly count: number;
}

function parseNumber(name: string, text: string): number {
  if (!/^\d{1,9}$/u.test(text))
    throw new RequestError(BAD_REQUEST, `expected a number of up to 9 digits in parameter ${name}`);
  return Number(text);
}

/** Reads the query of a look-up. @throws {RequestError} 4.00 */
export function parseLookup(query: readonly string[]): Lookup {
  const criteria: string[] = [];
  let page: number | undefined;
  let count: number | undefined;
  for (const argument of query)
    if (argument.startsWith("page=")) page = parseNumber("page", argument.slice(5));
    else if (argument.startsWith("count=")) count = parseNumber("count", argument.slice(6));
    else criteria.push(argument);
  if (page !== undefined && count === undefined)
    throw new RequestError(BAD_REQUEST, "expected parameter count where page is given");
  return { criteria, page: page ?? 0, count: count ?? Infinity };
}

/** §5, §6.1, §6.4: what is on one link is only shown to those on the same link. */
function visibleTo(entries: readonly Entry[], remote: Remote): Entry[] {
  const zone = zoneOf(remote);
  return entries.filter(({ registration }) => registration.zone === undefined || registration.zone === zone);
}

function takePage(links: readonly Link[], { page, count }: Lookup): readonly Link[] {
  return count === Infinity ? links : links.slice(page * count, (page + 1) * count);
}

/**
 * Whether the link of a registration itself matches. §6.2: its target is compared in both forms, as an absolute path
 * and as a URI; whose path names it, whatever the address under which the directory is known.
 */
function endpointMatches(endpoint: Link, filter: string): boolean {
  if (matchesFilter(endpoint, filter)) return true;
  if (!filter.startsWith("href=") || filter.endsWith("*")) return false;
  const href = filter.slice("href=".length);
  const origin = isAbsolute(href) ? originOf(href) : undefined;
  return origin !== undefined && href.slice(origin.length) === endpoint.target;
}

/** An endpoint matches a criterion where one of its resources does. §6.2. */
export function lookupEndpoints(entries: readonly Entry[], lookup: Lookup, remote: Remote): readonly Link[] {
  const found = visibleTo(entries, remote).filter(({ endpoint, resources }) =>
    lookup.criteria.every(
      (filter) =>
        endpointMatches(endpoint, filter) || resources.some((resource) => matchesFilter(resource, filter)),
    ),
  );
  return takePage(
    found.map(({ endpoint }) => endpoint),
    lookup,
  );
}

/** A resource matches a criterion where its endpoint does. §6.2. */
export function lookupResources(entries: readonly Entry[], lookup: Lookup, remote: Remote): readonly Link[] {
  const found = visibleTo(entries, remote).flatMap(({ endpoint, resources }) =>
    resources.filter((resource) =>
      lookup.criteria.every((filter) => matchesFilter(resource, filter) || endpointMatches(endpoint, filter)),
    ),
  );
  return takePage(found, lookup);
}
