/**
 * The server's side of EDHOC over CoAP, in the forward message flow: the client is the Initiator. RFC 9528
 * appendix A.2.1.
 *
 *   POST true, message_1  →  2.04 message_2
 *   POST C_R, message_3   →  2.04, with message_4 where it is used
 */

import { equalBytes } from "../../bytes/compare.js";
import { CborError } from "../../cbor/error.js";
import { BAD_REQUEST, INTERNAL_SERVER_ERROR, UNSUPPORTED_CONTENT_FORMAT } from "../../coap/codec/code.js";
import { CID_EDHOC_CBOR_SEQ, EDHOC_CBOR_SEQ } from "../../coap/codec/content-format.js";
import type { Remote, Request } from "../../coap/server/request.js";
import { RequestError } from "../../coap/server/request-error.js";
import type { ResourceDefinition } from "../../coap/server/resource.js";
import { changed, type Response } from "../../coap/server/response.js";
import type { CryptoPlatform } from "../../platform.js";
import { EdhocError, EdhocProcessingError } from "../errors.js";
import { Responder, type ResponderOptions } from "../responder.js";
import type { EdhocSession } from "../session.js";
import { freeConnectionId } from "./connection-ids.js";
import { HalfOpenSessions } from "./half-open-sessions.js";
import { DEFAULT_EDHOC_LIMITS, type EdhocLimits } from "./limits.js";
import { readPrefix } from "./prefix.js";
import { Reachability } from "./reachability.js";

/** Path of the resource (RFC 9528 §10.7). */
export const WELL_KNOWN_EDHOC = ".well-known/edhoc";

/** Its resource type (RFC 9528 §10.10). */
export const EDHOC_RESOURCE_TYPE = "core.edhoc";

export interface EdhocServerOptions extends Omit<
  ResponderOptions,
  "crypto" | "random" | "chooseConnectionId"
> {
  readonly platform: CryptoPlatform;
  /** A peer has shown who it is: what to do with the keys is the application's. */
  readonly onSession: (session: EdhocSession, remote: Remote) => void;
  /** Whether a connection identifier is used elsewhere, such as for a Recipient ID of OSCORE. */
  readonly isTaken?: (connectionId: Uint8Array) => boolean;
  readonly limits?: Partial<EdhocLimits>;
}

/**
 * Runs EDHOC as the Responder.
 *
 * @example
 * const contexts = new SecurityContexts(platform.crypto);
 * const sessions = new SessionContexts(contexts);
 * const edhoc = new EdhocServer({
 *   platform,
 *   credentials,
 *   peers,
 *   isTaken: (id) => contexts.find(id, undefined).length > 0,
 *   onSession: (session) => void sessions.add(nameOf(session.peer), session.oscore()),
 * });
 * site.add(WELL_KNOWN_EDHOC, edhoc.resource);
 */
export class EdhocServer {
  readonly #options: EdhocServerOptions;
  readonly #sessions: HalfOpenSessions<Responder>;
  readonly #limits: EdhocLimits;
  readonly #reachability: Reachability;

  /** @throws {UnsupportedAlgorithmError} when the host has none of the suites */
  constructor(options: EdhocServerOptions) {
    this.#options = options;
    this.#limits = { ...DEFAULT_EDHOC_LIMITS, ...options.limits };
    this.#sessions = new HalfOpenSessions(options.platform, this.#limits);
    this.#reachability = new Reachability(options.platform);
    // Says now rather than at the first request what this host cannot do.
    this.#newResponder();
  }

  /** What a site offers. */
  get resource(): ResourceDefinition {
    return {
      // On a stack of its own: those of devices have 512 slots.
      post: (request) => Promise.resolve().then(() => this.#answer(request)),
      rt: EDHOC_RESOURCE_TYPE,
      maxBodyBytes: this.#limits.messageBytes,
    };
  }

  /**
   * Completes the session with that connection identifier by message_3.
   * @returns message_4, where it is used
   * @throws {EdhocError}
   */
  complete(connectionId: Uint8Array, message3: Uint8Array, remote: Remote): Uint8Array | undefined {
    const responder = this.#sessions.take(connectionId, remote.address);
    if (responder === undefined) throw new EdhocProcessingError("no session with that connection identifier");
    const { session, message4 } = responder.processMessage3(message3);
    this.#options.onSession(session, remote);
    return message4;
  }

  /**
   * As {@link complete}, by a message_3 that came with a protected request (RFC 9668 §3.3.1).
   * @throws {EdhocError} also where message_4 should follow, which it cannot
   */
  completeCombined(connectionId: Uint8Array, message3: Uint8Array, remote: Remote): void {
    if (this.#options.message4 === true) {
      this.#sessions.take(connectionId, remote.address)?.close();
      throw new EdhocProcessingError("expected message_3 by itself, as message_4 follows");
    }
    this.complete(connectionId, message3, remote);
  }

  /** Forgets the sessions that wait for their peers. */
  close(): void {
    this.#sessions.close();
  }

  #answer(request: Request): Response {
    const { contentFormat } = request;
    if (contentFormat !== undefined && contentFormat !== CID_EDHOC_CBOR_SEQ)
      throw new RequestError(
        UNSUPPORTED_CONTENT_FORMAT,
        `expected Content-Format ${CID_EDHOC_CBOR_SEQ}, got ${contentFormat}`,
      );
    try {
      const { connectionId, message } = readPrefix(request.payload);
      if (connectionId === undefined) return this.#begin(message, request);
      const message4 = this.complete(connectionId, message, request.remote);
      return message4 === undefined ? changed() : edhocResponse(message4);
    } catch (error) {
      return errorResponse(error);
    }
  }

  #begin(message1: Uint8Array, request: Request): Response {
    if (this.#sessions.size * 2 >= this.#limits.halfOpenSessions) this.#reachability.require(request);
    const { address } = request.remote;
    this.#sessions.makeRoom(address);
    const responder = this.#newResponder();
    const message2 = responder.processMessage1(message1);
    this.#sessions.add(responder.connectionId!, responder, address);
    return edhocResponse(message2);
  }

  #newResponder(): Responder {
    const { platform, isTaken } = this.#options;
    const { crypto, random } = platform;
    return new Responder({
      ...this.#options,
      crypto,
      random,
      chooseConnectionId: (peers) =>
        freeConnectionId(
          random,
          (id) => equalBytes(id, peers) || this.#sessions.has(id) || (isTaken?.(id) ?? false),
        ),
    });
  }
}

function edhocResponse(payload: Uint8Array): Response {
  return changed({ payload, contentFormat: EDHOC_CBOR_SEQ });
}

/** Errors go in the payload of an error response; an error message of the peer is answered with none (§6, A.2.3). */
function errorResponse(error: unknown): Response {
  if (error instanceof RequestError) throw error;
  if (error instanceof CborError) return errorResponse(new EdhocProcessingError(error.message));
  if (error instanceof EdhocError)
    return error.reply === undefined
      ? changed()
      : { code: BAD_REQUEST, payload: error.reply, contentFormat: EDHOC_CBOR_SEQ };
  const { reply } = new EdhocProcessingError("internal error");
  return { code: INTERNAL_SERVER_ERROR, payload: reply!, contentFormat: EDHOC_CBOR_SEQ };
}
