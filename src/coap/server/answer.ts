/** From a handler's response to the message that carries it: options, and the block that fits. RFC 7252 §5, RFC 7959. */

import { CONTENT, VALID, isResponseCode } from "../codec/code.js";
import { encodedLength } from "../codec/message.js";
import {
  BLOCK1,
  BLOCK2,
  CONTENT_FORMAT,
  ETAG,
  LOCATION_PATH,
  LOCATION_QUERY,
  MAX_AGE,
  OBSERVE,
  SIZE2,
} from "../codec/option-number.js";
import { Options } from "../codec/options.js";
import {
  MIN_SZX,
  blockBytes,
  blockLength,
  blockOffset,
  encodeBlock,
  type Block,
} from "../bodies/block/block.js";
import type { TransferTerms } from "../bodies/block/transfer-terms.js";
import { automaticETag } from "../bodies/block/etag.js";
import type { Answer } from "../requesting/notifier.js";
import type { Response } from "./response.js";

/** Max-Age of a response that has none (RFC 7252 §5.10.5). */
export const DEFAULT_MAX_AGE = 60;

export interface AnswerContext {
  readonly tokenLength: number;
  /** The block of the body that was asked for. */
  readonly block2: Block | undefined;
  /** How the body may travel. */
  readonly terms: TransferTerms;
  /** Value of the Block1 option to answer with. */
  readonly block1: number | undefined;
  /** Value of the Observe option to answer with. */
  readonly observe: number | undefined;
  /** Bytes that the message may have. */
  readonly maxBytes: number;
}

/** The answer with the whole body or its largest block that fits; undefined when not even the smallest does. */
export function buildAnswer(response: Response, context: AnswerContext): Answer | undefined {
  const options = responseOptions(response, context);
  const body = response.payload;
  const { block2, tokenLength, maxBytes, terms } = context;
  const hasBody = body !== undefined && (body.length > 0 || block2 !== undefined);
  if (!hasBody || (terms.whole && !block2)) {
    const payload = hasBody ? body : undefined;
    const length = encodedLength(tokenLength, options, payload?.length ?? 0);
    if (length <= maxBytes)
      return { code: response.code, options, payload, partial: false, last: true, length };
    if (!hasBody || !terms.blocks) return undefined;
  }
  const offset = block2 ? blockOffset(block2) : 0;
  const roomBytes = terms.roomBytes(tokenLength, options);
  for (let szx = terms.maxSzx; szx >= MIN_SZX; szx -= 1) {
    const size = blockLength(szx, body.length - offset, roomBytes);
    // Most bodies go as they are: a view on one would cost as much as its answer.
    const payload = size === body.length ? body : body.subarray(offset, offset + size);
    const last = offset + payload.length === body.length;
    const partial = offset > 0 || !last;
    if (partial || block2) {
      options.setUint(BLOCK2, encodeBlock(offset / blockBytes(szx), !last, szx));
      if (partial && offset === 0) options.setUint(SIZE2, body.length);
    }
    const length = encodedLength(tokenLength, options, payload.length);
    if (length <= maxBytes) return { code: response.code, options, payload, partial, last, length };
  }
  return undefined;
}

/**
 * {@link buildAnswer}; one block of several gets an entity tag, so that a client sees when they are not of one state
 * (RFC 7959 §2.4).
 */
export function buildTagged(
  response: Response,
  context: AnswerContext,
): { readonly answer: Answer | undefined; readonly response: Response } {
  const answer = buildAnswer(response, context);
  const { code, payload, contentFormat, etag } = response;
  if (!answer?.partial || !payload || etag || code !== CONTENT) return { answer, response };
  const tagged = { ...response, etag: automaticETag(payload, contentFormat) };
  return { answer: buildAnswer(tagged, context), response: tagged };
}

function responseOptions(response: Response, context: AnswerContext): Options {
  if (!isResponseCode(response.code))
    throw new RangeError(`expected a response code from 2.00 to 5.31, got ${response.code}`);
  const options = new Options();
  if (response.options) options.addAll(response.options);
  if (response.etag) options.set(ETAG, response.etag);
  for (const segment of response.locationPath ?? [])
    options.addString(LOCATION_PATH, requireSegment(segment));
  for (const argument of response.locationQuery ?? []) options.addString(LOCATION_QUERY, argument);
  if (response.contentFormat !== undefined) options.setUint(CONTENT_FORMAT, response.contentFormat);
  if (response.maxAge !== undefined && response.maxAge !== DEFAULT_MAX_AGE)
    options.setUint(MAX_AGE, response.maxAge);
  if (context.block1 !== undefined) options.setUint(BLOCK1, context.block1);
  if (context.observe !== undefined && (response.code === CONTENT || response.code === VALID))
    options.setUint(OBSERVE, context.observe);
  return options;
}

/** RFC 7252 §5.10.7: a Location-Path is never a dot segment. @throws {RangeError} */
function requireSegment(segment: string): string {
  if (segment === "." || segment === "..")
    throw new RangeError(`expected a segment other than . and .. in Location-Path, got ${segment}`);
  return segment;
}
