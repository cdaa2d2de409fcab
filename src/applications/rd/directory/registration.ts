/** One registration, and the links that look-ups show of it: RFC 9176 §5, §6.1, §6.4. */

import { formatLinks, parseLinks, type Link } from "../../../coap/codec/link-format.js";
import { addressScope, parseIPv6 } from "../../../coap/codec/address.js";
import type { Remote } from "../../../coap/server/request.js";
import { formatUri, UriError } from "../../../coap/codec/uri.js";
import { hostOfAddress } from "../../../coap/codec/uri-authority.js";
import { isLinkLocalBase, REGISTRATION_TYPE, RegistrationParameterError } from "../parameters.js";
import { LinkReferenceError, requireUri, resolveReference } from "../reference.js";
import type { DirectoryLimits } from "./limits.js";

/** Path of the registration interface, and of the registrations below it. */
export const RD_PATH = "rd";

export type Attribute = readonly [name: string, value: string | true];

/** What is kept of a registration. */
export interface Registration {
  /** Last segment of its location; never changes. */
  readonly id: string;
  readonly ep: string;
  readonly d?: string | undefined;
  /** Seconds. */
  readonly lt: number;
  /** Given by the registrant, or made of its address. */
  readonly base: string;
  readonly hasExplicitBase: boolean;
  /** Where the base is a link-local address: the zone in which it is one. */
  readonly zone?: string | undefined;
  readonly attributes: readonly Attribute[];
  /** The links as they were submitted. */
  readonly document: string;
  /** Made by simple registration (RFC 9176 §5.1). */
  readonly isSimple: boolean;
}

/** What look-ups show of a registration. */
export interface ShownLinks {
  readonly endpoint: Link;
  readonly resources: readonly Link[];
}

/** Zone of the link on which a peer is, where that is known; "" where its link-local address has none. */
export function zoneOf({ address }: Remote): string | undefined {
  return parseIPv6(address)?.zone ?? (addressScope(address) === "link-local" ? "" : undefined);
}

/** URI of a peer, its zone included. */
export function uriOf({ scheme, address, port }: Remote): string {
  return formatUri({ scheme, ...hostOfAddress(address), port, path: [], query: [] });
}

/** The base URI that a peer's address stands for, without zone and path. RFC 9176 §5. */
export function implicitBase({ scheme, address, port }: Remote): string {
  const zone = address.indexOf("%");
  return uriOf({ scheme, address: zone < 0 ? address : address.slice(0, zone), port }).slice(0, -1);
}

/**
 * The zone of a base that is link-local; undefined for other bases. RFC 9176 §5.
 * @throws {RegistrationParameterError} when the registrant is not known to be on such a link
 */
export function zoneOfBase(base: string, remote: Remote): string | undefined {
  if (!isLinkLocalBase(base)) return undefined;
  const zone = zoneOf(remote);
  if (zone === undefined)
    throw new RegistrationParameterError(
      "expected a link-local parameter base only from a link-local address of the same link",
    );
  return zone;
}

/**
 * Resolves what a registrant submitted.
 * @throws {LinkFormatError} @throws {LinkReferenceError} when it is not in Limited Link Format (RFC 9176 appendix C)
 */
export function showLinks(registration: Registration, limits: DirectoryLimits): ShownLinks {
  const { base, document } = registration;
  const links = parseLinks(document, { links: limits.links, attributes: limits.linkAttributes });
  const resources = links.map(({ target, attributes }) => {
    if (target === "") throw new LinkReferenceError("expected a target of each link, got an empty one");
    return {
      target: resolve(base, target),
      attributes: attributes.map(([name, value]): Attribute =>
        name === "anchor" ? [name, resolve(base, value === true ? "" : value)] : [name, value],
      ),
    };
  });
  const shown = { endpoint: endpointLink(registration), resources };
  // What cannot be written must not be let in: it would break the look-ups of everybody.
  formatLinks([shown.endpoint, ...resources]);
  return shown;
}

/** The URI that everybody is shown. @throws {LinkReferenceError} where it is none (RFC 6690 §2) */
function resolve(base: string, reference: string): string {
  const uri = resolveReference(base, reference);
  try {
    requireUri(uri);
  } catch (error) {
    if (!(error instanceof UriError)) throw error;
    throw new LinkReferenceError(error.message, { cause: error });
  }
  return uri;
}

/** RFC 9176 §6.4. */
function endpointLink({ id, ep, d, base, attributes }: Registration): Link {
  const sector: Attribute[] = d === undefined ? [] : [["d", d]];
  return {
    target: `/${RD_PATH}/${id}`,
    attributes: [["ep", ep], ...sector, ["base", base], ...attributes, ["rt", REGISTRATION_TYPE]],
  };
}
