/** The server's side of request bodies in Q-Block1 blocks. RFC 9177 §4.3, §5, §7.2. */

import type { TimerHandle } from "../../../../ports/timers.js";
import {
  BAD_REQUEST,
  CONTINUE,
  REQUEST_ENTITY_INCOMPLETE,
  REQUEST_ENTITY_TOO_LARGE,
  SERVICE_UNAVAILABLE,
  UNAUTHORIZED,
} from "../../../codec/code.js";
import { MISSING_BLOCKS_CBOR_SEQ } from "../../../codec/content-format.js";
import { CON, type Message } from "../../../codec/message.js";
import { CONTENT_FORMAT, Q_BLOCK1, REQUEST_TAG, SIZE1 } from "../../../codec/option-number.js";
import { Options } from "../../../codec/options.js";
import { uintOption } from "../../../codec/uint-option.js";
import { blockBytes, encodeBlock, szxFor, type Block } from "../../block/block.js";
import { isSameOperation } from "../../block/operation.js";
import { LimitError } from "../../../errors.js";
import type { IncomingRequest } from "../../../messaging/incoming-request.js";
import { entryToEvict } from "../../../messaging/eviction.js";
import type { EndpointContext } from "../../../messaging/endpoint-context.js";
import type { MessageSender } from "../../../messaging/messaging.js";
import type { Peer } from "../../../messaging/peer.js";
import { Transmission } from "../../../messaging/transmission.js";
import type { BodyLimits } from "../../../requesting/body-transfers.js";
import { tooLarge } from "../../../server/refusals.js";
import { RequestError } from "../../../server/request-error.js";
import { encodeMissingBlocks } from "../missing-blocks.js";
import type { QBlockParameters } from "../parameters.js";
import { PartialBody } from "../partial-body.js";
import { Reception } from "../reception.js";

/** Max-Age of the 5.03 that says that too many bodies are being reassembled, in seconds. */
const RETRY_AFTER_S = 5;

/** One body, from its first block until nobody can ask about it any more. */
export class IncomingBody {
  readonly peer: Peer;
  readonly key: Message;
  /** Undefined when the body is complete, and no longer held here. */
  reception: Reception | undefined;
  /** The request that brought the latest block: its token is that of the next response. */
  latest: Message;
  /** The latest response that asked for more. */
  said: Pick<Transmission, "messageId"> | undefined;
  /** Answers a duplicate when the body has been answered. */
  repeat: ((duplicate: IncomingRequest) => void) | undefined;
  deadline: TimerHandle | undefined;

  constructor(peer: Peer, message: Message) {
    this.peer = peer;
    this.key = message;
    this.latest = message;
  }
}

/** A body, whole, and what is kept of its transfer. */
export interface CompleteBody {
  readonly body: IncomingBody;
  readonly bytes: Uint8Array;
}

export class IncomingBodies {
  readonly #endpoint: EndpointContext;
  readonly #site: BodyLimits;
  readonly #parameters: QBlockParameters;
  readonly #sender: () => MessageSender;
  readonly #bodies: IncomingBody[] = [];

  constructor(
    endpoint: EndpointContext,
    site: BodyLimits,
    parameters: QBlockParameters,
    sender: () => MessageSender,
  ) {
    this.#endpoint = endpoint;
    this.#site = site;
    this.#parameters = parameters;
    this.#sender = sender;
  }

  /** Takes a block. @returns what it has completed, if it has @throws {RequestError} */
  take(incoming: IncomingRequest, block: Block): CompleteBody | undefined {
    const { message, peer } = incoming;
    const totalBytes = uintOption(message.options, SIZE1);
    if (totalBytes === undefined || !message.options.has(REQUEST_TAG))
      throw new RequestError(BAD_REQUEST, "expected Request-Tag and Size1 with Q-Block1");
    const known = this.#bodies.find((one) => one.peer === peer && isSameOperation(one.key, message));
    const body = known ?? this.#begin(incoming, totalBytes, block);
    const { reception } = body;
    if (!reception) {
      if (body.repeat) body.repeat(incoming);
      else incoming.ignore();
      return undefined;
    }
    const partial = reception.body;
    if (totalBytes !== partial.totalBytes || !partial.fits(block, message.payload.length)) {
      if (!known) this.#drop(body);
      throw new RequestError(BAD_REQUEST, "expected a block of the size that Q-Block1 and Size1 say");
    }
    body.latest = message;
    if (reception.take(block, message.payload)) {
      body.reception = undefined;
      this.#keep(body);
      return { body, bytes: partial.bytes };
    }
    incoming.ignore();
    return undefined;
  }

  /** The body was answered. @param repeat says it once more */
  answered(body: IncomingBody, code: number, repeat: (duplicate: IncomingRequest) => void): void {
    if (code === UNAUTHORIZED) {
      // The body comes once more, with an Echo option, and perhaps with the same Request-Tag.
      this.#drop(body);
      return;
    }
    // It took longer to answer than anybody waits.
    if (!this.#bodies.includes(body)) return;
    body.repeat = repeat;
    this.#keep(body);
  }

  /** §4.3: the client has given a body up. @returns whether the message rejected was about one */
  rejected(messageId: number, peer: Peer): boolean {
    const body = this.#bodies.find((one) => one.peer === peer && one.said?.messageId === messageId);
    if (body) this.#drop(body);
    return body !== undefined;
  }

  #begin({ message, peer }: IncomingRequest, totalBytes: number, block: Block): IncomingBody {
    const { limits, counters, deadlines } = this.#endpoint;
    const resource = this.#site.find(message.options, message.bytes)?.resource;
    const maxBodyBytes = resource?.definition.maxBodyBytes ?? limits.maxBodyBytes;
    if (totalBytes > maxBodyBytes) throw tooLarge(maxBodyBytes);
    const maxSzx = szxFor(limits.blockBytes)!;
    if (block.szx > maxSzx) throw smallerBlocks(block, maxSzx);
    if (this.#bodies.length >= limits.assemblies && !this.#dropOne(peer)) {
      counters.refusedRequests += 1;
      throw new RequestError(SERVICE_UNAVAILABLE, `limit assemblies (${limits.assemblies}) reached`, {
        maxAge: RETRY_AFTER_S,
      });
    }
    const { szx } = block;
    const begun = new IncomingBody(peer, message);
    const partial = new PartialBody(totalBytes, szx);
    begun.reception = new Reception(partial, deadlines, this.#parameters, message.type === CON, {
      confirm: (next) => {
        const options = new Options().addUint(Q_BLOCK1, encodeBlock(next - 1, true, szx));
        const { token } = begun.latest;
        const messageId = this.#sender().immediate(peer, {
          code: CONTINUE,
          token,
          options,
          payload: undefined,
        });
        if (messageId !== undefined) begun.said = { messageId };
      },
      request: (missing) => this.#report(begun, missing),
      abandon: () => this.#drop(begun),
    });
    this.#bodies.push(begun);
    peer.references += 1;
    return begun;
  }

  /** §5: says what is missing, to a client that is not heard of no faster than PROBING_RATE (§7.2). */
  #report(body: IncomingBody, missing: readonly number[]): void {
    const { peer, latest } = body;
    const options = new Options().addUint(CONTENT_FORMAT, MISSING_BLOCKS_CBOR_SEQ);
    const payload = encodeMissingBlocks(missing);
    const code = REQUEST_ENTITY_INCOMPLETE;
    try {
      const transmission = new Transmission(peer, false, undefined);
      this.#sender().send(transmission, { code, token: latest.token, options, payload });
      body.said = transmission;
    } catch (error) {
      // Too much waits already: the next time-out asks again.
      if (!(error instanceof LimitError)) throw error;
    }
  }

  /** Nothing more is to come but duplicates: even where nobody answers, it ends. */
  #keep(body: IncomingBody): void {
    const { deadlines } = this.#endpoint;
    if (body.deadline) deadlines.clear(body.deadline);
    body.deadline = deadlines.set(() => this.#drop(body), this.#parameters.nonPartialTimeoutMs);
  }

  /**
   * Makes room: a body that was answered has done its duty, and an endpoint that has several under way gives one of them up.
   * @returns whether there was one
   */
  #dropOne(peer: Peer): boolean {
    const evicted =
      this.#bodies.find((one) => one.repeat) ??
      entryToEvict(
        this.#bodies.filter((one) => one.reception),
        peer,
      );
    if (evicted) this.#drop(evicted);
    return evicted !== undefined;
  }

  #drop(body: IncomingBody): void {
    const index = this.#bodies.indexOf(body);
    if (index < 0) return;
    this.#bodies.splice(index, 1);
    body.reception?.close();
    body.peer.references -= 1;
    if (body.deadline) this.#endpoint.deadlines.clear(body.deadline);
  }
}

/** 4.13 with the size of the blocks to begin again with, which Q-Block1 names as Block1 does (RFC 7959 §2.9.3). */
function smallerBlocks({ number, more }: Block, szx: number): RequestError {
  return new RequestError(REQUEST_ENTITY_TOO_LARGE, `expected blocks of at most ${blockBytes(szx)} bytes`, {
    options: new Options().addUint(Q_BLOCK1, encodeBlock(number, more, szx)),
  });
}
