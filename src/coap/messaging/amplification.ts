/**
 * Keeps the endpoint from being used to flood somebody else. RFC 7252 §11.3, RFC 9175 §2.4.
 *
 * A source address may be made up. A peer that has not shown that it receives what is sent to it gets at most
 * `factor` times the bytes of its latest request, or 136 bytes where that is more. It shows it by returning an Echo
 * option value, or by acknowledging a Confirmable message of ours. Peers at addresses that no router forwards from
 * outside (loopback, link-local, unique local, RFC 1918) are exempt.
 */

import { equalBytes } from "../../bytes/compare.js";
import type { Clock } from "../../ports/clock.js";
import { addressScope } from "../codec/address.js";
import type { Peer } from "./peer.js";
import type { RandomSource } from "./random-source.js";

/** What a peer may get whatever the size of its request (RFC 9175 §2.4, item 3). */
export const FREE_BYTES = 136;
/** Default factor (RFC 9175 §2.4, item 3). */
export const DEFAULT_AMPLIFICATION_FACTOR = 3;
/** Length of the Echo option values made here; 8 random bytes are what RFC 9175 Appendix A.1 proposes at least. */
const ECHO_BYTES = 8;
/** How long a proof of presence holds: as long as the message IDs of the exchange (EXCHANGE_LIFETIME). */
const VERIFIED_LIFETIME_MS = 247_000;

export interface AmplificationPolicy {
  /** A request of `bytes` bytes came from the peer. @param echo the value of its Echo option */
  received(peer: Peer, bytes: number, echo: Uint8Array | undefined): void;
  /**
   * How many bytes may be sent to the peer now.
   * @param unasked for a notification, which answers no request that has just come
   */
  allowance(peer: Peer, unasked?: boolean): number;
  /** `bytes` bytes were sent to the peer. */
  sent(peer: Peer, bytes: number): void;
  /** The peer acknowledged a message of ours. */
  verified(peer: Peer): void;
  /** The Echo option value to demand of the peer. */
  challenge(peer: Peer): Uint8Array;
}

export class DefaultAmplificationPolicy implements AmplificationPolicy {
  readonly #clock: Clock;
  readonly #random: RandomSource;
  readonly #factor: number;

  /** @param factor bytes sent for each byte received, 0 for no limit */
  constructor(clock: Clock, random: RandomSource, factor: number) {
    if (!(factor >= 0)) throw new RangeError(`expected an amplification factor of at least 0, got ${factor}`);
    this.#clock = clock;
    this.#random = random;
    this.#factor = factor;
  }

  received(peer: Peer, bytes: number, echo: Uint8Array | undefined): void {
    if (this.#exempt(peer)) return;
    if (echo && peer.echo && equalBytes(echo, peer.echo)) this.verified(peer);
    peer.creditBytes = Math.max(FREE_BYTES, this.#factor * bytes);
  }

  allowance(peer: Peer, unasked = false): number {
    // Nobody calls these forth with a made-up address, and they end when one is not acknowledged: who has once shown
    // that it is there goes on getting them, however seldom they are (RFC 7641 §4.5).
    if (unasked && peer.verifiedUntilMs > 0) return Infinity;
    if (this.#exempt(peer) || peer.verifiedUntilMs > this.#clock.monotonicMs()) return Infinity;
    return peer.creditBytes;
  }

  sent(peer: Peer, bytes: number): void {
    peer.creditBytes = Math.max(0, peer.creditBytes - bytes);
  }

  verified(peer: Peer): void {
    peer.verifiedUntilMs = this.#clock.monotonicMs() + VERIFIED_LIFETIME_MS;
  }

  challenge(peer: Peer): Uint8Array {
    peer.echo ??= this.#random.bytes(ECHO_BYTES);
    return peer.echo;
  }

  #exempt(peer: Peer): boolean {
    if (this.#factor === 0) return true;
    peer.local ??= isLocal(peer.address);
    return peer.local;
  }
}

function isLocal(address: string): boolean {
  const scope = addressScope(address);
  return scope !== "global" && scope !== "multicast";
}
