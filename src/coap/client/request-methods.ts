/** The methods by their names, for whatever sends requests. RFC 7252 §5.8, RFC 8132. */

import { DELETE, FETCH, GET, IPATCH, PATCH, POST, PUT } from "../codec/code.js";
import type { RequestOptions } from "../request-options.js";
import type { ClientResponse } from "../client-response.js";

export abstract class RequestMethods {
  /**
   * Sends a request and returns the response with its whole body. The payload is one of the options: further arguments,
   * and options that there are not, are refused with a TypeError.
   * @throws {UriError} @throws {ResponseError} for classes 4 and 5 @throws {CoapError} otherwise
   */
  abstract request(
    method: number,
    uri: string,
    options?: RequestOptions,
    ...ignored: never[]
  ): Promise<ClientResponse>;

  /** @throws as {@link request} */
  get(uri: string, options?: RequestOptions, ...ignored: never[]): Promise<ClientResponse> {
    return this.request(GET, uri, options, ...ignored);
  }

  /** @throws as {@link request} */
  post(uri: string, options?: RequestOptions, ...ignored: never[]): Promise<ClientResponse> {
    return this.request(POST, uri, options, ...ignored);
  }

  /** @throws as {@link request} */
  put(uri: string, options?: RequestOptions, ...ignored: never[]): Promise<ClientResponse> {
    return this.request(PUT, uri, options, ...ignored);
  }

  /** @throws as {@link request} */
  delete(uri: string, options?: RequestOptions, ...ignored: never[]): Promise<ClientResponse> {
    return this.request(DELETE, uri, options, ...ignored);
  }

  /** @throws as {@link request} */
  fetch(uri: string, options?: RequestOptions, ...ignored: never[]): Promise<ClientResponse> {
    return this.request(FETCH, uri, options, ...ignored);
  }

  /** @throws as {@link request} */
  patch(uri: string, options?: RequestOptions, ...ignored: never[]): Promise<ClientResponse> {
    return this.request(PATCH, uri, options, ...ignored);
  }

  /** @throws as {@link request} */
  ipatch(uri: string, options?: RequestOptions, ...ignored: never[]): Promise<ClientResponse> {
    return this.request(IPATCH, uri, options, ...ignored);
  }
}
