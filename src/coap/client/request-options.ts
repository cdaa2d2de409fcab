/** What a caller may say about a request. */

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
import type { NamesOf } from "../known-names.js";
import { hopLimitProblem } from "../requesting/hop-limit.js";
import type { AbortSignalLike } from "./cancellation.js";

export interface RequestOptions {
  /**
   * The body, whole or piece by piece; what does not fit a block (over a connection: a message) goes block-wise
   * (RFC 7959, RFC 8323 §6).
   */
  readonly payload?: Uint8Array | AsyncIterable<Uint8Array>;
  /** Length in bytes of a body that comes piece by piece, where it is known: its first block says it (RFC 7959 §4). */
  readonly payloadBytes?: number;
  /** Content-Format of the body (RFC 7252 §5.10.3). */
  readonly contentFormat?: number;
  /** The Content-Format wanted (RFC 7252 §5.10.4). */
  readonly accept?: number;
  /** Entity tags of what the caller has: 2.03 says that one is current (RFC 7252 §5.10.6.2). */
  readonly etags?: readonly Uint8Array[];
  /** Acts only where the resource has one of these tags; an empty tag means any (RFC 7252 §5.10.8.1). */
  readonly ifMatch?: readonly Uint8Array[];
  /** Acts only where there is no resource yet (RFC 7252 §5.10.8.2). */
  readonly ifNoneMatch?: boolean;
  /** False sends a Non-confirmable request (RFC 7252 §4.3). */
  readonly confirmable?: boolean;
  /**
   * Classes of responses that are not wanted, such as NO_SUCCESS (RFC 7967 §2.1). Where none comes within the time
   * allowed, or none is wanted at all, the result has the code EMPTY. That the request got through is not known then,
   * unless it was Confirmable.
   */
  readonly noResponse?: number;
  /**
   * "Q-Block" sends and asks for bodies without waiting for each block, where the endpoint has `qBlock` and the peer
   * takes it (RFC 9177); Block1 and Block2 do otherwise. Non-confirmable unless `confirmable` is true.
   */
  readonly blocks?: "Q-Block";
  /**
   * Block size to use and to ask for: a power of two from 16 to 1024. Over a connection it is used in place of whole
   * bodies and BERT blocks.
   */
  readonly blockSize?: number;
  /** Name of the security context to protect the request with, where the endpoint has `oscore` (RFC 8613). */
  readonly securityContext?: string;
  /** Gives up when it says so. */
  readonly signal?: AbortSignalLike;
  /** Gives up after this time, the whole body included; otherwise the transmission parameters decide. */
  readonly timeoutMs?: number;
  /** Numeric address to send to, where the URI has a name. */
  readonly address?: string;
  /** Further options. With Proxy-Uri among them the URI says which proxy to ask (RFC 7252 §5.7.1). */
  readonly options?: Options;
  /** Largest response body taken, in bytes; the endpoint's limit otherwise. */
  readonly maxBodyBytes?: number;
  /** Told how many bytes of a body in blocks went or came so far, and of how many, where that is known. */
  readonly onProgress?: (bytes: number, totalBytes: number | undefined) => void;
}

/** The names of {@link RequestOptions}. */
export const REQUEST_OPTIONS: NamesOf<RequestOptions> = Object.freeze({
  payload: true,
  payloadBytes: true,
  contentFormat: true,
  accept: true,
  etags: true,
  ifMatch: true,
  ifNoneMatch: true,
  confirmable: true,
  noResponse: true,
  blocks: true,
  blockSize: true,
  securityContext: true,
  signal: true,
  timeoutMs: true,
  address: true,
  options: true,
  maxBodyBytes: true,
  onProgress: true,
} as const);

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
