/**
 * Sessions that wait for a peer's next message. Their number is bounded, and nobody holds all places for good: a flood
 * of message_1 from one address pushes out its own, and what stands still makes room. RFC 9528 §9.7.
 */

import { equalBytes } from "../../../bytes/compare.js";
import { SERVICE_UNAVAILABLE } from "../../../coap/codec/code.js";
import { RequestError } from "../../../coap/server/request-error.js";
import type { Platform } from "../../../ports/platform.js";
import { Deadline } from "../../../timers/deadline.js";
import type { EdhocLimits } from "./limits.js";

/** What holds a place. */
export interface Closeable {
  /** Forgets the secrets. */
  close(): void;
}

interface Place<T> {
  /** Our connection identifier. */
  readonly id: Uint8Array;
  readonly session: T;
  /** Who holds it. */
  readonly address: string;
  readonly beganMs: number;
}

/** By our connection identifiers. */
export class HalfOpenSessions<T extends Closeable> {
  readonly #platform: Platform;
  readonly #limits: EdhocLimits;
  /** Oldest first. */
  readonly #places: Place<T>[] = [];
  readonly #expiry: Deadline;

  constructor(platform: Platform, limits: EdhocLimits) {
    this.#platform = platform;
    this.#limits = limits;
    this.#expiry = new Deadline(platform.timers, limits.halfOpenMs, () => this.#expire());
  }

  /** How many there are. */
  get size(): number {
    return this.#places.length;
  }

  has(id: Uint8Array): boolean {
    return this.#indexOf(id) >= 0;
  }

  /** Makes room for one more. @throws {RequestError} 5.03 where all others still need their places */
  makeRoom(address: string): void {
    if (this.size < this.#limits.halfOpenSessions) return;
    const victim = this.#victim(address);
    if (victim === undefined) {
      const waitMs = this.#places[0]!.beganMs + this.#limits.stalledMs - this.#nowMs();
      const maxAge = Math.ceil(waitMs / 1000);
      throw new RequestError(SERVICE_UNAVAILABLE, "too many EDHOC sessions (halfOpenSessions)", { maxAge });
    }
    this.take(victim.id, victim.address)?.close();
  }

  /** Keeps a session, for which there is room. */
  add(id: Uint8Array, session: T, address: string): void {
    this.#places.push({ id, session, address, beganMs: this.#nowMs() });
    this.#expiry.start();
  }

  /**
   * The session with that identifier, which is not kept any more: a message is for one step only. Identifiers are short:
   * nobody ends the sessions of others by guessing them.
   */
  take(id: Uint8Array, address: string): T | undefined {
    const index = this.#indexOf(id);
    if (index < 0 || this.#places[index]!.address !== address) return undefined;
    const [place] = this.#places.splice(index, 1);
    if (this.size === 0) this.#expiry.stop();
    return place!.session;
  }

  /** Ends all. */
  close(): void {
    this.#expiry.stop();
    for (const { session } of this.#places.splice(0)) session.close();
  }

  /** The oldest of who asks, of somebody who has several, or of those who have not been heard for a while. */
  #victim(address: string): Place<T> | undefined {
    const places = this.#places;
    const stalledMs = this.#nowMs() - this.#limits.stalledMs;
    return (
      places.find((place) => place.address === address) ??
      places.find(({ address: one }, index) =>
        places.some((other, at) => at > index && other.address === one),
      ) ??
      places.find(({ beganMs }) => beganMs <= stalledMs)
    );
  }

  #expire(): void {
    const expiredMs = this.#nowMs() - this.#limits.halfOpenMs;
    while (this.size > 0 && this.#places[0]!.beganMs <= expiredMs) this.#places.shift()!.session.close();
    if (this.size > 0) this.#expiry.start(this.#places[0]!.beganMs - expiredMs);
  }

  #indexOf(id: Uint8Array): number {
    return this.#places.findIndex((place) => equalBytes(place.id, id));
  }

  #nowMs(): number {
    return this.#platform.clock.monotonicMs();
  }
}
