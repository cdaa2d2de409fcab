/**
 * Requests to a multicast group: one request, a response of each member that has something to say. RFC 7252 §8,
 * draft-ietf-core-groupcomm-bis.
 *
 * The token alone matches a response with its request, whoever sent it (RFC 7252 §8.2). It is not given to another
 * request before TOKEN_REUSE_TIME has passed, as long as there is room to remember it; it has 32 random bits besides.
 */

import type { TimerHandle } from "../../ports/timers.js";
import { CON, type Message } from "../codec/message.js";
import { CancelledError, LimitError, type CoapError } from "../errors.js";
import type { EndpointContext } from "../messaging/endpoint-context.js";
import type { MessageSender } from "../messaging/messaging.js";
import { tokenReuseMs } from "../messaging/parameters.js";
import type { Peer } from "../messaging/peer.js";
import { Transmission, type TransmissionHandler } from "../messaging/transmission.js";
import { unrecognizedCriticalOption } from "./critical-options.js";
import type { RequestMessage } from "./request-layer.js";
import type { TokenKey } from "./token.js";

/** Who hears what the members of the group say. */
export interface GroupHandler {
  /** @param elapsedMs since the request was sent */
  response(message: Message, member: Peer, elapsedMs: number): void;
  /** The time is over, or the request failed. */
  ended(error: CoapError | undefined): void;
}

/** A request of ours to a group. */
export class GroupRequest implements TransmissionHandler {
  readonly group: Peer;
  readonly key: TokenKey;
  readonly waitMs: number;
  readonly handler: GroupHandler;
  readonly #requests: GroupRequests;
  /** Addresses and ports of those that have answered. */
  readonly members = new Set<string>();
  transmission: Transmission | undefined;
  deadline: TimerHandle | undefined;
  sentMs = 0;
  /** Responses are no longer waited for, but its token is still its own. */
  ended = false;

  /** @param key its token in tables */
  constructor(requests: GroupRequests, group: Peer, key: TokenKey, waitMs: number, handler: GroupHandler) {
    this.#requests = requests;
    this.group = group;
    this.key = key;
    this.waitMs = waitMs;
    this.handler = handler;
  }

  started(): void {
    this.#requests.started(this);
  }

  acknowledged(): void {
    // It is Non-confirmable (RFC 7252 §8.1).
  }

  rejected(): void {
    // A member rejected it; the others may answer.
  }

  failed(error: CoapError): void {
    this.#requests.end(this, error);
  }
}

export class GroupRequests {
  readonly #endpoint: EndpointContext;
  /** By token, ended ones included, in the order in which they were made. */
  readonly #requests = new Map<TokenKey, GroupRequest>();

  constructor(endpoint: EndpointContext) {
    this.#endpoint = endpoint;
  }

  /** Whether a request to a group has this token, or had it not long ago. */
  has(key: TokenKey): boolean {
    return this.#requests.has(key);
  }

  /** Sends a request once PROBING_RATE allows it. @throws {LimitError} @throws {MessageTooLargeError} */
  send(
    sender: MessageSender,
    group: Peer,
    request: RequestMessage & { readonly token: Uint8Array },
    key: TokenKey,
    waitMs: number,
    handler: GroupHandler,
  ): GroupRequest {
    this.#makeRoom();
    const made = new GroupRequest(this, group, key, waitMs, handler);
    const { code, token, options, payload } = request;
    this.#requests.set(key, made);
    group.references += 1;
    try {
      const transmission = new Transmission(group, false, made);
      sender.send(transmission, { code, token, options, payload });
      made.transmission = transmission;
    } catch (error) {
      this.#retire(made);
      this.#forget(made);
      throw error;
    }
    if (made.ended) sender.cancel(made.transmission);
    return made;
  }

  /** A response whose token {@link has} been found. @returns false when it is to be rejected */
  response(message: Message, member: Peer, key: TokenKey): boolean {
    const request = this.#requests.get(key)!;
    // One that comes late is no fault of the member, which cannot know how long we wait.
    if (request.ended) return message.type !== CON;
    if (unrecognizedCriticalOption(message, "response") !== undefined) return false;
    const { members, sentMs, handler } = request;
    const name = `${member.address} ${member.port}`;
    const isWelcome = !members.has(name) && members.size < this.#endpoint.limits.groupResponses;
    if (!isWelcome) return true;
    members.add(name);
    handler.response(message, member, this.#endpoint.clock.monotonicMs() - sentMs);
    return true;
  }

  /** @internal The request goes out now: the time for responses begins. */
  started(request: GroupRequest): void {
    const { clock, deadlines } = this.#endpoint;
    if (request.ended) return;
    request.sentMs = clock.monotonicMs();
    request.deadline = deadlines.set(() => this.end(request), request.waitMs);
  }

  /** Responses are no longer waited for. A second call does nothing. */
  end(request: GroupRequest, error?: CoapError): void {
    if (request.ended) return;
    this.#retire(request);
    request.handler.ended(error);
  }

  /** The network did not take what was sent to the group. */
  refused(group: Peer, error: CoapError): void {
    for (const request of [...this.#requests.values()]) if (request.group === group) this.end(request, error);
  }

  close(): void {
    const error = new CancelledError("the endpoint was closed");
    for (const request of [...this.#requests.values()]) this.end(request, error);
  }

  #retire(request: GroupRequest): void {
    const { deadlines, parameters } = this.#endpoint;
    request.ended = true;
    request.group.references -= 1;
    if (request.deadline) deadlines.clear(request.deadline);
    request.members.clear();
    request.deadline = deadlines.set(() => this.#forget(request), tokenReuseMs(parameters));
  }

  #forget(request: GroupRequest): void {
    if (request.deadline) this.#endpoint.deadlines.clear(request.deadline);
    this.#requests.delete(request.key);
  }

  /** The oldest that has ended goes first. */
  #makeRoom(): void {
    const { groupRequests } = this.#endpoint.limits;
    if (this.#requests.size < groupRequests) return;
    for (const request of this.#requests.values())
      if (request.ended) {
        this.#forget(request);
        return;
      }
    throw new LimitError(`limit groupRequests (${groupRequests}) reached`);
  }
}
