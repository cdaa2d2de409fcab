/** Asks other endpoints. RFC 7252 §5.8, RFC 7959, RFC 8132. */

import { encodeUint } from "../../bytes/uint.js";
import { GET, isSafeMethod } from "../codec/code.js";
import { BLOCK2, ETAG, REQUEST_TAG } from "../codec/option-number.js";
import { Options } from "../codec/options.js";
import { addressScope, normalizeAddress } from "../codec/address.js";
import { parseUri, type CoapUri } from "../codec/uri.js";
import { encodeBlock } from "../bodies/block/block.js";
import { LimitError } from "../errors.js";
import { requireKnown } from "../known-names.js";
import type { EndpointContext } from "../messaging/endpoint-context.js";
import type { Messaging } from "../messaging/messaging.js";
import type { Peer } from "../messaging/peer.js";
import type { BodyResponse, BodyTransfers } from "../requesting/body-transfers.js";
import type { MessageProtection } from "../requesting/message-protection.js";
import type { RequestLayer } from "../requesting/request-layer.js";
import { BodyReader } from "./body-reader.js";
import { Download, RepresentationChangedError } from "./download.js";
import { GROUP_REQUEST_OPTIONS, GroupResponses, type GroupRequestOptions } from "./group-responses.js";
import { Observation } from "./observation.js";
import { PING_OPTIONS, ping, type PingOptions } from "./ping.js";
import { REQUEST_OPTIONS, type RequestOptions } from "../request-options.js";
import { buildRequestOptions, requireMethodRules, requireSzx } from "./message-options.js";
import { Registrations } from "./registration.js";
import { requireSuccess } from "./require-success.js";
import { RequestMethods } from "./request-methods.js";
import { Requester, type Received } from "./requester.js";
import { ClientResponse } from "../client-response.js";
import { upload } from "./upload.js";

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

/** A response whose body travelled by other rules than those of Block1 and Block2. */
interface Transferred extends BodyResponse {
  readonly peer: Peer;
}

interface Operation {
  readonly requester: Requester;
  readonly options: Options;
  readonly received: Received;
}

export class Client extends RequestMethods {
  readonly #parts: ClientParts;
  /** Request-Tags in use, so that concurrent operations are told apart (RFC 9175 §3.5). */
  readonly #requestTags = new Set<number>();
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
    const { clock } = this.#parts.endpoint;
    const startMs = clock.monotonicMs();
    const { timeoutMs = Infinity } = options;
    const transferred = options.blocks && (await this.#transfer(method, uri, options));
    if (transferred) {
      const { peer, message, payload } = transferred;
      return new ClientResponse(message, payload, peer, undefined);
    }
    for (let restarts = 0; ; restarts += 1) {
      const restMs = Math.max(0, Math.round(startMs + timeoutMs - clock.monotonicMs()));
      const operation = await this.#begin(method, uri, options, restMs);
      try {
        return await this.#collect(method, operation, options);
      } catch (error) {
        const mayRepeat =
          isSafeMethod(method) && (options.payload === undefined || options.payload instanceof Uint8Array);
        if (!(error instanceof RepresentationChangedError) || !mayRepeat || restarts >= MAX_RESTARTS)
          throw error;
      } finally {
        operation.requester.close();
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
    const transferred = options.blocks && (await this.#transfer(method, uri, options));
    if (transferred) {
      const { peer, message, payload } = transferred;
      const head = new ClientResponse(message, NO_BYTES, peer, undefined);
      return { head, totalBytes: payload.length, body: inOnePiece(payload) };
    }
    const { requester, options: base, received } = await this.#begin(method, uri, options);
    const { message, roundTripMs } = received;
    const body = new Download(requester, method, base, message);
    const head = new ClientResponse(message, NO_BYTES, requester.peer, roundTripMs);
    return { head, totalBytes: body.totalBytes, body };
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
    const registration = this.#registrations.obtain(peer, buildRequestOptions(parsed, options), options);
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

  /** @param restMs what is left of `options.timeoutMs` */
  async #begin(
    method: number,
    uri: string,
    options: RequestOptions,
    restMs = options.timeoutMs ?? Infinity,
  ): Promise<Operation> {
    const { endpoint, requests } = this.#parts;
    const { deadlines, limits } = endpoint;
    // A device's stack has 512 slots: the caller's frames and ours would not fit it together.
    await Promise.resolve();
    const parsed = parseUri(uri);
    const peer = this.#peerFor(parsed, options);
    const { confirmable = true, signal } = options;
    const timeoutMs = restMs === Infinity ? undefined : restMs;
    const szx = options.blockSize === undefined ? undefined : requireSzx(options.blockSize);
    const base = buildRequestOptions(parsed, options);
    requireMethodRules(method, options, base);
    const requester = new Requester(requests, peer, confirmable, signal, deadlines, timeoutMs);
    if (szx !== undefined && isSafeMethod(method)) base.setUint(BLOCK2, encodeBlock(0, false, szx));
    const requestTag = this.#takeRequestTag(options.payload);
    // On every message of the operation, those that fetch its response included (RFC 9175 §3.4).
    if (options.payload !== undefined) requester.onClose = () => void this.#requestTags.delete(requestTag);
    if (requestTag > 0) base.add(REQUEST_TAG, encodeUint(requestTag));
    const body = options.payload && new BodyReader(options.payload, options.payloadBytes);
    try {
      const { onProgress } = options;
      const received = body
        ? await upload(requester, method, base, body, { limits, szx, onProgress })
        : await requester.send(method, new Options().addAll(base), undefined);
      requireSuccess(received.message, requester.peer, received.roundTripMs);
      return { requester, options: base, received };
    } catch (error) {
      requester.close();
      throw error;
    } finally {
      body?.close();
    }
  }

  /** With Q-Block; undefined where the peer takes bodies in Block1 and Block2 only. */
  async #transfer(method: number, uri: string, options: RequestOptions): Promise<Transferred | undefined> {
    // A device's stack has 512 slots: the caller's frames and ours would not fit it together.
    await Promise.resolve();
    const { transfers } = this.#parts;
    if (!transfers) throw new RangeError("expected an endpoint with qBlock");
    const parsed = parseUri(uri);
    const peer = this.#peerFor(parsed, options);
    const received = await transfers.request(peer, method, buildRequestOptions(parsed, options), options);
    if (!received) return undefined;
    requireSuccess(received.message, peer);
    return { ...received, peer };
  }

  async #collect(method: number, operation: Operation, options: RequestOptions): Promise<ClientResponse> {
    const { requester, received } = operation;
    const { message, roundTripMs } = received;
    const maxBodyBytes = options.maxBodyBytes ?? this.#parts.endpoint.limits.maxBodyBytes;
    if (!message.options.has(BLOCK2)) {
      // As most bodies come.
      const { payload } = message;
      if (payload.length > maxBodyBytes)
        throw new LimitError(`limit maxBodyBytes (${maxBodyBytes}) reached by the response`);
      return new ClientResponse(message, payload, requester.peer, roundTripMs);
    }
    const download = new Download(requester, method, operation.options, message);
    const body = await download.whole(maxBodyBytes, (bytes) =>
      options.onProgress?.(bytes, download.totalBytes),
    );
    return new ClientResponse(message, body, requester.peer, roundTripMs);
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

  /** The smallest tag that no other operation has; 0 stands for none. */
  #takeRequestTag(payload: Uint8Array | AsyncIterable<Uint8Array> | undefined): number {
    if (payload === undefined) return 0;
    let tag = 0;
    while (this.#requestTags.has(tag)) tag += 1;
    this.#requestTags.add(tag);
    return tag;
  }
}

function inOnePiece(body: Uint8Array): AsyncIterable<Uint8Array> {
  return {
    [Symbol.asyncIterator]: () => {
      const pieces = [body].values();
      return { next: () => Promise.resolve(pieces.next()) };
    },
  };
}
