/**
 * Large representations, kept while somebody reads them block by block, so that all blocks are of one state.
 * RFC 7959 §2.4.
 */

import { equalBytes } from "../../../bytes/compare.js";
import type { TimerHandle } from "../../../ports/timers.js";
import type { Message } from "../../codec/message.js";
import type { EndpointContext } from "../../messaging/endpoint-context.js";
import { exchangeLifetimeMs } from "../../messaging/parameters.js";
import type { Peer } from "../../messaging/peer.js";
import { isSameOperation } from "./operation.js";

interface Representation<R> {
  readonly peer: Peer;
  readonly request: Message;
  readonly response: R;
  readonly deadline: TimerHandle;
}

/** `R` is what the layer above answers with. */
export class Representations<R> {
  readonly #endpoint: EndpointContext;
  readonly #lifetimeMs: number;
  readonly #representations: Representation<R>[] = [];

  /** Each is kept for EXCHANGE_LIFETIME. */
  constructor(endpoint: EndpointContext) {
    this.#endpoint = endpoint;
    this.#lifetimeMs = exchangeLifetimeMs(endpoint.parameters);
  }

  /** Keeps the response to a request, in place of an earlier one to the same operation; the oldest gives way. */
  keep(peer: Peer, request: Message, response: R): void {
    const index = this.#indexOf(peer, request);
    if (index >= 0) this.#drop(index);
    else if (this.#representations.length >= this.#endpoint.limits.representations) this.#drop(0);
    const deadline = this.#endpoint.deadlines.set(() => {
      const expired = this.#representations.findIndex((one) => one.deadline === deadline);
      this.#drop(expired);
    }, this.#lifetimeMs);
    this.#representations.push({ peer, request, response, deadline });
  }

  find(peer: Peer, request: Message): R | undefined {
    return this.#representations[this.#indexOf(peer, request)]?.response;
  }

  /** Takes the response to a request that is sent once more, to the byte of its payload. */
  take(peer: Peer, request: Message): R | undefined {
    const index = this.#indexOf(peer, request);
    const known = this.#representations[index];
    if (!known || !equalBytes(known.request.payload, request.payload)) return undefined;
    this.#drop(index);
    return known.response;
  }

  /** Lets go of what has been read to its end. */
  release(peer: Peer, request: Message): void {
    const index = this.#indexOf(peer, request);
    if (index >= 0) this.#drop(index);
  }

  #indexOf(peer: Peer, request: Message): number {
    return this.#representations.findIndex(
      (one) => one.peer === peer && isSameOperation(one.request, request),
    );
  }

  #drop(index: number): void {
    const [dropped] = this.#representations.splice(index, 1);
    this.#endpoint.deadlines.clear(dropped!.deadline);
  }
}
