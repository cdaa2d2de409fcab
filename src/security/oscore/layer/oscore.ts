/** Object security: a layer between messaging and the request/response layer. RFC 8613 §1 (Figure 1), §8. */

import { encodeUtf8 } from "../../../bytes/utf8.js";
import {
  BAD_REQUEST,
  EMPTY,
  INTERNAL_SERVER_ERROR,
  SERVICE_UNAVAILABLE,
  UNAUTHORIZED,
  codeClass,
} from "../../../coap/codec/code.js";
import type { Message } from "../../../coap/codec/message.js";
import { MessageFormatError } from "../../../coap/codec/message-format-error.js";
import {
  ECHO,
  EDHOC,
  MAX_AGE,
  OBSERVE,
  OSCORE,
  PROXY_SCHEME,
  PROXY_URI,
} from "../../../coap/codec/option-number.js";
import { Options } from "../../../coap/codec/options.js";
import { CancelledError, type CoapError } from "../../../coap/errors.js";
import type { AmplificationPolicy } from "../../../coap/messaging/amplification.js";
import type { EndpointContext } from "../../../coap/messaging/endpoint-context.js";
import type { IncomingRequest } from "../../../coap/messaging/incoming-request.js";
import type { MessageSender } from "../../../coap/messaging/messaging.js";
import type { Peer } from "../../../coap/messaging/peer.js";
import type {
  MessageProtection,
  MessageProtectionFactory,
} from "../../../coap/requesting/message-protection.js";
import type { RequestLayer } from "../../../coap/requesting/request-layer.js";
import type { NamedContext } from "../contexts/named-context.js";
import type { SecurityContexts } from "../contexts/security-contexts.js";
import { OscoreError } from "../errors.js";
import { decryptedMessage } from "../message/decrypted-message.js";
import { PlaintextBuffer } from "../message/plaintext.js";
import { OuterBlocks } from "./outer-blocks.js";
import { OuterResponses } from "./outer-responses.js";
import { PeerAllowances } from "./peer-allowances.js";
import { ProtectedExchange } from "./protected-exchange.js";
import type { ProtectedPeer } from "./protected-peer.js";
import { ProtectedPeers } from "./protected-peers.js";
import { ProtectedRequest, notVerified } from "./protected-request.js";
import { UNKNOWN, VerifiedRequest, verifyRequest } from "./verification.js";
import { ProtectingSender } from "./protecting-sender.js";

/** Bytes of the Echo value that shows a request to be younger than the last restart: too many to guess. */
const ECHO_BYTES = 8;

export interface OscoreOptions {
  /** Which messages are protected with; may be shared by endpoints. */
  readonly contexts: SecurityContexts;
}

/**
 * Makes an endpoint take protected messages, and its client send them where a request names a security context.
 *
 * @example
 * const endpoint = new Endpoint(platform, { site, oscore: oscore({ contexts }) });
 * await endpoint.client.get("coap://[::1]/door", { securityContext: "phone" });
 */
export function oscore(options: OscoreOptions): MessageProtectionFactory {
  return (endpoint) => new OscoreLayer(options, endpoint);
}

class OscoreLayer implements MessageProtection {
  readonly amplification: AmplificationPolicy;
  readonly #contexts: SecurityContexts;
  readonly #endpoint: EndpointContext;
  readonly #peers: ProtectedPeers;
  readonly #blocks: OuterBlocks;
  readonly #buffer: PlaintextBuffer;
  readonly #onRemoved = (context: NamedContext): void => this.#removed(context);
  #above: RequestLayer | undefined;
  #below: MessageSender | undefined;
  #responses: OuterResponses | undefined;

  constructor({ contexts }: OscoreOptions, endpoint: EndpointContext) {
    const { limits, amplification } = endpoint;
    this.amplification = new PeerAllowances(amplification);
    this.#contexts = contexts;
    this.#endpoint = endpoint;
    // The other half of the table of peers is for those who have no key.
    this.#peers = new ProtectedPeers(Math.ceil(limits.peers / 2));
    this.#blocks = new OuterBlocks(endpoint);
    this.#buffer = new PlaintextBuffer(limits.maxMessageBytes);
    contexts.attach(this.#onRemoved);
  }

  attach(above: RequestLayer, below: MessageSender): MessageSender {
    this.#above = above;
    this.#below = below;
    this.#responses = new OuterResponses(this.#endpoint, above, this);
    return new ProtectingSender(below, this.#buffer, this.#responses);
  }

  peer(peer: Peer, securityContext: string): Peer {
    const context = this.#contexts.get(securityContext);
    if (!context) throw new RangeError(`expected the name of a security context, got ${securityContext}`);
    const found = this.#peers.obtain(peer, context);
    if (!found) throw new OscoreError("too many peers are in use through security contexts");
    return found;
  }

  close(): void {
    this.#contexts.detach(this.#onRemoved);
  }

  request(request: IncomingRequest): void {
    if (!isForHere(request.message)) {
      this.#above!.request(request);
      return;
    }
    // A device's stack has 512 slots: the frames up to here and those of a handler and its answer would not fit it.
    request.deferred = true;
    this.#endpoint.deadlines.soon(() => {
      try {
        this.#receive(request);
      } catch (error) {
        this.#endpoint.deadlines.fault(error);
        refuse(request, INTERNAL_SERVER_ERROR, "");
      }
      request.handedUp();
    });
  }

  response(message: Message, peer: Peer): boolean {
    const outstanding = this.#above!.find(message.token);
    const request = outstanding?.transmission?.handler;
    if (!outstanding || !(request instanceof ProtectedRequest) || request.peer.base !== peer)
      return this.#above!.response(message, peer);
    // As above; what a message says is no reason to reject it, which is what messaging has to know now.
    this.#endpoint.deadlines.soon(() => {
      if (this.#responses!.take(request, message)) return;
      const verified = request.verify(message);
      if (verified) this.#above!.response(verified, request.peer);
      else {
        this.#endpoint.counters.unverified += 1;
        // §8.4.2: what does not verify does not end an observation.
        if (!request.isRegistration) this.#above!.fail(outstanding, notVerified(request.peer));
      }
    });
    return true;
  }

  isForGroup(message: Message): boolean {
    return this.#above!.isForGroup(message);
  }

  rejected(messageId: number, peer: Peer): void {
    this.#above!.rejected(messageId, peer);
    for (const one of this.#peers.at(peer)) this.#above!.rejected(messageId, one);
  }

  refused(peer: Peer, error: CoapError): void {
    this.#above!.refused(peer, error);
    for (const one of this.#peers.at(peer)) this.#above!.refused(one, error);
  }

  awaits(peer: Peer, notifications?: boolean): boolean {
    return (
      this.#above!.awaits(peer, notifications) ||
      this.#peers.at(peer).some((one) => this.#above!.awaits(one, notifications))
    );
  }

  disconnected(peer: Peer, error: CoapError): void {
    this.#above!.disconnected(peer, error);
    for (const one of this.#peers.at(peer)) this.#end(one, error);
  }

  #removed(context: NamedContext): void {
    for (const peer of this.#peers.through(context))
      this.#end(
        peer,
        new CancelledError(`the security context ${context.name} was removed, or replaced by the peer`),
      );
  }

  #end(peer: ProtectedPeer, error: CoapError): void {
    this.#peers.drop(peer);
    this.#above!.disconnected(peer, error);
  }

  /** §8.2 */
  #receive(request: IncomingRequest): void {
    // A key that two share says nothing to a group.
    if (request.multicast) {
      request.ignore();
      return;
    }
    const whole = this.#blocks.take(request);
    if (!whole) return;
    // §2: without a ciphertext it is no message at all.
    const { payload: ciphertext } = whole.message;
    if (ciphertext.length === 0) {
      whole.reject();
      return;
    }
    const verified = verifyRequest(this.#contexts, whole.message, ciphertext);
    if (verified instanceof VerifiedRequest) this.#begin(whole, verified)?.dispatch(this.#above!);
    else {
      this.#endpoint.counters.unverified += 1;
      // Where nothing below takes combined requests (RFC 9668), theirs is a critical option that nobody here knows.
      if (whole.message.options.has(EDHOC)) this.#above!.request(whole);
      else refuse(whole, verified.code, verified.diagnostic);
    }
  }

  /** @returns undefined where the layers above are not to see the request: it is answered here */
  #begin(request: IncomingRequest, verified: VerifiedRequest): ProtectedExchange | undefined {
    const { counters, amplification } = this.#endpoint;
    const { context, partialIv, plaintext, offer } = verified;
    const peer = this.#peers.obtain(request.peer, context);
    if (!peer) {
      counters.refusedPeers += 1;
      refuse(request, SERVICE_UNAVAILABLE, "too many peers", 1);
      offer?.security.close();
      return undefined;
    }
    const inner = messageOf(request.message, plaintext);
    const echo = inner?.options.first(ECHO);
    // A value of ours that came back shows where the peer is (RFC 9175 §2.4).
    if (echo) amplification.received(request.peer, request.message.bytes.length, echo);
    try {
      const isTaken = offer === undefined && context.take(partialIv, echo);
      const security = offer?.security ?? context.security;
      // Keys that were derived for this answer have no other (§B.2).
      const mayUseNonce = isTaken || offer !== undefined;
      const exchange = new ProtectedExchange(
        peer,
        security,
        request,
        inner,
        partialIv,
        mayUseNonce,
        this.#buffer,
        this.#endpoint.deadlines,
      );
      if (isTaken && inner) {
        if (inner.options.has(OBSERVE)) exchange.notifyThrough(this.#below!, this.#endpoint.limits);
        return exchange;
      }
      if (isTaken)
        exchange.answer(BAD_REQUEST, new Options(), encodeUtf8("expected a request in the plaintext"));
      else {
        const options = new Options().add(ECHO, this.#challenge(context));
        exchange.answer(UNAUTHORIZED, options, undefined, offer?.kidContext);
      }
    } catch {
      if (context.security.isUsedUp) {
        refuse(request, UNKNOWN.code, UNKNOWN.diagnostic);
        return undefined;
      }
      // What storage cannot remember must not be done: after a restart it could be repeated.
      refuse(request, SERVICE_UNAVAILABLE, "out of storage", 1);
    } finally {
      offer?.security.close();
    }
    return undefined;
  }

  #challenge(context: NamedContext): Uint8Array {
    return context.challenge(() => this.#endpoint.random.bytes(ECHO_BYTES));
  }
}

/**
 * Whether a request is protected, and for this endpoint (§8.2); one that is no proxy says so to the others (RFC 7252
 * §5.7.2).
 */
function isForHere({ options }: Message): boolean {
  if (options.isOnly(OSCORE)) return true;
  return options.has(OSCORE) && !options.has(PROXY_URI) && !options.has(PROXY_SCHEME);
}

/** The request in a plaintext; undefined where there is none. */
function messageOf(outer: Message, plaintext: Uint8Array): Message | undefined {
  try {
    const message = decryptedMessage(outer, plaintext);
    return codeClass(message.code) === 0 && message.code !== EMPTY ? message : undefined;
  } catch (error) {
    if (!(error instanceof MessageFormatError)) throw error;
    return undefined;
  }
}

/** An error that is not protected; no intermediary need keep it (§4.1.3.1). */
function refuse(request: IncomingRequest, code: number, diagnostic: string, maxAge = 0): void {
  request.respond(code, new Options().addUint(MAX_AGE, maxAge), encodeUtf8(diagnostic));
}
