/** One request and its response with bodies in Q-Block options, on the client's side. RFC 9177 §4, §6, §7. */

import type { TimerHandle } from "../../../../ports/timers.js";
import {
  BAD_OPTION,
  CONTINUE,
  PATCH,
  POST,
  REQUEST_ENTITY_INCOMPLETE,
  isFinalSuccess,
} from "../../../codec/code.js";
import { MISSING_BLOCKS_CBOR_SEQ } from "../../../codec/content-format.js";
import { MessageTooLargeError, type Message } from "../../../codec/message.js";
import { CONTENT_FORMAT, OBSERVE, Q_BLOCK1, Q_BLOCK2, SIZE1 } from "../../../codec/option-number.js";
import { Options } from "../../../codec/options.js";
import { uintOption } from "../../../codec/uint-option.js";
import { blockBytes, blockOption, encodeBlock } from "../../block/block.js";
import { NotificationOrder } from "../../../client/notification-order.js";
import { LimitError, ProtocolError, ResetError, TimeoutError, type CoapError } from "../../../errors.js";
import type { EndpointContext } from "../../../messaging/endpoint-context.js";
import type { MessageSender } from "../../../messaging/messaging.js";
import type { Peer } from "../../../messaging/peer.js";
import { Transmission, type TransmissionHandler } from "../../../messaging/transmission.js";
import { unrecognizedCriticalOption } from "../../../requesting/critical-options.js";
import { BlockSets, ConfirmableBlocks, type BlockSender } from "../block-sets.js";
import { decodeMissingBlocks } from "../missing-blocks.js";
import { Q_BLOCK_OPTIONS, nonTimeoutRandomMs, type QBlockParameters } from "../parameters.js";
import { optionsForBlocks } from "./requests-for-blocks.js";
import { ResponseBody } from "./response-body.js";

/** How often a body is read again from its start because it changed meanwhile. */
const MAX_RESTARTS = 3;

/** A request with its whole body. */
export interface BodyRequest {
  readonly code: number;
  /** Without those of the transfer. */
  readonly options: Options;
  readonly payload: Uint8Array;
  /** Size exponent of the blocks to use and to ask for. */
  readonly szx: number;
  readonly confirmable: boolean;
  /** Largest response body taken. */
  readonly maxBodyBytes: number;
  /** Told how many bytes of a body went or came so far, and of how many. */
  readonly onProgress: ((bytes: number, totalBytes: number | undefined) => void) | undefined;
}

/** A response with its whole body. */
export interface WholeBody {
  /** One of the messages that carried it. */
  readonly message: Message;
  readonly payload: Uint8Array;
}

/** Who waits for a transfer; one of them is called, once. */
export interface Settled {
  /** @param response undefined where the peer does not take Q-Block options */
  readonly end: (response: WholeBody | undefined) => void;
  readonly fail: (error: Error) => void;
}

/** @internal What a transfer needs besides its request. */
export interface ClientTransferParts extends Settled {
  readonly endpoint: EndpointContext;
  readonly parameters: QBlockParameters;
  readonly sender: MessageSender;
  /** A token of this transfer that was not used before (§6). */
  readonly newToken: () => Uint8Array;
}

export class ClientTransfer {
  readonly peer: Peer;
  readonly #parts: ClientTransferParts;
  readonly #request: BodyRequest;
  /** Asks for the first block only, to learn whether the peer takes Q-Block options (§4.1). */
  readonly #isProbe: boolean;
  readonly #pauseMs: number;
  #upload: BlockSender | undefined;
  /** The response's. */
  readonly #body: ResponseBody;
  #restarts = 0;
  #ended = false;
  /** Something came from the peer. */
  #answered = false;
  /** Repetitions since the peer asked for something. */
  #repetitions = 0;
  /** Blocks that were sent again because the peer asked for them. */
  #sentAgain = 0;
  #deadline: TimerHandle | undefined;
  /** Message IDs of the requests that were sent last, for a Reset. */
  readonly #sent: Pick<Transmission, "messageId">[] = [];
  readonly #transmissions = new Set<Transmission>();

  constructor(peer: Peer, request: BodyRequest, isProbe: boolean, parts: ClientTransferParts) {
    this.peer = peer;
    this.#request = request;
    this.#isProbe = isProbe;
    this.#parts = parts;
    const { parameters } = parts;
    const { clock, deadlines, random } = parts.endpoint;
    const { maxBodyBytes } = request;
    this.#pauseMs = nonTimeoutRandomMs(parameters, random.unit());
    const order = new NotificationOrder(clock);
    this.#body = new ResponseBody(
      { deadlines, parameters, maxBodyBytes, order },
      {
        ask: (blocks) => this.#send(optionsForBlocks(request.options, blocks), undefined, undefined),
        began: (again, isNotification) => this.#began(again, isNotification),
        progressed: (bytes, totalBytes) => this.#progress(bytes, totalBytes),
        completed: (head, body) => this.#finish(head, body),
        failed: (error) => this.fail(error),
        abandoned: () => this.#timeOut(),
      },
    );
  }

  start(): void {
    const { payload, szx } = this.#request;
    if (payload.length > blockBytes(szx)) this.#sendBody();
    else this.#sendRequest();
  }

  /** A response with one of this transfer's tokens. */
  response(message: Message): void {
    if (this.#ended) return;
    const critical = unrecognizedCriticalOption(message, "response", Q_BLOCK_OPTIONS);
    if (critical !== undefined) {
      this.fail(new ProtocolError(`expected no critical option ${critical} in a response`));
      return;
    }
    this.#answered = true;
    const upload = this.#upload;
    if (upload && message.code === CONTINUE) this.#continue(upload, message);
    else if (upload && isMissingBlocks(message)) this.#sendAgain(upload, message);
    else if (this.#isProbe || !isFinalSuccess(message.code) || !message.options.has(Q_BLOCK2))
      this.#finish(message, message.payload);
    else this.#body.take(message, this.#request.confirmable);
  }

  /** A Reset. @returns whether it was to one of this transfer's messages */
  rejected(messageId: number): boolean {
    if (!this.#sent.some((one) => one.messageId === messageId)) return false;
    this.#reset();
    return true;
  }

  fail(error: Error): void {
    if (this.#ended) return;
    this.close();
    this.#parts.fail(error);
  }

  /** The network did not deliver what was sent. */
  refused(error: CoapError): void {
    this.fail(error);
  }

  /** Stops everything; nobody hears of it. */
  close(): void {
    this.#ended = true;
    this.#stopWaiting();
    this.#upload?.stop();
    this.#body.close();
    for (const transmission of this.#transmissions) this.#parts.sender.cancel(transmission);
    this.#transmissions.clear();
  }

  #finish(message: Message, payload: Uint8Array): void {
    // §4.1: the peer does not know these options; once it has shown that it does, it means another one.
    const isUnsupported = message.code === BAD_OPTION && this.peer.takesQBlock !== true;
    if (!isUnsupported) this.peer.takesQBlock = true;
    this.close();
    this.#parts.end(isUnsupported ? undefined : { message, payload });
  }

  #reset(): void {
    if (this.#ended) return;
    const { address, port } = this.peer;
    // Whoever says nothing else does not take what was sent (§4.1): Block1 and Block2 do.
    if (this.#answered) {
      this.fail(new ResetError(`${address} port ${port} rejected the request`));
      return;
    }
    this.close();
    this.#parts.end(undefined);
  }

  /** §4.3: the request body in blocks. */
  #sendBody(): void {
    const { endpoint, parameters } = this.#parts;
    const { payload, szx, confirmable } = this.#request;
    const { peer } = this;
    const blockCount = Math.ceil(payload.length / blockBytes(szx));
    if (confirmable) {
      const blocks: ConfirmableBlocks = new ConfirmableBlocks(
        blockCount,
        endpoint.congestionControl.nstart(peer),
        (number) => this.#sendConfirmable(number, () => blocks.acknowledged()),
      );
      this.#upload = blocks;
      blocks.start();
      return;
    }
    this.#upload = new BlockSets({
      deadlines: endpoint.deadlines,
      maxPayloads: parameters.maxPayloads,
      pauseMs: this.#pauseMs,
      blockCount,
      send: (number) => this.#sendBlock(number),
      // Perhaps nothing got through, or the answer did not: the last block calls it forth.
      sent: () => this.#repeatUnlessAnswered(() => this.#sendBlock(blockCount - 1)),
    });
    // A body as a whole is subject to PROBING_RATE (§7.2).
    const nowMs = endpoint.clock.monotonicMs();
    const quietMs = Math.max(0, peer.quietUntilMs - nowMs);
    const pauseMs = endpoint.congestionControl.probingPauseMs(peer, payload.length);
    peer.quietUntilMs = nowMs + quietMs + Math.min(pauseMs, parameters.nonProbingWaitMs);
    if (quietMs === 0) this.#upload.start();
    else this.#deadline = endpoint.deadlines.set(() => this.#upload!.start(), quietMs);
  }

  #block(number: number): { readonly options: Options; readonly payload: Uint8Array } {
    const { options, payload, szx } = this.#request;
    const start = number * blockBytes(szx);
    const block = payload.subarray(start, start + blockBytes(szx));
    const isLast = start + block.length === payload.length;
    const all = new Options().addAll(options);
    all.addUint(Q_BLOCK1, encodeBlock(number, !isLast, szx)).addUint(SIZE1, payload.length);
    return { options: all, payload: block };
  }

  /** @returns false where nothing could be sent */
  #sendBlock(number: number): boolean {
    const { options, payload } = this.#block(number);
    const { sender, newToken } = this.#parts;
    const { code } = this.#request;
    const messageId = sender.immediate(this.peer, { code, token: newToken(), options, payload });
    if (messageId === undefined) return false;
    this.#remember({ messageId });
    this.#report(number);
    return true;
  }

  #sendConfirmable(number: number, onAcknowledged: () => void): void {
    const { options, payload } = this.#block(number);
    this.#send(options, payload, () => {
      this.#report(number);
      onAcknowledged();
      if (number === this.#upload!.next - 1) this.#awaitAnswer();
    });
  }

  /** Says how far the body has gone. */
  #report(number: number): void {
    const { payload, szx } = this.#request;
    this.#progress(Math.min((number + 1) * blockBytes(szx), payload.length), payload.length);
  }

  /** What whoever asked throws there ends the transfer, and is what it ends with. */
  #progress(bytes: number, totalBytes: number): void {
    try {
      this.#request.onProgress?.(bytes, totalBytes);
    } catch (error) {
      this.fail(error as Error);
    }
  }

  #continue(upload: BlockSender, message: Message): void {
    const block = blockOption(message.options, Q_BLOCK1);
    upload.confirmed(block ? block.number + 1 : upload.next);
  }

  #sendAgain(upload: BlockSender, message: Message): void {
    const missing = decodeMissingBlocks(message.payload);
    // What is not well-formed is dropped (§5).
    if (!missing) return;
    const { nonMaxRetransmit, maxPayloads } = this.#parts.parameters;
    this.#repetitions = 0;
    this.#sentAgain += Math.min(missing.length, maxPayloads);
    if (this.#sentAgain > nonMaxRetransmit * (upload.next + maxPayloads))
      this.fail(new ProtocolError("the server asked for the same blocks again and again"));
    else upload.resend(missing);
  }

  /** The request, whose body, if it has one, fits a block. */
  #sendRequest(): void {
    const { code, options: base, payload, szx, confirmable } = this.#request;
    const options = new Options().addAll(base);
    options.addUint(Q_BLOCK2, encodeBlock(0, !this.#isProbe, szx));
    // A registration that is repeated is the same one (RFC 7641 §3.3.1).
    const token = options.has(OBSERVE) ? this.#parts.newToken() : undefined;
    this.#send(options, payload, () => this.#awaitAnswer(), token);
    if (confirmable) return;
    // What must not happen twice is asked for once.
    if (code === POST || code === PATCH) this.#awaitAnswer();
    else this.#repeatUnlessAnswered(() => this.#send(options, payload, undefined, token));
  }

  #send(
    options: Options,
    payload: Uint8Array | undefined,
    onAcknowledged: (() => void) | undefined,
    token = this.#parts.newToken(),
  ): void {
    const { sender } = this.#parts;
    const { code, confirmable } = this.#request;
    const handler: TransmissionHandler = {
      acknowledged: (response) => {
        if (this.#ended) return;
        this.#forget(handler);
        if (response) this.response(response);
        if (!this.#ended) onAcknowledged?.();
      },
      rejected: () => this.#reset(),
      failed: (error) => this.fail(error),
    };
    try {
      const transmission = new Transmission(this.peer, confirmable, handler);
      sender.send(transmission, { code, token, options, payload });
      if (confirmable) this.#transmissions.add(transmission);
      else this.#remember(transmission);
    } catch (error) {
      if (!(error instanceof LimitError || error instanceof MessageTooLargeError)) throw error;
      this.fail(error);
    }
  }

  #forget(handler: TransmissionHandler): void {
    for (const one of this.#transmissions) if (one.handler === handler) this.#transmissions.delete(one);
  }

  #remember(sent: Pick<Transmission, "messageId">): void {
    this.#sent.push(sent);
    if (this.#sent.length > 2 * this.#parts.parameters.maxPayloads) this.#sent.shift();
  }

  /** Repeats after the pauses that the receiver makes, as long as nothing comes (§7.2). */
  #repeatUnlessAnswered(repeat: () => void): void {
    const { endpoint, parameters } = this.#parts;
    const { nonReceiveTimeoutMs, nonMaxRetransmit } = parameters;
    this.#stopWaiting();
    if (this.#ended) return;
    // The receiver asks first where it has something to ask.
    const waitMs = nonReceiveTimeoutMs * 2 ** this.#repetitions + this.#pauseMs;
    this.#deadline = endpoint.deadlines.set(() => {
      if (this.#repetitions >= nonMaxRetransmit) {
        this.#timeOut();
        return;
      }
      this.#repetitions += 1;
      repeat();
      this.#repeatUnlessAnswered(repeat);
    }, waitMs);
  }

  #awaitAnswer(): void {
    const { endpoint, parameters } = this.#parts;
    if (this.#ended || this.#body.begun) return;
    this.#stopWaiting();
    this.#deadline = endpoint.deadlines.set(() => this.#timeOut(), parameters.nonPartialTimeoutMs);
  }

  #stopWaiting(): void {
    if (this.#deadline) this.#parts.endpoint.deadlines.clear(this.#deadline);
    this.#deadline = undefined;
  }

  #timeOut(): void {
    const { address, port } = this.peer;
    this.fail(new TimeoutError(`no response from ${address} port ${port} to a transfer with Q-Block`));
  }

  /** A body begins, or begins anew: it changed meanwhile (§4.4). A notification is no reason to despair of that. */
  #began(again: boolean, isNotification: boolean): boolean {
    if (again && !isNotification) this.#restarts += 1;
    this.#upload?.stop();
    this.#stopWaiting();
    if (this.#restarts <= MAX_RESTARTS) return true;
    this.fail(new ProtocolError("the representation kept changing between its blocks"));
    return false;
  }
}

/** §5: the server says which blocks it has not received. */
function isMissingBlocks({ code, options }: Message): boolean {
  return (
    code === REQUEST_ENTITY_INCOMPLETE && uintOption(options, CONTENT_FORMAT) === MISSING_BLOCKS_CBOR_SEQ
  );
}
