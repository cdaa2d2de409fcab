/** The server's side of response bodies in Q-Block2 blocks. RFC 9177 §4.4, §4.5, §7.2. */

import { BAD_REQUEST, UNAUTHORIZED } from "../../../codec/code.js";
import { CON, type Message } from "../../../codec/message.js";
import { ECHO } from "../../../codec/option-number.js";
import { Options } from "../../../codec/options.js";
import { blockBytes } from "../../block/block.js";
import { isSameOperation } from "../../block/operation.js";
import { LimitError } from "../../../errors.js";
import type { IncomingRequest } from "../../../messaging/incoming-request.js";
import type { EndpointContext } from "../../../messaging/endpoint-context.js";
import type { MessageSender } from "../../../messaging/messaging.js";
import type { Peer } from "../../../messaging/peer.js";
import { Transmission, type TransmissionHandler } from "../../../messaging/transmission.js";
import { RequestError } from "../../../server/request-error.js";
import { BlockSets, ConfirmableBlocks } from "../block-sets.js";
import { nonTimeoutRandomMs, type QBlockParameters } from "../parameters.js";
import { OutgoingBody } from "./outgoing-body.js";
import { cutIntoBlocks, type ResponseBlocks, type WholeResponse } from "./response-blocks.js";
import { transferKey } from "./whole-message.js";
import type { WantedBlocks } from "./wanted-blocks.js";

export class OutgoingBodies {
  readonly #endpoint: EndpointContext;
  readonly #parameters: QBlockParameters;
  readonly #sender: () => MessageSender;
  readonly #bodies: OutgoingBody[] = [];

  constructor(endpoint: EndpointContext, parameters: QBlockParameters, sender: () => MessageSender) {
    this.#endpoint = endpoint;
    this.#parameters = parameters;
    this.#sender = sender;
  }

  /**
   * Answers with a body in blocks, in place of an earlier one to the same operation.
   * @returns false where it fits a message: that is left to the caller
   * @throws {RequestError} where no block fits, or the body has too many
   */
  answer(
    incoming: IncomingRequest,
    response: WholeResponse,
    wantedSzx: number,
    wanted: WantedBlocks | undefined,
  ): boolean {
    const { peer, message } = incoming;
    const { maxMessageBytes } = this.#endpoint.limits;
    const blocks = cutIntoBlocks(response, message.tokenLength, wantedSzx, maxMessageBytes);
    if (!blocks) return false;
    const body = this.begin(peer, message, blocks);
    const numbers = wanted?.whole === false ? this.#numbers(wanted, blocks) : undefined;
    this.#endpoint.deadlines.soon(() => {
      if (numbers) this.#sendAgain(incoming, body, numbers);
      else this.#sendWhole(incoming, body);
    });
    return true;
  }

  /** Keeps a body, in place of an earlier one to the same operation, for those who ask for blocks of it. */
  begin(peer: Peer, request: Message, blocks: ResponseBlocks): OutgoingBody {
    const key = transferKey(request);
    this.replace(peer, request);
    // Notifications are as many as there are observers, and need no further limit while they are sent.
    const kept = this.#bodies.filter(({ notifying }) => !notifying);
    const excess = kept.length + 1 - this.#endpoint.limits.representations;
    for (const oldest of kept.slice(0, Math.max(0, excess))) this.drop(oldest);
    const body = new OutgoingBody(peer, key, blocks, this.#sender(), 2 * this.#parameters.maxPayloads);
    this.#bodies.push(body);
    peer.references += 1;
    this.keep(body);
    return body;
  }

  /** The state that a body to this operation shows is no longer the newest. */
  replace(peer: Peer, request: Message): void {
    const key = transferKey(request);
    const known = this.#bodies.find((one) => !one.notifying && isFor(one, peer, key));
    if (known) this.drop(known);
  }

  /** Answers a request for some blocks. @returns whether the body is still kept @throws {RequestError} */
  more(incoming: IncomingRequest, wanted: WantedBlocks): boolean {
    const { peer, message } = incoming;
    const key = transferKey(message);
    // The newest is behind the others.
    const body = this.#bodies.filter((one) => isFor(one, peer, key)).at(-1);
    if (!body) return false;
    this.keep(body);
    const next = wanted.continuation(this.#parameters.maxPayloads);
    const { sender, blocks } = body;
    if (next !== undefined && sender && next < blocks.count) {
      incoming.ignore();
      sender.confirmed(next);
    } else this.#sendAgain(incoming, body, this.#numbers(wanted, blocks));
    return true;
  }

  /** §4.3, RFC 7252 §4.2: the client does not want more of a body. @returns whether the message rejected was a block */
  rejected(messageId: number, peer: Peer): boolean {
    const body = this.#bodies.find((one) => one.peer === peer && one.messageIds.includes(messageId));
    if (!body) return false;
    this.drop(body);
    body.onRejected?.();
    return true;
  }

  /** Something was heard of a body: it is kept for NON_PARTIAL_TIMEOUT from now on. */
  keep(body: OutgoingBody): void {
    const { deadlines } = this.#endpoint;
    if (body.deadline) deadlines.clear(body.deadline);
    body.deadline = deadlines.set(() => this.drop(body), this.#parameters.nonPartialTimeoutMs);
  }

  /** Sends nothing more of a body. A second call does nothing. */
  drop(body: OutgoingBody): void {
    const index = this.#bodies.indexOf(body);
    if (index < 0) return;
    this.#bodies.splice(index, 1);
    body.sender?.stop();
    body.peer.references -= 1;
    if (body.deadline) this.#endpoint.deadlines.clear(body.deadline);
    body.onDropped?.();
  }

  /** Sends all blocks, Non-confirmable, set by set. @param sent all were sent, for the first time or again */
  sendSets(body: OutgoingBody, token: Uint8Array, sent?: () => void): void {
    const { deadlines, random } = this.#endpoint;
    body.sender = new BlockSets({
      deadlines,
      maxPayloads: this.#parameters.maxPayloads,
      pauseMs: nonTimeoutRandomMs(this.#parameters, random.unit()),
      blockCount: body.blocks.count,
      send: (number) => body.send(token, number),
      ...(sent && { sent }),
    });
    body.sender.start();
  }

  /** @throws {RequestError} 4.00 for blocks that the body has not */
  #numbers(wanted: WantedBlocks, { szx, count }: ResponseBlocks): number[] {
    const numbers = wanted.numbers(this.#parameters.maxPayloads, count);
    // A size that is larger than what fits is a wish for the first block alone.
    if (numbers.length === 0 || (wanted.szx !== szx && numbers.some((number) => number > 0)))
      throw new RequestError(
        BAD_REQUEST,
        `expected blocks of ${blockBytes(szx)} bytes with numbers below ${count}`,
      );
    return numbers.slice(0, this.#parameters.maxPayloads);
  }

  #sendWhole(incoming: IncomingRequest, body: OutgoingBody): void {
    const token = incoming.message.token;
    if (incoming.message.type !== CON) {
      incoming.ignore();
      this.sendSets(body, token);
      return;
    }
    const nstart = this.#endpoint.congestionControl.nstart(body.peer);
    const blocks = this.#confirmable(body, token, body.blocks.count, nstart);
    body.sender = blocks;
    blocks.next = 1;
    // The first block travels with the acknowledgement (§4.4).
    this.#respond(incoming, body, 0);
    blocks.start();
  }

  /** Blocks that were asked for travel with the token of the request for them. */
  #sendAgain(incoming: IncomingRequest, body: OutgoingBody, numbers: readonly number[]): void {
    const { amplification, congestionControl } = this.#endpoint;
    const { message, peer } = incoming;
    if (amplification.allowance(peer) < numbers.length * blockBytes(body.blocks.szx)) {
      // Whoever asks may not be where it says it is: RFC 9175 §2.4.
      const echo = amplification.challenge(peer);
      incoming.respond(UNAUTHORIZED, new Options().add(ECHO, echo), undefined, undefined, false);
      return;
    }
    if (message.type === CON) {
      const blocks = this.#confirmable(body, message.token, 0, congestionControl.nstart(peer), true);
      this.#respond(incoming, body, numbers[0]!, true);
      this.#endpoint.deadlines.soon(() => blocks.resend(numbers.slice(1)));
      return;
    }
    incoming.ignore();
    // A set at most, so there is no pause between them; behind them there is one (§7.2).
    body.sender?.postpone();
    this.#endpoint.deadlines.soon(() => {
      for (const number of numbers) body.send(message.token, number, true);
    });
  }

  #confirmable(
    body: OutgoingBody,
    token: Uint8Array,
    count: number,
    nstart: number,
    asked = false,
  ): ConfirmableBlocks {
    const handler: TransmissionHandler = {
      acknowledged: () => blocks.acknowledged(),
      rejected: () => this.drop(body),
      // §4.4: the transfer ends; the client asks for what is missing when it wants it.
      failed: () => blocks.stop(),
    };
    const blocks: ConfirmableBlocks = new ConfirmableBlocks(count, nstart, (number) => {
      const { code, options, payload } = body.blocks.block(number, asked);
      try {
        this.#sender().send(new Transmission(body.peer, true, handler), { code, token, options, payload });
      } catch (error) {
        // Too much waits already: as where a block is not acknowledged.
        if (!(error instanceof LimitError)) throw error;
        blocks.stop();
      }
    });
    return blocks;
  }

  #respond(incoming: IncomingRequest, body: OutgoingBody, number: number, asked = false): void {
    const { code, options, payload } = body.blocks.block(number, asked);
    incoming.respond(code, options, payload);
  }
}

function isFor({ peer: reader, key: own }: OutgoingBody, peer: Peer, key: Message): boolean {
  return reader === peer && isSameOperation(own, key);
}
