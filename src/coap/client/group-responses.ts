/**
 * Asks a multicast group, and gives the responses as they come. RFC 7252 §8, RFC 7959 §2.8,
 * draft-ietf-core-groupcomm-bis.
 */

import { GET } from "../codec/code.js";
import type { Message } from "../codec/message.js";
import { BLOCK2 } from "../codec/option-number.js";
import type { Options } from "../codec/options.js";
import { blockOption, isBlockLength } from "../bodies/block/block.js";
import { CancelledError, CoapError, LimitError } from "../errors.js";
import type { NamesOf } from "../known-names.js";
import { groupWaitMs } from "../messaging/parameters.js";
import type { Peer } from "../messaging/peer.js";
import type { GroupHandler, GroupRequest } from "../requesting/group-requests.js";
import type { ClientParts } from "./client.js";
import { Download } from "./download.js";
import type { RequestOptions } from "../request-options.js";
import { Requester } from "./requester.js";
import { ClientResponse } from "../client-response.js";

/** A body in a request to a group goes in one message (RFC 7959 §2.8). */
export interface GroupRequestOptions extends Pick<
  RequestOptions,
  "accept" | "address" | "contentFormat" | "maxBodyBytes" | "noResponse" | "options" | "signal"
> {
  /** Method code; GET otherwise. */
  readonly method?: number;
  readonly payload?: Uint8Array;
  /** How long to wait for responses, in milliseconds; the leisure of servers and a second otherwise. */
  readonly waitMs?: number;
}

/** The names of {@link GroupRequestOptions}. */
export const GROUP_REQUEST_OPTIONS: NamesOf<GroupRequestOptions> = Object.freeze({
  accept: true,
  address: true,
  contentFormat: true,
  maxBodyBytes: true,
  noResponse: true,
  options: true,
  signal: true,
  method: true,
  payload: true,
  waitMs: true,
} as const);

interface Arrival {
  readonly message: Message;
  readonly member: Peer;
  readonly elapsedMs: number;
}

/**
 * The responses of a group, one of each member, errors included. The request is sent when the first one is asked for.
 * What a member has in more than one block is fetched from it alone.
 */
export class GroupResponses implements AsyncIterableIterator<ClientResponse>, GroupHandler {
  readonly #parts: ClientParts;
  readonly #group: Peer;
  readonly #base: Options;
  readonly #options: GroupRequestOptions;
  readonly #arrivals: Arrival[] = [];
  readonly #onAbort = (): void => this.#end(new CancelledError("the request was cancelled"));
  readonly #waiting: (() => void)[] = [];
  #request: GroupRequest | undefined;
  #started = false;
  #ended = false;
  #failure: CoapError | undefined;

  /** @internal */
  constructor(parts: ClientParts, group: Peer, base: Options, options: GroupRequestOptions) {
    this.#parts = parts;
    this.#group = group;
    this.#base = base;
    this.#options = options;
  }

  /** @internal */
  response(message: Message, member: Peer, elapsedMs: number): void {
    this.#arrivals.push({ message, member, elapsedMs });
    this.#wake();
  }

  /** @internal */
  ended(error: CoapError | undefined): void {
    this.#options.signal?.removeEventListener("abort", this.#onAbort);
    this.#ended = true;
    this.#failure ??= error;
    this.#wake();
  }

  /** The next response; none when the time is over. @throws {CoapError} when the request could not be sent */
  async next(): Promise<IteratorResult<ClientResponse, undefined>> {
    // A device's stack has 512 slots: the caller's frames and ours would not fit it together.
    await Promise.resolve();
    if (!this.#started) this.#start();
    while (this.#arrivals.length === 0 && !this.#ended)
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
      });
    const arrival = this.#arrivals.shift();
    if (arrival) return { done: false, value: await this.#complete(arrival) };
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure) throw failure;
    return { done: true, value: undefined };
  }

  /** Waits for no more. */
  return(): Promise<IteratorResult<ClientResponse, undefined>> {
    this.#arrivals.length = 0;
    this.#started = true;
    this.#end(undefined);
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  #start(): void {
    this.#started = true;
    const {
      method = GET,
      payload,
      signal,
      waitMs = groupWaitMs(this.#parts.endpoint.parameters),
    } = this.#options;
    if (signal?.aborted) {
      this.#onAbort();
      return;
    }
    const request = { code: method, options: this.#base, payload, confirmable: false };
    signal?.addEventListener("abort", this.#onAbort);
    try {
      const made = this.#parts.requests.sendToGroup(this.#group, request, waitMs, this);
      this.#request = made;
    } catch (error) {
      this.ended(undefined);
      throw error;
    }
  }

  #end(error: CoapError | undefined): void {
    if (this.#request) this.#parts.requests.endGroup(this.#request, error);
    else this.ended(error);
  }

  /** RFC 7959 §2.8: the blocks behind the first one are asked for in unicast. */
  async #complete({ message, member, elapsedMs }: Arrival): Promise<ClientResponse> {
    const block = blockOption(message.options, BLOCK2);
    const remote = { address: member.address, port: member.port };
    const isWhole = block?.number === 0 && !block.more && isBlockLength(block, message.payload.length);
    if (isWhole || !message.options.has(BLOCK2))
      return new ClientResponse(message, message.payload, remote, elapsedMs);
    try {
      return new ClientResponse(message, await this.#download(message, member), remote, elapsedMs);
    } catch (error) {
      if (!(error instanceof CoapError)) throw error;
      // The others have their say all the same.
      return new ClientResponse(message, message.payload, remote, elapsedMs, error);
    }
  }

  async #download(message: Message, { address, port }: Peer): Promise<Uint8Array> {
    const { endpoint, messages, requests } = this.#parts;
    const { deadlines, limits } = endpoint;
    const { method = GET, signal, maxBodyBytes = limits.maxBodyBytes } = this.#options;
    const member = messages.peers.obtain(address, port);
    if (!member) throw new LimitError(`limit peers (${limits.peers}) reached`);
    const requester = new Requester(requests, member, true, signal, deadlines, undefined);
    try {
      return await new Download(requester, method, this.#base, message).whole(maxBodyBytes);
    } finally {
      requester.close();
    }
  }
}
