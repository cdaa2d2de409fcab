/**
 * Protected responses that a proxy has cut into blocks: reassembled before they are verified. RFC 8613 §4.1.3.4.2,
 * §8.4.1, RFC 7959 §2.4.
 */

import { concatBytes } from "../../../bytes/concat.js";
import { blockOption } from "../../../coap/bodies/block/block.js";
import { understoodSzx } from "../../../coap/bodies/block/transfer-terms.js";
import { Download } from "../../../coap/client/download.js";
import { Requester } from "../../../coap/client/requester.js";
import type { Message } from "../../../coap/codec/message.js";
import { BLOCK2, OSCORE } from "../../../coap/codec/option-number.js";
import { Options } from "../../../coap/codec/options.js";
import { CoapError, LimitError, ProtocolError } from "../../../coap/errors.js";
import type { EndpointContext } from "../../../coap/messaging/endpoint-context.js";
import type { MessageReceiver } from "../../../coap/messaging/messaging.js";
import type { OutstandingRequest, RequestLayer } from "../../../coap/requesting/request-layer.js";
import { reencode } from "../message/reencode.js";
import type { ProtectedRequest } from "./protected-request.js";

/** What the responses with further blocks may bring, though they are asked for without protection. */
const RECOGNIZED: readonly number[] = Object.freeze([OSCORE]);

/** Each has `limits.maxBodyBytes` at most, and the time in which its request waits for a response. */
export class OuterResponses {
  readonly endpoint: EndpointContext;
  readonly #above: RequestLayer;
  readonly #receiver: MessageReceiver;
  /** For each request whose response is being reassembled: the message that came last with a first block. */
  readonly #first = new Map<ProtectedRequest, Message>();

  /** @param receiver is handed each response when it is whole */
  constructor(endpoint: EndpointContext, above: RequestLayer, receiver: MessageReceiver) {
    this.endpoint = endpoint;
    this.#above = above;
    this.#receiver = receiver;
  }

  /** @returns whether the message has but the first block of a response; the others are asked for then */
  take(request: ProtectedRequest, message: Message): boolean {
    const { options } = message;
    if (!options.has(BLOCK2) || !options.has(OSCORE)) return false;
    if (blockOption(options, BLOCK2, understoodSzx(request.peer.capabilities))?.more !== true) return false;
    const isUnderWay = this.#first.has(request);
    // A notification takes the place of an older one; anything else has come twice.
    if (!isUnderWay || request.isRegistration) this.#first.set(request, message);
    if (!isUnderWay) this.#reassemble(request).catch(this.endpoint.deadlines.fault);
    return true;
  }

  /** One exchange at a time, however many first blocks come. */
  async #reassemble(request: ProtectedRequest): Promise<void> {
    for (;;) {
      const first = this.#first.get(request)!;
      const whole = await this.#fetch(request, first);
      if (this.#first.get(request) !== first) continue;
      this.#first.delete(request);
      if (whole) this.#receiver.response(whole, request.peer.base);
      return;
    }
  }

  /** The response that begins with a block; undefined where it cannot be had, or nobody waits for it any more. */
  async #fetch(request: ProtectedRequest, first: Message): Promise<Message | undefined> {
    const { deadlines, limits } = this.endpoint;
    const { maxBodyBytes } = limits;
    const { base } = request.peer;
    const requester = new Requester(this.#above, base, true, undefined, deadlines, undefined, RECOGNIZED);
    const blocks: Uint8Array[] = [];
    let bytes = 0;
    try {
      for await (const block of new Download(requester, request.code, request.options, first)) {
        bytes += block.length;
        if (bytes > maxBodyBytes)
          throw new LimitError(`limit maxBodyBytes (${maxBodyBytes}) reached by a protected response`);
        blocks.push(block);
        if (this.#first.get(request) !== first || !this.#outstanding(request, first)) return undefined;
      }
    } catch (error) {
      const outstanding = this.#outstanding(request, first);
      // Such as more blocks than there are numbers (RFC 7959 §2.2), or a request for one that has no room for its number.
      const cause = error instanceof CoapError ? error : new ProtocolError(String(error), { cause: error });
      // §8.4.2: what does not verify does not end an observation; but its state is to be asked for again.
      if (request.isRegistration) {
        if (outstanding?.answered) outstanding.handler?.lost?.();
      } else if (outstanding) this.#above.fail(outstanding, cause);
      return undefined;
    }
    return uncut(first, concatBytes(blocks));
  }

  /** Who still waits for the response. */
  #outstanding(request: ProtectedRequest, { token }: Message): OutstandingRequest | undefined {
    const outstanding = this.#above.find(token);
    return outstanding?.transmission?.handler === request ? outstanding : undefined;
  }
}

/** The response as it was before it was cut. */
function uncut(first: Message, payload: Uint8Array): Message {
  const options = new Options().addAll(first.options);
  options.remove(BLOCK2);
  return reencode(first, options, payload);
}
