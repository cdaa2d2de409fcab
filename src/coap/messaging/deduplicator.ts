/**
 * Remembers messages, so that a duplicate is not processed again. RFC 7252 §4.5.
 *
 * The table is bounded. As §4.5 allows, the caller leaves idempotent requests out: they can be answered again. When the
 * table is full, a peer's newest message takes the place of that peer's oldest, or, for a peer that has none, of the
 * oldest of a peer that has several, or of one that may be forgotten: nobody can fill the table for everybody else. Where
 * all peers have one each that may not, a new peer is not admitted.
 */

import type { Clock } from "../../platform.js";
import type { Peer } from "./peer.js";

export class RememberedMessage {
  readonly peer: Peer;
  readonly expiresAtMs: number;
  /** Somebody else knows a duplicate, too: to forget it does no harm. */
  readonly isExpendable: boolean;
  /** What a duplicate is answered with; nothing while the request is in work, or for a Non-confirmable one. */
  reply: Uint8Array | undefined;

  constructor(peer: Peer, expiresAtMs: number, isExpendable: boolean) {
    this.peer = peer;
    this.expiresAtMs = expiresAtMs;
    this.isExpendable = isExpendable;
  }
}

export class Deduplicator {
  readonly #clock: Clock;
  readonly #limit: number;
  /** In the order in which they were remembered. */
  readonly #messages = new Map<number, RememberedMessage>();
  /** Before this moment none is too old. */
  #expiresAtMs = Infinity;

  constructor(clock: Clock, limit: number) {
    this.#clock = clock;
    this.#limit = limit;
  }

  get size(): number {
    return this.#messages.size;
  }

  get isEmpty(): boolean {
    return this.#messages.size === 0;
  }

  find(peer: Peer, messageId: number): RememberedMessage | undefined {
    if (this.isEmpty) return undefined;
    const found = this.#messages.get(keyOf(peer, messageId));
    return found && found.expiresAtMs > this.#clock.monotonicMs() ? found : undefined;
  }

  /** Milliseconds until the next message is forgotten. */
  get nextExpiryMs(): number {
    let earliest = Infinity;
    for (const message of this.#messages.values()) earliest = Math.min(earliest, message.expiresAtMs);
    return Math.max(0, earliest - this.#clock.monotonicMs());
  }

  /** Remembers a message for `lifetimeMs`; undefined when there is no room for its peer. */
  remember(
    peer: Peer,
    messageId: number,
    lifetimeMs: number,
    isExpendable: boolean,
  ): RememberedMessage | undefined {
    if (this.#messages.size >= this.#limit && !this.#makeRoom(peer)) return undefined;
    const message = new RememberedMessage(peer, this.#clock.monotonicMs() + lifetimeMs, isExpendable);
    const key = keyOf(peer, messageId);
    // A stale entry under the same key would keep its old place in the order.
    this.#forget(key);
    this.#messages.set(key, message);
    if (message.expiresAtMs < this.#expiresAtMs) this.#expiresAtMs = message.expiresAtMs;
    peer.references += 1;
    peer.remembered += 1;
    return message;
  }

  #expire(): void {
    const nowMs = this.#clock.monotonicMs();
    // The table is mostly full of young ones: to look at each would cost more than the request.
    if (nowMs < this.#expiresAtMs) return;
    for (const [key, message] of this.#messages) if (message.expiresAtMs <= nowMs) this.#forget(key);
    this.#expiresAtMs = nowMs + this.nextExpiryMs;
  }

  #makeRoom(peer: Peer): boolean {
    this.#expire();
    if (this.#messages.size < this.#limit) return true;
    const key = this.#replaceable(peer);
    if (key !== undefined) this.#forget(key);
    return key !== undefined;
  }

  /** The message that one of this peer may take the place of. */
  #replaceable(peer: Peer): number | undefined {
    const keys = this.#messages.keys();
    // Without pairs, which a device would have to make: mostly it is the first.
    for (let next = keys.next(); !next.done; next = keys.next()) {
      const { peer: other, isExpendable } = this.#messages.get(next.value)!;
      if (peer.remembered > 0 ? other === peer : isExpendable || other.remembered > 1) return next.value;
    }
    return undefined;
  }

  #forget(key: number): void {
    const message = this.#messages.get(key);
    if (!message) return;
    message.peer.references -= 1;
    message.peer.remembered -= 1;
    this.#messages.delete(key);
  }
}

function keyOf(peer: Peer, messageId: number): number {
  return peer.id * 0x10000 + messageId;
}
