/** What a representation gets besides what its handler says. RFC 7252 §5.10.4, §5.10.5, §5.10.6.2. */

import { equalBytes } from "../../bytes/compare.js";
import { CONTENT, VALID } from "../codec/code.js";
import type { Message } from "../codec/message.js";
import { ETAG } from "../codec/option-number.js";
import { automaticETag } from "../bodies/block/etag.js";
import { requireAcceptable } from "./refusals.js";
import type { Response } from "./response.js";

/**
 * Fills in what the resource gives to all its representations, and validates (RFC 7252 §5.10.6.2).
 * @param maxAge that of the resource, in seconds
 * @throws {RequestError} when the Content-Format is not the one that was asked for (RFC 7252 §5.10.4)
 */
export function completeRepresentation(
  response: Response,
  maxAge: number | undefined,
  request: Message,
): Response {
  if (response.code !== CONTENT && response.code !== VALID) return response;
  requireAcceptable(request, response);
  let complete = response;
  if (complete.maxAge === undefined && maxAge !== undefined) complete = { ...complete, maxAge };
  const { payload } = complete;
  const etags = request.options.all(ETAG);
  if (!complete.etag && payload && etags.length > 0)
    complete = { ...complete, etag: automaticETag(payload, complete.contentFormat) };
  const { etag } = complete;
  if (complete.code !== CONTENT || !etag || !etags.some((one) => equalBytes(one, etag))) return complete;
  const { payload: _body, contentFormat: _format, ...rest } = complete;
  return { ...rest, code: VALID };
}
