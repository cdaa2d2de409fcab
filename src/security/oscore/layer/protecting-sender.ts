/** Sends what the layers above send: protected, where the peer is reached through a security context. RFC 8613 §8.1. */

import { codeClass } from "../../../coap/codec/code.js";
import { OBSERVE } from "../../../coap/codec/option-number.js";
import type { Options } from "../../../coap/codec/options.js";
import type { MessageSender } from "../../../coap/messaging/messaging.js";
import type { Peer } from "../../../coap/messaging/peer.js";
import type { Transmission, TransmissionHandler } from "../../../coap/messaging/transmission.js";
import { OscoreError } from "../errors.js";
import { outerCode, outerOptions, placeOptions, type PlaintextBuffer } from "../message/plaintext.js";
import { encodeOscoreOption } from "../option.js";
import type { OuterResponses } from "./outer-responses.js";
import { ProtectedPeer } from "./protected-peer.js";
import { ProtectedRequest } from "./protected-request.js";

/** Value of Observe that registers (RFC 7641 §2). */
const REGISTER = 0;

/** A request as it goes out: code and options are known to who hears of it. */
interface SealedRequest {
  readonly handler: ProtectedRequest;
  readonly payload: Uint8Array;
}

export class ProtectingSender implements MessageSender {
  readonly #below: MessageSender;
  readonly #buffer: PlaintextBuffer;
  readonly #responses: OuterResponses;

  /** @param buffer where plaintexts are composed */
  constructor(below: MessageSender, buffer: PlaintextBuffer, responses: OuterResponses) {
    this.#below = below;
    this.#buffer = buffer;
    this.#responses = responses;
  }

  send(
    peer: Peer,
    type: number,
    code: number,
    token: Uint8Array,
    options: Options | undefined,
    payload: Uint8Array | undefined,
    handler: TransmissionHandler | undefined,
  ): Transmission {
    if (!(peer instanceof ProtectedPeer))
      return this.#below.send(peer, type, code, token, options, payload, handler);
    const { handler: request, payload: sealed } = this.#seal(peer, code, options, payload, handler);
    return this.#below.send(peer.base, type, request.code, token, request.options, sealed, request);
  }

  immediate(
    peer: Peer,
    code: number,
    token: Uint8Array,
    options: Options | undefined,
    payload: Uint8Array | undefined,
  ): number | undefined {
    if (peer instanceof ProtectedPeer) throw responseAlone();
    return this.#below.immediate(peer, code, token, options, payload);
  }

  ping(peer: Peer, handler: TransmissionHandler): Transmission {
    return this.#below.ping(baseOf(peer), handler);
  }

  cancel(transmission: Transmission): void {
    this.#below.cancel(transmission);
  }

  async #negotiated(peer: ProtectedPeer, negotiation: Promise<void>): Promise<void> {
    await negotiation;
    peer.learn();
  }

  negotiated(peer: Peer): Promise<void> | undefined {
    const negotiation = this.#below.negotiated(baseOf(peer));
    return negotiation && peer instanceof ProtectedPeer ? this.#negotiated(peer, negotiation) : negotiation;
  }

  /** @throws {OscoreError} when there are no more sequence numbers @throws {MessageTooLargeError} @throws {UriError} */
  #seal(
    peer: ProtectedPeer,
    code: number,
    options: Options | undefined,
    payload: Uint8Array | undefined,
    handler: TransmissionHandler | undefined,
  ): SealedRequest {
    if (codeClass(code) !== 0) throw responseAlone();
    const { security } = peer.context;
    const placed = placeOptions(options, true);
    const inner = placed ? placed.inner : options;
    const outer = placed?.outer;
    const plaintext = this.#buffer.encode(code, inner, payload);
    const partialIv = security.nextPartialIv();
    const ciphertext = security.sealRequest(partialIv, plaintext);
    const { senderId: kid } = security.parameters;
    const { kidContext } = peer.context;
    const outside = outerOptions(outer, encodeOscoreOption({ partialIv, kid, kidContext }));
    const isRegistration = inner?.uint(OBSERVE) === REGISTER;
    const request = new ProtectedRequest(
      peer,
      security,
      partialIv,
      outerCode(outer, true),
      outside,
      isRegistration,
      this.#responses,
      handler,
    );
    return { handler: request, payload: ciphertext };
  }
}

/** The peer that messages go to. */
export function baseOf(peer: Peer): Peer {
  return peer instanceof ProtectedPeer ? peer.base : peer;
}

/** Protection binds a response to its request (§7.1): it goes through that one's {@link ProtectedExchange}. */
function responseAlone(): OscoreError {
  return new OscoreError("expected a request, got a response without the request that it answers");
}
