/** The options of a request message, by what its caller says about it. */

import { DELETE, FETCH, GET } from "../codec/code.js";
import {
  ACCEPT,
  CONTENT_FORMAT,
  ETAG,
  IF_MATCH,
  IF_NONE_MATCH,
  NO_RESPONSE,
  PROXY_URI,
} from "../codec/option-number.js";
import { Options } from "../codec/options.js";
import { OCTET_STREAM } from "../codec/content-format.js";
import { uriToOptions, type CoapUri } from "../codec/uri.js";
import { szxFor } from "../bodies/block/block.js";
import { hopLimitProblem } from "../requesting/hop-limit.js";
import type { RequestOptions } from "../request-options.js";

/**
 * The options of a request, but for those of block-wise transfer and Observe.
 * @throws {RangeError} for a Hop-Limit that the first proxy would refuse
 */
export function buildRequestOptions(uri: CoapUri, request: RequestOptions): Options {
  const options = new Options();
  // RFC 7252 §5.10.2: nothing of the kind goes beside Proxy-Uri.
  if (!request.options?.has(PROXY_URI)) uriToOptions(uri, options);
  for (const etag of request.ifMatch ?? []) options.add(IF_MATCH, etag);
  for (const etag of request.etags ?? []) options.add(ETAG, etag);
  if (request.ifNoneMatch) options.addEmpty(IF_NONE_MATCH);
  if (request.contentFormat !== undefined) options.addUint(CONTENT_FORMAT, request.contentFormat);
  if (request.accept !== undefined) options.addUint(ACCEPT, request.accept);
  if (request.noResponse !== undefined) options.addUint(NO_RESPONSE, request.noResponse);
  if (request.options) options.addAll(request.options);
  const problem = hopLimitProblem(options);
  if (problem !== undefined) throw new RangeError(problem);
  return options;
}

/** Size exponent of a block size. @throws {RangeError} unless it is a power of two from 16 to 1024 */
export function requireSzx(blockSize: number): number {
  const szx = szxFor(blockSize);
  if (szx === undefined || 16 << szx !== blockSize)
    throw new RangeError(`expected a block size of 16, 32, 64, 128, 256, 512 or 1024, got ${blockSize}`);
  return szx;
}

/**
 * What the method asks for: no body with GET and DELETE, which have none (RFC 7252 §5.5), and a Content-Format with
 * FETCH (RFC 8132 §2.3.1), where the caller has named none that of bytes.
 * @throws {RangeError}
 */
export function requireMethodRules(method: number, request: RequestOptions, options: Options): void {
  const { payload } = request;
  const hasBody = payload !== undefined && !(payload instanceof Uint8Array && payload.length === 0);
  if (hasBody && (method === GET || method === DELETE))
    throw new RangeError(`expected no payload with ${method === GET ? "GET" : "DELETE"}`);
  if (method === FETCH && !options.has(CONTENT_FORMAT)) options.addUint(CONTENT_FORMAT, OCTET_STREAM);
}
