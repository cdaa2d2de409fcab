/**
 * Connections in virtual time, and a hand that writes bytes to them: what an endpoint puts on the wire is compared with
 * the standard, not with our own encoder.
 */

import type {
  Channel,
  ChannelReceiver,
  ChannelTransport,
  ChannelTransportFactory,
  Framing,
} from "../../../../src/coap/transport/channel.js";
import { toHex } from "../../../../src/bytes/hex.js";
import type { World } from "../../../portable.js";
import { hex } from "../wire.js";

/** How long bytes travel. */
export const DELAY_MS = 1;

type Accept = (channel: Channel) => ChannelReceiver | undefined;

/** One end of a connection. */
class VirtualChannel implements Channel {
  readonly address: string;
  readonly port: number;
  receiver: ChannelReceiver | undefined;
  other: VirtualChannel | undefined;
  readonly #time: World["time"];
  readonly #arrived: Uint8Array[] = [];
  #isPaused = false;
  #isOpen = true;
  #isEnding = false;
  #unsentBytes = 0;

  /** @param address of the other end */
  constructor(time: World["time"], address: string, port: number) {
    this.#time = time;
    this.address = address;
    this.port = port;
  }

  get unsentBytes(): number {
    return this.#unsentBytes;
  }

  /** Bytes that have come and wait until they are read. */
  get unreadBytes(): number {
    return this.#arrived.reduce((sum, one) => sum + one.length, 0);
  }

  write(bytes: Uint8Array): void {
    if (!this.#isOpen || this.#isEnding) return;
    this.#unsentBytes += bytes.length;
    const copy = bytes.slice();
    const { other } = this;
    // Few calls deep, as the stack of the engine under test is short.
    this.#time.set(() => {
      if (!other || !other.#isOpen) return;
      if (other.#isPaused || other.#arrived.length > 0) other.#arrived.push(copy);
      else {
        this.#taken(copy.length);
        other.receiver?.received(copy);
      }
    }, DELAY_MS);
  }

  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    this.#time.set(() => {
      while (!this.#isPaused && this.#isOpen && this.#arrived.length > 0) {
        const bytes = this.#arrived.shift()!;
        if (this.other) this.other.#taken(bytes.length);
        this.receiver?.received(bytes);
      }
    }, 0);
  }

  close(): void {
    if (!this.#isOpen || this.#isEnding) return;
    this.#isEnding = true;
    this.receiver = undefined;
    this.#time.set(() => this.other?.endAfter(this, undefined), DELAY_MS);
  }

  abort(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.receiver = undefined;
    this.#time.set(() => this.other?.end(new Error("connection reset")), DELAY_MS);
  }

  /** The network has made the connection. */
  open(): void {
    this.receiver?.opened();
  }

  /** The other end closes when all that it has written is read. */
  endAfter(other: VirtualChannel, error: Error | undefined, waitMs = DELAY_MS): void {
    // Looked at less and less often: some tests never read.
    if (other.unsentBytes > 0 && this.#isOpen && !this.#isEnding)
      this.#time.set(() => this.endAfter(other, error, 2 * waitMs), waitMs);
    else this.end(error);
  }

  end(error: Error | undefined): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.receiver?.closed(error);
    this.receiver = undefined;
  }

  /** The other end has read: that is known a little later. */
  #taken(count: number): void {
    this.#time.set(() => {
      this.#unsentBytes -= count;
      if (this.#unsentBytes === 0) this.receiver?.drained();
    }, 0);
  }
}

/** The other end of an endpoint's connection, in the hand of a test. */
export class Hand {
  /** Each piece that was received, in hexadecimal. */
  readonly heard: string[] = [];
  /** Whether the endpoint has ended the connection; undefined while it is there. */
  ended: "closed" | "aborted" | undefined;
  readonly channel: VirtualChannel;
  readonly #time: World["time"];

  constructor(time: World["time"], channel: VirtualChannel) {
    this.#time = time;
    this.channel = channel;
    channel.receiver = {
      opened: () => {},
      received: (bytes) => void this.heard.push(toHex(bytes)),
      drained: () => {},
      closed: (error) => void (this.ended = error ? "aborted" : "closed"),
    };
  }

  /** Sends bytes in one piece: hexadecimal, with blanks for the reader. */
  send(bytes: string): void {
    this.channel.write(hex(bytes));
  }

  /** Sends bytes, waits, and takes what came. */
  async ask(bytes: string, waitMs = 10): Promise<string> {
    this.send(bytes);
    await this.#time.advance(waitMs);
    return this.take();
  }

  /** What was received since the last time, all in one. */
  take(): string {
    return this.heard.splice(0).join("");
  }
}

/** A network that knows nothing but connections. */
export class VirtualChannels {
  readonly #time: World["time"];
  readonly #framing: Framing;
  readonly #listeners = new Map<string, Accept>();
  /** Receivers of hands that wait for a connection of an endpoint, by address and port. */
  readonly #hands = new Map<string, Hand[]>();
  #nextPort = 50_000;

  constructor(time: World["time"], framing: Framing) {
    this.#time = time;
    this.#framing = framing;
  }

  /** What an endpoint at `address` connects with, and listens at `port` unless it is 0. */
  transport(address: string, port: number): ChannelTransportFactory {
    return (accept) => {
      const key = `${address} ${port}`;
      if (port > 0) this.#listeners.set(key, accept);
      const transport: ChannelTransport = {
        framing: this.#framing,
        port,
        connect: (toAddress, toPort, receiver) => this.#connect(address, toAddress, toPort, receiver),
        close: () => void this.#listeners.delete(key),
      };
      return transport;
    };
  }

  /** Connects to an endpoint by hand. */
  connect(address: string, port: number, from = "fd00::bad"): Hand {
    const [near, far] = this.#pair(from, this.#nextPort++, address, port);
    const hand = new Hand(this.#time, near);
    this.#accept(this.#listeners.get(`${address} ${port}`), near, far);
    return hand;
  }

  /** Waits by hand for endpoints that connect. @returns the connections, in their order */
  listen(address: string, port: number): readonly Hand[] {
    const hands: Hand[] = [];
    this.#hands.set(`${address} ${port}`, hands);
    return hands;
  }

  #connect(from: string, address: string, port: number, receiver: ChannelReceiver): Channel {
    const [near, far] = this.#pair(from, this.#nextPort++, address, port);
    near.receiver = receiver;
    const key = `${address} ${port}`;
    const hands = this.#hands.get(key);
    if (hands) {
      hands.push(new Hand(this.#time, far));
      this.#time.set(() => near.open(), DELAY_MS);
    } else this.#accept(this.#listeners.get(key), near, far);
    return near;
  }

  #accept(accept: Accept | undefined, near: VirtualChannel, far: VirtualChannel): void {
    this.#time.set(() => {
      const receiver = accept?.(far);
      if (!receiver) {
        near.end(new Error("connection refused"));
        return;
      }
      far.receiver = receiver;
      far.open();
      near.open();
    }, DELAY_MS);
  }

  /** The end at the first address, and that at the second. */
  #pair(a: string, aPort: number, b: string, bPort: number): readonly [VirtualChannel, VirtualChannel] {
    const near = new VirtualChannel(this.#time, b, bPort);
    const far = new VirtualChannel(this.#time, a, aPort);
    near.other = far;
    far.other = near;
    return [near, far];
  }
}
