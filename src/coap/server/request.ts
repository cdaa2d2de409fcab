/** A request as a handler sees it. */

import { DELETE, GET } from "../codec/code.js";
import type { Message } from "../codec/message.js";
import { ACCEPT, CONTENT_FORMAT, URI_PATH, URI_QUERY } from "../codec/option-number.js";
import type { ReadableOptions } from "../codec/options.js";
import { uintOption } from "../codec/uint-option.js";

const NO_BYTES = new Uint8Array(0);

/** One block of a body, for resources that take bodies block by block. */
export interface RequestBlock {
  /** Offset of the payload in the body. */
  readonly offset: number;
  /** More blocks follow. */
  readonly more: boolean;
}

/** A request body, whole or one block of it. */
export interface RequestBody {
  /** The message with its first block, whose options speak for all. */
  readonly first: Message;
  readonly payload: Uint8Array;
  readonly block: RequestBlock | undefined;
}

export interface Request {
  /** Method code, such as GET. */
  readonly method: number;
  /** Segments of the path. @throws {Utf8Error} which the client is told as 4.00 */
  readonly path: readonly string[];
  /** Segments below the resource, where it answers for a subtree. @throws {Utf8Error} */
  readonly rest: readonly string[];
  /** Arguments, such as `rt=core`. @throws {Utf8Error} */
  readonly query: readonly string[];
  /** The whole body; one block of it where the resource takes blocks. */
  readonly payload: Uint8Array;
  /** Which block the payload is, where the resource takes blocks and the body has more than one. */
  readonly block: RequestBlock | undefined;
  readonly contentFormat: number | undefined;
  readonly accept: number | undefined;
  readonly options: ReadableOptions;
  readonly remote: Remote;
}

/** Who sent a request. */
export interface Remote {
  /** Scheme of the URIs at which it can be asked back, such as `coap` or `coap+tcp`. */
  readonly scheme: string;
  /** Numeric; an IPv6 link-local one with its zone. */
  readonly address: string;
  readonly port: number;
  /** Name of the security context that its requests are protected by; undefined where they are not. */
  readonly securityContext?: string | undefined;
}

/** A request on a received message; most of it is decoded when it is asked for. */
export class MessageRequest implements Request {
  readonly #message: Message;
  readonly #depth: number;
  readonly payload: Uint8Array;
  readonly block: RequestBlock | undefined;
  readonly remote: Remote;

  /** @param depth how many segments of the path lead to the resource */
  constructor(
    message: Message,
    depth: number,
    payload: Uint8Array,
    block: RequestBlock | undefined,
    remote: Remote,
  ) {
    this.#message = message;
    this.#depth = depth;
    // RFC 7252 §5.5: what a method is not defined to have is ignored.
    this.payload = message.code === GET || message.code === DELETE ? NO_BYTES : payload;
    this.block = block;
    this.remote = remote;
  }

  get method(): number {
    return this.#message.code;
  }

  get path(): readonly string[] {
    return this.#message.options.strings(URI_PATH);
  }

  get rest(): readonly string[] {
    return this.path.slice(this.#depth);
  }

  get query(): readonly string[] {
    return this.#message.options.strings(URI_QUERY);
  }

  get contentFormat(): number | undefined {
    return uintOption(this.#message.options, CONTENT_FORMAT);
  }

  get accept(): number | undefined {
    return uintOption(this.#message.options, ACCEPT);
  }

  get options(): ReadableOptions {
    return this.#message.options;
  }
}
