/** One connection: what is under way on it, and the signaling messages that keep it. RFC 8323 §3.3, §3.4, §5. */

import { Deadline } from "../../timers/deadline.js";
import { ABORT, CSM, EMPTY, PING, PONG, RELEASE, codeClass, formatCode } from "../codec/code.js";
import { Message, MessageTooLargeError, encodedLength } from "../codec/message.js";
import { MessageFormatError } from "../codec/message-format-error.js";
import { Options } from "../codec/options.js";
import { DisconnectedError, LimitError, RefusedError, type CoapError } from "../errors.js";
import type { IncomingRequest } from "../messaging/incoming-request.js";
import type { Peer } from "../messaging/peer.js";
import type { OutgoingMessage, Transmission } from "../messaging/transmission.js";
import type { Channel, ChannelReceiver } from "../transport/channel.js";
import type { ConnectionParts } from "./connection-parts.js";
import { Custody } from "./custody.js";
import { EXTRA_FRAME_BYTES, encodeFrame, frameOf } from "./frame.js";
import { FrameReader } from "./frame-reader.js";
import { ChannelReader } from "./channel-reader.js";
import { CsmExchange } from "./csm-exchange.js";
import { ConnectionHealth } from "./connection-health.js";
import { ChannelWriter } from "./channel-writer.js";
import {
  abort,
  criticalOption,
  csm,
  diagnosticOf,
  holdOffSeconds,
  ping,
  pong,
  release,
  wantsCustody,
  type Signal,
} from "./signal.js";

const NO_BYTES = new Uint8Array(0);

export class Connection implements ChannelReceiver {
  readonly peer: Peer;
  readonly #parts: ConnectionParts;
  #channel: Channel | undefined;
  #channelReader: ChannelReader | undefined;
  #channelWriter: ChannelWriter | undefined;
  #opened = false;
  /** One side has sent Release; the peer did, and why. */
  #released = false;
  #releasedByPeer: string | undefined;
  #ended = false;
  readonly #custody = new Custody();
  readonly #opening: Deadline;
  readonly #csmExchange: CsmExchange;
  readonly #release: Deadline;
  readonly #health: ConnectionHealth;

  constructor(peer: Peer, parts: ConnectionParts) {
    const { connectionLimits: limits, endpoint } = parts;
    const { deadlines } = endpoint;
    const within = (delayMs: number, onEnd: () => void): Deadline => new Deadline(deadlines, delayMs, onEnd);
    this.peer = peer;
    this.#parts = parts;
    this.#opening = within(limits.connectTimeoutMs, () => {
      this.#drop(new RefusedError(`${this.#name} did not answer within ${limits.connectTimeoutMs / 1000} s`));
    });
    this.#csmExchange = new CsmExchange(
      peer,
      within(limits.csmTimeoutMs, () => this.abort(`expected a CSM within ${limits.csmTimeoutMs / 1000} s`)),
    );
    this.#release = within(limits.releaseTimeoutMs, () => this.#endReleased());
    this.#health = new ConnectionHealth(endpoint, limits.pingAfterMs, {
      isNeeded: () => !this.isIdle,
      ping: (token) => this.#signal(ping(token)),
      lost: () => this.#drop(new DisconnectedError(`${this.#name} does not answer`)),
    });
  }

  /** Whether it can carry requests of ours. */
  get isUsable(): boolean {
    return !this.#ended && !this.#released;
  }

  /** Whether it is open, or is being opened. */
  get isBegun(): boolean {
    return this.#channel !== undefined;
  }

  /** Whether the peer has said what it takes. */
  get hasCsm(): boolean {
    return this.#csmExchange.isDone;
  }

  /** Whether nothing is under way, and nobody refers to it. */
  get isIdle(): boolean {
    return this.peer.idle && this.#health.pings.length === 0;
  }

  /** Whether a request is in work, or we wait for something of the peer. */
  get isBusy(): boolean {
    const hasWork = !this.#custody.isDone || this.#health.pings.length > 0;
    return hasWork || this.#parts.owner.awaits(this.peer, true);
  }

  get heardMs(): number {
    return this.#health.heardMs;
  }

  /** Begins: our CSM is the first message (RFC 8323 §3.3). */
  begin(channel: Channel): void {
    if (this.#ended) {
      channel.abort();
      return;
    }
    const { capabilities, connectionLimits, endpoint, framing } = this.#parts;
    const { partialMessageTimeoutMs } = connectionLimits;
    const reader = new FrameReader(framing, capabilities.maxMessageBytes);
    const channelReader = new ChannelReader(channel, reader, endpoint.deadlines, partialMessageTimeoutMs, {
      received: (message) => this.#receive(message),
      malformed: (error) => {
        endpoint.counters.malformed += 1;
        this.abort(error.message);
      },
      overdue: () => this.abort(`expected a whole message within ${partialMessageTimeoutMs / 1000} s`),
    });
    this.#channel = channel;
    this.#channelReader = channelReader;
    this.#channelWriter = new ChannelWriter(channel, this.peer, endpoint.deadlines, connectionLimits, {
      stalled: () => channelReader.pause(),
      stuck: () => this.#drop(new DisconnectedError(`${this.#name} does not read what is sent to it`)),
    });
    this.#opening.start();
    this.#signal(csm(capabilities));
  }

  /** Resolves with the peer's first CSM. */
  csmExchange(): Promise<void> {
    return this.#csmExchange.whenDone();
  }

  /** Sends a request or a response. @throws {MessageTooLargeError} when the peer does not take so much */
  write({ code, token, options, payload }: OutgoingMessage): void {
    if (this.#ended) return;
    const { buffer, framing } = this.#parts;
    const frame = encodeFrame(buffer, framing, code, token, options, payload);
    const { maxMessageBytes } = this.peer.capabilities!;
    if (frame.length > maxMessageBytes)
      throw new MessageTooLargeError(
        `expected a message of at most ${maxMessageBytes} bytes, which ${this.#name} takes`,
      );
    this.#put(frame, code);
  }

  /** {@link write}; the handler hears when the network has taken the message. */
  transmit(transmission: Transmission, message: OutgoingMessage): void {
    this.write(message);
    transmission.firstSentMs = this.#parts.endpoint.clock.monotonicMs();
    if (!transmission.confirmable) return;
    this.peer.outstanding.push(transmission);
    this.#channelWriter!.settleSoon();
  }

  /** Asks whether the peer is there (RFC 8323 §5.4): the handler hears `rejected` when it is. */
  ping(transmission: Transmission): void {
    const { outstandingRequests } = this.#parts.endpoint.limits;
    if (this.#health.pings.length >= outstandingRequests)
      throw new LimitError(`limit outstandingRequests (${outstandingRequests}) reached by pings`);
    this.#health.ask(transmission);
  }

  /** The handler hears no more of it. */
  cancel(transmission: Transmission): void {
    const { outstanding } = this.peer;
    const index = outstanding.indexOf(transmission);
    if (index >= 0) outstanding.splice(index, 1);
    this.#health.cancel(transmission);
  }

  /** A request of the peer is in work. */
  take(request: IncomingRequest): void {
    this.#custody.take(request);
  }

  /** A request of the peer is done. */
  finish(request: IncomingRequest): void {
    for (const token of this.#custody.finish(request)) this.#signal(pong(token, true));
    this.#endIfDone();
  }

  /** Asks the peer to close it (RFC 8323 §5.5). */
  release(diagnostic: string): void {
    if (!this.isUsable) return;
    this.#released = true;
    this.#release.start();
    this.#signal(release(diagnostic));
    this.#parts.owner.released(this, 0);
  }

  /** Tells the peer what is wrong, and closes (RFC 8323 §5.6). @param badOption of its CSM */
  abort(diagnostic: string, badOption?: number): void {
    if (this.#ended) return;
    this.#signal(abort(diagnostic, badOption));
    this.close(new DisconnectedError(`the connection to ${this.#name} was aborted: ${diagnostic}`));
  }

  /** Closes; all that is under way fails. */
  close(error: CoapError): void {
    if (this.#ended) return;
    if (this.#channel) this.#parts.lingering.close(this.#channel);
    this.#end(error);
  }

  /** Closes at once; what a peer has not read that reads slowly is lost. */
  shutDown(error: CoapError): void {
    if (this.#channel && this.#channel.unsentBytes > 0) this.#drop(error);
    else this.close(error);
  }

  opened(): void {
    this.#opened = true;
    this.#opening.stop();
    this.#csmExchange.start();
    this.#health.start();
    this.#channelWriter!.opened(this.#health.heardMs);
  }

  received(bytes: Uint8Array): void {
    this.#channelReader!.push(bytes);
  }

  drained(): void {
    if (this.#ended) return;
    try {
      this.#channelWriter!.drained();
    } catch (error) {
      // Whoever hears that its message is with the network.
      this.#parts.endpoint.deadlines.fault(error);
    }
    this.#channelReader!.resume();
  }

  closed(error: Error | undefined): void {
    // What came before is read first.
    this.#parts.endpoint.deadlines.soon(() => this.#lose(error));
  }

  #lose(error: Error | undefined): void {
    const reason = error ? error.message : "the peer closed the connection";
    const cause = error && { cause: error };
    this.#end(
      this.#opened
        ? new DisconnectedError(`${this.#name}: ${reason}`, cause)
        : new RefusedError(`${this.#name}: ${reason}`, cause),
    );
  }

  get #name(): string {
    return `${this.peer.address} port ${this.peer.port}`;
  }

  /** @throws {MessageFormatError} */
  #receive(bytes: Uint8Array): void {
    const { endpoint, framing, owner } = this.#parts;
    const { counters, trace } = endpoint;
    counters.received += 1;
    trace?.({ direction: "in", bytes: frameOf(bytes, framing), remote: this.peer });
    this.#health.heard();
    const message = new Message(bytes);
    const { code } = message;
    // §3.4
    if (code === EMPTY) return;
    // §3.3
    if (!this.#csmExchange.isDone && code !== CSM)
      throw new MessageFormatError(`expected a CSM as the first message, got ${formatCode(code)}`, 0);
    switch (codeClass(code)) {
      case 0:
      case 2:
      case 3:
      case 4:
      case 5:
        owner.received(this, message);
        this.#endIfDone();
        break;
      case 7:
        this.#receiveSignal(message);
        break;
      default:
        throw new MessageFormatError(`expected no code of a reserved class, got ${formatCode(code)}`, 0);
    }
  }

  #receiveSignal(message: Message): void {
    const critical = criticalOption(message);
    if (critical !== undefined) {
      // §5.2
      const isCsm = message.code === CSM;
      this.abort(
        `critical option ${critical} of ${formatCode(message.code)} is not known`,
        isCsm ? critical : undefined,
      );
      return;
    }
    switch (message.code) {
      case CSM:
        this.#csmExchange.csm(message);
        break;
      case PING:
        this.#answer(message);
        break;
      case PONG:
        this.#health.answered(message.token);
        break;
      case RELEASE:
        this.#receiveRelease(message);
        break;
      case ABORT:
        this.close(new DisconnectedError(withDiagnostic(`${this.#name} aborted the connection`, message)));
        break;
      default:
        // Not assigned (§11.1): as nothing critical is in it, nothing is lost.
        this.#parts.endpoint.counters.unmatched += 1;
    }
  }

  #answer(message: Message): void {
    const custody = wantsCustody(message);
    const mustWait = custody && !this.#custody.isDone;
    if (mustWait && this.#custody.keep(message.token)) return;
    this.#signal(pong(message.token, custody && !mustWait));
  }

  #receiveRelease(message: Message): void {
    this.#releasedByPeer = withDiagnostic(`${this.#name} released the connection`, message);
    this.#released = true;
    this.#release.start();
    const { owner, connectionLimits } = this.#parts;
    owner.released(this, Math.min(1000 * holdOffSeconds(message), connectionLimits.maxHoldOffMs));
    this.#endIfDone();
  }

  /** §5.5: who was asked closes, when what came before is answered. */
  #endIfDone(): void {
    if (this.#releasedByPeer === undefined || this.#ended) return;
    if (this.#custody.isDone && !this.#parts.owner.awaits(this.peer)) this.#endReleased();
  }

  #endReleased(): void {
    this.close(new DisconnectedError(this.#releasedByPeer ?? `${this.#name}: the connection was released`));
  }

  #signal({ code, token = NO_BYTES, options = new Options(), payload = NO_BYTES }: Signal): void {
    if (this.#ended) return;
    const { framing } = this.#parts;
    const bytes = EXTRA_FRAME_BYTES + encodedLength(token.length, options, payload.length);
    const frame = encodeFrame(new Uint8Array(bytes), framing, code, token, options, payload);
    // What the peer cannot take is not worth saying.
    const fits = frame.length <= this.peer.capabilities!.maxMessageBytes;
    if (fits || payload.length === 0) this.#put(frame, code);
    else this.#signal({ code, token, options });
  }

  #put(frame: Uint8Array, code: number): void {
    const { counters, trace } = this.#parts.endpoint;
    counters.sent += 1;
    trace?.({ direction: "out", bytes: frame, remote: this.peer });
    this.#channelWriter!.write(frame, codeClass(code) > 0);
  }

  /** Ends it without a word: the peer does not listen. */
  #drop(error: CoapError): void {
    this.#channel?.abort();
    this.#end(error);
  }

  #end(error: CoapError): void {
    if (this.#ended) return;
    this.#ended = true;
    const { peer } = this;
    const unsettled = [...peer.outstanding.splice(0), ...this.#health.pings];
    for (const deadline of [this.#opening, this.#release]) deadline.stop();
    this.#csmExchange.stop(error);
    this.#health.stop();
    this.#channelReader?.stop();
    this.#channelWriter?.stop();
    this.#custody.clear();
    for (const { handler } of unsettled) handler?.failed(error);
    this.#parts.owner.ended(this, error);
  }
}

function withDiagnostic(event: string, message: Message): string {
  const diagnostic = diagnosticOf(message);
  return diagnostic === "" ? event : `${event}: ${diagnostic}`;
}
