/** Single operations on a directory: RFC 9176 §5 (registration), §5.1 (simple), §5.3 (update, removal). */

import { encodeUtf8 } from "../../bytes/utf8.js";
import type { Client } from "../../coap/client/client.js";
import type { RequestOptions } from "../../coap/request-options.js";
import { LINK_FORMAT } from "../../coap/codec/content-format.js";
import { formatLinks, type Link } from "../../coap/codec/link-format.js";
import { LOCATION_QUERY } from "../../coap/codec/option-number.js";
import { formatUri, parseUri } from "../../coap/codec/uri.js";
import { ProtocolError } from "../../coap/errors.js";
import { withParameters, type RegistrationParameters } from "./parameters.js";

/** What may be said about the exchange. */
export type ExchangeOptions = Pick<RequestOptions, "signal" | "timeoutMs">;

/** What an update may change (RFC 9176 §5.3.1). */
export type RegistrationChanges = Omit<RegistrationParameters, "ep" | "d">;

/**
 * Registers links under a name, or replaces what is registered under it. RFC 9176 §5.
 * @param uri the registration interface, such as `coap://[2001:db8::1]/rd`
 * @param links in Limited Link Format: URIs or absolute paths (RFC 9176 appendix C)
 * @returns URI of the registration: for updates and its removal
 * @throws {RegistrationParameterError} @throws {LinkFormatError} @throws {UriError}
 * @throws {ProtocolError} when the answer has no location @throws {CoapError} as `Client.post`
 */
export async function register(
  client: Pick<Client, "post">,
  uri: string,
  parameters: RegistrationParameters,
  links: readonly Link[],
  options: ExchangeOptions = {},
): Promise<string> {
  const payload = encodeUtf8(formatLinks(links));
  const target = withParameters(uri, parameters);
  const response = await client.post(target, { ...options, payload, contentFormat: LINK_FORMAT });
  const path = response.locationPath;
  if (path.length === 0 || response.options.has(LOCATION_QUERY))
    throw new ProtocolError("expected Location-Path without Location-Query in the answer to a registration");
  return formatUri({ ...parseUri(uri), path, query: [] });
}

/**
 * Registers by asking the directory to fetch /.well-known/core from this endpoint. RFC 9176 §5.1.
 * @param host URI of the directory whose scheme, numeric address and port count @param parameters without a base
 * @throws {RegistrationParameterError} @throws {UriError} @throws {CoapError} as `Client.post`
 */
export async function registerSimply(
  client: Pick<Client, "post">,
  host: string,
  parameters: Omit<RegistrationParameters, "base">,
  options: ExchangeOptions = {},
): Promise<void> {
  const uri = formatUri({ ...parseUri(host), path: [".well-known", "rd"], query: [] });
  await client.post(withParameters(uri, parameters), options);
}

/**
 * Begins the lifetime of a registration anew, and changes what is given. RFC 9176 §5.3.1.
 * @param location as {@link register} returned it
 * @throws {ClientErrorResponse} 4.04 when it is gone: register again
 * @throws {RegistrationParameterError} @throws {CoapError} as `Client.post`
 */
export async function updateRegistration(
  client: Pick<Client, "post">,
  location: string,
  changes: RegistrationChanges = {},
  options: ExchangeOptions = {},
): Promise<void> {
  await client.post(withParameters(location, changes), options);
}

/** Takes a registration out of the directory. RFC 9176 §5.3.2. @throws {CoapError} as `Client.delete` */
export async function removeRegistration(
  client: Pick<Client, "delete">,
  location: string,
  options: ExchangeOptions = {},
): Promise<void> {
  await client.delete(location, options);
}
