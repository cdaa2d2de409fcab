/** Answers requests of others from a site. RFC 7252 §5.8, RFC 7959 §2, RFC 7641 §4, RFC 9175 §2. */

import {
  CONTENT,
  CONTINUE,
  FETCH,
  GET,
  INTERNAL_SERVER_ERROR,
  METHOD_NOT_ALLOWED,
  NOT_FOUND,
  REQUEST_ENTITY_INCOMPLETE,
  SERVICE_UNAVAILABLE,
  UNAUTHORIZED,
  VALID,
  isSafeMethod,
} from "../codec/code.js";
import type { Message } from "../codec/message.js";
import { OBSERVE_DEREGISTER, OBSERVE_REGISTER } from "../codec/observe.js";
import { BLOCK2, ECHO } from "../codec/option-number.js";
import { Options } from "../codec/options.js";
import { blockOffset, blockOption } from "../bodies/block/block.js";
import { Representations } from "../bodies/block/representations.js";
import { TransferTerms } from "../bodies/block/transfer-terms.js";
import { CoapError } from "../errors.js";
import type { AmplificationPolicy } from "../messaging/amplification.js";
import type { EndpointContext } from "../messaging/endpoint-context.js";
import type { IncomingRequest } from "../messaging/incoming-request.js";
import type { Peer } from "../messaging/peer.js";
import type { RequestHandler } from "../requesting/request-layer.js";
import type { TransferredRequest } from "../requesting/transferred-request.js";
import { buildTagged } from "./answer.js";
import type { Answer } from "../requesting/notifier.js";
import { Exchange } from "./exchange.js";
import type { Observer, Observers } from "./observers.js";
import {
  behindTheEnd,
  isRejected,
  isSuccess,
  refuseUnsupported,
  requireConditional,
  requireProtection,
  requireSameFormat,
  staysUnsent,
  toResponse,
  tooLong,
} from "./refusals.js";
import { PlainAnswers, isPlain, isReady } from "./plain.js";
import { completeRepresentation } from "./representation.js";
import { MessageRequest } from "./request.js";
import { RequestBodies } from "./request-bodies.js";
import { RequestError } from "./request-error.js";
import type { Resource } from "./resource.js";
import type { Response } from "./response.js";
import type { Found, Site } from "./site.js";

export class Server implements RequestHandler {
  readonly #endpoint: EndpointContext;
  readonly #site: Site;
  readonly #amplification: AmplificationPolicy;
  readonly #bodies: RequestBodies;
  readonly #representations: Representations<Response>;
  /** Answers to unsafe requests that their peer may not have yet (RFC 9175 §2.3: nothing is done twice). */
  readonly #withheld: Representations<Response>;
  readonly #datagramTerms: TransferTerms;
  readonly #onChanged = (resource: Resource): void => this.#observers?.changed(resource);
  readonly #plain: PlainAnswers;
  #observers: Observers | undefined;
  #pending = 0;

  /** @param amplification for peers as requests name them */
  constructor(endpoint: EndpointContext, site: Site, amplification: AmplificationPolicy) {
    this.#endpoint = endpoint;
    this.#site = site;
    this.#amplification = amplification;
    this.#datagramTerms = new TransferTerms(endpoint.limits, undefined);
    this.#plain = new PlainAnswers(amplification, this.#datagramTerms);
    this.#bodies = new RequestBodies(endpoint);
    this.#representations = new Representations(endpoint);
    this.#withheld = new Representations(endpoint);
  }

  /** Connects the lists of observers, which need the layer below. */
  attach(observers: Observers): void {
    this.#observers = observers;
    this.#site.attach(this.#onChanged);
  }

  /** Lets go of the site. */
  close(): void {
    this.#site.detach(this.#onChanged);
  }

  handle(incoming: TransferredRequest): void {
    const found = isPlain(incoming) ? this.#findPlain(incoming.message) : undefined;
    if (!found && isRejected(incoming.message)) {
      incoming.reject();
      return;
    }
    let exchange = found ? undefined : this.#exchange(incoming);
    let response: Response | Promise<Response>;
    try {
      response = exchange ? this.#respond(exchange) : this.#plain.respond(incoming, found!);
    } catch (error) {
      response = this.#toResponse(error, incoming.message);
    }
    if (incoming.answered) return;
    exchange ??= this.#exchange(incoming, found);
    if (isReady(response)) this.#deliver(exchange, response);
    else this.#deliverLater(exchange, response);
  }

  #deliverLater(exchange: Exchange, response: Promise<Response>): void {
    this.#pending += 1;
    response
      .catch((error: unknown) => this.#toResponse(error, exchange.incoming.message))
      .then((settled) => {
        this.#pending -= 1;
        this.#deliver(exchange, settled);
      })
      .catch((error: unknown) => {
        this.#endpoint.deadlines.fault(error);
        exchange.incoming.respond(INTERNAL_SERVER_ERROR, new Options(), undefined);
      });
  }

  #exchange(incoming: TransferredRequest, found?: Found): Exchange {
    const exchange = new Exchange(incoming, incoming.terms ?? this.#terms(incoming.peer));
    exchange.found = found;
    return exchange;
  }

  /** What a plain request is for; undefined where the usual way finds out why it is refused. */
  #findPlain({ tokenLength, options, bytes }: Message): Found | undefined {
    const { limits } = this.#endpoint;
    if (this.#pending >= limits.pendingExchanges || tokenLength > limits.maxTokenBytes) return undefined;
    const found = this.#site.find(options, bytes);
    return found?.resource.definition.get && found;
  }

  rejected(messageId: number, peer: Peer): void {
    this.#observers?.rejected(messageId, peer);
  }

  disconnected(peer: Peer): void {
    this.#observers?.disconnected(peer);
  }

  /** The present state of an observed resource as a notification (RFC 7641 §4.2). */
  async renderNotification(observer: Observer): Promise<Answer | undefined> {
    const { peer, request } = observer;
    // RFC 7959 §2.6: the block size of the registration holds for all that it brings.
    const terms = observer.notifier?.terms ?? this.#terms(peer);
    const wanted = blockOption(request.options, BLOCK2, terms.understoodSzx);
    const context = {
      tokenLength: request.tokenLength,
      block2: undefined,
      terms: terms.forBlocks(wanted?.szx),
      block1: undefined,
      observe: this.#observers!.nextSequence(),
      maxBytes: this.#maxBytes(terms, peer, true),
    };
    const build = (rendered: Response): Answer | undefined => {
      const complete = completeRepresentation(rendered, observer.resource.definition.maxAge, request);
      const { answer, response } = buildTagged(complete, context);
      if (answer?.partial) this.#representations.keep(peer, request, response);
      return answer;
    };
    try {
      const found = this.#site.find(request.options, request.bytes);
      const handler = found?.resource.handler(request.code);
      if (!found || !handler) throw new RequestError(NOT_FOUND, "the resource is gone");
      const rendered = await handler(
        new MessageRequest(request, found.depth, request.payload, undefined, peer),
      );
      requireSameFormat(observer.contentFormat, rendered);
      return build(rendered);
    } catch (error) {
      const refusal = this.#toResponse(error, request);
      try {
        return build(refusal);
      } catch (wrong) {
        return build(this.#toResponse(wrong, request));
      }
    }
  }

  /** @throws {RequestError} when too many requests are in work */
  #requirePlace({ multicast }: IncomingRequest): void {
    const { counters, limits } = this.#endpoint;
    // Answers to groups wait for seconds: they get half of the places, so that a flood of them shuts nobody out.
    const places = multicast ? Math.ceil(limits.pendingExchanges / 2) : limits.pendingExchanges;
    if (this.#pending >= places) {
      counters.refusedRequests += 1;
      const reason = `limit pendingExchanges (${limits.pendingExchanges}) reached`;
      throw new RequestError(SERVICE_UNAVAILABLE, reason, { maxAge: 1 });
    }
  }

  /** Finds the handler and calls it. @throws {RequestError} */
  #respond(exchange: Exchange): Response | Promise<Response> {
    const { incoming } = exchange;
    const { message, peer } = incoming;
    const { limits } = this.#endpoint;
    this.#requirePlace(incoming);
    refuseUnsupported(incoming, limits);
    exchange.readBlocks();
    exchange.found = this.#site.find(message.options, message.bytes);
    if (!exchange.found) throw new RequestError(NOT_FOUND, "no such resource");
    const { resource, depth } = exchange.found;
    if (resource.definition.protectedBy) requireProtection(peer, resource.definition.protectedBy);
    exchange.changes = resource.changes;
    const handler = resource.handler(message.code);
    if (!handler) throw new RequestError(METHOD_NOT_ALLOWED, "this resource has no such method");
    requireConditional(message, resource);
    const withheld = message.options.has(ECHO) ? this.#withheld.take(peer, message) : undefined;
    if (withheld) {
      exchange.isKept = true;
      return withheld;
    }
    if (exchange.block2 && exchange.block2.number > 0) {
      const kept = this.#representations.find(peer, message);
      exchange.isKept = kept !== undefined;
      if (kept) return kept;
      // Only a request that says everything once more can be rendered once more (RFC 7959 §2.7, RFC 8132 §2.5).
      if (message.code !== GET && (message.code !== FETCH || message.payload.length === 0))
        throw new RequestError(
          REQUEST_ENTITY_INCOMPLETE,
          "the representation is no longer kept: send the request again",
        );
    }
    const body = this.#bodies.take(exchange);
    if (!body) return { code: CONTINUE };
    return handler(new MessageRequest(body.first, depth, body.payload, body.block, peer));
  }

  #deliver(exchange: Exchange, response: Response): void {
    try {
      if (exchange.incoming.multicast) this.#sendLater(exchange, response);
      else this.#sendResponse(exchange, response);
    } catch (error) {
      this.#refuse(exchange, error);
    }
  }

  /** It is not acceptable, or cannot be put into a message, such as a Max-Age that is not an integer. */
  #refuse(exchange: Exchange, error: unknown): void {
    const response = this.#toResponse(error, exchange.incoming.message);
    if (staysUnsent(exchange.incoming, response)) exchange.incoming.ignore();
    else this.#sendResponse(exchange, response);
  }

  /** §8.2: a request to a group is answered after a while, and only where there is something to say. */
  #sendLater(exchange: Exchange, response: Response): void {
    if (staysUnsent(exchange.incoming, response)) {
      exchange.incoming.ignore();
      return;
    }
    const { deadlines, random, parameters } = this.#endpoint;
    this.#pending += 1;
    deadlines.set(() => {
      this.#pending -= 1;
      try {
        this.#sendResponse(exchange, response);
      } catch (error) {
        this.#refuse(exchange, error);
      }
    }, random.unit() * parameters.leisureMs);
  }

  #sendResponse(exchange: Exchange, rendered: Response): void {
    const { incoming, block2, terms } = exchange;
    const { message, peer } = incoming;
    let complete = rendered;
    if (!exchange.isKept)
      complete = completeRepresentation(complete, exchange.found?.resource.definition.maxAge, message);
    if (
      block2 &&
      block2.number > 0 &&
      blockOffset(block2) >= (complete.payload?.length ?? 0) &&
      isSuccess(complete)
    )
      complete = behindTheEnd(block2.number);
    const observing = this.#startsObserving(exchange, complete);
    if (staysUnsent(incoming, complete)) {
      incoming.ignore();
      return;
    }
    const wanted = isSuccess(complete) ? block2 : undefined;
    const { answer, response } = buildTagged(complete, {
      tokenLength: message.tokenLength,
      block2: wanted,
      terms: terms.forBlocks(wanted?.szx),
      block1: exchange.block1Value,
      observe: observing ? this.#observers!.nextSequence() : undefined,
      maxBytes: this.#maxBytes(terms, peer),
    });
    const allowance = this.#amplification.allowance(peer);
    // An observer that has not shown that it is there must be able to get one notification, and acknowledge it.
    if (answer && !(observing && 2 * answer.length > allowance))
      this.#sendAnswer(exchange, response, answer, observing);
    else if (allowance < terms.messageBytes) {
      // What was done must not be done again when the request is repeated with the Echo value.
      if (!isSafeMethod(message.code)) this.#withheld.keep(peer, message, response);
      this.#challenge(incoming);
    } else {
      const { code, payload } = tooLong(terms);
      incoming.respond(code, new Options(), payload);
    }
  }

  #sendAnswer(exchange: Exchange, response: Response, answer: Answer, observing: boolean): void {
    const { incoming, found } = exchange;
    const { message, peer } = incoming;
    const observer = observing
      ? this.#observers!.add(peer, message, found!.resource, found!.depth, incoming.notifier)
      : undefined;
    if (observer) observer.contentFormat = response.contentFormat;
    if (answer.partial && !exchange.isKept) this.#representations.keep(peer, message, response);
    if (exchange.isKept && answer.last) this.#representations.release(peer, message);
    this.#offerEcho(peer, answer);
    try {
      incoming.respond(answer.code, answer.options, answer.payload);
    } catch (error) {
      // A separate response found no place in the queue; the client will ask again.
      if (!(error instanceof CoapError)) throw error;
      this.#endpoint.counters.refusedRequests += 1;
      incoming.ignore();
    }
    // The state changed while it was rendered, when the client was not in the list yet.
    if (observer && observer.resource.changes !== exchange.changes) this.#observers!.refresh(observer);
  }

  /** RFC 7641 §4.1: registers, cancels, or neither. */
  #startsObserving(exchange: Exchange, response: Response): boolean {
    const { message, peer } = exchange.incoming;
    const observe = exchange.observe;
    if (observe === undefined || !this.#observers) return false;
    if (observe !== OBSERVE_REGISTER) {
      if (observe === OBSERVE_DEREGISTER) this.#observers.cancel(peer, message.token);
      return false;
    }
    const { resource } = exchange.found ?? {};
    if (!resource?.definition.observable || exchange.block1) return false;
    if (response.code !== CONTENT && response.code !== VALID) {
      // §4.2: an error takes a client that renews its interest off the list.
      this.#observers.cancel(peer, message.token);
      return false;
    }
    return this.#observers.admits(peer, message.token);
  }

  #terms({ capabilities }: Peer): TransferTerms {
    return capabilities ? new TransferTerms(this.#endpoint.limits, capabilities) : this.#datagramTerms;
  }

  #maxBytes({ messageBytes }: TransferTerms, peer: Peer, unasked = false): number {
    return Math.min(messageBytes, this.#amplification.allowance(peer, unasked)) - peer.overheadBytes;
  }

  /** RFC 9175 §2.4: asks the peer to show that it is there before it gets more than it sent. */
  #challenge(incoming: IncomingRequest): void {
    this.#endpoint.counters.amplificationLimited += 1;
    const echo = this.#amplification.challenge(incoming.peer);
    // Never in a Confirmable message, whose retransmissions would be amplification (RFC 9175 §2.4, item 3).
    incoming.respond(UNAUTHORIZED, new Options().add(ECHO, echo), undefined, undefined, false);
  }

  /** A peer that may only get little learns how to get more, where there is room to say it. */
  #offerEcho(peer: Peer, answer: Answer): void {
    const amplification = this.#amplification;
    const allowance = amplification.allowance(peer);
    // What a handler demands comes first: its value shows as well that the peer is there.
    if (allowance === Infinity || answer.options.has(ECHO)) return;
    const echo = amplification.challenge(peer);
    const echoOptionBytes = 3 + echo.length;
    if (answer.length + echoOptionBytes <= this.#maxBytes(this.#terms(peer), peer))
      answer.options.set(ECHO, echo);
  }

  #toResponse(error: unknown, request: Message): Response {
    return toResponse(error, request, this.#endpoint);
  }
}
