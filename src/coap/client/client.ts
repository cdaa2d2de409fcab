/** Asks other endpoints. RFC 7252 §5.8, RFC 7959, RFC 8132. */

import { GET, isSafeMethod } from "../codec/code.js";
import { ETAG } from "../codec/option-number.js";
import { addressScope, normalizeAddress } from "../codec/address.js";
import { parseUri, type CoapUri } from "../codec/uri.js";
import { LimitError } from "../errors.js";
import { requireKnown } from "../known-names.js";
import type { EndpointContext } from "../messaging/endpoint-context.js";
import type { Messaging } from "../messaging/messaging.js";
import type { Peer } from "../messaging/peer.js";
import type { BodyResponse, BodyTransfers, ClientTransfers } from "../requesting/body-transfers.js";
import type { MessageProtection } from "../requesting/message-protection.js";
import type { RequestLayer } from "../requesting/request-layer.js";
import { BlockTransfers } from "./block-transfers.js";
import { RepresentationChangedError } from "./download.js";
import { GROUP_REQUEST_OPTIONS, GroupResponses, type GroupRequestOptions } from "./group-responses.js";
import { Observation } from "./observation.js";
import { PING_OPTIONS, ping, type PingOptions } from "./ping.js";
import { REQUEST_OPTIONS, type RequestOptions } from "../request-options.js";
import { buildRequestOptions } from "./message-options.js";
import { Registrations } from "./registration.js";
import { requireSuccess } from "./require-success.js";
import { RequestMethods } from "./request-methods.js";
import { ClientResponse } from "../client-response.js";

/** How often a body is read again from its start because it changed meanwhile. */
const MAX_RESTARTS = 3;

const NO_BYTES = new Uint8Array(0);

/** @internal What a client needs of its endpoint. */
export interface ClientParts {
  readonly endpoint: EndpointContext;
  readonly messages: Messaging;
  readonly requests: RequestLayer;
  /** Bodies that travel by other rules than Block1 and Block2. */
  readonly transfers: BodyTransfers | undefined;
  readonly protection: MessageProtection | undefined;
}

/** A response whose body is read as it comes. */
export interface StreamedResponse {
  /** Code and options of the first block's response; its payload is empty here. */
  readonly head: ClientResponse;
  /** Length of the body, where the server said it. */
  readonly totalBytes: number | undefined;
  /** The body, block by block: to be read to its end, or left early, which ends the transfer and what it holds. */
  readonly body: AsyncIterable<Uint8Array>;
}

/** The response to a request that began, and whom it is of. */
interface Begun {
  readonly peer: Peer;
  readonly response: BodyResponse;
}

export class Client extends RequestMethods {
  readonly #parts: ClientParts;
  /** How bodies travel unless a request says otherwise; from the first request on. */
  #blocks: ClientTransfers | undefined;
  readonly #registrations: Registrations;

  constructor(parts: ClientParts) {
    super();
    this.#parts = parts;
    this.#registrations = new Registrations(parts);
  }

  /** @internal For requests that are sent in other ways. */
  get parts(): ClientParts {
    return this.#parts;
  }

  /**
   * Sends a request and returns the response with its whole body.
   * @throws {UriError} @throws {ResponseError} for classes 4 and 5 @throws {ProtocolError} for 2.31, which ends nothing
   * @throws {CoapError} otherwise
   */
  override async request(
    method: number,
    uri: string,
    options: RequestOptions = {},
    ...ignored: never[]
  ): Promise<ClientResponse> {
    requireKnown("options of a request", options, REQUEST_OPTIONS, ignored);
    const { clock, limits } = this.#parts.endpoint;
    const { payload, onProgress, maxBodyBytes = limits.maxBodyBytes } = options;
    const endMs = clock.monotonicMs() + (options.timeoutMs ?? Infinity);
    let { timeoutMs } = options;
    for (let restarts = 0; ; restarts += 1) {
      const { peer, response } = await this.#begin(method, uri, options, timeoutMs);
      try {
        const body = await response.whole(maxBodyBytes, onProgress);
        return new ClientResponse(response.message, body, peer, response.roundTripMs);
      } catch (error) {
        const mayRepeat = isSafeMethod(method) && (payload === undefined || payload instanceof Uint8Array);
        if (!(error instanceof RepresentationChangedError) || !mayRepeat || restarts >= MAX_RESTARTS)
          throw error;
        if (timeoutMs !== undefined) timeoutMs = Math.max(0, Math.round(endMs - clock.monotonicMs()));
      } finally {
        response.close();
      }
    }
  }

  /**
   * Sends a request and returns as soon as the response begins; with Q-Block it is there as a whole.
   * @throws as {@link request}
   */
  async stream(
    method: number,
    uri: string,
    options: RequestOptions = {},
    ...ignored: never[]
  ): Promise<StreamedResponse> {
    requireKnown("options of a request", options, REQUEST_OPTIONS, ignored);
    const { peer, response } = await this.#begin(method, uri, options, options.timeoutMs);
    const { message, roundTripMs, totalBytes, body } = response;
    return { head: new ClientResponse(message, NO_BYTES, peer, roundTripMs), totalBytes, body };
  }

  /**
   * Observes a resource (RFC 7641 §3.1): resolves with the first response there.
   * @throws as {@link request}
   */
  async observe(uri: string, options: RequestOptions = {}, ...ignored: never[]): Promise<Observation> {
    requireKnown("options of a request", options, REQUEST_OPTIONS, ignored);
    await Promise.resolve();
    const parsed = parseUri(uri);
    const peer = this.#peerFor(parsed, options);
    const { deadlines, limits } = this.#parts.endpoint;
    const transfers = this.#transfers(options);
    const base = buildRequestOptions(parsed, options);
    const registration = this.#registrations.obtain(transfers, peer, base, options);
    const observation = new Observation(registration, options, deadlines, limits.notificationQueue);
    await observation.start();
    return observation;
  }

  /**
   * Asks a multicast group with a Non-confirmable message (RFC 7252 §8). The responses come one by one, those of class 4
   * and 5 included, until the time is over. @throws {UriError} @throws {RangeError} for the address of one host, and for an ETag
   */
  multicast(uri: string, options: GroupRequestOptions = {}, ...ignored: never[]): GroupResponses {
    requireKnown("options of a request to a group", options, GROUP_REQUEST_OPTIONS, ignored);
    const parsed = parseUri(uri);
    const group = this.peer(parsed, options.address, true);
    const base = buildRequestOptions(parsed, options);
    // RFC 7252 §8.2.1
    if ((options.method ?? GET) === GET && base.has(ETAG))
      throw new RangeError("expected no ETag in a GET to a group, got one");
    return new GroupResponses(this.#parts, group, base, options);
  }

  /** Milliseconds until the endpoint answered an Empty message (RFC 7252 §4.3). @throws {CoapError} */
  async ping(uri: string, options: PingOptions = {}, ...ignored: never[]): Promise<number> {
    requireKnown("options of a ping", options, PING_OPTIONS, ignored);
    const peer = this.peer(parseUri(uri), options.address);
    const { clock } = this.#parts.endpoint;
    const sentMs = clock.monotonicMs();
    await ping(this.#parts, peer, options);
    return clock.monotonicMs() - sentMs;
  }

  async #begin(
    method: number,
    uri: string,
    options: RequestOptions,
    timeoutMs: number | undefined,
  ): Promise<Begun> {
    // A device's stack has 512 slots: the caller's frames and ours would not fit it together.
    await Promise.resolve();
    const parsed = parseUri(uri);
    const peer = this.#peerFor(parsed, options);
    const base = buildRequestOptions(parsed, options);
    const response = await this.#transfers(options).request(peer, method, base, options, timeoutMs);
    try {
      requireSuccess(response.message, peer, response.roundTripMs);
      return { peer, response };
    } catch (error) {
      response.close();
      throw error;
    }
  }

  /** How bodies travel. @throws {RangeError} for what this endpoint has not */
  #transfers({ blocks }: RequestOptions): ClientTransfers {
    const { transfers } = this.#parts;
    this.#blocks ??= new BlockTransfers(this.#parts);
    if (blocks === undefined) return this.#blocks;
    if (!transfers) throw new RangeError("expected an endpoint with qBlock");
    return transfers.client(this.#blocks);
  }

  /** @internal Whom a URI leads to. @throws {RangeError} @throws {LimitError} */
  peer(uri: CoapUri, address: string | undefined, isGroup = false): Peer {
    const { scheme } = this.#parts.messages;
    if (uri.scheme !== scheme) throw new RangeError(`expected the scheme ${scheme}, got ${uri.scheme}`);
    const host = address ?? uri.host;
    // As the network will write it when the peer answers.
    const normal = normalizeAddress(host);
    if (normal === undefined)
      throw new RangeError(`expected a numeric address in the URI or in options.address, got ${host}`);
    // RFC 7252 §8.1: what goes to a group is Non-confirmable, and has many responses.
    if ((addressScope(normal) === "multicast") !== isGroup)
      throw new RangeError(
        `expected the address of ${isGroup ? "a multicast group" : "one host"}, got ${host}`,
      );
    const peer = this.#parts.messages.peers.obtain(normal, uri.port, isGroup);
    if (!peer) throw new LimitError(`limit peers (${this.#parts.endpoint.limits.peers}) reached`);
    return peer;
  }

  /** Whom a URI leads to, as the request is to reach it. @throws as {@link peer} */
  #peerFor(uri: CoapUri, { address, securityContext }: RequestOptions): Peer {
    const peer = this.peer(uri, address);
    if (securityContext === undefined) return peer;
    const { protection } = this.#parts;
    if (!protection) throw new RangeError("expected an endpoint with oscore");
    return protection.peer(peer, securityContext);
  }
}
