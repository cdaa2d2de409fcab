/** The peers that an endpoint remembers: at most `limits.peers`. */

import { MessageIds } from "./message-ids.js";
import { Peer } from "./peer.js";
import type { RandomSource } from "./random-source.js";

export class PeerTable {
  readonly #limit: number;
  readonly #random: RandomSource;
  readonly #peers = new Map<string, Peer>();
  /** The peer of the last datagram is mostly that of the next one. */
  #last: Peer | undefined;
  #nextId = 1;
  #groupMessageIds: MessageIds | undefined;

  constructor(limit: number, random: RandomSource) {
    this.#limit = limit;
    this.#random = random;
  }

  get size(): number {
    return this.#peers.size;
  }

  all(): Peer[] {
    return [...this.#peers.values()];
  }

  find(address: string, port: number): Peer | undefined {
    const last = this.#last;
    if (last?.port === port && last.address === address) return last;
    const peer = this.#peers.get(`${address} ${port}`);
    if (peer) this.#last = peer;
    return peer;
  }

  /** Finds or makes; undefined when the table is full of peers that are in use. @param isGroup it is a multicast group */
  obtain(address: string, port: number, isGroup = false): Peer | undefined {
    const known = this.find(address, port);
    if (known) {
      known.secondChance = true;
      return known;
    }
    if (this.#peers.size >= this.#limit && !this.#forgetOne()) return undefined;
    const peer = this.#make(address, port, isGroup);
    this.#peers.set(`${address} ${port}`, peer);
    this.#last = peer;
    return peer;
  }

  #make(address: string, port: number, isGroup: boolean): Peer {
    const id = this.#nextId++;
    const start = this.#random.uint16();
    if (!isGroup) return new Peer(address, port, id, start);
    this.#groupMessageIds ??= new MessageIds(start, true);
    return new Peer(address, port, id, start, this.#groupMessageIds);
  }

  /**
   * Forgets the first idle peer that was not heard since the last round. A flood of made-up addresses so pushes out
   * itself before it pushes out those who talk with us.
   */
  #forgetOne(): boolean {
    for (let round = 2 * this.#peers.size; round > 0; round -= 1) {
      const [key, peer] = this.#peers.entries().next().value!;
      this.#peers.delete(key);
      if (peer.idle && !peer.secondChance) {
        if (this.#last === peer) this.#last = undefined;
        return true;
      }
      if (peer.idle) peer.secondChance = false;
      this.#peers.set(key, peer);
    }
    return false;
  }
}
