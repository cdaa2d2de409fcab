/** The peers that are reached through security contexts. */

import type { Peer } from "../../../coap/messaging/peer.js";
import type { NamedContext } from "../contexts/named-context.js";
import { ProtectedPeer } from "./protected-peer.js";

const NONE: readonly ProtectedPeer[] = Object.freeze([]);

export class ProtectedPeers {
  readonly #limit: number;
  readonly #peers = new Map<Peer, ProtectedPeer[]>();
  /** The peer of the last message is mostly that of the next one. */
  #last: ProtectedPeer | undefined;
  #size = 0;
  #nextId = -1;

  /** @param limit the oldest that is idle gives way to one more */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Those that are at this peer's address. */
  at(base: Peer): readonly ProtectedPeer[] {
    return this.#peers.get(base) ?? NONE;
  }

  /** Finds or makes; undefined when there are too many that are in use. */
  obtain(base: Peer, context: NamedContext): ProtectedPeer | undefined {
    let peer = this.#last;
    if (peer?.base !== base || peer.context !== context)
      peer = this.at(base).find((one) => one.context === context);
    if (!peer) {
      if (this.#size >= this.#limit && !this.#dropIdle()) return undefined;
      peer = new ProtectedPeer(base, context, this.#nextId);
      this.#nextId -= 1;
      this.#size += 1;
      this.#peers.set(base, [...this.at(base), peer]);
      // The table of peers does not forget what stands behind this one.
      base.references += 1;
    }
    this.#last = peer;
    peer.learn();
    return peer;
  }

  /** All that are reached through a context. */
  through(context: NamedContext): ProtectedPeer[] {
    return [...this.#peers.values()].flatMap((peers) => peers.filter((one) => one.context === context));
  }

  drop(peer: ProtectedPeer): void {
    const peers = this.at(peer.base);
    if (!peers.includes(peer)) return;
    this.#last = undefined;
    const rest = peers.filter((one) => one !== peer);
    if (rest.length > 0) this.#peers.set(peer.base, rest);
    else this.#peers.delete(peer.base);
    this.#size -= 1;
    peer.base.references -= 1;
  }

  #dropIdle(): boolean {
    for (const peers of this.#peers.values())
      for (const peer of peers)
        if (peer.references === 0) {
          this.drop(peer);
          return true;
        }
    return false;
  }
}
