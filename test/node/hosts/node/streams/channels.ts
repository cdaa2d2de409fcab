/** Channels whose events a test can wait for. */

import type {
  Channel,
  ChannelReceiver,
  ChannelTransport,
  ChannelTransportFactory,
} from "../../../../../src/coap/transport/channel.js";

/** One end of a connection. */
export class ChannelEnd implements ChannelReceiver {
  channel!: Channel;
  /** Messages, or pieces of the stream. */
  readonly pieces: Uint8Array[] = [];
  readonly opening: Promise<void>;
  /** Resolves with what `closed` was called with. */
  readonly ending: Promise<Error | undefined>;
  byteCount = 0;
  drainings = 0;
  #hasEnded = false;
  #resolveOpening!: () => void;
  #resolveEnding!: (error: Error | undefined) => void;
  readonly #watchers = new Set<() => void>();

  constructor() {
    this.opening = new Promise((resolve) => (this.#resolveOpening = resolve));
    this.ending = new Promise((resolve) => (this.#resolveEnding = resolve));
  }

  /** All that came. */
  get bytes(): Buffer {
    return Buffer.concat(this.pieces);
  }

  opened(): void {
    this.#resolveOpening();
  }

  received(bytes: Uint8Array): void {
    this.pieces.push(bytes);
    this.byteCount += bytes.length;
    this.#wake();
  }

  drained(): void {
    this.drainings += 1;
    this.#wake();
  }

  closed(error: Error | undefined): void {
    this.#hasEnded = true;
    this.#wake();
    this.#resolveEnding(error);
  }

  /** @throws {Error} when the connection has ended before */
  async until(fits: () => boolean): Promise<void> {
    while (!fits()) {
      if (this.#hasEnded) throw new Error(`expected ${fits.toString()} before the end of the connection`);
      await new Promise<void>((resolve) => this.#watchers.add(resolve));
    }
  }

  #wake(): void {
    for (const watcher of this.#watchers) watcher();
    this.#watchers.clear();
  }
}

export interface Listening {
  readonly transport: ChannelTransport;
  /** The ends of connections that came, in their order. */
  readonly accepted: ChannelEnd[];
  /** Resolves with the next connection that has come or comes. */
  next(): Promise<ChannelEnd>;
}

/** A transport that listens and takes every connection. @param takes false refuses them */
export function listening(factory: ChannelTransportFactory, takes = true): Listening {
  const accepted: ChannelEnd[] = [];
  const watchers = new Set<() => void>();
  const transport = factory((channel) => {
    if (!takes) return undefined;
    const end = new ChannelEnd();
    end.channel = channel;
    accepted.push(end);
    for (const watcher of watchers) watcher();
    watchers.clear();
    return end;
  });
  let taken = 0;
  const next = async (): Promise<ChannelEnd> => {
    const index = taken;
    taken += 1;
    while (accepted.length <= index) await new Promise<void>((resolve) => watchers.add(resolve));
    return accepted[index]!;
  };
  return { transport, accepted, next };
}

/** Connects with a transport that does not listen. */
export function connecting(factory: ChannelTransportFactory, address: string, port: number): ChannelEnd {
  const end = new ChannelEnd();
  end.channel = factory(() => undefined).connect(address, port, end);
  return end;
}
