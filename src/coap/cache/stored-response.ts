/** A response that may be used again. RFC 7252 §5.6, §5.9.1.3. */

import { MAX_UINT32 } from "../../bytes/uint.js";
import { codeClass } from "../codec/code.js";
import { Message, NON, encodedLength, encodedMessage } from "../codec/message.js";
import { MAX_AGE, isUnsafe } from "../codec/option-number.js";
import { Options, type ReadableOptions } from "../codec/options.js";
import { ClientResponse } from "../client-response.js";
import { responseError } from "../client/require-success.js";

const NO_BYTES = new Uint8Array(0);

export class StoredResponse {
  /** What was asked, as far as it belongs to the cache key. */
  readonly key: string;
  /** The resource, whatever was asked of it. */
  readonly target: string;
  readonly etag: Uint8Array | undefined;
  readonly #code: number;
  readonly #payload: Uint8Array;
  readonly #remote: { readonly address: string; readonly port: number };
  #options: Options;
  #freshUntilMs = 0;

  /**
   * @param askedMs when the request was sent: the response cannot be older
   * @param maxFreshS bounds its Max-Age
   */
  constructor(key: string, target: string, response: ClientResponse, askedMs: number, maxFreshS: number) {
    const { code, payload, remote, etag } = response;
    this.key = key;
    this.target = target;
    this.etag = etag && new Uint8Array(etag);
    this.#code = code;
    this.#payload = payload;
    this.#remote = remote;
    this.#options = copyOf(response.options);
    this.#setAge(Math.min(response.maxAge, maxFreshS), askedMs);
  }

  /** What it takes, in bytes. */
  get bytes(): number {
    return this.key.length + this.target.length + this.#payload.length + encodedLength(0, this.#options, 0);
  }

  /** @param nowMs may be at most Max-Age after the request (§5.6.1) */
  isFresh(nowMs: number): boolean {
    return nowMs <= this.#freshUntilMs;
  }

  /** It has to be validated before it is used again. */
  expire(): void {
    this.#freshUntilMs = -Infinity;
  }

  /** A 2.03 says that it is valid: takes over its Max-Age and what is safe to forward (§5.9.1.3). */
  validate({ options, maxAge }: ClientResponse, askedMs: number, maxFreshS: number): void {
    const updated = copyOf(this.#options);
    const received = copyOf(options).entries();
    for (const { number } of received) if (!isUnsafe(number)) updated.remove(number);
    for (const { number, value } of received) if (!isUnsafe(number)) updated.add(number, value);
    this.#options = updated;
    this.#setAge(Math.min(maxAge, maxFreshS), askedMs);
  }

  /** As if it had just come, with what is left of its Max-Age. @throws {ResponseError} where it is an error */
  reuse(nowMs: number): ClientResponse {
    // What rounding adds must not exceed the longest Max-Age.
    const leftS = Math.min(Math.max(0, Math.ceil((this.#freshUntilMs - nowMs) / 1000)), MAX_UINT32);
    const options = copyOf(this.#options).setUint(MAX_AGE, leftS);
    const message = new Message(encodedMessage(NON, this.#code, 0, NO_BYTES, options, undefined));
    const response = new ClientResponse(message, this.#payload, this.#remote, undefined);
    if (codeClass(this.#code) === 2) return response;
    throw responseError(response);
  }

  #setAge(maxAge: number, askedMs: number): void {
    // §5.6.1: zero prevents caching.
    this.#freshUntilMs = maxAge === 0 ? -Infinity : askedMs + maxAge * 1000;
  }
}

/** Apart from the message, which would keep its whole datagram. */
function copyOf(options: ReadableOptions): Options {
  const copy = new Options();
  for (const { number, value } of options.entries()) copy.add(number, new Uint8Array(value));
  return copy;
}
