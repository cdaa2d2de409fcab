/**
 * A client that uses responses again. RFC 7252 §5.6.
 *
 * What is stored are responses to GET and FETCH that are cacheable (§5.9): 2.05, and errors. A request with a body other
 * than FETCH's goes to the server and makes what is known of its resource stale. Requests that are about more than a
 * representation (Observe, single blocks, conditions of the caller) pass by. One with No-Response goes to the server,
 * and what comes back all the same is stored (RFC 7967 §3.3).
 */

import type { Clock } from "../../ports/clock.js";
import { equalBytes } from "../../bytes/compare.js";
import { toHex } from "../../bytes/hex.js";
import type { Client } from "../client/client.js";
import { RequestMethods } from "../client/request-methods.js";
import { REQUEST_OPTIONS, type RequestOptions } from "../request-options.js";
import { buildRequestOptions } from "../client/message-options.js";
import type { ClientResponse } from "../client-response.js";
import { normalizeAddress } from "../codec/address.js";
import { CHANGED, CONTENT, CREATED, DELETED, EMPTY, FETCH, GET, VALID, codeClass } from "../codec/code.js";
import {
  BLOCK1,
  BLOCK2,
  ETAG,
  IF_MATCH,
  IF_NONE_MATCH,
  LOCATION_PATH,
  LOCATION_QUERY,
  NO_RESPONSE,
  OBSERVE,
  URI_HOST,
  URI_PATH,
  URI_PORT,
  URI_QUERY,
  isNoCacheKey,
} from "../codec/option-number.js";
import type { Options } from "../codec/options.js";
import { parseUri } from "../codec/uri.js";
import { ResponseError } from "../errors.js";
import { requireKnown } from "../known-names.js";
import { StoredResponse } from "./stored-response.js";

/** How much a cache may hold; what was used longest ago goes first. */
export interface CacheLimits {
  /** Responses. */
  readonly responses: number;
  /** Bytes of all of them, with their keys; a response that takes more alone is not stored. */
  readonly bytes: number;
  /** Seconds for which a response is fresh at most, whatever its Max-Age: the server is asked again afterwards. */
  readonly maxFreshS: number;
}

export const DEFAULT_CACHE_LIMITS: CacheLimits = Object.freeze({
  responses: 8,
  bytes: 4096,
  maxFreshS: 86_400,
});

/** A request as the cache sees it. */
interface Question {
  readonly key: string;
  readonly target: string;
  /** False where it passes by the cache. */
  readonly isCacheable: boolean;
  /** False where the server is asked whatever is stored. */
  readonly mayReuse: boolean;
}

export class CachingClient extends RequestMethods {
  readonly #client: Client;
  readonly #clock: Clock;
  readonly #limits: CacheLimits;
  /** By key, in the order in which they were used. */
  readonly #stored = new Map<string, StoredResponse>();

  /** @param clock of the platform, by which responses age */
  constructor(client: Client, clock: Clock, limits: Partial<CacheLimits> = {}) {
    super();
    this.#client = client;
    this.#clock = clock;
    this.#limits = { ...DEFAULT_CACHE_LIMITS, ...limits };
  }

  /** How many responses are stored. */
  get size(): number {
    return this.#stored.size;
  }

  /** Forgets everything. */
  clear(): void {
    this.#stored.clear();
  }

  /**
   * The stored response where it is fresh, or valid as the server says; that of the server otherwise. The payload is
   * shared with the cache: it is not to be changed. @throws as {@link Client.request}
   */
  override async request(
    method: number,
    uri: string,
    options: RequestOptions = {},
    ...ignored: never[]
  ): Promise<ClientResponse> {
    requireKnown("options of a request", options, REQUEST_OPTIONS, ignored);
    // A device's stack has 512 slots: the caller's frames and ours would not fit it together.
    await Promise.resolve();
    const question = ask(method, uri, options);
    if (!question.isCacheable) return this.#forward(method, uri, options, question);
    const stored = question.mayReuse ? this.#stored.get(question.key) : undefined;
    const nowMs = this.#clock.monotonicMs();
    if (stored?.isFresh(nowMs)) {
      this.#keep(stored);
      return stored.reuse(nowMs);
    }
    const etags = stored?.etag ? [stored.etag] : [];
    const response = await this.#ask(method, uri, { ...options, etags }, question, nowMs);
    if (response.code !== VALID) return response;
    const { etag } = response;
    if (stored?.etag && etag && equalBytes(stored.etag, etag)) {
      stored.validate(response, nowMs, this.#limits.maxFreshS);
      this.#keep(stored);
      return stored.reuse(this.#clock.monotonicMs());
    }
    // It is about something that is not there.
    this.#stored.delete(question.key);
    return this.#ask(method, uri, options, question, this.#clock.monotonicMs());
  }

  /** Asks the server, and stores what it says (§5.6.2: any other response than 2.03 takes the place of the old one). */
  async #ask(
    method: number,
    uri: string,
    options: RequestOptions,
    { key, target }: Question,
    askedMs: number,
  ): Promise<ClientResponse> {
    const store = (response: ClientResponse): void => {
      this.#stored.delete(key);
      const isOfUse = response.maxAge > 0 || response.etag !== undefined;
      if (isOfUse) this.#keep(new StoredResponse(key, target, response, askedMs, this.#limits.maxFreshS));
    };
    try {
      const response = await this.#client.request(method, uri, options);
      if (response.code === CONTENT) store(response);
      // §5.6: success with a code that is not known is not cached. Silence says nothing of what is stored.
      else if (response.code !== VALID && response.code !== EMPTY) this.#stored.delete(key);
      return response;
    } catch (error) {
      if (error instanceof ResponseError && codeClass(error.code) >= 4) store(error.response);
      throw error;
    }
  }

  /** §5.9.1: what was created, deleted or changed is stale; §5.10.7: so is what Location names. */
  async #forward(
    method: number,
    uri: string,
    options: RequestOptions,
    { key, target }: Question,
  ): Promise<ClientResponse> {
    const response = await this.#client.request(method, uri, options);
    const { code } = response;
    // §5.6.1: a new response to the same request takes the place of the old one.
    if (code === CONTENT) this.#stored.delete(key);
    if (code === CREATED || code === DELETED || code === CHANGED) this.#expire(target);
    if (response.options.has(LOCATION_PATH) || response.options.has(LOCATION_QUERY))
      this.#expire(locationOf(uri, options, response));
    return response;
  }

  #expire(target: string): void {
    for (const stored of this.#stored.values()) if (stored.target === target) stored.expire();
  }

  /** Puts it behind all others, and drops what is too much. */
  #keep(stored: StoredResponse): void {
    const { responses, bytes } = this.#limits;
    this.#stored.delete(stored.key);
    if (stored.bytes > bytes) return;
    this.#stored.set(stored.key, stored);
    let total = 0;
    for (const one of this.#stored.values()) total += one.bytes;
    for (const [key, one] of this.#stored) {
      if (this.#stored.size <= responses && total <= bytes) return;
      this.#stored.delete(key);
      total -= one.bytes;
    }
  }
}

/** §5.6: method, endpoint, options but those that do not belong to the cache key, and FETCH's body (RFC 8132 §2). */
function ask(method: number, uri: string, options: RequestOptions): Question {
  const built = buildRequestOptions(parseUri(uri), options);
  const { payload, securityContext } = options;
  const server = serverOf(uri, options);
  const target = targetOf(server, built);
  const hasBody = payload !== undefined;
  const isSafe = method === GET ? !hasBody : method === FETCH && payload instanceof Uint8Array;
  const passesBy = [ETAG, OBSERVE, BLOCK1, BLOCK2, IF_MATCH, IF_NONE_MATCH];
  const isCacheable = isSafe && !passesBy.some((number) => built.has(number));
  // What was protected for one is for nobody else (RFC 8613 §10).
  let key = `${method} ${server}${securityContext === undefined ? "" : ` ${securityContext}`}`;
  for (const { number, value } of built.entries())
    if (!isNoCacheKey(number) && number !== ETAG && number !== NO_RESPONSE)
      key += ` ${number}:${toHex(value)}`;
  if (isCacheable && payload instanceof Uint8Array) key += ` ${toHex(payload)}`;
  return { key, target, isCacheable, mayReuse: !built.has(NO_RESPONSE) };
}

function serverOf(uri: string, { address }: RequestOptions): string {
  const { host, port } = parseUri(uri);
  const name = address ?? host;
  return `${normalizeAddress(name) ?? name} ${port}`;
}

/** The URI, as the options say it. */
function targetOf(server: string, options: Options): string {
  let target = server;
  for (const number of [URI_HOST, URI_PORT, URI_PATH, URI_QUERY])
    for (const value of options.all(number)) target += ` ${number}:${toHex(value)}`;
  return target;
}

function locationOf(uri: string, options: RequestOptions, response: ClientResponse): string {
  const built = buildRequestOptions(parseUri(uri), options);
  built.remove(URI_PATH);
  built.remove(URI_QUERY);
  for (const segment of response.options.all(LOCATION_PATH)) built.add(URI_PATH, segment);
  for (const argument of response.options.all(LOCATION_QUERY)) built.add(URI_QUERY, argument);
  return targetOf(serverOf(uri, options), built);
}
