/**
 * Message IDs for messages of ours: none comes back within EXCHANGE_LIFETIME. RFC 7252 §4.4, §8.1.
 *
 * They count up and come round. To know the moment at which each was used would take as many numbers as there are message
 * IDs; so they count in arcs of 256, and only the moment of an arc's last use is kept, no longer than it matters. A peer
 * that hears a message now and then takes one number, one that hears as many as there may be 241.
 */

import type { Clock } from "../../ports/clock.js";

const ARC_IDS = 0x100;

/**
 * RFC 7252 §8.1: no message ID for a group may be in use with one of its members. Who they are is not known, so message
 * IDs from here on are for groups, and those below for single peers: 61,440 within EXCHANGE_LIFETIME, and the arc that
 * is about to be used again.
 */
export const FIRST_GROUP_MESSAGE_ID = 0xf100;

export class MessageIds {
  readonly #first: number;
  readonly #end: number;
  #next: number;
  /** When a message ID of an arc was last used: for the present arc and those before it that matter, oldest first. */
  #lastUses: number[] | undefined;

  /** @param start any whole number from 0, to begin somewhere else after each start of the endpoint (§4.4) */
  constructor(start: number, isForGroups = false) {
    this.#first = isForGroups ? FIRST_GROUP_MESSAGE_ID : 0;
    this.#end = isForGroups ? 0x10000 : FIRST_GROUP_MESSAGE_ID;
    this.#next = this.#first + (start % (this.#end - this.#first));
  }

  /** Whole milliseconds until one is free; 0 when one is. @param lifetimeMs EXCHANGE_LIFETIME */
  waitMs(clock: Clock, lifetimeMs: number): number {
    const uses = this.#lastUses;
    if (this.#next % ARC_IDS !== 0 || !uses) return 0;
    const nowMs = clock.monotonicMs();
    let expired = 0;
    while (expired < uses.length && uses[expired]! + lifetimeMs <= nowMs) expired += 1;
    if (expired > 0) uses.splice(0, expired);
    const arcs = (this.#end - this.#first) / ARC_IDS;
    return uses.length < arcs ? 0 : Math.ceil(uses[0]! + lifetimeMs - nowMs);
  }

  /** The next one. Nothing may be taken while {@link waitMs} is not 0. */
  take(clock: Clock): number {
    const messageId = this.#next;
    const nowMs = clock.monotonicMs();
    const uses = (this.#lastUses ??= []);
    if (messageId % ARC_IDS === 0 || uses.length === 0) uses.push(nowMs);
    else uses[uses.length - 1] = nowMs;
    this.#next = messageId + 1 === this.#end ? this.#first : messageId + 1;
    return messageId;
  }
}
