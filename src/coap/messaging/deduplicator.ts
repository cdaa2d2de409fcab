/**
 * Remembers messages, so that a duplicate is not processed again. RFC 7252 §4.5.
 *
 * The table is bounded. As §4.5 allows, the caller leaves idempotent requests out: they can be answered again. When the
 * table is full, a peer's newest message takes the place of one that may be forgotten, of a peer that has more, of that
 * peer's oldest, or, for a peer that has none, of the oldest of a peer that has several: nobody can fill the table for
 * everybody else. Where all peers have one each that may not be forgotten, a new peer is not admitted.
 */

import type { Clock } from "../../ports/clock.js";
import { DELETE, FETCH, GET, IPATCH, PUT, isSafeMethod } from "../codec/code.js";
import type { Message } from "../codec/message.js";
import { BLOCK1 } from "../codec/option-number.js";
import { ANSWERED_AGAIN_OPTIONS, ONCE_OPTIONS, REPLAY_PROTECTED_OPTIONS } from "../codec/option-table.js";
import type { Peer } from "./peer.js";

export class RememberedMessage {
  readonly peer: Peer;
  readonly expiresAtMs: number;
  /** To forget it does no harm, as somebody else knows a duplicate, too, or no great harm, as it is idempotent. */
  readonly isExpendable: boolean;
  /**
   * What a duplicate is answered with; nothing while the request is in work, or for a Non-confirmable one. Without a view,
   * which would take a device as much memory as the rest of this.
   */
  reply: ArrayBuffer | undefined;

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
  #expendable = 0;
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
    if (this.#messages.size >= this.#limit && !this.#makeRoom(peer, isExpendable)) return undefined;
    const message = new RememberedMessage(peer, this.#clock.monotonicMs() + lifetimeMs, isExpendable);
    const key = keyOf(peer, messageId);
    // A stale entry under the same key would keep its old place in the order.
    this.#forget(key);
    this.#messages.set(key, message);
    if (message.expiresAtMs < this.#expiresAtMs) this.#expiresAtMs = message.expiresAtMs;
    if (isExpendable) this.#expendable += 1;
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

  #makeRoom(peer: Peer, isExpendable: boolean): boolean {
    this.#expire();
    if (this.#messages.size < this.#limit) return true;
    const key = this.#replaceable(peer, isExpendable);
    if (key !== undefined) this.#forget(key);
    return key !== undefined;
  }

  /**
   * The message that one of this peer may take the place of: one that may be forgotten of its own or of a peer that has
   * more, its own oldest, or, where it has none, that of a peer that has several. One that may be forgotten takes that of
   * another such one only.
   */
  #replaceable(peer: Peer, isExpendable: boolean): number | undefined {
    if (isExpendable && this.#expendable === 0) return undefined;
    let own: number | undefined;
    const keys = this.#messages.keys();
    // Without pairs, which a device would have to make: mostly it is the first.
    for (let next = keys.next(); !next.done; next = keys.next()) {
      const known = this.#messages.get(next.value)!;
      const { peer: other } = known;
      if (known.isExpendable) {
        if (other === peer || other.remembered > peer.remembered) return next.value;
      } else if (!isExpendable) {
        if (other === peer) own ??= next.value;
        else if (peer.remembered === 0 && other.remembered > 1) own ??= next.value;
        if (own !== undefined && this.#expendable === 0) return own;
      }
    }
    return own;
  }

  #forget(key: number): void {
    const message = this.#messages.get(key);
    if (!message) return;
    message.peer.references -= 1;
    message.peer.remembered -= 1;
    if (message.isExpendable) this.#expendable -= 1;
    this.#messages.delete(key);
  }
}

function keyOf(peer: Peer, messageId: number): number {
  return peer.id * 0x10000 + messageId;
}

/**
 * Whether answering a duplicate again does no harm (§4.5): idempotent methods (RFC 7252 §5.1, RFC 8132 §2, §3), as long as
 * no option says otherwise. Of a body in blocks only the last one acts on the resource, and what came before it is gone
 * then; the block-wise layer knows duplicates of the others.
 */
export function mayBeRepeated({ code, options }: Message): boolean {
  if (options.hasAny(ANSWERED_AGAIN_OPTIONS)) return true;
  if (options.hasAny(ONCE_OPTIONS | REPLAY_PROTECTED_OPTIONS)) return false;
  const block1 = options.uint(BLOCK1);
  return block1 === undefined ? isIdempotent(code) : (block1 & 8) !== 0;
}

/**
 * Whether a late duplicate of a request that {@link mayBeRepeated} would undo what came after it. That of a block that is
 * not the last would get into the next body, or act again where blocks are acted on; who has room remembers PUT, DELETE and
 * iPATCH in one message, too.
 */
export function isBetterRemembered({ code, options }: Message, hasRoom: boolean): boolean {
  if (options.hasAny(ANSWERED_AGAIN_OPTIONS)) return false;
  return options.has(BLOCK1) || (hasRoom && !isSafeMethod(code));
}

/**
 * Whether nothing is done twice for it anyway, as by OSCORE (RFC 8613 §7.4): a duplicate that is not known here is only not
 * answered as the original was. Otherwise few clients, or few datagrams of somebody without a key, would shut out all
 * others.
 */
export function isReplayProtected({ options }: Message): boolean {
  return options.hasAny(REPLAY_PROTECTED_OPTIONS);
}

/** RFC 7252 §5.1, RFC 8132 §2, §3. */
export function isIdempotent(method: number): boolean {
  switch (method) {
    case GET:
    case PUT:
    case DELETE:
    case FETCH:
    case IPATCH:
      return true;
    default:
      return false;
  }
}
