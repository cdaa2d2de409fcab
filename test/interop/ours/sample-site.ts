/** Resources for clients of others to try. */

import { encodeUtf8 } from "../../../src/bytes/utf8.js";
import { CREATED, NOT_FOUND } from "../../../src/coap/codec/code.js";
import { OCTET_STREAM, TEXT_PLAIN } from "../../../src/coap/codec/content-format.js";
import type { Request } from "../../../src/coap/server/request.js";
import { RequestError } from "../../../src/coap/server/request-error.js";
import type { Resource } from "../../../src/coap/server/resource.js";
import {
  changed,
  content,
  created,
  deleted,
  text,
  type Response,
} from "../../../src/coap/server/response.js";
import { Site } from "../../../src/coap/server/site.js";
import { bodyOf } from "./bodies.js";

export const HELLO = "Hello, world!\n";

/** Length of /large. */
export const LARGE_BYTES = 100_000;

/** What a request to /methods was. */
export interface Call {
  readonly method: number;
  readonly payload: Uint8Array;
  readonly contentFormat: number | undefined;
}

export class SampleSite {
  readonly site = new Site();
  /** Requests to /methods, in order. */
  readonly calls: Call[] = [];
  /** Bodies under /store, by the rest of their path. */
  readonly stored = new Map<string, Uint8Array>();
  readonly #counter: Resource;
  readonly #series: Resource;
  #count = 0;
  #seriesLength = 0;

  /** @param ready what /separate waits for before it answers */
  constructor(ready: () => Promise<unknown> = () => Promise.resolve()) {
    const { site, stored } = this;
    site.add("hello", { get: () => text(HELLO), title: "greeting", rt: "sample.hello" });
    const large = bodyOf(LARGE_BYTES);
    site.add("large", { get: () => content(large, OCTET_STREAM), sz: LARGE_BYTES });
    site.add("separate", {
      get: () => ready().then(() => text("later")),
      post: (request) => this.#later(request, ready),
    });
    site.add("methods", {
      conditional: true,
      get: (request) => this.#called(request, text("got")),
      post: (request) => this.#called(request, { ...created(["methods", "1"]), ...payload("posted") }),
      put: (request) => this.#called(request, changed(payload("put"))),
      delete: (request) => this.#called(request, { ...deleted(), ...payload("deleted") }),
      fetch: (request) => this.#called(request, content(request.payload.slice(), TEXT_PLAIN)),
      patch: (request) => this.#called(request, changed(payload("patched"))),
      ipatch: (request) => this.#called(request, changed(payload("ipatched"))),
    });
    site.add("store", {
      subtree: true,
      get: ({ rest }) => {
        const body = stored.get(rest.join("/"));
        if (!body) throw new RequestError(NOT_FOUND, "nothing is stored here");
        return content(body, OCTET_STREAM);
      },
      put: ({ rest, payload: body }) => {
        const path = rest.join("/");
        const code = stored.has(path) ? changed() : { code: CREATED };
        stored.set(path, body.slice());
        return code;
      },
    });
    this.#counter = site.add("counter", { observable: true, get: () => text(`${this.#count};`) });
    this.#series = site.add("series", {
      observable: true,
      get: () => content(bodyOf(this.#seriesLength), OCTET_STREAM),
    });
  }

  /** Counts /counter on. */
  count(): void {
    this.#count += 1;
    this.#counter.notify();
  }

  /** Gives /series a body of this length. */
  setSeries(length: number): void {
    this.#seriesLength = length;
    this.#series.notify();
  }

  #called({ method, payload: body, contentFormat }: Request, response: Response): Response {
    this.calls.push({ method, payload: body.slice(), contentFormat });
    return response;
  }

  async #later(request: Request, ready: () => Promise<unknown>): Promise<Response> {
    await ready();
    return this.#called(request, changed(payload("changed later")));
  }
}

function payload(words: string): Pick<Response, "payload" | "contentFormat"> {
  return { payload: encodeUtf8(words), contentFormat: TEXT_PLAIN };
}
