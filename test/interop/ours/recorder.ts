/** What an endpoint sent and received, from its trace. */

import { Message } from "../../../src/coap/codec/message.js";
import { MessageFormatError } from "../../../src/coap/codec/message-format-error.js";
import { messageOfFrame } from "../../../src/coap/reliable/frame-reader.js";
import type { TraceEvent } from "../../../src/coap/messaging/endpoint-context.js";
import type { Framing } from "../../../src/coap/transport/channel.js";

export class RecordedMessage extends Message {
  readonly direction: "in" | "out";
  readonly remote: { readonly address: string; readonly port: number };

  /** @param framing of a connection; absent for datagrams */
  constructor({ direction, bytes, remote }: TraceEvent, framing?: Framing) {
    // The buffer of the event is used again.
    super(framing === undefined ? bytes.slice() : messageOfFrame(bytes, framing));
    this.direction = direction;
    this.remote = remote;
  }
}

/** Well-formed messages in the order of the trace. */
export class Recorder {
  readonly messages: RecordedMessage[] = [];
  /** What was wrong with what is no message. */
  readonly malformed: MessageFormatError[] = [];
  readonly #framing: Framing | undefined;
  readonly #watchers = new Set<() => void>();
  #isClosed = false;

  /** @param framing of connections; absent for datagrams */
  constructor(framing?: Framing) {
    this.#framing = framing;
  }

  /** For `EndpointOptions.trace`. */
  readonly trace = (event: TraceEvent): void => {
    try {
      this.messages.push(new RecordedMessage(event, this.#framing));
    } catch (error) {
      if (!(error instanceof MessageFormatError)) throw error;
      this.malformed.push(error);
    }
    this.#wake();
  };

  get received(): RecordedMessage[] {
    return this.messages.filter(({ direction }) => direction === "in");
  }

  get sent(): RecordedMessage[] {
    return this.messages.filter(({ direction }) => direction === "out");
  }

  /** Those received, without retransmissions (RFC 7252 §4.2): how many of them come is the machine's pace. */
  get receivedOnce(): RecordedMessage[] {
    return this.#once(this.received);
  }

  /** Those sent, without retransmissions. */
  get sentOnce(): RecordedMessage[] {
    return this.#once(this.sent);
  }

  /** The first message that fits, now or later. @throws {Error} when none came before the recorder was closed */
  async waitFor(fits: (message: RecordedMessage) => boolean): Promise<RecordedMessage> {
    for (;;) {
      const found = this.messages.find(fits);
      if (found) return found;
      if (this.#isClosed) throw new Error(`expected a message that did not come: ${fits.toString()}`);
      await new Promise<void>((resolve) => this.#watchers.add(resolve));
    }
  }

  /** Nothing more will come. */
  close(): void {
    this.#isClosed = true;
    this.#wake();
  }

  #once(messages: readonly RecordedMessage[]): RecordedMessage[] {
    // Messages of connections have no message IDs, and come once.
    if (this.#framing !== undefined) return [...messages];
    const known = new Map<string, RecordedMessage>();
    for (const message of messages) {
      const { type, messageId, remote } = message;
      const key = `${type} ${messageId} ${remote.address} ${remote.port}`;
      if (!known.has(key)) known.set(key, message);
    }
    return [...known.values()];
  }

  #wake(): void {
    for (const watcher of this.#watchers) watcher();
    this.#watchers.clear();
  }
}
