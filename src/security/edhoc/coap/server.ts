/**
 * The server's side of EDHOC over CoAP: RFC 9528 appendix A.2. Clients are the Initiator (forward-flow.ts), or the
 * Responder where the server lets them (reverse-flow.ts).
 */

import { equalBytes } from "../../../bytes/compare.js";
import { CborError } from "../../../cbor/error.js";
import { BAD_REQUEST, INTERNAL_SERVER_ERROR, UNSUPPORTED_CONTENT_FORMAT } from "../../../coap/codec/code.js";
import { CID_EDHOC_CBOR_SEQ, EDHOC_CBOR_SEQ } from "../../../coap/codec/content-format.js";
import type { Remote, Request } from "../../../coap/server/request.js";
import { RequestError } from "../../../coap/server/request-error.js";
import type { ResourceDefinition } from "../../../coap/server/resource.js";
import { changed, type Response } from "../../../coap/server/response.js";
import type { CryptoPlatform } from "../../../ports/platform.js";
import { describeError } from "../../../timers/fault.js";
import { EdhocError, EdhocProcessingError } from "../errors.js";
import { Responder, type ResponderOptions } from "../responder.js";
import type { EdhocSession } from "../session.js";
import { freeConnectionId } from "./connection-ids.js";
import { beginForward } from "./forward-flow.js";
import { HalfOpenSessions } from "./half-open-sessions.js";
import { DEFAULT_EDHOC_LIMITS, type EdhocLimits } from "./limits.js";
import { readPrefix } from "./prefix.js";
import { Reachability } from "./reachability.js";
import type { ReverseFlow } from "./reverse-flow.js";
import type { Begun, ServedSession } from "./served-session.js";

/** Path of the resource (RFC 9528 §10.7). */
export const WELL_KNOWN_EDHOC = ".well-known/edhoc";

/** Its resource type (RFC 9528 §10.10). */
export const EDHOC_RESOURCE_TYPE = "core.edhoc";

export interface EdhocServerOptions extends Omit<
  ResponderOptions,
  "crypto" | "random" | "chooseConnectionId"
> {
  readonly platform: CryptoPlatform;
  /**
   * A peer has shown who it is: what to do with the keys is the application's. What it throws is told to the console,
   * and the peer is told of an internal error.
   */
  readonly onSession: (session: EdhocSession, remote: Remote) => void;
  /** Whether a connection identifier is used elsewhere, such as for a Recipient ID of OSCORE. */
  readonly isTaken?: (connectionId: Uint8Array) => boolean;
  /**
   * Lets clients ask for the reverse message flow, in which this server is the Initiator. Roles should be chosen by whose
   * identity needs the better protection (appendix A.2): it is the Initiator's.
   */
  readonly reverse?: ReverseFlow;
  /** Whether clients may be the Initiator; true where absent. */
  readonly forward?: boolean;
  readonly limits?: Partial<EdhocLimits>;
}

/**
 * Runs EDHOC with clients.
 *
 * @example
 * const contexts = new SecurityContexts(platform.crypto);
 * const sessions = new SessionContexts(contexts);
 * const edhoc = new EdhocServer({
 *   platform,
 *   credentials,
 *   peers,
 *   isTaken: (id) => contexts.find(id, undefined).length > 0,
 *   onSession: (session) => {
 *     session.useOscore((parameters) => sessions.add(nameOf(session.peer), parameters));
 *     session.close();
 *   },
 * });
 * site.add(WELL_KNOWN_EDHOC, edhoc.resource);
 */
export class EdhocServer {
  /** Made once: sessions that wait do not have copies. */
  readonly #options: EdhocServerOptions & ResponderOptions;
  readonly #sessions: HalfOpenSessions<ServedSession>;
  readonly #limits: EdhocLimits;
  /** From the first time that it is needed. */
  #reachability: Reachability | undefined;

  /**
   * @throws {UnsupportedAlgorithmError} when the host has none of the suites
   * @throws {EdhocUsageError} where no credential fits the method of the reverse flow
   */
  constructor(options: EdhocServerOptions) {
    const { platform, limits, forward, reverse } = options;
    const { crypto, random } = platform;
    const chooseConnectionId = (peers: Uint8Array): Uint8Array => this.#freeConnectionId(peers);
    this.#options = { ...options, crypto, random, chooseConnectionId };
    // The defaults lie in flash; a copy of them would take memory.
    this.#limits = limits ? { ...DEFAULT_EDHOC_LIMITS, ...limits } : DEFAULT_EDHOC_LIMITS;
    this.#sessions = new HalfOpenSessions(platform, this.#limits);
    // Says now rather than at the first request what this host cannot do.
    if (forward !== false) new Responder(this.#options);
    reverse?.check(this.#options);
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
   * Completes the session with that connection identifier by a message_3 that came with a protected request (RFC 9668
   * §3.3.1).
   * @throws {EdhocError} also where message_4 should follow, which it cannot
   */
  completeCombined(connectionId: Uint8Array, message3: Uint8Array, remote: Remote): void {
    const session = this.#take(connectionId, remote);
    if (session.combines) this.#proceed(session, message3, remote);
    else {
      session.close();
      throw new EdhocProcessingError("expected message_3 by itself, as message_4 follows");
    }
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
      const { payload, remote } = request;
      if (payload.length === 0 && this.#options.reverse !== undefined)
        return this.#begin(request, () => this.#beginReverse(this.#options.reverse!, remote));
      const { connectionId, message } = readPrefix(payload);
      if (connectionId === undefined) return this.#begin(request, () => this.#beginForward(message));
      return edhocResponse(this.#proceed(this.#take(connectionId, remote), message, remote));
    } catch (error) {
      return errorResponse(error);
    }
  }

  #begin(request: Request, begin: () => Begun): Response {
    if (this.#sessions.size * 2 >= this.#limits.halfOpenSessions) this.#requireReachability(request);
    const { address } = request.remote;
    this.#sessions.makeRoom(address);
    const { session, message } = begin();
    this.#sessions.add(session.connectionId, session, address);
    return edhocResponse(message);
  }

  #requireReachability(request: Request): void {
    this.#reachability ??= new Reachability(this.#options.platform);
    this.#reachability.require(request);
  }

  #beginForward(message1: Uint8Array): Begun {
    if (this.#options.forward === false)
      throw new EdhocProcessingError("expected an empty request: the client is the Responder");
    return beginForward(this.#options, message1);
  }

  #beginReverse(flow: ReverseFlow, { address }: Remote): Begun {
    return flow.begin(address, this.#freeConnectionId(), this.#options);
  }

  #take(connectionId: Uint8Array, { address }: Remote): ServedSession {
    const session = this.#sessions.take(connectionId, address);
    if (session === undefined) throw new EdhocProcessingError("no session with that connection identifier");
    return session;
  }

  /** The server's next message. @throws {EdhocError} when the session has ended */
  #proceed(session: ServedSession, message: Uint8Array, remote: Remote): Uint8Array | undefined {
    try {
      const { reply, session: completed, waits } = session.take(message);
      if (completed !== undefined) this.#tell(completed, remote);
      if (waits === true) this.#sessions.add(session.connectionId, session, remote.address);
      return reply;
    } catch (error) {
      session.close();
      throw error;
    }
  }

  #tell(session: EdhocSession, remote: Remote): void {
    const { onSession, platform } = this.#options;
    try {
      onSession(session, remote);
    } catch (error) {
      session.close();
      platform.console.log(`edhoc: a session is not used: ${describeError(error)}`);
      throw error;
    }
  }

  /** @param peers that the peer has chosen */
  #freeConnectionId(peers?: Uint8Array): Uint8Array {
    const { platform, isTaken = () => false } = this.#options;
    return freeConnectionId(
      platform.random,
      (id) => (peers !== undefined && equalBytes(id, peers)) || this.#sessions.has(id) || isTaken(id),
    );
  }
}

/** With the server's next message, where there is one. */
function edhocResponse(message: Uint8Array | undefined): Response {
  return message === undefined ? changed() : changed({ payload: message, contentFormat: EDHOC_CBOR_SEQ });
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
