/** Which of two notifications is the newer one. RFC 7641 §3.4. */

import type { Clock } from "../../ports/clock.js";

/** After this time any notification counts as newer. */
const REORDERING_WINDOW_MS = 128_000;
const HALF_SEQUENCE_SPACE = 0x800000;

export class NotificationOrder {
  readonly #clock: Clock;
  #newest: number | undefined;
  #newestMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @param observe value of the Observe option */
  isNewer(observe: number): boolean {
    const known = this.#newest;
    if (known === undefined) return true;
    return (
      (known < observe && observe - known < HALF_SEQUENCE_SPACE) ||
      (known > observe && known - observe > HALF_SEQUENCE_SPACE) ||
      this.#clock.monotonicMs() > this.#newestMs + REORDERING_WINDOW_MS
    );
  }

  /** This one is the newest now. */
  take(observe: number): void {
    this.#newest = observe;
    this.#newestMs = this.#clock.monotonicMs();
  }

  /** Whatever comes next is the newest: the answer to a registration is, as the server may have restarted. */
  reset(): void {
    this.#newest = undefined;
  }
}
