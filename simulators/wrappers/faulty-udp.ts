/** A UDP port whose datagrams meet faults: virtual ones in virtual time, real ones in real time. */

import type { Datagram, UDP, UDPConstructor, UDPOptions } from "../../src/ports/udp.js";
import type { TimerHandle, Timers } from "../../src/ports/timers.js";
import { FaultInjector, type FaultConditions, type FaultCounters } from "../faults.js";
import { PERFECT_CONDITIONS, withConditions } from "../network-conditions.js";
import { SeededRandom } from "../random.js";

export interface FaultyUDPOptions {
  /** What happens to datagrams that are sent; those that come meet the faults of their sender. */
  readonly conditions?: Partial<FaultConditions>;
  /** Decides before that: told the number of each datagram of all sockets, from 1. For tests that lose a certain one. */
  readonly isLost?: (datagram: number, bytes: Uint8Array) => boolean;
  /** Default: a seed of 1. */
  readonly random?: SeededRandom;
  /** What delays are waited for with. */
  readonly timers: Timers;
  /** Default: counters of its own. */
  readonly counters?: FaultCounters;
}

/**
 * The class of sockets of `udp` with faults on what they send.
 *
 * @example const platform = { ...nodePlatform(), udp: faultyUDP(NodeUDP, { timers, conditions: { loss: 0.1 } }) };
 * @throws {RangeError} for conditions out of range
 */
export function faultyUDP(
  udp: UDPConstructor,
  { conditions = {}, isLost, random = new SeededRandom(1), timers, counters }: FaultyUDPOptions,
): UDPConstructor {
  const complete = withConditions({ ...PERFECT_CONDITIONS, delayMs: 0 }, conditions);
  const faults = new FaultInjector(random, counters);
  let datagrams = 0;
  return class FaultyUDP implements UDP {
    readonly #socket: UDP;
    /** Of datagrams on their way. */
    readonly #onTheWay = new Set<TimerHandle>();

    constructor(options: UDPOptions) {
      this.#socket = new udp(options);
    }

    get port(): number {
      return this.#socket.port;
    }

    read(): Datagram | undefined {
      return this.#socket.read();
    }

    write(datagram: Uint8Array, address: string, port: number): void {
      datagrams += 1;
      if (isLost?.(datagrams, datagram) === true) {
        faults.counters.lost += 1;
        return;
      }
      for (const arrival of faults.fate(datagram, complete))
        if (arrival !== undefined && arrival.delayMs > 0)
          this.#later(arrival.bytes.slice(), address, port, arrival.delayMs);
        else if (arrival !== undefined) this.#socket.write(arrival.bytes, address, port);
    }

    add(group: string): void {
      this.#socket.add(group);
    }

    remove(group: string): void {
      this.#socket.remove(group);
    }

    close(): void {
      for (const handle of this.#onTheWay) timers.clear(handle);
      this.#onTheWay.clear();
      this.#socket.close();
    }

    #later(bytes: Uint8Array, address: string, port: number, delayMs: number): void {
      const handle = timers.set(() => {
        this.#onTheWay.delete(handle);
        try {
          this.#socket.write(bytes, address, port);
        } catch {
          // Nobody is there any more to be told: a datagram that the network refuses late is lost.
          faults.counters.lost += 1;
        }
      }, delayMs);
      this.#onTheWay.add(handle);
    }
  };
}
