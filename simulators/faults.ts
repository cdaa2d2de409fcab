/** What happens to datagrams on their way: the one place that loses, delays, duplicates, reorders and corrupts. */

import { delayRange, MAX_JITTER_DRAWS, type Conditions } from "./network-conditions.js";
import type { SeededRandom } from "./random.js";

/** Without a limit of size, which is no fault. */
export type FaultConditions = Omit<Conditions, "mtuBytes">;

/** What an injector has done, each in datagrams or copies of them. */
export interface FaultCounters {
  lost: number;
  duplicated: number;
  reordered: number;
  corrupted: number;
}

/** One copy of a datagram that arrives. */
export interface Arrival {
  /** The datagram's own bytes, or others where it was corrupted. */
  readonly bytes: Uint8Array;
  readonly delayMs: number;
}

/** Decides from a seed: the same datagrams under the same conditions have the same fate. */
export class FaultInjector {
  readonly counters: FaultCounters;
  readonly #random: SeededRandom;

  /** @param counters to count in, where there are some already */
  constructor(
    random: SeededRandom,
    counters: FaultCounters = { lost: 0, duplicated: 0, reordered: 0, corrupted: 0 },
  ) {
    this.#random = random;
    this.counters = counters;
  }

  /** What becomes of a datagram: each copy of it, undefined for one that is lost. */
  fate(bytes: Uint8Array, conditions: FaultConditions): (Arrival | undefined)[] {
    const random = this.#random;
    const fates: (Arrival | undefined)[] = [];
    let copies = 1;
    if (random.chance(conditions.duplication)) {
      this.counters.duplicated += 1;
      copies = 2;
    }
    for (; copies > 0; copies -= 1) {
      if (this.isLost(conditions)) {
        this.counters.lost += 1;
        fates.push(undefined);
        continue;
      }
      let delayMs = this.delayMs(conditions);
      if (random.chance(conditions.reordering)) {
        this.counters.reordered += 1;
        delayMs += conditions.reorderingMs;
      }
      fates.push({ bytes: random.chance(conditions.corruption) ? this.#corrupted(bytes) : bytes, delayMs });
    }
    return fates;
  }

  /** Whether the next one is lost, such as a message of ICMP, which is not counted. */
  isLost({ loss }: FaultConditions): boolean {
    return this.#random.chance(loss);
  }

  /** How long the next one takes. */
  delayMs(conditions: FaultConditions): number {
    const [least, most] = delayRange(conditions);
    const random = this.#random;
    let delayMs = random.uniform(least, most);
    if (conditions.jitterMs > 0)
      for (let draws = 0; draws < MAX_JITTER_DRAWS; draws += 1) {
        delayMs += random.uniform(0, conditions.jitterMs);
        if (random.chance(0.5)) break;
      }
    return delayMs;
  }

  #corrupted(bytes: Uint8Array): Uint8Array {
    if (bytes.length === 0) return bytes;
    this.counters.corrupted += 1;
    const copy = new Uint8Array(bytes);
    const bit = this.#random.integer(0, copy.length * 8 - 1);
    copy[bit >> 3]! ^= 1 << (bit & 7);
    return copy;
  }
}
