/** A resource that changes once a second, to be observed. */

import { TEXT_PLAIN } from "../src/coap/codec/content-format.js";
import { text } from "../src/coap/server/response.js";
import type { Site } from "../src/coap/server/site.js";
import type { TimerHandle, Timers } from "../src/ports/timers.js";

export const COUNTER_PERIOD_MS = 1000;

/** Counts the seconds since it was mounted. */
export class Counter {
  readonly #timers: Timers;
  readonly #onTick: () => void;
  #timer: TimerHandle | undefined;
  #count = 0;

  /** @param onTick called after each step */
  constructor(timers: Timers, onTick: () => void) {
    this.#timers = timers;
    this.#onTick = onTick;
    this.#schedule();
  }

  get count(): number {
    return this.#count;
  }

  stop(): void {
    if (this.#timer) this.#timers.clear(this.#timer);
    this.#timer = undefined;
  }

  #schedule(): void {
    this.#timer = this.#timers.set(() => {
      this.#count += 1;
      this.#schedule();
      this.#onTick();
    }, COUNTER_PERIOD_MS);
  }
}

/**
 * Offers a counter at `path`.
 * @param onTick called once a second, too: for other resources that change with the clock
 * @throws {RangeError} when the path is taken
 */
export function mountCounter(site: Site, path: string, timers: Timers, onTick: () => void): Counter {
  const counter = new Counter(timers, () => {
    resource.notify();
    onTick();
  });
  const resource = site.add(path, {
    title: "Counts up once a second",
    ct: [TEXT_PLAIN],
    observable: true,
    maxAge: COUNTER_PERIOD_MS / 1000,
    get: () => text(String(counter.count)),
  });
  return counter;
}
