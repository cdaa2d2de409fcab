/**
 * The message layer: types, message IDs, acknowledgements, retransmission and de-duplication. RFC 7252 §4.
 *
 * It knows nothing of tokens; the layer above ({@link MessageReceiver}) matches responses with requests.
 */

import {
  EMPTY,
  INTERNAL_SERVER_ERROR,
  SERVICE_UNAVAILABLE,
  codeClass,
  isResponseCode,
} from "../codec/code.js";
import {
  ACK,
  CON,
  HEADER_BYTES,
  Message,
  NON,
  RST,
  VERSION,
  encodeAnswerHead,
  encodeBody,
  encodeMessage,
} from "../codec/message.js";
import { MessageFormatError } from "../codec/message-format-error.js";
import { ECHO, MAX_AGE } from "../codec/option-number.js";
import { Options } from "../codec/options.js";
import { RefusedError } from "../errors.js";
import type { DropReason } from "../counters.js";
import { RESPONSE_ROOM_BYTES, type Limits } from "../limits.js";
import type { Transport, TransportFactory, TransportReceiver } from "../transport/transport.js";
import { encodeUtf8 } from "../../bytes/utf8.js";
import {
  Deduplicator,
  isBetterRemembered,
  isReplayProtected,
  isIdempotent,
  mayBeRepeated,
} from "./deduplicator.js";
import { ReceivedRequest } from "./incoming-request.js";
import type { EndpointContext } from "./endpoint-context.js";
import type { MessageReceiver, Messaging, Responder } from "./messaging.js";
import { exchangeLifetimeMs, nonLifetimeMs } from "./parameters.js";
import type { Peer } from "./peer.js";
import { PeerTable } from "./peer-table.js";
import { Sender } from "./sender.js";
import { Transmission, type TransmissionHandler } from "./transmission.js";

const NO_TOKEN = new Uint8Array(0);
const NO_OPTIONS = new Options();

export class MessageLayer implements Messaging, Responder, TransportReceiver {
  readonly scheme = "coap";
  readonly peers: PeerTable;
  readonly sender: Sender;
  readonly #endpoint: EndpointContext;
  readonly #transport: Transport;
  readonly #receiver: MessageReceiver;
  readonly #deduplicator: Deduplicator;
  readonly #longestToken: number;
  readonly #exchangeLifetimeMs: number;
  readonly #nonLifetimeMs: number;
  /** Answers are encoded here; the transport copies. */
  readonly #buffer: Uint8Array;
  /** The part of it that the last answer took: an answer of the same length needs no further view. */
  #encoded: Uint8Array;
  /** The request that the layers above look at just now. */
  #handingUp: ReceivedRequest | undefined;

  constructor(transport: TransportFactory, receiver: MessageReceiver, endpoint: EndpointContext) {
    this.#endpoint = endpoint;
    this.#receiver = receiver;
    this.#deduplicator = new Deduplicator(endpoint.clock, endpoint.limits.rememberedMessages);
    this.#longestToken = longestToken(endpoint.limits);
    this.#exchangeLifetimeMs = exchangeLifetimeMs(endpoint.parameters);
    this.#nonLifetimeMs = nonLifetimeMs(endpoint.parameters);
    this.#buffer = new Uint8Array(endpoint.limits.maxMessageBytes);
    this.#encoded = this.#buffer;
    this.peers = new PeerTable(endpoint.limits.peers, endpoint.random);
    this.#transport = transport(this);
    this.sender = new Sender((bytes, peer) => this.#send(bytes, peer), this.#buffer, endpoint);
  }

  get port(): number {
    return this.#transport.port;
  }

  joinGroup(group: string): void {
    this.#transport.joinGroup(group);
  }

  leaveGroup(group: string): void {
    this.#transport.leaveGroup(group);
  }

  receive(bytes: Uint8Array, address: string, port: number, multicast: boolean): void {
    const { counters, trace } = this.#endpoint;
    counters.received += 1;
    if (bytes.length < HEADER_BYTES || bytes[0]! >> 6 !== VERSION) {
      this.#drop("notCoap", bytes, address, port);
      return;
    }
    trace?.({ direction: "in", bytes, remote: { address, port } });
    let message: Message | undefined;
    try {
      message = new Message(bytes);
      if (message.type === ACK || message.type === RST) this.#receiveReply(message, address, port, multicast);
      // §8.1: what is sent to a group must be Non-confirmable.
      else if (multicast && message.type === CON) this.#drop("malformed", bytes, address, port);
      else if (isRequest(message.code)) this.#receiveRequest(message, address, port, multicast);
      else if (isResponseCode(message.code)) this.#receiveResponse(message, address, port, multicast);
      // An Empty Confirmable message is a ping (§4.3); reserved classes are format errors (§4.2).
      else this.#reject(message.type, message.messageId, address, port, multicast);
    } catch (error) {
      if (message || !(error instanceof MessageFormatError)) {
        this.#fail(error);
        return;
      }
      this.#drop("malformed", bytes, address, port);
      this.#reject((bytes[0]! >> 4) & 3, (bytes[2]! << 8) | bytes[3]!, address, port, multicast);
    }
  }

  /** Counts a datagram that goes no further, and tells whoever watches why. */
  #drop(reason: DropReason, bytes: Uint8Array, address: string, port: number): void {
    const { counters, onDrop } = this.#endpoint;
    counters[reason] += 1;
    onDrop?.({ reason, bytes, remote: { address, port } });
  }

  undeliverable(address: string, port: number, reason: Error): void {
    this.#endpoint.counters.sendErrors += 1;
    const peer = this.peers.find(address, port);
    if (!peer) return;
    const error = new RefusedError(`${address} port ${port}: ${reason.message}`, { cause: reason });
    try {
      this.sender.refused(peer, error);
      this.#receiver.refused(peer, error);
    } catch (fault) {
      this.fault(fault);
    }
  }

  fault(error: unknown): void {
    this.#endpoint.deadlines.fault(error);
  }

  respond(
    request: ReceivedRequest,
    code: number,
    options: Options,
    payload: Uint8Array | undefined,
    handler: TransmissionHandler | undefined,
    confirmable: boolean,
  ): void {
    if (request.answered) return;
    const { peer, message } = request;
    const isConfirmable = message.type === CON;
    const isPiggybacked = isConfirmable && !request.acknowledged;
    if (isConfirmable && !isPiggybacked && confirmable) {
      const transmission = new Transmission(peer, true, handler);
      this.sender.send(transmission, { code, token: message.token, options, payload });
      this.#finish(request);
      return;
    }
    const type = isPiggybacked ? ACK : NON;
    const messageId = isPiggybacked ? message.messageId : this.sender.takeMessageId(peer);
    if (messageId === undefined) {
      // As good as lost on the way.
      this.#finish(request);
      return;
    }
    const bodyStart = encodeAnswerHead(this.#buffer, type, code, messageId, message);
    const length = encodeBody(this.#buffer, bodyStart, options, payload);
    this.#finish(request);
    if (this.#encoded.length !== length) this.#encoded = this.#buffer.subarray(0, length);
    if (isPiggybacked && request.remembered) request.remembered.reply = new Uint8Array(this.#encoded).buffer;
    // While the request is handed up, that is left to handedUp.
    if (request.dispatching) request.reply = this.#encoded;
    else this.#send(this.#encoded, peer);
  }

  ignore(request: ReceivedRequest): void {
    if (request.answered) return;
    if (!request.acknowledged) this.#acknowledge(request);
    this.#finish(request);
  }

  reject(request: ReceivedRequest): void {
    if (request.answered) return;
    const { message, peer, multicast } = request;
    this.#finish(request);
    this.#reject(message.type, message.messageId, peer.address, peer.port, multicast);
  }

  close(): void {
    this.sender.close(this.peers.all());
    this.#transport.close();
  }

  #receiveRequest(message: Message, address: string, port: number, multicast: boolean): void {
    const { amplification } = this.#endpoint;
    // To reject it would say that no extended token is taken at all (RFC 8974 §2.2.2).
    if (message.tokenLength > this.#longestToken) {
      this.#drop("longTokens", message.bytes, address, port);
      return;
    }
    const peer = this.peers.obtain(address, port);
    if (!peer) {
      this.#drop("refusedPeers", message.bytes, address, port);
      return;
    }
    const { isPlain } = message.options;
    this.sender.heard(peer);
    amplification.received(peer, message.bytes.length, isPlain ? undefined : message.options.first(ECHO));
    if (!this.#deduplicator.isEmpty && this.#isDuplicate(message, peer)) return;
    const request = new ReceivedRequest(this, peer, message, multicast);
    if (!this.#admit(request)) {
      request.dispatching = false;
      if (multicast) this.#drop("refusedRequests", message.bytes, address, port);
      else {
        this.#endpoint.counters.refusedRequests += 1;
        this.#refuse(request);
      }
      return;
    }
    this.#handingUp = request;
    this.#receiver.request(request);
    this.#handingUp = undefined;
    if (!request.deferred) this.handedUp(request);
  }

  /** Remembers a request that must not be done twice, or should not. @returns false where it must not, and there is no room */
  #admit(request: ReceivedRequest): boolean {
    const { message, multicast } = request;
    const { code, options } = message;
    const mayBeDoneTwice = options.isPlain ? isIdempotent(code) : mayBeRepeated(message);
    if (multicast || !mayBeDoneTwice) return this.#remember(request) || isReplayProtected(message);
    if (isBetterRemembered(message, this.#endpoint.limits.remembersIdempotent)) this.#remember(request, true);
    return true;
  }

  handedUp(request: ReceivedRequest): void {
    request.dispatching = false;
    if (request.reply) this.#send(request.reply, request.peer);
    request.reply = undefined;
    if (!request.answered) this.#keepInWork(request);
  }

  /** Something above has failed; where it had a request to answer, that is answered 5.00 (RFC 7252 §5.9.3.1). */
  #fail(error: unknown): void {
    this.fault(error);
    const request = this.#handingUp;
    this.#handingUp = undefined;
    if (!request) return;
    if (request.multicast) request.ignore();
    else request.respond(INTERNAL_SERVER_ERROR, NO_OPTIONS, undefined);
    if (!request.deferred) this.handedUp(request);
  }

  /** There is no place to remember that it was answered. */
  #refuse(request: ReceivedRequest): void {
    const { rememberedMessages } = this.#endpoint.limits;
    const seconds = Math.ceil(this.#deduplicator.nextExpiryMs / 1000);
    const options = new Options().addUint(MAX_AGE, seconds);
    const reason = `limit rememberedMessages (${rememberedMessages}) reached`;
    request.respond(SERVICE_UNAVAILABLE, options, encodeUtf8(reason));
  }

  /** A duplicate is answered as the original was, and goes no further (§4.5). */
  #isDuplicate(message: Message, peer: Peer): boolean {
    const original = this.#deduplicator.find(peer, message.messageId);
    if (!original) return false;
    this.#drop("duplicates", message.bytes, peer.address, peer.port);
    const reply = original.reply && new Uint8Array(original.reply);
    // A short duplicate of a long request must not fetch the long answer again (§11.3).
    const isAffordable =
      reply && (reply.length <= HEADER_BYTES || reply.length <= this.#endpoint.amplification.allowance(peer));
    if (isAffordable) this.#send(reply, peer);
    return true;
  }

  /** A request that takes its time: duplicates are ignored meanwhile, and the sender is told to wait. */
  #keepInWork(request: ReceivedRequest): void {
    const { deadlines, parameters } = this.#endpoint;
    if (!request.remembered) this.#remember(request);
    request.inWork = true;
    request.peer.references += 1;
    if (request.message.type === CON)
      request.acknowledgeDeadline = deadlines.set(() => this.#acknowledge(request), parameters.separateAckMs);
  }

  #remember(request: ReceivedRequest, isExpendable = isReplayProtected(request.message)): boolean {
    const { peer, message } = request;
    const lifetimeMs = message.type === CON ? this.#exchangeLifetimeMs : this.#nonLifetimeMs;
    request.remembered = this.#deduplicator.remember(peer, message.messageId, lifetimeMs, isExpendable);
    return request.remembered !== undefined;
  }

  #acknowledge(request: ReceivedRequest): void {
    if (request.message.type !== CON) return;
    request.acknowledged = true;
    const bytes = emptyMessage(ACK, request.message.messageId);
    if (request.remembered) request.remembered.reply = bytes.buffer;
    if (request.dispatching) request.reply = bytes;
    else this.#send(bytes, request.peer);
  }

  #finish(request: ReceivedRequest): void {
    request.answered = true;
    if (!request.inWork) return;
    request.inWork = false;
    request.peer.references -= 1;
    if (request.acknowledgeDeadline) this.#endpoint.deadlines.clear(request.acknowledgeDeadline);
    request.acknowledgeDeadline = undefined;
  }

  #receiveReply(message: Message, address: string, port: number, multicast: boolean): void {
    const peer = multicast ? undefined : this.peers.find(address, port);
    // §4.2: an acknowledgement carries a response or nothing; a Reset is Empty.
    const wellFormed = message.code === EMPTY || (message.type === ACK && isResponseCode(message.code));
    if (!peer || !wellFormed) {
      this.#drop("unmatched", message.bytes, address, port);
      return;
    }
    this.sender.heard(peer);
    if (this.sender.settle(peer, message)) return;
    this.#drop("unmatched", message.bytes, address, port);
    if (message.type === RST) this.#receiver.rejected(message.messageId, peer);
  }

  #receiveResponse(message: Message, address: string, port: number, multicast: boolean): void {
    const peer = multicast ? undefined : this.#responder(message, address, port);
    if (!peer) {
      this.#drop("unmatched", message.bytes, address, port);
      this.#reject(message.type, message.messageId, address, port, multicast);
      return;
    }
    this.sender.heard(peer);
    if (this.#isDuplicate(message, peer)) return;
    if (!this.#receiver.response(message, peer)) {
      this.#drop("unmatched", message.bytes, address, port);
      this.#reject(message.type, message.messageId, address, port, multicast);
    } else if (message.type === CON) {
      const acknowledgement = emptyMessage(ACK, message.messageId);
      const lifetimeMs = this.#exchangeLifetimeMs;
      const remembered = this.#deduplicator.remember(peer, message.messageId, lifetimeMs, false);
      if (remembered) remembered.reply = acknowledgement.buffer;
      this.#send(acknowledgement, peer);
    }
  }

  /** Who may send a response: one that was asked, or a member of a group that was. */
  #responder(message: Message, address: string, port: number): Peer | undefined {
    const known = this.peers.find(address, port);
    return known ?? (this.#receiver.isForGroup(message) ? this.peers.obtain(address, port) : undefined);
  }

  /** Answers with a Reset where that is allowed: never to a group (§8.1), never to ACK or RST (§4.2). */
  #reject(type: number, messageId: number, address: string, port: number, multicast: boolean): void {
    if (multicast || type === ACK || type === RST) return;
    // A Non-confirmable message may be rejected (§4.3); only a response gains by it (RFC 7641 §3.6).
    this.#sendTo(emptyMessage(RST, messageId), address, port);
  }

  #send(bytes: Uint8Array, peer: Peer): void {
    this.#endpoint.amplification.sent(peer, bytes.length);
    this.#sendTo(bytes, peer.address, peer.port);
  }

  #sendTo(bytes: Uint8Array, address: string, port: number): void {
    const { counters, trace } = this.#endpoint;
    counters.sent += 1;
    trace?.({ direction: "out", bytes, remote: { address, port } });
    try {
      this.#transport.send(bytes, address, port);
    } catch (error) {
      this.undeliverable(address, port, error as Error);
    }
  }
}

function emptyMessage(type: number, messageId: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(HEADER_BYTES);
  encodeMessage(bytes, type, EMPTY, messageId, NO_TOKEN, NO_OPTIONS, undefined);
  return bytes;
}

/** The longest token that an answer has room for. */
function longestToken({ maxMessageBytes }: Limits): number {
  const extendedLengthBytes = 2;
  return Math.max(8, maxMessageBytes - HEADER_BYTES - extendedLengthBytes - RESPONSE_ROOM_BYTES);
}

/** §12.1.1: 0.01 to 0.31 are method codes, whether assigned or not. */
function isRequest(code: number): boolean {
  return code !== EMPTY && codeClass(code) === 0;
}
