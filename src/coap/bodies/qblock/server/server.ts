/** Bodies in Q-Block options on the server's side: the server itself sees requests with whole bodies. RFC 9177 §4. */

import {
  BAD_OPTION,
  BAD_REQUEST,
  FETCH,
  GET,
  INTERNAL_SERVER_ERROR,
  REQUEST_ENTITY_INCOMPLETE,
  UNAUTHORIZED,
  codeClass,
} from "../../../codec/code.js";
import type { Message } from "../../../codec/message.js";
import { BLOCK1, BLOCK2, Q_BLOCK1, Q_BLOCK2 } from "../../../codec/option-number.js";
import type { Options } from "../../../codec/options.js";
import { blockOption, szxFor } from "../../block/block.js";
import { TransferTerms } from "../../block/transfer-terms.js";
import { InnerRequest, type IncomingRequest } from "../../../messaging/incoming-request.js";
import type { EndpointContext } from "../../../messaging/endpoint-context.js";
import type { MessageSender } from "../../../messaging/messaging.js";
import type { Peer } from "../../../messaging/peer.js";
import type { BodyLimits } from "../../../requesting/body-transfers.js";
import { unrecognizedCriticalOption } from "../../../requesting/critical-options.js";
import type { NotifierFactory } from "../../../requesting/notifier.js";
import type { RequestHandler } from "../../../requesting/request-layer.js";
import type { TransferredRequest } from "../../../requesting/transferred-request.js";
import { buildAnswer } from "../../../server/answer.js";
import { RequestError } from "../../../server/request-error.js";
import { IncomingBodies, type IncomingBody } from "./incoming-bodies.js";
import { Notifications } from "./notifications.js";
import { OutgoingBodies } from "./outgoing-bodies.js";
import { Q_BLOCK_OPTIONS, type QBlockParameters } from "../parameters.js";
import { WantedBlocks } from "./wanted-blocks.js";
import { wholeMessage } from "./whole-message.js";

/** Between this and the server a body is whole whatever its length. */
const UNLIMITED = Object.freeze({ maxMessageBytes: 0x7fffffff, blockwise: false, maxTokenBytes: 8 });

/** How the response to a request is to be sent. */
interface Wish {
  readonly incoming: IncomingRequest;
  readonly szx: number;
  readonly wanted: WantedBlocks | undefined;
  /** Of the body that the request had in blocks. */
  readonly transfer: IncomingBody | undefined;
}

/** What the server says. */
interface Answered {
  readonly code: number;
  readonly options: Options;
  readonly payload: Uint8Array | undefined;
}

export class QBlockServer {
  readonly #endpoint: EndpointContext;
  readonly #parameters: QBlockParameters;
  readonly #sender: () => MessageSender;
  readonly #server: RequestHandler;
  readonly #incoming: IncomingBodies;
  readonly #outgoing: OutgoingBodies;
  readonly #terms: TransferTerms;
  readonly #maxSzx: number;

  constructor(
    server: RequestHandler,
    endpoint: EndpointContext,
    site: BodyLimits,
    parameters: QBlockParameters,
    sender: () => MessageSender,
  ) {
    const { limits } = endpoint;
    this.#server = server;
    this.#endpoint = endpoint;
    this.#parameters = parameters;
    this.#sender = sender;
    this.#incoming = new IncomingBodies(endpoint, site, parameters, sender);
    this.#outgoing = new OutgoingBodies(endpoint, parameters, sender);
    this.#terms = new TransferTerms({ ...limits, maxMessageBytes: UNLIMITED.maxMessageBytes }, UNLIMITED);
    this.#maxSzx = szxFor(limits.blockBytes)!;
  }

  /** @returns whether the request is for this side */
  take(incoming: IncomingRequest): boolean {
    const { message, multicast, peer } = incoming;
    const { options } = message;
    if (!options.has(Q_BLOCK1) && !options.has(Q_BLOCK2)) return false;
    // Over a reliable transport there is nothing to gain (§3): the server says that it does not take them.
    if (peer.capabilities || unrecognizedCriticalOption(message, "request", Q_BLOCK_OPTIONS) !== undefined)
      return false;
    // §4.8
    if (multicast) incoming.ignore();
    else {
      try {
        this.#take(incoming);
      } catch (error) {
        this.#refuse(incoming, error);
      }
    }
    return true;
  }

  rejected(messageId: number, peer: Peer): boolean {
    return this.#incoming.rejected(messageId, peer) || this.#outgoing.rejected(messageId, peer);
  }

  /** @throws {RequestError} */
  #take(incoming: IncomingRequest): void {
    const { message } = incoming;
    const { options } = message;
    // §4.1
    if (options.has(BLOCK1) || options.has(BLOCK2))
      throw new RequestError(BAD_OPTION, "expected either Q-Block or Block options, got both");
    const wanted = options.has(Q_BLOCK2) ? new WantedBlocks(message) : undefined;
    if (options.has(Q_BLOCK1)) {
      const block = blockOption(options, Q_BLOCK1);
      if (!block) throw new RequestError(BAD_REQUEST, "expected a block size from 16 to 1024 in Q-Block1");
      const complete = this.#incoming.take(incoming, block);
      if (!complete) return;
      // A client that sends blocks of one size wants no larger ones, unless it says so.
      const szx = Math.min(wanted?.szx ?? block.szx, this.#maxSzx);
      this.#serve({ incoming, szx, wanted: undefined, transfer: complete.body }, complete.bytes);
      return;
    }
    // §10.3.3: what asks for more of a body has no payload of its own. With one it is to be acted on.
    const isRepeatable = mayBeRendered(message);
    const asksForMore = !wanted!.whole && (isRepeatable || message.payload.length === 0);
    if (asksForMore && this.#outgoing.more(incoming, wanted!)) return;
    if (asksForMore && !isRepeatable)
      throw new RequestError(
        REQUEST_ENTITY_INCOMPLETE,
        "the representation is no longer kept: send the request again",
      );
    const szx = Math.min(wanted!.szx, this.#maxSzx);
    this.#serve({ incoming, szx, wanted, transfer: undefined }, message.payload);
  }

  /** Hands a request with its whole body to the server: not from the stack of its message, as a device's is short. */
  #serve(wish: Wish, body: Uint8Array): void {
    const { incoming, wanted, szx } = wish;
    const { peer } = incoming;
    // An answer may come while the server is being called, which is deep in the stack, or later, which is not so deep.
    let isServing = true;
    let answered: (() => void) | undefined;
    const onAnswer = (answer: Answered): void => {
      answered = () => this.#answer(wish, answer);
      if (!isServing) this.#endpoint.deadlines.soon(answered);
    };
    const message = wholeMessage(incoming.message, body, wanted === undefined || wanted.whole);
    const notifier: NotifierFactory = (request, listener) =>
      new Notifications(peer, request, szx, listener, {
        endpoint: this.#endpoint,
        parameters: this.#parameters,
        sender: this.#sender(),
        bodies: this.#outgoing,
        terms: this.#terms,
      });
    const whole = new WholeRequest(incoming, message, this.#terms, notifier, onAnswer);
    this.#endpoint.deadlines.soon(() => {
      try {
        this.#server.handle(whole);
      } catch (error) {
        this.#refuse(incoming, error);
      }
      isServing = false;
      if (answered) this.#endpoint.deadlines.soon(answered);
    });
  }

  #answer({ incoming, szx, wanted, transfer }: Wish, { code, options, payload }: Answered): void {
    const isSuccess = codeClass(code) === 2;
    const say = (request: IncomingRequest, blocks: WantedBlocks | undefined): void => {
      const body = isSuccess && payload ? { code, options, payload } : undefined;
      if (body && this.#outgoing.answer(request, body, szx, blocks)) return;
      request.respond(code, options, payload, undefined, code !== UNAUTHORIZED);
    };
    if (transfer)
      this.#incoming.answered(transfer, code, (duplicate) => {
        // A block with a made-up address must not fetch the long answer again (RFC 7252 §11.3).
        const isAffordable = (payload?.length ?? 0) <= this.#endpoint.amplification.allowance(duplicate.peer);
        if (isAffordable) say(duplicate, undefined);
        else duplicate.ignore();
      });
    try {
      say(incoming, wanted);
    } catch (error) {
      this.#refuse(incoming, error);
    }
  }

  #refuse(incoming: IncomingRequest, error: unknown): void {
    const { deadlines, limits } = this.#endpoint;
    if (!(error instanceof RequestError)) deadlines.fault(error);
    const refusal = error instanceof RequestError ? error : new RequestError(INTERNAL_SERVER_ERROR, "");
    const answer = buildAnswer(refusal.toResponse(), {
      tokenLength: incoming.message.tokenLength,
      block2: undefined,
      terms: this.#terms,
      block1: undefined,
      observe: undefined,
      maxBytes: limits.maxMessageBytes,
    });
    if (answer) incoming.respond(answer.code, answer.options, answer.payload);
    else incoming.ignore();
  }
}

/** A request with its whole body, as the server gets it. */
class WholeRequest extends InnerRequest implements TransferredRequest {
  readonly terms: TransferTerms;
  readonly notifier: NotifierFactory;
  readonly #onAnswer: (answer: Answered) => void;

  constructor(
    last: IncomingRequest,
    message: Message,
    terms: TransferTerms,
    notifier: NotifierFactory,
    onAnswer: (answer: Answered) => void,
  ) {
    super(last, last.peer, message);
    this.terms = terms;
    this.notifier = notifier;
    this.#onAnswer = onAnswer;
  }

  override respond(code: number, options: Options, payload: Uint8Array | undefined): void {
    this.answered = true;
    this.#onAnswer({ code, options, payload });
  }
}

/** Only a request that says everything once more can be rendered once more (RFC 7959 §2.7, RFC 8132 §2.5). */
function mayBeRendered({ code, payload }: Message): boolean {
  return code === GET || (code === FETCH && payload.length > 0);
}
