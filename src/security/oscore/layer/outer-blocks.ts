/**
 * Protected requests that a proxy has cut into blocks, and responses that it wants in blocks: reassembled before they
 * are verified, cut after they are protected. RFC 8613 §4.1.3.4.2, §8.2.1, RFC 7959.
 */

import { concatBytes } from "../../../bytes/concat.js";
import { encodeUtf8 } from "../../../bytes/utf8.js";
import { Assemblies, type AssemblyResult } from "../../../coap/bodies/block/assemblies.js";
import {
  MAX_SZX,
  blockBytes,
  blockOffset,
  blockOption,
  encodeBlock,
  type Block,
} from "../../../coap/bodies/block/block.js";
import { Representations } from "../../../coap/bodies/block/representations.js";
import {
  BAD_REQUEST,
  CONTINUE,
  REQUEST_ENTITY_INCOMPLETE,
  REQUEST_ENTITY_TOO_LARGE,
  SERVICE_UNAVAILABLE,
} from "../../../coap/codec/code.js";
import { Message } from "../../../coap/codec/message.js";
import { BLOCK1, BLOCK2, OSCORE, SIZE2 } from "../../../coap/codec/option-number.js";
import { Options } from "../../../coap/codec/options.js";
import type { EndpointContext } from "../../../coap/messaging/endpoint-context.js";
import { InnerRequest, type IncomingRequest } from "../../../coap/messaging/incoming-request.js";
import type { TransmissionHandler } from "../../../coap/messaging/transmission.js";
import type { Response } from "../../../coap/server/response.js";

/** Why a block is not taken. */
const REFUSALS: Readonly<Record<Exclude<AssemblyResult["kind"], "continue" | "complete">, Response>> =
  Object.freeze({
    gap: refusal(REQUEST_ENTITY_INCOMPLETE, "blocks before it are missing"),
    malformed: refusal(BAD_REQUEST, "the block has not the size that its option says"),
    tooLarge: refusal(REQUEST_ENTITY_TOO_LARGE, "the message is too large"),
    busy: refusal(SERVICE_UNAVAILABLE, "too many messages in blocks"),
  });
const NOT_KEPT = refusal(REQUEST_ENTITY_INCOMPLETE, "the response is no longer kept");

export class OuterBlocks {
  readonly #maxUnfragmentedBytes: number;
  readonly #assemblies: Assemblies;
  readonly #responses: Representations<Response>;

  constructor(endpoint: EndpointContext) {
    this.#maxUnfragmentedBytes = endpoint.limits.maxBodyBytes;
    this.#assemblies = new Assemblies(endpoint);
    this.#responses = new Representations(endpoint);
  }

  /** The whole request; undefined where more is to come, or the proxy has its answer. */
  take(request: IncomingRequest): IncomingRequest | undefined {
    const { message } = request;
    const { options } = message;
    if (options.isOnly(OSCORE) || (!options.has(BLOCK1) && !options.has(BLOCK2))) return request;
    const { peer } = request;
    const block1 = blockOption(options, BLOCK1, MAX_SZX);
    const block2 = blockOption(options, BLOCK2, MAX_SZX);
    if (block2 && block2.number > 0) {
      this.sendBlock(request, this.#responses.find(peer, message) ?? NOT_KEPT, block1, block2);
      return undefined;
    }
    // An empty block is left to who says that without a ciphertext there is no message (RFC 8613 §2).
    if (!block1 || message.payload.length === 0)
      return new WholeRequest(this, request, message, block1, block2);
    const result = this.#assemblies.add(peer, message, block1, this.#maxUnfragmentedBytes);
    if (result.kind === "complete")
      return new WholeRequest(this, request, withPayload(message, result.body), block1, block2);
    if (result.kind === "continue") this.sendBlock(request, { code: CONTINUE }, block1, undefined);
    else this.sendBlock(request, REFUSALS[result.kind], block1, undefined);
    return undefined;
  }

  /** Answers with a response, or the block of it that was asked for; what is longer is kept for the blocks to come. */
  sendBlock(
    request: IncomingRequest,
    response: Response,
    block1: Block | undefined,
    block2: Block | undefined,
    handler?: TransmissionHandler,
    confirmable = true,
  ): void {
    const options = response.options ? new Options().addAll(response.options) : new Options();
    if (block1) options.setUint(BLOCK1, encodeBlock(block1.number, response.code === CONTINUE, block1.szx));
    const { payload } = response;
    const start = block2 ? blockOffset(block2) : 0;
    const end = block2 ? start + blockBytes(block2.szx) : Infinity;
    if (!block2 || !payload || (start === 0 && payload.length <= end)) {
      request.respond(response.code, options, payload, handler, confirmable);
      return;
    }
    if (start === 0) this.#responses.keep(request.peer, request.message, response);
    options.setUint(BLOCK2, encodeBlock(block2.number, end < payload.length, block2.szx));
    if (start === 0) options.setUint(SIZE2, payload.length);
    request.respond(response.code, options, payload.subarray(start, end), handler, confirmable);
  }
}

/** A reassembled request: its answer is cut as the proxy wants it. */
class WholeRequest extends InnerRequest {
  readonly #blocks: OuterBlocks;
  readonly #block1: Block | undefined;
  readonly #block2: Block | undefined;

  /** @param last the message with its last block */
  constructor(
    blocks: OuterBlocks,
    last: IncomingRequest,
    message: Message,
    block1: Block | undefined,
    block2: Block | undefined,
  ) {
    super(last, last.peer, message);
    this.#blocks = blocks;
    this.#block1 = block1;
    this.#block2 = block2;
  }

  override respond(
    code: number,
    options: Options,
    payload: Uint8Array | undefined,
    handler?: TransmissionHandler,
    confirmable?: boolean,
  ): void {
    this.answered = true;
    const response = { code, options, ...(payload && { payload }) };
    this.#blocks.sendBlock(this.outer, response, this.#block1, this.#block2, handler, confirmable);
  }
}

function withPayload({ bytes, options }: Message, payload: Uint8Array): Message {
  return new Message(concatBytes([bytes.subarray(0, options.payloadStart), payload]));
}

function refusal(code: number, diagnostic: string): Response {
  return Object.freeze({ code, payload: encodeUtf8(diagnostic) });
}
