/** Sends messages of ours: NSTART, PROBING_RATE, message IDs, retransmission. RFC 7252 §4.2, §4.3, §4.4, §4.7. */

import { ACK, CON, HEADER_BYTES, NON, encodeMessage, type Message } from "../codec/message.js";
import { EMPTY, codeClass } from "../codec/code.js";
import { CancelledError, LimitError, TimeoutError, type CoapError } from "../errors.js";
import type { EndpointContext } from "./endpoint-context.js";
import type { MessageSender } from "./messaging.js";
import { exchangeLifetimeMs } from "./parameters.js";
import type { Peer } from "./peer.js";
import type { OutgoingMessage, Transmission } from "./transmission.js";

const NO_TOKEN = new Uint8Array(0);
/** Shorter pauses for want of a message ID are counted only. */
const NOTEWORTHY_MS = 1_000;
/** RFC 7252 §4.3. */
const PING: OutgoingMessage = Object.freeze({
  code: EMPTY,
  token: NO_TOKEN,
  options: undefined,
  payload: undefined,
});

export class Sender implements MessageSender {
  readonly #write: (bytes: Uint8Array, peer: Peer) => void;
  readonly #endpoint: EndpointContext;
  readonly #buffer: Uint8Array;
  readonly #exchangeLifetimeMs: number;
  #waiting = 0;
  /** What is sent because a message arrived starts when its handler has returned: a device's stack is short. */
  #settling = false;

  /** @param buffer where messages are encoded; not used after a call has returned */
  constructor(write: (bytes: Uint8Array, peer: Peer) => void, buffer: Uint8Array, endpoint: EndpointContext) {
    this.#write = write;
    this.#buffer = buffer;
    this.#endpoint = endpoint;
    this.#exchangeLifetimeMs = exchangeLifetimeMs(endpoint.parameters);
  }

  send(transmission: Transmission, message: OutgoingMessage): void {
    const { peer, confirmable } = transmission;
    const { code, token, options, payload } = message;
    // The message ID is in use from the first transmission on, so that is when it is taken.
    const length = encodeMessage(this.#buffer, confirmable ? CON : NON, code, 0, token, options, payload);
    transmission.bytes = this.#buffer.slice(0, length);
    const limit = this.#endpoint.limits.waitingTransmissions;
    const mayStart = peer.waiting.length === 0 && this.#maySend(transmission);
    if (mayStart && !(this.#settling && this.#waiting < limit)) this.#start(transmission);
    else {
      if (this.#waiting >= limit)
        throw new LimitError(
          `limit waitingTransmissions (${limit}) reached by messages to ${peer.address} port ${peer.port}`,
        );
      peer.waiting.push(transmission);
      this.#waiting += 1;
      this.#wakeLater(peer);
    }
  }

  immediate(peer: Peer, message: OutgoingMessage): number | undefined {
    const messageId = this.takeMessageId(peer);
    if (messageId === undefined) return undefined;
    const { code, token, options, payload } = message;
    const length = encodeMessage(this.#buffer, NON, code, messageId, token, options, payload);
    this.#write(this.#buffer.subarray(0, length), peer);
    return messageId;
  }

  /** For a message that is sent now; undefined where none is free (§4.4), which is counted. */
  takeMessageId(peer: Peer): number | undefined {
    const { clock, counters } = this.#endpoint;
    if (this.#messageIdWaitMs(peer) === 0) return peer.messageIds.take(clock);
    counters.messageIdPauses += 1;
    return undefined;
  }

  ping(transmission: Transmission): void {
    this.send(transmission, PING);
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

  /**
   * Ends the transmission that an acknowledgement or Reset belongs to. One that carries a response to a request of ours has
   * to have the token, too (§5.3.2): otherwise it is a late answer to an earlier message, or made up, and the right one may follow.
   * @returns whether there was one
   */
  settle(peer: Peer, message: Message): boolean {
    const transmission = peer.outstanding.find((one) => one.messageId === message.messageId);
    if (!transmission) return false;
    const { handler } = transmission;
    const code = transmission.bytes[1]!;
    const isRequest = code !== EMPTY && codeClass(code) === 0;
    const isResponse = isRequest && message.code !== EMPTY && hasTokenOf(transmission.bytes, message);
    // That of a response of ours ends it whatever is in it (§5.2.2).
    if (isRequest && message.code !== EMPTY && !isResponse && !handler?.isStateless) return false;
    this.#end(transmission);
    this.#settling = true;
    try {
      if (message.type === ACK) {
        const elapsedMs = this.#endpoint.clock.monotonicMs() - transmission.firstSentMs;
        this.#endpoint.congestionControl.acknowledged(peer, elapsedMs, transmission.attempt);
        this.#endpoint.amplification.verified(peer);
        handler?.acknowledged(
          isResponse ? message : undefined,
          transmission.attempt === 0 ? elapsedMs : undefined,
        );
      } else handler?.rejected();
    } finally {
      this.#settling = false;
      // Whatever became of this one, others wait for its place.
      this.#next(peer);
    }
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
    const { congestionControl, clock } = this.#endpoint;
    const isItsTurn = transmission.confirmable
      ? peer.outstanding.length < congestionControl.nstart(peer)
      : peer.quietUntilMs <= clock.monotonicMs();
    return isItsTurn && this.#messageIdWaitMs(peer) === 0;
  }

  #messageIdWaitMs({ messageIds }: Peer): number {
    return messageIds.waitMs(this.#endpoint.clock, this.#exchangeLifetimeMs);
  }

  #next(peer: Peer): void {
    while (peer.waiting.length > 0 && this.#maySend(peer.waiting[0]!)) {
      this.#waiting -= 1;
      this.#start(peer.waiting.shift()!);
    }
    this.#wakeLater(peer);
  }

  /** Comes back for what waits, where no acknowledgement will bring it on. */
  #wakeLater(peer: Peer): void {
    const [first] = peer.waiting;
    if (!first || peer.wake) return;
    const { deadlines, clock, counters, console } = this.#endpoint;
    const messageIdWaitMs = this.#messageIdWaitMs(peer);
    // NSTART holds it back.
    if (first.confirmable && (messageIdWaitMs === 0 || peer.outstanding.length > 0)) return;
    if (messageIdWaitMs > 0) counters.messageIdPauses += 1;
    // In a fast transfer they become free one arc after the other, as they were used.
    if (messageIdWaitMs > NOTEWORTHY_MS) {
      const seconds = Math.ceil(messageIdWaitMs / 1000);
      const whom = `${peer.address} port ${peer.port}`;
      console.log(`coap: all message IDs are in use with ${whom}: messages to it wait for ${seconds} s`);
    }
    const quietMs = first.confirmable ? 0 : peer.quietUntilMs - clock.monotonicMs();
    peer.wake = deadlines.set(
      () => {
        peer.wake = undefined;
        this.#next(peer);
      },
      Math.max(0, quietMs, messageIdWaitMs),
    );
  }

  #start(transmission: Transmission): void {
    const { clock, congestionControl, random } = this.#endpoint;
    const { peer } = transmission;
    transmission.firstSentMs = clock.monotonicMs();
    this.#number(transmission, peer.messageIds.take(clock));
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

  #number(transmission: Transmission, messageId: number): void {
    transmission.messageId = messageId;
    transmission.bytes[2] = messageId >> 8;
    transmission.bytes[3] = messageId;
  }

  #arm(transmission: Transmission): void {
    transmission.deadline = this.#endpoint.deadlines.set(
      () => this.#timeOut(transmission),
      transmission.timeoutMs,
    );
  }

  #timeOut(transmission: Transmission): void {
    const { congestionControl, counters } = this.#endpoint;
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
      this.#endpoint.amplification.allowance(transmission.peer, isNotification) >= transmission.bytes.length
    );
  }

  /** RFC 7641 §4.5.2: new content gets a new message ID and keeps the timer and the count. */
  #supersede(transmission: Transmission): void {
    // Where no message ID is free, the old content goes once more.
    if (!transmission.handler?.supersede || this.#messageIdWaitMs(transmission.peer) > 0) return;
    const messageId = transmission.peer.messageIds.take(this.#endpoint.clock);
    const bytes = transmission.handler.supersede(messageId);
    if (!bytes) return;
    transmission.bytes = bytes;
    transmission.messageId = messageId;
  }

  #end(transmission: Transmission): void {
    const { outstanding } = transmission.peer;
    const index = outstanding.indexOf(transmission);
    if (index >= 0) outstanding.splice(index, 1);
    if (transmission.deadline) this.#endpoint.deadlines.clear(transmission.deadline);
    transmission.deadline = undefined;
  }
}

/** Whether a message has the token of another one, of which these are the bytes. */
function hasTokenOf(bytes: Uint8Array, message: Message): boolean {
  const { start } = message.options;
  if (((bytes[0]! ^ message.bytes[0]!) & 0x0f) !== 0) return false;
  // The length of an extended token stands in front of it (RFC 8974 §2.1).
  for (let at = HEADER_BYTES; at < start; at += 1) if (bytes[at] !== message.bytes[at]) return false;
  return true;
}
