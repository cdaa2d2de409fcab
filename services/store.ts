/**
 * A store that clients fill: PUT creates and changes, POST on the store itself creates under a number, GET and DELETE.
 * If-Match and If-None-Match keep two clients from overwriting each other (RFC 7252 §5.10.8). GET on the store itself
 * lists what is in it, in link format.
 */

import { equalBytes } from "../src/bytes/compare.js";
import { encodeUtf8 } from "../src/bytes/utf8.js";
import {
  CHANGED,
  CONTENT,
  CREATED,
  METHOD_NOT_ALLOWED,
  NOT_ACCEPTABLE,
  NOT_FOUND,
  PRECONDITION_FAILED,
  SERVICE_UNAVAILABLE,
} from "../src/coap/codec/code.js";
import { LINK_FORMAT } from "../src/coap/codec/content-format.js";
import { formatLinks, type Link } from "../src/coap/codec/link-format.js";
import { IF_MATCH, IF_NONE_MATCH } from "../src/coap/codec/option-number.js";
import { SEGMENT_CHARACTERS, encodePercent } from "../src/coap/codec/percent-encoding.js";
import { automaticETag } from "../src/coap/bodies/block/etag.js";
import type { Request } from "../src/coap/server/request.js";
import { RequestError } from "../src/coap/server/request-error.js";
import { content, deleted, type Response } from "../src/coap/server/response.js";
import type { Site } from "../src/coap/server/site.js";

/** How much a store may hold. */
export interface StoreLimits {
  /** Entries; one more is answered 5.03. */
  readonly entries: number;
  /** Bytes of all bodies together; what does not fit is answered 5.03. */
  readonly totalBytes: number;
  /** Bytes of one body; a larger one is answered 4.13. */
  readonly entryBytes: number;
}

export const DEFAULT_STORE_LIMITS: StoreLimits = {
  entries: 64,
  totalBytes: 16 * 1024 * 1024,
  entryBytes: 4 * 1024 * 1024,
};

interface Entry {
  readonly segments: readonly string[];
  readonly body: Uint8Array;
  readonly contentFormat: number | undefined;
  readonly etag: Uint8Array;
}

/** Segments may have any character, so that no separator tells them apart. */
function keyOf(segments: readonly string[]): string {
  return JSON.stringify(segments);
}

/** `store` and `store/` are the store itself. */
function isStoreItself(rest: readonly string[]): boolean {
  return rest.length === 0 || (rest.length === 1 && rest[0] === "");
}

class Store {
  readonly #entries = new Map<string, Entry>();
  readonly #path: readonly string[];
  readonly #limits: StoreLimits;
  #bytes = 0;
  #numbered = 0;

  constructor(path: readonly string[], limits: StoreLimits) {
    this.#path = path;
    this.#limits = limits;
  }

  get(request: Request): Response {
    const { rest, accept } = request;
    if (isStoreItself(rest)) {
      requireAcceptable(accept, LINK_FORMAT);
      return content(encodeUtf8(formatLinks(this.#links())), LINK_FORMAT, { maxAge: 0 });
    }
    const entry = this.#entries.get(keyOf(rest));
    if (!entry) throw new RequestError(NOT_FOUND, "nothing is stored here");
    const { body, contentFormat, etag } = entry;
    requireAcceptable(accept, contentFormat);
    return { code: CONTENT, payload: body, etag, ...(contentFormat !== undefined && { contentFormat }) };
  }

  put(request: Request): Response {
    const { rest } = request;
    if (isStoreItself(rest)) throw new RequestError(METHOD_NOT_ALLOWED, "expected a path below the store");
    const known = this.#entries.get(keyOf(rest));
    requirePreconditions(request, known);
    const { etag } = this.#set(rest, request, known);
    return { code: known ? CHANGED : CREATED, etag };
  }

  post(request: Request): Response {
    if (!isStoreItself(request.rest))
      throw new RequestError(METHOD_NOT_ALLOWED, "expected PUT here, or POST on the store itself");
    let segments: string[];
    do {
      this.#numbered += 1;
      segments = [String(this.#numbered)];
    } while (this.#entries.has(keyOf(segments)));
    const { etag } = this.#set(segments, request, undefined);
    return { code: CREATED, etag, locationPath: [...this.#path, ...segments] };
  }

  delete(request: Request): Response {
    const { rest } = request;
    if (isStoreItself(rest)) throw new RequestError(METHOD_NOT_ALLOWED, "expected a path below the store");
    const known = this.#entries.get(keyOf(rest));
    requirePreconditions(request, known);
    if (known) this.#remove(known);
    return deleted();
  }

  #set(segments: readonly string[], request: Request, known: Entry | undefined): Entry {
    const { entries, totalBytes } = this.#limits;
    // A copy: the payload is a view of the datagram.
    const body = new Uint8Array(request.payload);
    if (!known && this.#entries.size >= entries)
      throw new RequestError(SERVICE_UNAVAILABLE, `limit entries (${entries}) of the store reached`);
    if (this.#bytes - (known?.body.length ?? 0) + body.length > totalBytes)
      throw new RequestError(SERVICE_UNAVAILABLE, `limit totalBytes (${totalBytes}) of the store reached`);
    if (known) this.#remove(known);
    const { contentFormat } = request;
    const entry = { segments, body, contentFormat, etag: automaticETag(body, contentFormat) };
    this.#entries.set(keyOf(segments), entry);
    this.#bytes += body.length;
    return entry;
  }

  #remove(entry: Entry): void {
    this.#entries.delete(keyOf(entry.segments));
    this.#bytes -= entry.body.length;
  }

  #links(): Link[] {
    return [...this.#entries.values()].map(({ segments, body, contentFormat }) => {
      const target = [...this.#path, ...segments]
        .map((segment) => `/${encodePercent(segment, SEGMENT_CHARACTERS)}`)
        .join("");
      const ct = contentFormat === undefined ? [] : ([["ct", String(contentFormat)]] as const);
      return { target, attributes: [...ct, ["sz", String(body.length)]] };
    });
  }
}

/** RFC 7252 §5.10.4. */
function requireAcceptable(accept: number | undefined, contentFormat: number | undefined): void {
  if (accept === undefined || accept === contentFormat) return;
  const available = contentFormat === undefined ? "no Accept" : `Accept ${contentFormat}`;
  throw new RequestError(NOT_ACCEPTABLE, `expected ${available}, got ${accept}`);
}

/** RFC 7252 §5.10.8. @throws {RequestError} 4.12 */
function requirePreconditions({ options }: Request, known: Entry | undefined): void {
  if (known && options.has(IF_NONE_MATCH))
    throw new RequestError(PRECONDITION_FAILED, "expected nothing to be stored here yet");
  const tags = options.all(IF_MATCH);
  if (tags.length === 0) return;
  const isFulfilled = known && tags.some((tag) => tag.length === 0 || equalBytes(tag, known.etag));
  if (!isFulfilled) throw new RequestError(PRECONDITION_FAILED, "what is stored here has another ETag");
}

/** Offers a store at `path` and below. @throws {RangeError} when the path is taken */
export function mountStore(site: Site, path: string, limits: Partial<StoreLimits> = {}): void {
  const effective = { ...DEFAULT_STORE_LIMITS, ...limits };
  const store = new Store(path.split("/"), effective);
  site.add(path, {
    title: "Keeps what is put below",
    ct: [LINK_FORMAT],
    subtree: true,
    conditional: true,
    maxBodyBytes: effective.entryBytes,
    get: (request) => store.get(request),
    put: (request) => store.put(request),
    post: (request) => store.post(request),
    delete: (request) => store.delete(request),
  });
}
