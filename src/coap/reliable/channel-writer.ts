/** Writes on a connection, and watches what of it the peer has taken: flow control. */

import { Deadline } from "../../timers/deadline.js";
import type { DeadlineQueue } from "../../timers/deadline-queue.js";
import type { Peer } from "../messaging/peer.js";
import type { Channel } from "../transport/channel.js";
import type { ConnectionLimits } from "./connection-limits.js";

export interface ChannelWriterEvents {
  /** The peer has too much to read already: nothing of it is to be read until it has taken all. */
  stalled(): void;
  /** The peer reads too slowly, or not at all. */
  stuck(): void;
}

export class ChannelWriter {
  readonly #channel: Channel;
  readonly #peer: Peer;
  readonly #deadlines: DeadlineQueue;
  readonly #limits: ConnectionLimits;
  readonly #events: ChannelWriterEvents;
  readonly #reading: Deadline;
  #opened = false;
  #stalled = false;
  #settling = false;
  #writtenBytes = 0;
  /** Written in answer to the peer since it last had taken all. */
  #owedBytes = 0;
  /** What it had taken when its deadline was set. */
  #takenBytes = 0;

  constructor(
    channel: Channel,
    peer: Peer,
    deadlines: DeadlineQueue,
    limits: ConnectionLimits,
    events: ChannelWriterEvents,
  ) {
    this.#channel = channel;
    this.#peer = peer;
    this.#deadlines = deadlines;
    this.#limits = limits;
    this.#events = events;
    this.#reading = new Deadline(deadlines, limits.stallTimeoutMs, () => this.#requireProgress());
  }

  /** From now on the peer can take what is written. @param nowMs when what waited for that is sent */
  opened(nowMs: number): void {
    this.#opened = true;
    for (const transmission of this.#peer.outstanding) transmission.firstSentMs = nowMs;
    this.#watch();
  }

  /** @param isAnswer the peer has called it forth */
  write(frame: Uint8Array, isAnswer: boolean): void {
    this.#writtenBytes += frame.length;
    if (isAnswer) this.#owedBytes += frame.length;
    this.#channel.write(frame);
    this.#watch();
  }

  /** What was sent at once is settled when its sender has returned. */
  settleSoon(): void {
    if (this.#settling) return;
    this.#settling = true;
    this.#deadlines.soon(() => {
      this.#settling = false;
      if (this.#opened && this.#channel.unsentBytes === 0) this.#settle();
    });
  }

  /** The peer has taken all. */
  drained(): void {
    this.#reading.stop();
    this.#owedBytes = 0;
    this.#stalled = false;
    this.#settle();
  }

  /** The connection has ended. */
  stop(): void {
    this.#reading.stop();
  }

  #settle(): void {
    for (const { handler } of this.#peer.outstanding.splice(0)) handler?.acknowledged(undefined, undefined);
  }

  /**
   * A peer that does not read what it asked for may ask for no more. Requests of ours do not count: two who both wait
   * for the other to read first would wait forever.
   */
  #watch(): void {
    const { unsentBytes } = this.#channel;
    if (unsentBytes === 0) this.#owedBytes = 0;
    if (unsentBytes === 0 || !this.#opened) return;
    if (!this.#reading.isRunning) this.#takenBytes = this.#writtenBytes - unsentBytes;
    this.#reading.start();
    if (this.#stalled || Math.min(this.#owedBytes, unsentBytes) <= this.#limits.maxUnsentBytes) return;
    this.#stalled = true;
    this.#events.stalled();
  }

  /** Within `stallTimeoutMs` a peer takes `maxUnsentBytes`, or all that there is. */
  #requireProgress(): void {
    const takenBytes = this.#writtenBytes - this.#channel.unsentBytes;
    if (takenBytes - this.#takenBytes < this.#limits.maxUnsentBytes) {
      this.#events.stuck();
      return;
    }
    this.#takenBytes = takenBytes;
    this.#reading.start();
  }
}
