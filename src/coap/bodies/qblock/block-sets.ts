/** The sender of a body: blocks set by set, Non-confirmable (RFC 9177 §7.2) or Confirmable (§7.1). */

import type { TimerHandle } from "../../../ports/timers.js";
import type { DeadlineQueue } from "../../../timers/deadline-queue.js";

/** How the blocks of a body are sent. */
export interface BlockSender {
  /** Number of the first block that was not sent yet. */
  readonly next: number;
  /** Sends the body from its start. */
  start(): void;
  /** The receiver has all blocks before `number`: those behind need not wait. */
  confirmed(number: number): void;
  /** Sends these blocks again, before any others. */
  resend(numbers: readonly number[]): void;
  /** Other blocks of the body were sent just now: those that wait for the end of a pause wait anew. */
  postpone(): void;
  stop(): void;
}

export interface BlockSetsOptions {
  readonly deadlines: DeadlineQueue;
  readonly maxPayloads: number;
  /** NON_TIMEOUT_RANDOM: the pause after a MAX_PAYLOADS_SET. */
  readonly pauseMs: number;
  readonly blockCount: number;
  /** Sends one block. @returns false where it cannot be sent now, for want of a message ID (RFC 7252 §4.4) */
  readonly send: (number: number) => boolean;
  /** All blocks were sent, for the first time or again. */
  readonly sent?: () => void;
}

/** Non-confirmable blocks: at most MAX_PAYLOADS, then a pause, which the receiver's 'Continue' cuts short. */
export class BlockSets implements BlockSender {
  readonly #options: BlockSetsOptions;
  /** Blocks to send again, ascending. */
  #again: number[] = [];
  #deadline: TimerHandle | undefined;
  /** Something is about to be sent. */
  #isDue = false;
  #stopped = false;
  next = 0;

  constructor(options: BlockSetsOptions) {
    this.#options = options;
  }

  start(): void {
    this.#now();
  }

  confirmed(number: number): void {
    // One that crossed the next set on its way says nothing new.
    if (number >= this.next) this.#now();
  }

  resend(numbers: readonly number[]): void {
    const { next } = this;
    for (const number of numbers)
      if (number < next && !this.#again.includes(number) && this.#again.length < this.#options.maxPayloads)
        this.#again.push(number);
    this.#again.sort((one, other) => one - other);
    if (this.#again.length > 0) this.#now();
  }

  postpone(): void {
    if (this.#deadline) this.#pause();
  }

  stop(): void {
    this.#stopped = true;
    this.#endPause();
  }

  #now(): void {
    this.#endPause();
    if (this.#isDue) return;
    this.#isDue = true;
    this.#options.deadlines.soon(() => {
      this.#isDue = false;
      this.#sendSome();
    });
  }

  #pause(): void {
    const { deadlines, pauseMs } = this.#options;
    this.#endPause();
    this.#deadline = deadlines.set(() => this.#sendSome(), pauseMs);
  }

  #endPause(): void {
    if (this.#deadline) this.#options.deadlines.clear(this.#deadline);
    this.#deadline = undefined;
  }

  /** What was asked for again goes first, then a pause; otherwise the next set. */
  #sendSome(): void {
    const { maxPayloads, blockCount, send, sent } = this.#options;
    this.#deadline = undefined;
    if (this.#stopped) return;
    const again = this.#again;
    this.#again = [];
    for (const number of again) if (!this.#stopped) send(number);
    if (again.length === 0) {
      const end = Math.min(blockCount, (Math.floor(this.next / maxPayloads) + 1) * maxPayloads);
      while (this.next < end && !this.#stopped) {
        this.next += 1;
        if (send(this.next - 1)) continue;
        this.next -= 1;
        break;
      }
    }
    if (this.#stopped) return;
    if (this.next < blockCount) this.#pause();
    else sent?.();
  }
}

/** Confirmable blocks: as many under way as NSTART allows. */
export class ConfirmableBlocks implements BlockSender {
  readonly #blockCount: number;
  readonly #nstart: number;
  readonly #send: (number: number) => void;
  readonly #again: number[] = [];
  #underWay = 0;
  #stopped = false;
  next = 0;

  /** @param send sends a block, and leads to {@link acknowledged} */
  constructor(blockCount: number, nstart: number, send: (number: number) => void) {
    this.#blockCount = blockCount;
    this.#nstart = nstart;
    this.#send = send;
  }

  start(): void {
    this.#fill();
  }

  /** One of the blocks under way arrived. */
  acknowledged(): void {
    this.#underWay -= 1;
    this.#fill();
  }

  confirmed(): void {
    // Acknowledgements say it already (§4.3).
  }

  resend(numbers: readonly number[]): void {
    for (const number of numbers) if (!this.#again.includes(number)) this.#again.push(number);
    this.#fill();
  }

  postpone(): void {
    // There are no pauses but those of NSTART.
  }

  stop(): void {
    this.#stopped = true;
  }

  #fill(): void {
    while (!this.#stopped && this.#underWay < this.#nstart) {
      const number = this.#again.shift() ?? (this.next < this.#blockCount ? this.next++ : undefined);
      if (number === undefined) return;
      this.#underWay += 1;
      this.#send(number);
    }
  }
}
