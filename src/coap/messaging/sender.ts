/** Sends messages of ours: NSTART, PROBING_RATE, retransmission. RFC 7252 §4.2, §4.3, §4.7. */

import { ACK, CON, NON, encodeMessage, type Message } from "../codec/message.js";
import { EMPTY, codeClass } from "../codec/code.js";
import type { Options } from "../codec/options.js";
import { CancelledError, LimitError, TimeoutError, type CoapError } from "../errors.js";
import type { MessageLayerOptions, MessageSender } from "./messaging.js";
import type { Peer } from "./peer.js";
import { Transmission, type TransmissionHandler } from "./transmission.js";

const NO_TOKEN = new Uint8Array(0);

export class Sender implements MessageSender {
  readonly #write: (bytes: Uint8Array, peer: Peer) => void;
  readonly #options: MessageLayerOptions;
  readonly #buffer: Uint8Array;
  #waiting = 0;
  /** What is sent because a message arrived starts when its handler has returned: a device's stack is short. */
  #settling = false;

  /** @param buffer where messages are encoded; not used after a call has returned */
  constructor(
    write: (bytes: Uint8Array, peer: Peer) => void,
    buffer: Uint8Array,
    options: MessageLayerOptions,
  ) {
    this.#write = write;
    this.#buffer = buffer;
    this.#options = options;
  }

  send(
    peer: Peer,
    type: number,
    code: number,
    token: Uint8Array,
    options: Options | undefined,
    payload: Uint8Array | undefined,
    handler: TransmissionHandler | undefined,
  ): Transmission {
    const messageId = peer.takeMessageId();
    const length = encodeMessage(this.#buffer, type, code, messageId, token, options, payload);
    const bytes = this.#buffer.slice(0, length);
    const transmission = new Transmission(peer, type === CON, messageId, bytes, handler);
    const limit = this.#options.limits.waitingTransmissions;
    const mayStart = peer.waiting.length === 0 && this.#maySend(transmission);
    if (mayStart && !(this.#settling && this.#waiting < limit)) this.#start(transmission);
    else {
      if (this.#waiting >= limit)
        throw new LimitError(
          `limit waitingTransmissions (${limit}) reached by messages to ${peer.address} port ${peer.port}`,
        );
      peer.waiting.push(transmission);
      this.#waiting += 1;
      if (!transmission.confirmable) this.#wakeAfterQuiet(peer);
    }
    return transmission;
  }

  immediate(
    peer: Peer,
    code: number,
    token: Uint8Array,
    options: Options | undefined,
    payload: Uint8Array | undefined,
  ): number {
    const messageId = peer.takeMessageId();
    const length = encodeMessage(this.#buffer, NON, code, messageId, token, options, payload);
    this.#write(this.#buffer.subarray(0, length), peer);
    return messageId;
  }

  ping(peer: Peer, handler: TransmissionHandler): Transmission {
    return this.send(peer, CON, EMPTY, NO_TOKEN, undefined, undefined, handler);
  }

  cancel(transmission: Transmission): void {
    const { waiting } = transmission.peer;
    const index = waiting.indexOf(transmission);
    if (index >= 0) {
      waiting.splice(index, 1);
      this.#waiting -= 1;
    } else this.#end(transmission);
    this.#next(transmission.peer);
  }

  /** Datagrams say nothing about it. */
  negotiated(): undefined {
    return undefined;
  }

  /** Something came from the peer: it is there, so it need not be probed slowly (RFC 7252 §4.7). */
  heard(peer: Peer): void {
    if (peer.quietUntilMs === 0) return;
    peer.quietUntilMs = 0;
    this.#next(peer);
  }

  /** Ends the transmission that an acknowledgement or Reset belongs to. @returns whether there was one */
  settle(peer: Peer, message: Message): boolean {
    const transmission = peer.outstanding.find((one) => one.messageId === message.messageId);
    if (!transmission) return false;
    this.#end(transmission);
    const { handler } = transmission;
    this.#settling = true;
    try {
      if (message.type === ACK) {
        const elapsedMs = this.#options.clock.monotonicMs() - transmission.firstSentMs;
        this.#options.congestionControl.acknowledged(peer, elapsedMs, transmission.attempt);
        this.#options.amplification.verified(peer);
        handler?.acknowledged(
          message.code === EMPTY ? undefined : message,
          transmission.attempt === 0 ? elapsedMs : undefined,
        );
      } else handler?.rejected();
    } finally {
      this.#settling = false;
    }
    this.#next(peer);
    return true;
  }

  /** Fails everything that is on its way to the peer. */
  refused(peer: Peer, error: CoapError): void {
    for (const transmission of [...peer.outstanding]) {
      this.#end(transmission);
      transmission.handler?.failed(error);
    }
    this.#next(peer);
  }

  /** @param peers all there are */
  close(peers: Iterable<Peer>): void {
    const error = new CancelledError("the endpoint was closed");
    for (const peer of peers) {
      const waiting = peer.waiting.splice(0);
      for (const transmission of [...peer.outstanding]) {
        this.#end(transmission);
        transmission.handler?.failed(error);
      }
      for (const transmission of waiting) transmission.handler?.failed(error);
    }
    this.#waiting = 0;
  }

  #maySend(transmission: Transmission): boolean {
    const { peer } = transmission;
    const { congestionControl, clock } = this.#options;
    return transmission.confirmable
      ? peer.outstanding.length < congestionControl.nstart(peer)
      : peer.quietUntilMs <= clock.monotonicMs();
  }

  #next(peer: Peer): void {
    while (peer.waiting.length > 0 && this.#maySend(peer.waiting[0]!)) {
      this.#waiting -= 1;
      this.#start(peer.waiting.shift()!);
    }
    if (peer.waiting.length > 0 && !peer.waiting[0]!.confirmable) this.#wakeAfterQuiet(peer);
  }

  #wakeAfterQuiet(peer: Peer): void {
    const { deadlines, clock } = this.#options;
    peer.wake ??= deadlines.set(
      () => {
        peer.wake = undefined;
        this.#next(peer);
      },
      Math.max(0, peer.quietUntilMs - clock.monotonicMs()),
    );
  }

  #start(transmission: Transmission): void {
    const { clock, congestionControl, random } = this.#options;
    const { peer } = transmission;
    transmission.firstSentMs = clock.monotonicMs();
    transmission.handler?.started?.();
    if (transmission.confirmable) {
      transmission.timeoutMs = congestionControl.initialTimeoutMs(peer, random.unit());
      peer.outstanding.push(transmission);
      this.#arm(transmission);
    } else {
      peer.quietUntilMs =
        transmission.firstSentMs + congestionControl.probingPauseMs(peer, transmission.bytes.length);
    }
    this.#write(transmission.bytes, peer);
  }

  #arm(transmission: Transmission): void {
    transmission.deadline = this.#options.deadlines.set(
      () => this.#timeOut(transmission),
      transmission.timeoutMs,
    );
  }

  #timeOut(transmission: Transmission): void {
    const { congestionControl, counters } = this.#options;
    const { peer, handler } = transmission;
    if (transmission.attempt >= congestionControl.maxRetransmit(peer) || !this.#affordable(transmission)) {
      this.#end(transmission);
      handler?.failed(
        new TimeoutError(
          `no acknowledgement from ${peer.address} port ${peer.port} after ${transmission.attempt + 1} transmissions`,
        ),
      );
      this.#next(peer);
      return;
    }
    transmission.attempt += 1;
    transmission.timeoutMs = congestionControl.nextTimeoutMs(
      peer,
      transmission.timeoutMs,
      transmission.attempt,
    );
    this.#supersede(transmission);
    counters.retransmissions += 1;
    this.#arm(transmission);
    this.#write(transmission.bytes, peer);
  }

  /** A response is only repeated while the peer may get that much; a request of ours always is. */
  #affordable(transmission: Transmission): boolean {
    if (codeClass(transmission.bytes[1]!) === 0) return true;
    const isNotification = transmission.handler?.supersede !== undefined;
    return (
      this.#options.amplification.allowance(transmission.peer, isNotification) >= transmission.bytes.length
    );
  }

  /** RFC 7641 §4.5.2: new content gets a new message ID and keeps the timer and the count. */
  #supersede(transmission: Transmission): void {
    if (!transmission.handler?.supersede) return;
    const messageId = transmission.peer.takeMessageId();
    const bytes = transmission.handler.supersede(messageId);
    if (!bytes) return;
    transmission.bytes = bytes;
    transmission.messageId = messageId;
  }

  #end(transmission: Transmission): void {
    const { outstanding } = transmission.peer;
    const index = outstanding.indexOf(transmission);
    if (index >= 0) outstanding.splice(index, 1);
    if (transmission.deadline) this.#options.deadlines.clear(transmission.deadline);
    transmission.deadline = undefined;
  }
}
