/** A response cut into blocks, with all that RFC 9177 §4.4, §4.5 and §4.6 want in each. */

import { BAD_REQUEST, REQUEST_ENTITY_TOO_LARGE } from "../../../codec/code.js";
import { encodedLength } from "../../../codec/message.js";
import { CONTENT_FORMAT, ETAG, OBSERVE, Q_BLOCK2, SIZE2 } from "../../../codec/option-number.js";
import { Options } from "../../../codec/options.js";
import { MAX_BLOCK_NUMBER, MIN_SZX, blockBytes, encodeBlock } from "../../block/block.js";
import { automaticETag } from "../../block/etag.js";
import { RequestError } from "../../../server/request-error.js";

/** A response with its whole body. */
export interface WholeResponse {
  readonly code: number;
  readonly options: Options;
  readonly payload: Uint8Array;
}

export class ResponseBlocks {
  readonly #response: WholeResponse;
  readonly szx: number;
  readonly count: number;

  /** Use {@link cutIntoBlocks}. */
  constructor(response: WholeResponse, szx: number, count: number) {
    this.#response = response;
    this.szx = szx;
    this.count = count;
  }

  get code(): number {
    return this.#response.code;
  }

  /** Length of the body. */
  get totalBytes(): number {
    return this.#response.payload.length;
  }

  /** @param asked it was asked for apart from the others: Observe is not for it (§4.5) */
  block(number: number, asked = false): WholeResponse {
    const { code, options: all, payload } = this.#response;
    const { szx, count } = this;
    const start = number * blockBytes(szx);
    const options = new Options().addAll(all);
    options.setUint(Q_BLOCK2, encodeBlock(number, number < count - 1, szx));
    if (asked) options.remove(OBSERVE);
    return { code, options, payload: payload.subarray(start, start + blockBytes(szx)) };
  }
}

/**
 * Cuts a response into the largest blocks up to `wantedSzx` that fit a message.
 * @returns undefined where it goes as it is, in one message
 * @throws {RequestError} 4.13 where no block fits (§4.4), 4.00 where there are too many
 */
export function cutIntoBlocks(
  response: WholeResponse,
  tokenLength: number,
  wantedSzx: number,
  maxMessageBytes: number,
): ResponseBlocks | undefined {
  const { code, payload } = response;
  const options = new Options().addAll(response.options);
  if (!options.has(ETAG)) options.add(ETAG, automaticETag(payload, options.uint(CONTENT_FORMAT)));
  options.setUint(SIZE2, payload.length);
  const szx = fittingSzx(tokenLength, options, wantedSzx, maxMessageBytes);
  if (payload.length <= blockBytes(szx)) return undefined;
  const count = Math.ceil(payload.length / blockBytes(szx));
  if (count > MAX_BLOCK_NUMBER + 1)
    throw new RequestError(BAD_REQUEST, "expected a larger block size for a body of this length");
  return new ResponseBlocks({ code, options, payload }, szx, count);
}

function fittingSzx(
  tokenLength: number,
  options: Options,
  wantedSzx: number,
  maxMessageBytes: number,
): number {
  const block = new Options().addAll(options).setUint(Q_BLOCK2, encodeBlock(MAX_BLOCK_NUMBER, true, 0));
  for (let szx = wantedSzx; szx >= MIN_SZX; szx -= 1)
    if (encodedLength(tokenLength, block, blockBytes(szx)) <= maxMessageBytes) return szx;
  throw new RequestError(REQUEST_ENTITY_TOO_LARGE, "no block has room beside the options");
}
