/**
 * What an endpoint does from its host's event loop: many deadlines on one platform timer, so that it costs a host one
 * timer whatever it waits for, and jobs on a short stack. What they throw goes no further.
 */

import type { Clock } from "../ports/clock.js";
import type { TimerHandle, Timers } from "../ports/timers.js";
import { DeadlineHeap, type HeapEntry } from "./deadline-heap.js";

/** Longest delay that a host's timer takes, in milliseconds (see `Timers.set`). */
export const MAX_TIMER_MS = 0x7fffffff;

interface QueuedDeadline extends HeapEntry {
  readonly callback: () => void;
}

/** Shared, as each one would cost a device as much as its job. */
const RESOLVED = Promise.resolve();

export class DeadlineQueue implements Timers {
  /** Told what was thrown where nothing above catches it: counts it, and says so. */
  readonly fault: (error: unknown) => void;
  readonly #timers: Timers;
  readonly #clock: Clock;
  readonly #heap = new DeadlineHeap<QueuedDeadline>();
  #sequence = 0;
  #timer: TimerHandle | undefined;
  #timerAtMs = 0;
  #closed = false;

  /** @param fault is told what a callback or a job threw; must not throw */
  constructor(timers: Timers, clock: Clock, fault: (error: unknown) => void) {
    this.#timers = timers;
    this.#clock = clock;
    this.fault = fault;
  }

  /**
   * @param delayMs may be longer than a platform timer takes: a late deadline is reached in steps
   * @throws {RangeError} for NaN
   */
  set(callback: () => void, delayMs: number): TimerHandle {
    const dueMs = this.#clock.monotonicMs() + delayMs;
    // No deadline behind it would ever be due.
    if (Number.isNaN(dueMs)) throw new RangeError(`expected a delay in milliseconds, got ${delayMs}`);
    const deadline: QueuedDeadline = { dueMs, sequence: this.#sequence++, callback, index: -1 };
    if (this.#closed) return deadline;
    this.#heap.add(deadline);
    this.#arm();
    return deadline;
  }

  clear(handle: TimerHandle): void {
    this.#heap.remove(handle as QueuedDeadline);
  }

  /** Does something after the caller has returned, at once: a device's stack has 512 slots. */
  soon(action: () => void): void {
    RESOLVED.then(action).catch(this.fault);
  }

  /** Drops every deadline, and those to come: what is still in work then must not keep the host awake. */
  close(): void {
    this.#closed = true;
    this.#heap.removeWhere(() => true);
    if (this.#timer) this.#timers.clear(this.#timer);
    this.#timer = undefined;
  }

  /** A timer that is armed too early is left alone: most deadlines are cleared long before they are due. */
  #arm(): void {
    const next = this.#heap.first;
    if (!next || (this.#timer && this.#timerAtMs <= next.dueMs)) return;
    if (this.#timer) this.#timers.clear(this.#timer);
    const delayMs = Math.min(Math.max(0, next.dueMs - this.#clock.monotonicMs()), MAX_TIMER_MS);
    this.#timerAtMs = next.dueMs;
    this.#timer = this.#timers.set(() => this.#fire(), delayMs);
  }

  #fire(): void {
    this.#timer = undefined;
    const nowMs = this.#clock.monotonicMs();
    for (let next = this.#heap.first; next && next.dueMs <= nowMs; next = this.#heap.first) {
      this.#heap.remove(next);
      try {
        next.callback();
      } catch (error) {
        this.fault(error);
      }
    }
    this.#arm();
  }
}
