/** Reads what comes on a connection, message by message. RFC 8323 §3.2. */

import { Deadline } from "../../timers/deadline.js";
import { MessageFormatError } from "../codec/message-format-error.js";
import type { DeadlineQueue } from "../../timers/deadline-queue.js";
import type { Channel } from "../transport/channel.js";
import type { FrameReader } from "./frame-reader.js";

export interface ChannelReaderEvents {
  /** A message came, as it would be over UDP. @throws {MessageFormatError} */
  received(message: Uint8Array): void;
  /** What came is no message. */
  malformed(error: MessageFormatError): void;
  /** A message began that did not end in time. */
  overdue(): void;
}

export class ChannelReader {
  readonly #channel: Channel;
  readonly #reader: FrameReader;
  readonly #deadlines: DeadlineQueue;
  readonly #events: ChannelReaderEvents;
  readonly #completion: Deadline;
  #willRead = false;
  #paused = false;
  #isChannelPaused = false;
  #stopped = false;

  /** @param partialMessageTimeoutMs from the first byte of a message to its last */
  constructor(
    channel: Channel,
    reader: FrameReader,
    deadlines: DeadlineQueue,
    partialMessageTimeoutMs: number,
    events: ChannelReaderEvents,
  ) {
    this.#channel = channel;
    this.#reader = reader;
    this.#deadlines = deadlines;
    this.#events = events;
    this.#completion = new Deadline(deadlines, partialMessageTimeoutMs, () => events.overdue());
  }

  push(bytes: Uint8Array): void {
    if (this.#stopped) return;
    this.#reader.push(bytes);
    this.#readSoon();
  }

  /** Hands nothing more up, not even what has come, until {@link resume}. */
  pause(): void {
    if (this.#paused) return;
    this.#paused = true;
    this.#completion.stop();
    this.#isChannelPaused = true;
    this.#channel.pause();
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#readSoon();
  }

  /** The connection has ended. */
  stop(): void {
    this.#stopped = true;
    this.#completion.stop();
  }

  /** A device's stack has 512 slots: what comes is handed up from its bottom. */
  #readSoon(): void {
    if (this.#willRead) return;
    this.#willRead = true;
    this.#deadlines.soon(() => {
      this.#willRead = false;
      this.#read();
      if (!this.#isChannelPaused || this.#paused || this.#stopped) return;
      this.#isChannelPaused = false;
      this.#channel.resume();
    });
  }

  #read(): void {
    try {
      while (!this.#stopped && !this.#paused) {
        const message = this.#reader.next();
        if (!message) break;
        this.#completion.stop();
        this.#events.received(message);
      }
    } catch (error) {
      if (!(error instanceof MessageFormatError)) throw error;
      this.#events.malformed(error);
    }
    if (!this.#stopped && !this.#paused && this.#reader.isWithinMessage) this.#completion.start();
  }
}
