/** An observation whose states travel in Block2 blocks, on the client's side. RFC 7641 §3, RFC 7959 §2.6. */

import { GET, UNAUTHORIZED, isFinalSuccess } from "../codec/code.js";
import type { Message } from "../codec/message.js";
import { OBSERVE_REGISTER } from "../codec/observe.js";
import { ECHO, OBSERVE } from "../codec/option-number.js";
import { Options } from "../codec/options.js";
import { uintOption } from "../codec/uint-option.js";
import type { CoapError } from "../errors.js";
import type { ObservedRequest, ObservingParty } from "../requesting/body-transfers.js";
import type { OutstandingRequest } from "../requesting/request-layer.js";
import type { ClientParts } from "./client.js";
import { NotificationOrder } from "./notification-order.js";
import { echoValueOf } from "./requester.js";
import { requireSuccess } from "./require-success.js";

export class ObservedInBlocks implements ObservedRequest {
  readonly #parts: ClientParts;
  readonly #party: ObservingParty;
  readonly #order: NotificationOrder;
  #outstanding: OutstandingRequest | undefined;

  constructor(parts: ClientParts, party: ObservingParty) {
    this.#parts = parts;
    this.#party = party;
    this.#order = new NotificationOrder(parts.endpoint.clock);
  }

  /** That of the latest registration. */
  get token(): Uint8Array {
    return this.#outstanding!.token;
  }

  /** Registers; resolves when the handler has heard the first state. @throws {ResponseError} @throws {CoapError} */
  async start(): Promise<void> {
    // A device's stack has 512 slots: the caller's frames and those down to the socket would not fit it together.
    await Promise.resolve();
    let message = await this.#first();
    const demanded = echoValueOf(message);
    if (message.code === UNAUTHORIZED && demanded) {
      // RFC 9175 §2.3: once more, with proof that we are where we say we are.
      this.#party.base.set(ECHO, demanded);
      message = await this.#first();
    }
    requireSuccess(message, this.#party.peer);
  }

  renew(): void {
    try {
      this.#register(this.token, undefined, undefined);
    } catch (error) {
      this.#party.failed(error as CoapError);
    }
  }

  cancel(): void {
    if (this.#outstanding) this.#parts.requests.cancel(this.#outstanding);
  }

  /** The response to a new registration. */
  #first(): Promise<Message> {
    return new Promise((resolve, reject) => {
      this.#register(undefined, resolve, reject);
      this.#party.began(this);
    });
  }

  /** Sends the registration, anew where there is a token; `onFirst` and `onFailed` hear of the response to it. */
  #register(
    token: Uint8Array | undefined,
    onFirst: ((message: Message) => void) | undefined,
    onFailed: ((error: CoapError) => void) | undefined,
  ): void {
    const party = this.#party;
    const { confirmable = true } = party.requestOptions;
    const options = new Options().addAll(party.base);
    options.setUint(OBSERVE, OBSERVE_REGISTER);
    let isFirst = true;
    this.#outstanding = this.#parts.requests.send(
      party.peer,
      {
        code: GET,
        options,
        payload: undefined,
        confirmable,
        observing: true,
        ...(token && { token }),
      },
      {
        response: (message, roundTripMs) => {
          const answersRegistration = isFirst;
          isFirst = false;
          // What refuses a new registration is the caller's error.
          if (answersRegistration && onFirst && !isFinalSuccess(message.code)) this.cancel();
          else this.#received(message, roundTripMs, answersRegistration);
          if (answersRegistration) onFirst?.(message);
        },
        failed: (error) => {
          if (isFirst && onFailed) onFailed(error);
          else party.failed(error);
        },
        lost: () => party.lost(),
      },
    );
  }

  #received(message: Message, roundTripMs: number | undefined, answersRegistration: boolean): void {
    const observe = isFinalSuccess(message.code) ? uintOption(message.options, OBSERVE) : undefined;
    if (observe !== undefined) {
      // The answer to a registration is the newest state whatever its number: the server may have restarted. Over a
      // connection all come in their order (RFC 8323 §7.1).
      const isInOrder = answersRegistration || this.#party.peer.capabilities !== undefined;
      if (!isInOrder && !this.#order.isNewer(observe)) return;
      this.#order.take(observe);
    }
    this.#party.state(message, roundTripMs, undefined);
  }
}
