/** A response as a client's caller sees it. */

import { decodeUtf8 } from "../bytes/utf8.js";
import { VALID } from "./codec/code.js";
import type { Message } from "./codec/message.js";
import { CONTENT_FORMAT, ETAG, LOCATION_PATH, LOCATION_QUERY, MAX_AGE } from "./codec/option-number.js";
import type { ReadableOptions } from "./codec/options.js";
import { uintOption } from "./codec/uint-option.js";
import type { CoapError } from "./errors.js";

/** Max-Age of a response that has none (RFC 7252 §5.10.5). */
const DEFAULT_MAX_AGE = 60;
/** RFC 7252 §5.10, table 4. */
const MAX_ETAG_BYTES = 8;
const NO_BYTES = new Uint8Array(0);

export class ClientResponse {
  readonly #message: Message;
  /** The whole body. */
  readonly payload: Uint8Array;
  readonly remote: { readonly address: string; readonly port: number };
  /** From the only transmission of the request to the response; undefined when it was transmitted again. */
  readonly roundTripMs: number | undefined;
  /** Why `payload` has the first block only: a member of a group did not give the others. */
  readonly incomplete: CoapError | undefined;

  constructor(
    message: Message,
    payload: Uint8Array,
    remote: { readonly address: string; readonly port: number },
    roundTripMs: number | undefined,
    incomplete?: CoapError,
  ) {
    this.#message = message;
    // RFC 7252 §5.5, §5.9.1.3: 2.03 has none.
    this.payload = message.code === VALID ? NO_BYTES : payload;
    this.remote = remote;
    this.roundTripMs = roundTripMs;
    this.incomplete = incomplete;
  }

  /** Response code, such as CONTENT; EMPTY where none came because `noResponse` said so (RFC 7967 §2.1). */
  get code(): number {
    return this.#message.code;
  }

  /** Options of the response; of its first block where it came in blocks. */
  get options(): ReadableOptions {
    return this.#message.options;
  }

  get contentFormat(): number | undefined {
    return uintOption(this.options, CONTENT_FORMAT);
  }

  /** Seconds for which the response is fresh. */
  get maxAge(): number {
    return uintOption(this.options, MAX_AGE) ?? DEFAULT_MAX_AGE;
  }

  /** One of another length than 1 to 8 is none (RFC 7252 §5.4.3). */
  get etag(): Uint8Array | undefined {
    const etag = this.options.first(ETAG);
    return etag && etag.length > 0 && etag.length <= MAX_ETAG_BYTES ? etag : undefined;
  }

  /** @throws {Utf8Error} */
  get locationPath(): string[] {
    return this.options.strings(LOCATION_PATH);
  }

  /** @throws {Utf8Error} */
  get locationQuery(): string[] {
    return this.options.strings(LOCATION_QUERY);
  }

  /** The body as text. @throws {Utf8Error} when it is not UTF-8 */
  text(): string {
    return decodeUtf8(this.payload);
  }
}
