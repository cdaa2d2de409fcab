/** The body of a request as its handler gets it: whole, or block by block. RFC 7959 §2.5, §2.9. */

import { BAD_REQUEST, REQUEST_ENTITY_INCOMPLETE, SERVICE_UNAVAILABLE } from "../codec/code.js";
import { Assemblies } from "../bodies/block/assemblies.js";
import { blockOffset, isBlockLength } from "../bodies/block/block.js";
import type { EndpointContext } from "../messaging/endpoint-context.js";
import type { Exchange } from "./exchange.js";
import { tooLarge } from "./refusals.js";
import type { RequestBody } from "./request.js";
import { RequestError } from "./request-error.js";

/** Max-Age of the 5.03 that says that too many bodies are being reassembled, in seconds. */
const RETRY_AFTER_S = 5;

export class RequestBodies {
  readonly #endpoint: EndpointContext;
  readonly #assemblies: Assemblies;

  constructor(endpoint: EndpointContext) {
    this.#endpoint = endpoint;
    this.#assemblies = new Assemblies(endpoint);
  }

  /** The body for the handler; undefined while blocks are missing. @throws {RequestError} (RFC 7959 §2.9) */
  take(exchange: Exchange): RequestBody | undefined {
    const { message, peer } = exchange.incoming;
    const { definition } = exchange.found!.resource;
    const maxBodyBytes = definition.maxBodyBytes ?? this.#endpoint.limits.maxBodyBytes;
    const { block1 } = exchange;
    if (!block1) {
      if (message.payload.length > maxBodyBytes) throw tooLarge(maxBodyBytes);
      return { first: message, payload: message.payload, block: undefined };
    }
    exchange.block1Szx = Math.min(block1.szx, exchange.terms.maxSzx);
    if (definition.bodies === "blocks") {
      if (!isBlockLength(block1, message.payload.length)) throw malformed(message.payload.length);
      const block = { offset: blockOffset(block1), more: block1.more };
      return { first: message, payload: message.payload, block };
    }
    const result = this.#assemblies.add(peer, message, block1, maxBodyBytes);
    switch (result.kind) {
      case "continue":
        exchange.continues = true;
        return undefined;
      case "complete":
        return { first: result.first, payload: result.body, block: undefined };
      case "gap":
        throw new RequestError(
          REQUEST_ENTITY_INCOMPLETE,
          `expected the blocks before block ${block1.number} first`,
        );
      case "malformed":
        throw malformed(message.payload.length);
      case "tooLarge":
        throw tooLarge(maxBodyBytes);
      case "busy":
        this.#endpoint.counters.refusedRequests += 1;
        throw new RequestError(
          SERVICE_UNAVAILABLE,
          `limit assemblies (${this.#endpoint.limits.assemblies}) reached`,
          {
            maxAge: RETRY_AFTER_S,
          },
        );
    }
  }
}

function malformed(bytes: number): RequestError {
  return new RequestError(BAD_REQUEST, `expected a payload of the size that Block1 says, got ${bytes} bytes`);
}
