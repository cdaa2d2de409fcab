/** The server's side of response bodies in Q-Block2 blocks. RFC 9177 §4.4, §4.6, §7.2. */

import type { TimerHandle } from "../../platform.js";
import { BAD_REQUEST, REQUEST_ENTITY_TOO_LARGE, UNAUTHORIZED } from "../codec/code.js";
import { CON, encodedLength, type Message } from "../codec/message.js";
import { CONTENT_FORMAT, ECHO, ETAG, Q_BLOCK2, SIZE2 } from "../codec/option-number.js";
import { Options } from "../codec/options.js";
import { MAX_BLOCK_NUMBER, MIN_SZX, blockBytes, encodeBlock } from "../blockwise/block.js";
import { isSameOperation } from "../blockwise/operation.js";
import { CoapError } from "../errors.js";
import type { IncomingRequest } from "../messaging/incoming-request.js";
import type { MessageSender } from "../messaging/messaging.js";
import type { Peer } from "../messaging/peer.js";
import type { TransmissionHandler } from "../messaging/transmission.js";
import type { BodyTransferParts } from "../requesting/body-transfers.js";
import { automaticETag } from "../server/etag.js";
import { RequestError } from "../server/request-error.js";
import { BlockSets, ConfirmableBlocks, type BlockSender } from "./block-sets.js";
import { inOwnJob } from "../../timers/job.js";
import { nonTimeoutRandomMs, type QBlockParameters } from "./parameters.js";
import { transferKey } from "./whole-message.js";
import type { WantedBlocks } from "./wanted-blocks.js";

/** A response with its whole body. */
export interface WholeResponse {
  readonly code: number;
  readonly options: Options;
  readonly payload: Uint8Array;
}

/** A body that somebody is reading. */
interface OutgoingBody {
  readonly peer: Peer;
  /** The request without what changes from block to block. */
  readonly key: Message;
  readonly response: WholeResponse;
  readonly szx: number;
  readonly blockCount: number;
  sender: BlockSender | undefined;
  /** Message IDs of the blocks that were sent last, for a Reset. */
  messageIds: number[];
  deadline: TimerHandle | undefined;
}

export class OutgoingBodies {
  readonly #parts: BodyTransferParts;
  readonly #parameters: QBlockParameters;
  readonly #sender: () => MessageSender;
  readonly #bodies: OutgoingBody[] = [];

  constructor(parts: BodyTransferParts, parameters: QBlockParameters, sender: () => MessageSender) {
    this.#parts = parts;
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
    const { limits } = this.#parts;
    const { code, payload } = response;
    const options = new Options().addAll(response.options);
    if (!options.has(ETAG)) options.add(ETAG, automaticETag(payload, options.uint(CONTENT_FORMAT)));
    options.setUint(SIZE2, payload.length);
    const szx = this.#fittingSzx(message.tokenLength, options, wantedSzx);
    if (payload.length <= blockBytes(szx)) return false;
    const key = transferKey(message);
    const blockCount = Math.ceil(payload.length / blockBytes(szx));
    if (blockCount > MAX_BLOCK_NUMBER + 1)
      throw new RequestError(BAD_REQUEST, "expected a larger block size for a body of this length");
    const known = this.#find(peer, key);
    if (known) this.#drop(known);
    else if (this.#bodies.length >= limits.representations) this.#drop(this.#bodies[0]!);
    const body: OutgoingBody = {
      peer,
      key,
      response: { code, options, payload },
      szx,
      blockCount,
      sender: undefined,
      messageIds: [],
      deadline: undefined,
    };
    this.#bodies.push(body);
    peer.references += 1;
    this.#keep(body);
    const numbers = wanted?.whole === false ? this.#numbers(wanted, body) : undefined;
    inOwnJob(() => {
      if (numbers) this.#sendAgain(incoming, body, numbers);
      else this.#sendWhole(incoming, body);
    });
    return true;
  }

  /** Answers a request for some blocks. @returns whether the body is still kept @throws {RequestError} */
  more(incoming: IncomingRequest, wanted: WantedBlocks): boolean {
    const { peer, message } = incoming;
    const body = this.#find(peer, transferKey(message));
    if (!body) return false;
    this.#keep(body);
    const next = wanted.continuation(this.#parameters.maxPayloads);
    const { sender } = body;
    if (next !== undefined && sender && next < body.blockCount) {
      incoming.ignore();
      sender.confirmed(next);
    } else this.#sendAgain(incoming, body, this.#numbers(wanted, body));
    return true;
  }

  /** §4.3, RFC 7252 §4.2: the client does not want more of a body. @returns whether the message rejected was a block */
  rejected(messageId: number, peer: Peer): boolean {
    const body = this.#bodies.find((one) => one.peer === peer && one.messageIds.includes(messageId));
    if (body) this.#drop(body);
    return body !== undefined;
  }

  /** @throws {RequestError} 4.00 for blocks that the body has not */
  #numbers(wanted: WantedBlocks, { szx, blockCount }: OutgoingBody): number[] {
    const numbers = wanted.numbers(this.#parameters.maxPayloads, blockCount);
    // A size that is larger than what fits is a wish for the first block alone.
    if (numbers.length === 0 || (wanted.szx !== szx && numbers.some((number) => number > 0)))
      throw new RequestError(
        BAD_REQUEST,
        `expected blocks of ${blockBytes(szx)} bytes with numbers below ${blockCount}`,
      );
    return numbers.slice(0, this.#parameters.maxPayloads);
  }

  #sendWhole(incoming: IncomingRequest, body: OutgoingBody): void {
    const { deadlines, random, congestionControl } = this.#parts;
    const { peer, blockCount } = body;
    const token = incoming.message.token;
    if (incoming.message.type === CON) {
      const blocks = this.#confirmable(body, token, blockCount, congestionControl.nstart(peer));
      body.sender = blocks;
      blocks.next = 1;
      // The first block travels with the acknowledgement (§4.4).
      this.#respond(incoming, body, 0);
      blocks.start();
      return;
    }
    incoming.ignore();
    body.sender = new BlockSets({
      deadlines,
      maxPayloads: this.#parameters.maxPayloads,
      pauseMs: nonTimeoutRandomMs(this.#parameters, random.unit()),
      blockCount,
      send: (number) => this.#sendBlock(body, token, number),
    });
    body.sender.start();
  }

  /** Blocks that were asked for travel with the token of the request for them. */
  #sendAgain(incoming: IncomingRequest, body: OutgoingBody, numbers: readonly number[]): void {
    const { amplification, congestionControl } = this.#parts;
    const { message, peer } = incoming;
    if (amplification.allowance(peer) < numbers.length * blockBytes(body.szx)) {
      // Whoever asks may not be where it says it is: RFC 9175 §2.4.
      const echo = amplification.challenge(peer);
      incoming.respond(UNAUTHORIZED, new Options().add(ECHO, echo), undefined, undefined, false);
      return;
    }
    if (message.type === CON) {
      const blocks = this.#confirmable(body, message.token, 0, congestionControl.nstart(peer));
      this.#respond(incoming, body, numbers[0]!);
      inOwnJob(() => blocks.resend(numbers.slice(1)));
      return;
    }
    incoming.ignore();
    // A set at most, so there is no pause between them; behind them there is one (§7.2).
    body.sender?.postpone();
    inOwnJob(() => {
      for (const number of numbers) this.#sendBlock(body, message.token, number);
    });
  }

  #confirmable(body: OutgoingBody, token: Uint8Array, count: number, nstart: number): ConfirmableBlocks {
    const handler: TransmissionHandler = {
      acknowledged: () => blocks.acknowledged(),
      rejected: () => this.#drop(body),
      // §4.4: the transfer ends; the client asks for what is missing when it wants it.
      failed: () => blocks.stop(),
    };
    const blocks: ConfirmableBlocks = new ConfirmableBlocks(count, nstart, (number) => {
      const { peer, response } = body;
      const { options, payload } = this.#block(body, number);
      this.#sender().confirmable(peer, response.code, token, options, payload, handler);
    });
    return blocks;
  }

  #respond(incoming: IncomingRequest, body: OutgoingBody, number: number): void {
    const { options, payload } = this.#block(body, number);
    incoming.respond(body.response.code, options, payload);
  }

  #sendBlock(body: OutgoingBody, token: Uint8Array, number: number): void {
    const { options, payload } = this.#block(body, number);
    try {
      const messageId = this.#sender().immediate(body.peer, body.response.code, token, options, payload);
      body.messageIds.push(messageId);
      if (body.messageIds.length > 2 * this.#parameters.maxPayloads) body.messageIds.shift();
    } catch (error) {
      // As good as lost on the way.
      if (!(error instanceof CoapError)) throw error;
    }
  }

  #block({ response, szx, blockCount }: OutgoingBody, number: number): WholeResponse {
    const start = number * blockBytes(szx);
    const options = new Options().addAll(response.options);
    options.setUint(Q_BLOCK2, encodeBlock(number, number < blockCount - 1, szx));
    return {
      code: response.code,
      options,
      payload: response.payload.subarray(start, start + blockBytes(szx)),
    };
  }

  /** The largest size up to `wantedSzx` whose blocks fit a message. @throws {RequestError} 4.13 where none does (§4.4) */
  #fittingSzx(tokenLength: number, options: Options, wantedSzx: number): number {
    const { maxMessageBytes } = this.#parts.limits;
    const block = new Options().addAll(options).setUint(Q_BLOCK2, encodeBlock(MAX_BLOCK_NUMBER, true, 0));
    for (let szx = wantedSzx; szx >= MIN_SZX; szx -= 1)
      if (encodedLength(tokenLength, block, blockBytes(szx)) <= maxMessageBytes) return szx;
    throw new RequestError(REQUEST_ENTITY_TOO_LARGE, "no block has room beside the options");
  }

  #find(peer: Peer, key: Message): OutgoingBody | undefined {
    return this.#bodies.find((one) => one.peer === peer && isSameOperation(one.key, key));
  }

  #keep(body: OutgoingBody): void {
    const { deadlines } = this.#parts;
    if (body.deadline) deadlines.clear(body.deadline);
    body.deadline = deadlines.set(() => this.#drop(body), this.#parameters.nonPartialTimeoutMs);
  }

  #drop(body: OutgoingBody): void {
    const index = this.#bodies.indexOf(body);
    if (index < 0) return;
    this.#bodies.splice(index, 1);
    body.sender?.stop();
    body.peer.references -= 1;
    if (body.deadline) this.#parts.deadlines.clear(body.deadline);
  }
}
