/** Channels that are closed, and still have to send what was written: an Abort mostly (RFC 8323 §5.6). */

import type { TimerHandle } from "../../ports/timers.js";
import type { DeadlineQueue } from "../../timers/deadline-queue.js";
import type { Channel } from "./channel.js";

/** So that peers which never read cannot make us keep more and more for them. */
export class LingeringChannels {
  readonly #deadlines: DeadlineQueue;
  readonly #limit: number;
  readonly #timeoutMs: number;
  readonly #timers = new Map<Channel, TimerHandle>();

  /** @param limit how many at once; for one more the oldest is aborted @param timeoutMs how long a peer has to read */
  constructor(deadlines: DeadlineQueue, limit: number, timeoutMs: number) {
    this.#deadlines = deadlines;
    this.#limit = limit;
    this.#timeoutMs = timeoutMs;
  }

  /** Closes a channel. */
  close(channel: Channel): void {
    channel.close();
    for (const known of this.#timers.keys()) if (known.unsentBytes === 0) this.#forget(known);
    if (channel.unsentBytes === 0) return;
    const [oldest] = this.#timers.keys();
    if (oldest && this.#timers.size >= this.#limit) this.#abort(oldest);
    this.#timers.set(
      channel,
      this.#deadlines.set(() => this.#abort(channel), this.#timeoutMs),
    );
  }

  #abort(channel: Channel): void {
    this.#forget(channel);
    channel.abort();
  }

  #forget(channel: Channel): void {
    this.#deadlines.clear(this.#timers.get(channel)!);
    this.#timers.delete(channel);
  }
}
