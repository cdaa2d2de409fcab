/** Reads a response body block by block. RFC 7959 §2.4, RFC 8323 §6. */

import { equalBytes } from "../../bytes/compare.js";
import { concatBytes } from "../../bytes/concat.js";
import { formatCode, isFinalSuccess } from "../codec/code.js";
import type { Message } from "../codec/message.js";
import { BLOCK2, ETAG, IF_NONE_MATCH, OBSERVE, SIZE2 } from "../codec/option-number.js";
import { Options } from "../codec/options.js";
import { uintOption } from "../codec/uint-option.js";
import {
  blockBytes,
  blockOffset,
  decodeBlock,
  encodeBlock,
  isBlockLength,
  type Block,
} from "../bodies/block/block.js";
import { understoodSzx } from "../bodies/block/transfer-terms.js";
import { LimitError, ProtocolError } from "../errors.js";
import type { RequestOptions } from "../request-options.js";
import type { BodyResponse } from "../requesting/body-transfers.js";
import type { Requester } from "./requester.js";

/** The representation changed between two of its blocks. */
export class RepresentationChangedError extends ProtocolError {
  override name = "RepresentationChangedError";
}

/** A body has more bytes than its reader takes. */
export class BodyTooLargeError extends LimitError {}

/** The blocks of one body, from that in the first response on. */
export class Download implements BodyResponse, AsyncIterableIterator<Uint8Array> {
  readonly message: Message;
  readonly roundTripMs: number | undefined;
  readonly #requester: Requester;
  readonly #code: number;
  readonly #base: Options;
  #next: Message | undefined;
  #received = 0;

  /** @param base options of the request, without Block2 @param first the response with the body's first block */
  constructor(requester: Requester, code: number, base: Options, first: Message, roundTripMs?: number) {
    this.#requester = requester;
    this.#code = code;
    this.#base = base;
    this.message = first;
    this.roundTripMs = roundTripMs;
    this.#next = first;
  }

  /** Length of the whole body, where the server said it. */
  get totalBytes(): number | undefined {
    return this.message.options.has(BLOCK2)
      ? uintOption(this.message.options, SIZE2)
      : this.message.payload.length;
  }

  get body(): this {
    return this;
  }

  /** The body. @throws {BodyTooLargeError} for more bytes than `maxBodyBytes` @throws as {@link next} */
  async whole(maxBodyBytes: number, onProgress?: RequestOptions["onProgress"]): Promise<Uint8Array> {
    const { payload, options } = this.message;
    if (!options.has(BLOCK2)) {
      // As most bodies come.
      requireLength(payload.length, maxBodyBytes);
      return payload;
    }
    const blocks: Uint8Array[] = [];
    let bytes = 0;
    for await (const block of this) {
      bytes += block.length;
      requireLength(bytes, maxBodyBytes);
      blocks.push(block);
      onProgress?.(bytes, this.totalBytes);
    }
    return blocks.length === 1 ? blocks[0]! : concatBytes(blocks);
  }

  close(): void {
    this.#requester.close();
  }

  /** The next block. @throws {RepresentationChangedError} @throws {CoapError} */
  async next(): Promise<IteratorResult<Uint8Array, undefined>> {
    try {
      return await this.#take();
    } catch (error) {
      this.#requester.close();
      throw error;
    }
  }

  async #take(): Promise<IteratorResult<Uint8Array, undefined>> {
    const message = this.#next ?? (await this.#fetchNext());
    this.#next = undefined;
    if (!message) return { done: true, value: undefined };
    const block = this.#check(message);
    this.#received += message.payload.length;
    this.#more = block?.more === true ? block.szx : undefined;
    return { done: false, value: message.payload };
  }

  /** Size exponent to go on with; undefined when the body is complete. */
  #more: number | undefined;

  return(): Promise<IteratorResult<Uint8Array, undefined>> {
    this.#next = undefined;
    this.#more = undefined;
    this.#requester.close();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async #fetchNext(): Promise<Message | undefined> {
    const szx = this.#more;
    if (szx === undefined) {
      this.#requester.close();
      return undefined;
    }
    const options = new Options().addAll(this.#base);
    options.remove(OBSERVE);
    options.remove(IF_NONE_MATCH);
    options.setUint(BLOCK2, encodeBlock(this.#received / blockBytes(szx), false, szx));
    const { message } = await this.#requester.send(this.#code, options, undefined);
    if (!isFinalSuccess(message.code))
      throw new RepresentationChangedError(
        `expected the block at ${this.#received}, got ${formatCode(message.code)}`,
      );
    return message;
  }

  #check(message: Message): Block | undefined {
    const value = uintOption(message.options, BLOCK2);
    const maxSzx = understoodSzx(this.#requester.peer.capabilities);
    const block = value === undefined ? undefined : decodeBlock(value, maxSzx);
    if (!block) {
      if (this.#received === 0 && value === undefined) return undefined;
      throw new ProtocolError("expected a Block2 option in the response");
    }
    if (blockOffset(block) !== this.#received)
      throw new ProtocolError(
        `expected the block at ${this.#received}, got the one at ${blockOffset(block)}`,
      );
    if (!isBlockLength(block, message.payload.length))
      throw new ProtocolError(
        `expected a block of ${blockBytes(block.szx)} bytes, got ${message.payload.length}`,
      );
    const mine = this.message.options.first(ETAG);
    const theirs = message.options.first(ETAG);
    if (mine && (!theirs || !equalBytes(mine, theirs)))
      throw new RepresentationChangedError("the representation changed between two of its blocks");
    return block;
  }
}

function requireLength(bytes: number, maxBodyBytes: number): void {
  if (bytes > maxBodyBytes)
    throw new BodyTooLargeError(`limit maxBodyBytes (${maxBodyBytes}) reached by the response`);
}
