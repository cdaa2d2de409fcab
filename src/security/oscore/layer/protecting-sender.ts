/** Sends what the layers above send: protected, where the peer is reached through a security context. RFC 8613 §8.1. */

import { codeClass } from "../../../coap/codec/code.js";
import { OBSERVE_REGISTER } from "../../../coap/codec/observe.js";
import { OBSERVE } from "../../../coap/codec/option-number.js";
import type { MessageSender } from "../../../coap/messaging/messaging.js";
import type { Peer } from "../../../coap/messaging/peer.js";
import type { OutgoingMessage, Transmission } from "../../../coap/messaging/transmission.js";
import { OscoreError } from "../errors.js";
import { outerCode, outerOptions, placeOptions, type PlaintextBuffer } from "../message/plaintext.js";
import { encodeOscoreOption } from "../option.js";
import type { OuterResponses } from "./outer-responses.js";
import { ProtectedPeer } from "./protected-peer.js";
import { ProtectedRequest } from "./protected-request.js";

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

  send(transmission: Transmission, message: OutgoingMessage): void {
    const { peer } = transmission;
    this.#below.send(
      transmission,
      peer instanceof ProtectedPeer ? this.#seal(peer, transmission, message) : message,
    );
  }

  immediate(peer: Peer, message: OutgoingMessage): number | undefined {
    if (peer instanceof ProtectedPeer) throw responseAlone();
    return this.#below.immediate(peer, message);
  }

  ping(transmission: Transmission): void {
    transmission.peer = baseOf(transmission.peer);
    this.#below.ping(transmission);
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

  /**
   * What goes out in place of a request; its transmission goes to the peer's base, and is heard of by a ProtectedRequest.
   * @throws {OscoreError} when there are no more sequence numbers @throws {MessageTooLargeError} @throws {UriError}
   */
  #seal(
    peer: ProtectedPeer,
    transmission: Transmission,
    { code, token, options, payload }: OutgoingMessage,
  ): OutgoingMessage {
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
    const isRegistration = inner?.uint(OBSERVE) === OBSERVE_REGISTER;
    const request = new ProtectedRequest(
      peer,
      security,
      partialIv,
      outerCode(outer, true),
      outside,
      isRegistration,
      this.#responses,
      transmission.handler,
    );
    transmission.peer = peer.base;
    transmission.handler = request;
    return { code: request.code, token, options: outside, payload: ciphertext };
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
