/** What may be sent to a peer depends on its address, not on how its messages are protected. RFC 9175 §2.4. */

import type { AmplificationPolicy } from "../../../coap/messaging/amplification.js";
import type { Peer } from "../../../coap/messaging/peer.js";
import { baseOf } from "./protecting-sender.js";

export class PeerAllowances implements AmplificationPolicy {
  readonly #policy: AmplificationPolicy;

  constructor(policy: AmplificationPolicy) {
    this.#policy = policy;
  }

  received(peer: Peer, bytes: number, echo: Uint8Array | undefined): void {
    this.#policy.received(baseOf(peer), bytes, echo);
  }

  allowance(peer: Peer, unasked?: boolean): number {
    return this.#policy.allowance(baseOf(peer), unasked);
  }

  sent(peer: Peer, bytes: number): void {
    this.#policy.sent(baseOf(peer), bytes);
  }

  verified(peer: Peer): void {
    this.#policy.verified(baseOf(peer));
  }

  challenge(peer: Peer): Uint8Array {
    return this.#policy.challenge(baseOf(peer));
  }
}
