import type { Clock } from "../src/ports/clock.js";
import type { TimerHandle, Timers } from "../src/ports/timers.js";
import { DeadlineHeap, type HeapEntry } from "../src/timers/deadline-heap.js";
import { settle, type Settle } from "./settle.js";

/** Longest delay that a timer takes (see `Timers.set`). */
export const MAX_DELAY_MS = 0x7fffffff;

/** After so many callbacks at one instant the simulation is taken for an endless loop. */
export const MAX_CALLBACKS_AT_ONE_INSTANT = 1_000_000;

/** How long {@link VirtualTime.until} waits by default. */
export const DEFAULT_UNTIL_MS = 24 * 60 * 60 * 1000;

/**
 * Steps of virtual time in one millisecond. Every moment is a whole number of steps, a power of two: moments are
 * exact in binary (for 278 years), and a timer with any delay above 0 moves time on, so that no rounding of a
 * caller's arithmetic can hold time still.
 */
const STEPS_PER_MS = 1024;

function roundUp(ms: number): number {
  return Math.ceil(ms * STEPS_PER_MS) / STEPS_PER_MS;
}

/** The simulation cannot go on as asked. */
export class VirtualTimeError extends Error {
  override name = "VirtualTimeError";
}

interface VirtualDeadline extends HeapEntry {
  readonly callback: () => void;
  /** Whose it is, so that a host's power switch can find all of its own. */
  readonly owner: object | undefined;
}

export interface VirtualTimeOptions {
  /** How to wait for promise jobs; see `settle.ts`. */
  readonly settle?: Settle;
}

/**
 * Time that stands still while the program runs and jumps to the next deadline when it has nothing more to do.
 * Deterministic: callbacks run in the order of their deadlines, equal ones in the order of their making, and all
 * promise jobs run between two callbacks.
 */
export class VirtualTime implements Timers, Clock {
  readonly #heap = new DeadlineHeap<VirtualDeadline>();
  readonly #settle: Settle;
  readonly #activity = (): number => this.#uses;
  #nowMs = 0;
  #sequence = 0;
  #uses = 0;
  #running = false;
  #callbacksNow = 0;

  constructor(options: VirtualTimeOptions = {}) {
    this.#settle = options.settle ?? settle;
  }

  /** Virtual milliseconds since the start; a multiple of 1/1024. */
  get nowMs(): number {
    return this.#nowMs;
  }

  /** How many timers wait. */
  get pending(): number {
    return this.#heap.size;
  }

  /** When the next timer is due; undefined when none waits. */
  get nextMs(): number | undefined {
    return this.#heap.first?.dueMs;
  }

  monotonicMs(): number {
    this.#uses++;
    return this.#nowMs;
  }

  /** @throws {RangeError} for a delay outside 0 to 2^31 - 1, which a real host would silently change */
  set(callback: () => void, delayMs: number): TimerHandle {
    if (!(delayMs >= 0 && delayMs <= MAX_DELAY_MS))
      throw new RangeError(`expected a timer delay of 0 to ${MAX_DELAY_MS} ms, got ${delayMs}`);
    return this.schedule(callback, this.#nowMs + roundUp(delayMs), undefined);
  }

  clear(handle: TimerHandle): void {
    this.#uses++;
    this.#heap.remove(handle as VirtualDeadline);
  }

  /**
   * Calls back at a moment, or at once after what is due now if it has passed.
   * @param owner for {@link clearOwner}
   */
  schedule(callback: () => void, atMs: number, owner: object | undefined): TimerHandle {
    this.#uses++;
    const dueMs = Math.max(this.#nowMs, roundUp(atMs));
    const deadline: VirtualDeadline = { dueMs, sequence: this.#sequence++, callback, owner, index: -1 };
    this.#heap.add(deadline);
    return deadline;
  }

  /** Cancels every timer of one owner. */
  clearOwner(owner: object): void {
    this.#heap.removeWhere((deadline) => deadline.owner === owner);
  }

  /** Tells that a port without a timer was used; see `settle.ts`. */
  touch(): void {
    this.#uses++;
  }

  /**
   * Runs all timers that are due up to `untilMs` and leaves the time there; without it, until no timer waits.
   * An error that a callback throws ends the run.
   */
  async run(untilMs = Infinity): Promise<void> {
    await this.#exclusively(async () => {
      await this.#settle(this.#activity);
      while ((this.nextMs ?? Infinity) <= untilMs && this.#heap.size > 0) await this.#step();
      if (untilMs !== Infinity) this.#moveTo(Math.max(this.#nowMs, untilMs));
    });
  }

  /** Runs for `ms` virtual milliseconds. */
  async advance(ms: number): Promise<void> {
    await this.run(this.#nowMs + ms);
  }

  /**
   * Runs until `promise` is settled and gives its value or throws its reason.
   * @param limitMs how long in virtual time
   * @throws {VirtualTimeError} when the limit has passed, or nothing is left that could settle it
   */
  async until<T>(promise: Promise<T>, limitMs = DEFAULT_UNTIL_MS): Promise<T> {
    const outcome = { isSettled: false };
    const mark = (): void => {
      outcome.isSettled = true;
    };
    promise.then(mark, mark);
    const endMs = this.#nowMs + limitMs;
    await this.#exclusively(async () => {
      await this.#settle(this.#activity);
      while (!outcome.isSettled) {
        if (this.#heap.size === 0)
          throw new VirtualTimeError(`at ${this.#nowMs} ms no timer is left that could settle the promise`);
        if ((this.nextMs ?? Infinity) > endMs)
          throw new VirtualTimeError(`expected the promise to settle by ${endMs} ms of virtual time`);
        await this.#step();
      }
    });
    return promise;
  }

  #moveTo(ms: number): void {
    if (ms === this.#nowMs) return;
    this.#nowMs = roundUp(ms);
    this.#callbacksNow = 0;
  }

  async #step(): Promise<void> {
    const deadline = this.#heap.first;
    if (deadline === undefined) return;
    this.#heap.remove(deadline);
    this.#moveTo(deadline.dueMs);
    if (++this.#callbacksNow > MAX_CALLBACKS_AT_ONE_INSTANT)
      throw new VirtualTimeError(`more than ${MAX_CALLBACKS_AT_ONE_INSTANT} callbacks at ${this.#nowMs} ms`);
    deadline.callback();
    await this.#settle(this.#activity);
  }

  async #exclusively(body: () => Promise<void>): Promise<void> {
    if (this.#running) throw new VirtualTimeError("virtual time is already running");
    this.#running = true;
    try {
      await body();
    } finally {
      this.#running = false;
    }
  }
}
