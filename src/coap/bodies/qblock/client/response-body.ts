/** Puts the blocks of a response together; of several responses with one token, those of the newest. RFC 9177 §4.4, §4.5. */

import { equalBytes } from "../../../../bytes/compare.js";
import type { Message } from "../../../codec/message.js";
import { ETAG, OBSERVE, Q_BLOCK2, SIZE2 } from "../../../codec/option-number.js";
import { uintOption } from "../../../codec/uint-option.js";
import { blockBytes, blockOption, type Block } from "../../block/block.js";
import type { NotificationOrder } from "../../../client/notification-order.js";
import { LimitError, ProtocolError, type CoapError } from "../../../errors.js";
import type { DeadlineQueue } from "../../../../timers/deadline-queue.js";
import type { QBlockParameters } from "../parameters.js";
import { PartialBody } from "../partial-body.js";
import { Reception } from "../reception.js";

const NO_BYTES = new Uint8Array(0);

/** Who reads a response. */
export interface ResponseReader {
  /** Asks for blocks, or for the next set of them. */
  ask(blocks: readonly Block[]): void;
  /** A body begins, or begins anew as the state has changed. @returns false where it is not wanted */
  began(again: boolean, isNotification: boolean): boolean;
  progressed(receivedBytes: number, totalBytes: number): void;
  /** @param head the response that brought the first block to arrive */
  completed(head: Message, body: Uint8Array): void;
  failed(error: CoapError): void;
  /** The server has fallen silent. */
  abandoned(): void;
}

export interface ResponseBodyOptions {
  readonly deadlines: DeadlineQueue;
  readonly parameters: QBlockParameters;
  readonly maxBodyBytes: number;
  /** Which notifications are new. */
  readonly order: NotificationOrder;
}

export class ResponseBody {
  readonly #options: ResponseBodyOptions;
  readonly #reader: ResponseReader;
  #reception: Reception | undefined;
  #etag: Uint8Array | undefined;
  #observe: number | undefined;
  #head: Message | undefined;

  constructor(options: ResponseBodyOptions, reader: ResponseReader) {
    this.#options = options;
    this.#reader = reader;
  }

  /** A body has begun. */
  get begun(): boolean {
    return this.#reception !== undefined;
  }

  /**
   * A response with Q-Block2.
   * @param confirmable whether the server repeats blocks by itself
   * @param wasAsked it answers a request for blocks alone: without Observe it begins no body
   */
  take(message: Message, confirmable: boolean, wasAsked = false): void {
    const reader = this.#reader;
    const { maxBodyBytes } = this.#options;
    const block = blockOption(message.options, Q_BLOCK2);
    // The only block: nothing can be missing. So Size2 and ETag, which libcoap leaves out there, are not asked for.
    const isWhole = block?.number === 0 && !block.more;
    const totalBytes = isWhole ? message.payload.length : uintOption(message.options, SIZE2);
    const etag = message.options.first(ETAG) ?? (isWhole ? NO_BYTES : undefined);
    if (!block || totalBytes === undefined || !etag || (isWhole && totalBytes > blockBytes(block.szx))) {
      reader.failed(
        new ProtocolError(
          "expected Q-Block2 with a block size that holds the payload, and Size2 and ETag in each of several blocks",
        ),
      );
      return;
    }
    if (totalBytes > maxBodyBytes) {
      reader.failed(new LimitError(`limit maxBodyBytes (${maxBodyBytes}) reached by the response`));
      return;
    }
    // What one message holds is no part of a body in several.
    if (isWhole || !this.#isPart(message, etag)) {
      if (wasAsked && !message.options.has(OBSERVE)) return;
      if (!this.#begin(message, totalBytes, etag, block.szx, confirmable)) return;
    }
    const reception = this.#reception;
    // One that is not a part of the body is no part of the transfer.
    if (!reception?.body.fits(block, message.payload.length)) return;
    const isComplete = reception.take(block, message.payload);
    reader.progressed(reception.body.receivedBytes, totalBytes);
    const head = this.#head;
    // Whoever reads may have had enough.
    if (!isComplete || !head) return;
    this.close();
    reader.completed(head, reception.body.bytes);
  }

  /** Lets go of what is there of a body. */
  close(): void {
    this.#reception?.close();
    this.#reception = undefined;
    this.#head = undefined;
  }

  /** Whether it is a part of the body that is being reassembled. */
  #isPart({ options }: Message, etag: Uint8Array): boolean {
    if (!this.#reception || !equalBytes(this.#etag!, etag)) return false;
    const observe = uintOption(options, OBSERVE);
    return observe === undefined || observe === this.#observe;
  }

  /** @returns false where the response is old, or not wanted */
  #begin(message: Message, totalBytes: number, etag: Uint8Array, szx: number, confirmable: boolean): boolean {
    const { deadlines, parameters, order } = this.#options;
    const reader = this.#reader;
    const observe = uintOption(message.options, OBSERVE);
    if (observe !== undefined) {
      if (!order.isNewer(observe)) return false;
      order.take(observe);
    }
    const again = this.#reception !== undefined;
    this.close();
    if (!reader.began(again, observe !== undefined)) return false;
    this.#head = message;
    this.#etag = new Uint8Array(etag);
    this.#observe = observe;
    const body = new PartialBody(totalBytes, szx);
    this.#reception = new Reception(body, deadlines, parameters, confirmable, {
      confirm: (next) => reader.ask([{ number: next, more: true, szx }]),
      request: (missing) => reader.ask(missing.map((number) => ({ number, more: false, szx }))),
      abandon: () => reader.abandoned(),
    });
    return true;
  }
}
