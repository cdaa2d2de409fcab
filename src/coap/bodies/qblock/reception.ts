/** The receiver of a body: when to confirm a set of blocks, and when to ask for those that are missing. RFC 9177 §7.2. */

import type { TimerHandle } from "../../../ports/timers.js";
import type { Block } from "../block/block.js";
import type { DeadlineQueue } from "../../../timers/deadline-queue.js";
import type { QBlockParameters } from "./parameters.js";
import type { PartialBody } from "./partial-body.js";

/** What a receiver says to the sender: a server in responses, a client in requests. */
export interface ReceptionActions {
  /** 'Continue': all blocks before `next`, which begins a MAX_PAYLOADS_SET, are there. */
  confirm(next: number): void;
  /** These blocks, ascending, are to be sent again. */
  request(missing: readonly number[]): void;
  /** The sender has fallen silent: the body is given up. */
  abandon(): void;
}

export class Reception {
  readonly body: PartialBody;
  readonly #deadlines: DeadlineQueue;
  readonly #parameters: QBlockParameters;
  readonly #confirmable: boolean;
  readonly #actions: ReceptionActions;
  /** Requests for missing blocks since the last new block came. */
  #requests = 0;
  /** The latest MAX_PAYLOADS_SET whose first block showed that blocks of earlier ones are missing. */
  #promptedSet = 0;
  #closed = false;
  #deadline: TimerHandle | undefined;

  /** @param confirmable the sender repeats blocks by itself: nothing is confirmed or asked for (RFC 9177 §4.3, §5) */
  constructor(
    body: PartialBody,
    deadlines: DeadlineQueue,
    parameters: QBlockParameters,
    confirmable: boolean,
    actions: ReceptionActions,
  ) {
    this.body = body;
    this.#deadlines = deadlines;
    this.#parameters = parameters;
    this.#confirmable = confirmable;
    this.#actions = actions;
  }

  /** Takes a block that fits. @returns whether the body is complete, and the reception over */
  take(block: Block, payload: Uint8Array): boolean {
    const { body } = this;
    if (body.add(block, payload)) this.#requests = 0;
    if (body.complete) {
      this.close();
      return true;
    }
    this.#arm();
    if (!this.#confirmable) this.#respond(block.number);
    return false;
  }

  /** Waits for nothing any more. */
  close(): void {
    this.#closed = true;
    this.#disarm();
  }

  #respond(number: number): void {
    const { firstMissing, highest } = this.body;
    const set = this.#setOf(number);
    // A duplicate of the set that was just completed is answered as the original was (§4.3).
    const completesSet = this.#startOf(set + 1) === firstMissing;
    if (completesSet && highest < firstMissing) this.#soon(() => this.#actions.confirm(firstMissing));
    else if (set > this.#promptedSet && firstMissing < this.#startOf(set)) {
      this.#promptedSet = set;
      const missing = this.body.missing(this.#startOf(set), this.#parameters.maxPayloads);
      this.#soon(() => this.#actions.request(missing));
    }
  }

  #soon(action: () => void): void {
    this.#deadlines.soon(() => {
      if (!this.#closed) action();
    });
  }

  #arm(): void {
    this.#disarm();
    const { nonReceiveTimeoutMs, nonPartialTimeoutMs } = this.#parameters;
    const waitMs = this.#confirmable ? nonPartialTimeoutMs : nonReceiveTimeoutMs * 2 ** this.#requests;
    this.#deadline = this.#deadlines.set(() => this.#timeOut(), waitMs);
  }

  #disarm(): void {
    if (this.#deadline) this.#deadlines.clear(this.#deadline);
    this.#deadline = undefined;
  }

  #timeOut(): void {
    const { maxPayloads, nonMaxRetransmit } = this.#parameters;
    this.#deadline = undefined;
    if (this.#confirmable || this.#requests >= nonMaxRetransmit) {
      this.#actions.abandon();
      return;
    }
    this.#requests += 1;
    this.#arm();
    // What the sender can have sent: up to the end of the set that the newest block, or the next one, belongs to.
    const { body } = this;
    const newest = Math.max(body.highest, body.firstMissing);
    const end = Math.min(body.blockCount, this.#startOf(this.#setOf(newest) + 1));
    this.#actions.request(body.missing(end, maxPayloads));
  }

  #setOf(number: number): number {
    return Math.floor(number / this.#parameters.maxPayloads);
  }

  #startOf(set: number): number {
    return set * this.#parameters.maxPayloads;
  }
}
