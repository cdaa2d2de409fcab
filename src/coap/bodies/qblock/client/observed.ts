/** An observation whose states travel in Q-Block2 blocks, on the client's side. RFC 9177 §4.4, §4.5, RFC 7641 §3. */

import type { TimerHandle } from "../../../../ports/timers.js";
import { equalBytes } from "../../../../bytes/compare.js";
import { UNAUTHORIZED, isFinalSuccess } from "../../../codec/code.js";
import { CON, MessageTooLargeError, NON, type Message } from "../../../codec/message.js";
import { ECHO, OBSERVE, Q_BLOCK2 } from "../../../codec/option-number.js";
import { Options } from "../../../codec/options.js";
import { uintOption } from "../../../codec/uint-option.js";
import { encodeBlock, type Block } from "../../block/block.js";
import { NotificationOrder } from "../../../client/notification-order.js";
import { echoValueOf } from "../../../client/requester.js";
import { LimitError, ProtocolError, ResetError, TimeoutError, type CoapError } from "../../../errors.js";
import type { EndpointContext } from "../../../messaging/endpoint-context.js";
import type { MessageSender } from "../../../messaging/messaging.js";
import type { Peer } from "../../../messaging/peer.js";
import { Transmission, type TransmissionHandler } from "../../../messaging/transmission.js";
import type { ObservedRequest, ObservingParty } from "../../../requesting/body-transfers.js";
import { unrecognizedCriticalOption } from "../../../requesting/critical-options.js";
import { Q_BLOCK_OPTIONS, type QBlockParameters } from "../parameters.js";
import { optionsForBlocks } from "./requests-for-blocks.js";
import { ResponseBody } from "./response-body.js";
import type { BodyRequest } from "./transfer.js";

/** @internal What an observation needs besides its request. */
export interface ObservedParts {
  readonly endpoint: EndpointContext;
  readonly parameters: QBlockParameters;
  readonly sender: MessageSender;
  /** That of the registration. */
  readonly token: Uint8Array;
  /** A token of this observation that was not used before (§6). */
  readonly newToken: () => Uint8Array;
  readonly party: ObservingParty;
  /** Nothing more is expected. */
  readonly release: () => void;
}

export class Observed implements ObservedRequest {
  readonly peer: Peer;
  readonly #parts: ObservedParts;
  readonly #request: BodyRequest;
  readonly #body: ResponseBody;
  readonly #order: NotificationOrder;
  /** What the server demanded with an Echo option when blocks were asked for (RFC 9175 §2.3). */
  #echo: Uint8Array | undefined;
  /** The blocks that were asked for last. */
  #asked: readonly Block[] = [];
  /** Those that were asked for once more with it: who demands another value then is not asked each time. */
  #proved: readonly Block[] | undefined;
  /** The request for them. */
  #asking: Transmission | undefined;
  /** Registrations that were sent since one was answered; the deadline is that of the next. */
  #renewals = 0;
  #deadline: TimerHandle | undefined;
  /** The Confirmable registration under way: until it is acknowledged, whose acknowledgement has the first block. */
  #transmission: Transmission | undefined;
  #ended = false;
  /** The handler has heard a state that came after the answer to the registration. */
  hasState = false;

  /** @param first the answer to the registration */
  constructor(peer: Peer, request: BodyRequest, first: Message, parts: ObservedParts) {
    this.peer = peer;
    this.#request = request;
    this.#parts = parts;
    const { parameters } = parts;
    const { clock, deadlines } = parts.endpoint;
    const { maxBodyBytes } = request;
    const order = new NotificationOrder(clock);
    order.take(uintOption(first.options, OBSERVE)!);
    this.#order = order;
    this.#body = new ResponseBody(
      { deadlines, parameters, maxBodyBytes, order },
      {
        ask: (blocks) => this.#ask(blocks),
        began: () => true,
        progressed: () => undefined,
        completed: (head, body) => {
          this.hasState = true;
          parts.party.state(head, undefined, body);
        },
        // One that breaks the rules, or is too large, would not be the last.
        failed: (error) => this.fail(error),
        // Perhaps it is the newest state, and nothing more would come.
        abandoned: () => this.#readAgain(),
      },
    );
  }

  get token(): Uint8Array {
    return this.#parts.token;
  }

  /** A response with one of this observation's tokens. */
  response(message: Message): void {
    if (this.#ended) return;
    const { token, party } = this.#parts;
    if (unrecognizedCriticalOption(message, "response", Q_BLOCK_OPTIONS) !== undefined) {
      // RFC 7252 §5.4.1: it is rejected, and with it the observation.
      if (message.type === CON)
        this.fail(new ProtocolError("expected no other critical option in a notification"));
      return;
    }
    const isSuccess = isFinalSuccess(message.code);
    const isNotification = equalBytes(message.token, token);
    if (isNotification) this.#stopRenewing();
    if (isSuccess && message.options.has(Q_BLOCK2))
      this.#body.take(message, message.type !== NON, !isNotification);
    else if (isNotification) {
      const observe = isSuccess ? uintOption(message.options, OBSERVE) : undefined;
      if (observe !== undefined) {
        if (!this.#order.isNewer(observe)) return;
        this.#order.take(observe);
      }
      this.#body.close();
      this.hasState = true;
      party.state(message, undefined, message.payload);
    } else if (message.code === UNAUTHORIZED) this.#prove(message);
    // Other answers say that the blocks which were asked for are there no more: a new state is on its way.
  }

  /** A Reset. @returns whether it was to one of this observation's messages */
  rejected(messageId: number): boolean {
    if (this.#asking?.messageId !== messageId) return false;
    if (this.#renewals > 0) this.#reset();
    else if (this.#body.begun)
      // A device's stack has 512 slots: the frames up from the socket and those down to it would not fit it together.
      this.#parts.endpoint.deadlines.soon(() => {
        if (!this.#ended) this.#readAgain();
      });
    return true;
  }

  /** The network did not deliver what was sent. An observation outlives that (RFC 7641 §3.3.1), but no registration does. */
  refused(error: CoapError): void {
    if (this.#renewals > 0) this.fail(error);
  }

  fail(error: CoapError): void {
    if (this.#ended) return;
    this.cancel();
    this.#parts.party.failed(error);
  }

  renew(): void {
    if (this.#transmission) return;
    this.#stopRenewing();
    this.#order.reset();
    this.#register();
  }

  cancel(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#stopRenewing();
    if (this.#transmission) this.#parts.sender.cancel(this.#transmission);
    this.#body.close();
    this.#parts.release();
  }

  /** Registers once more, until something comes (RFC 7641 §3.3.1, RFC 9177 §7.2). */
  #register(): void {
    const { endpoint, parameters, token } = this.#parts;
    const { nonReceiveTimeoutMs, nonMaxRetransmit } = parameters;
    const { options: base, szx, confirmable } = this.#request;
    this.#deadline = undefined;
    if (this.#renewals > nonMaxRetransmit) {
      const { address, port } = this.peer;
      this.fail(new TimeoutError(`no response from ${address} port ${port} to a registration`));
      return;
    }
    const options = new Options().addAll(base).setUint(Q_BLOCK2, encodeBlock(0, true, szx));
    this.#renewals += 1;
    if (confirmable) {
      this.#registerConfirmable(options);
      return;
    }
    this.#send(token, options);
    const waitMs = nonReceiveTimeoutMs * 2 ** (this.#renewals - 1);
    this.#deadline = endpoint.deadlines.set(() => this.#register(), waitMs);
  }

  #registerConfirmable(options: Options): void {
    const { sender, token } = this.#parts;
    const handler: TransmissionHandler = {
      acknowledged: (response) => {
        this.#transmission = undefined;
        if (response) this.response(response);
      },
      rejected: () => this.#reset(),
      failed: (error) => this.fail(error),
    };
    try {
      const { code } = this.#request;
      const transmission = new Transmission(this.peer, true, handler);
      sender.send(transmission, { code, token, options, payload: undefined });
      this.#transmission = transmission;
    } catch (error) {
      if (!(error instanceof LimitError || error instanceof MessageTooLargeError)) throw error;
      this.fail(new LimitError(error.message));
    }
  }

  /** The blocks of a state cannot be had: the answer to a registration is the state that there is now. */
  #readAgain(): void {
    this.#body.close();
    this.renew();
  }

  #stopRenewing(): void {
    this.#renewals = 0;
    if (this.#deadline) this.#parts.endpoint.deadlines.clear(this.#deadline);
    this.#deadline = undefined;
  }

  #reset(): void {
    const { address, port } = this.peer;
    this.fail(new ResetError(`${address} port ${port} rejected the request`));
  }

  /** RFC 9175 §2.3: asks once more, with proof that we are where we say we are. */
  #prove(message: Message): void {
    const echo = echoValueOf(message);
    if (!echo || !this.#body.begun || (this.#echo && equalBytes(echo, this.#echo))) return;
    this.#echo = new Uint8Array(echo);
    if (this.#proved === this.#asked) return;
    this.#proved = this.#asked;
    // A device's stack has 512 slots: the frames up from the socket and those down to it would not fit it together.
    this.#parts.endpoint.deadlines.soon(() => {
      if (!this.#ended) this.#ask(this.#asked);
    });
  }

  #ask(blocks: readonly Block[]): void {
    const options = optionsForBlocks(this.#request.options, blocks);
    if (this.#echo) options.set(ECHO, this.#echo);
    this.#asked = blocks;
    this.#send(this.#parts.newToken(), options);
  }

  #send(token: Uint8Array, options: Options): void {
    const { sender } = this.#parts;
    try {
      const { code } = this.#request;
      const transmission = new Transmission(this.peer, false, undefined);
      sender.send(transmission, { code, token, options, payload: undefined });
      this.#asking = transmission;
    } catch (error) {
      // Too much waits already, and the next time-out asks again.
      if (!(error instanceof LimitError || error instanceof MessageTooLargeError)) throw error;
    }
  }
}
