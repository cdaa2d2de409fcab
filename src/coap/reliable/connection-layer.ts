/**
 * The message layer over connections. RFC 8323 §3, §4.
 *
 * There are no types, message IDs, acknowledgements or duplicates; who has opened a connection has shown that it is
 * there. A peer is one connection: the next one to the same address is another peer.
 */

import { INTERNAL_SERVER_ERROR, codeClass } from "../codec/code.js";
import { HEADER_BYTES, MAX_TOKEN_BYTES, MessageTooLargeError, type Message } from "../codec/message.js";
import { Options } from "../codec/options.js";
import { CancelledError, RefusedError, type CoapError } from "../errors.js";
import { RESPONSE_ROOM_BYTES, type Limits } from "../limits.js";
import type { EndpointContext } from "../messaging/endpoint-context.js";
import { ReceivedRequest } from "../messaging/incoming-request.js";
import type { MessageReceiver, MessageSender, Messaging, Responder } from "../messaging/messaging.js";
import type { Peer } from "../messaging/peer.js";
import { Transmission, type TransmissionHandler } from "../messaging/transmission.js";
import type {
  Channel,
  ChannelReceiver,
  ChannelTransport,
  ChannelTransportFactory,
} from "../transport/channel.js";
import { LingeringChannels } from "../transport/lingering-channels.js";
import { Connection } from "./connection.js";
import type { ConnectionLimits } from "./connection-limits.js";
import type { ConnectionOwner, ConnectionParts } from "./connection-parts.js";
import { ConnectionSender } from "./connection-sender.js";
import { ConnectionTable } from "./connection-table.js";
import { EXTRA_FRAME_BYTES } from "./frame.js";

export class ConnectionLayer implements Messaging, Responder, ConnectionOwner {
  readonly scheme: string;
  readonly peers: ConnectionTable;
  readonly sender: MessageSender;
  readonly #receiver: MessageReceiver;
  readonly #endpoint: EndpointContext;
  readonly #transport: ChannelTransport;

  constructor(
    transport: ChannelTransportFactory,
    receiver: MessageReceiver,
    endpoint: EndpointContext,
    connectionLimits: ConnectionLimits,
    scheme: string,
  ) {
    const { clock, deadlines, limits } = endpoint;
    this.scheme = scheme;
    this.#receiver = receiver;
    this.#endpoint = endpoint;
    this.#transport = transport((channel) => this.#accept(channel));
    const parts: ConnectionParts = {
      endpoint,
      owner: this,
      framing: this.#transport.framing,
      connectionLimits,
      lingering: new LingeringChannels(
        deadlines,
        connectionLimits.connections,
        connectionLimits.stallTimeoutMs,
      ),
      capabilities: {
        maxMessageBytes: limits.maxMessageBytes,
        blockwise: true,
        maxTokenBytes: longestToken(limits),
      },
      buffer: new Uint8Array(EXTRA_FRAME_BYTES + limits.maxMessageBytes),
    };
    this.peers = new ConnectionTable(connectionLimits.connections, clock, (peer) => {
      peer.scheme = scheme;
      return new Connection(peer, parts);
    });
    this.sender = new ConnectionSender(this.peers, (connection) => this.#open(connection));
  }

  get port(): number {
    return this.#transport.port;
  }

  joinGroup(group: string): void {
    throw new RangeError(`expected no group over connections, got ${group}`);
  }

  leaveGroup(): void {}

  respond(
    request: ReceivedRequest,
    code: number,
    options: Options,
    payload: Uint8Array | undefined,
    handler: TransmissionHandler | undefined,
  ): void {
    if (request.answered) return;
    const { peer, message } = request;
    const connection = this.peers.of(peer);
    const answer = { code, token: message.token, options, payload };
    try {
      if (handler) {
        connection?.transmit(new Transmission(peer, true, handler), answer);
      } else connection?.write(answer);
    } catch (error) {
      // The peer takes less than the shortest answer (RFC 8323 §5.3.1).
      if (!(error instanceof MessageTooLargeError)) throw error;
      connection?.abort(error.message);
    }
    this.#finish(request);
  }

  ignore(request: ReceivedRequest): void {
    if (!request.answered) this.#finish(request);
  }

  /** There is no Reset over connections. */
  reject(request: ReceivedRequest): void {
    this.ignore(request);
  }

  close(): void {
    this.#transport.close();
    const error = new CancelledError("the endpoint was closed");
    for (const connection of this.peers.values()) connection.shutDown(error);
  }

  received(connection: Connection, message: Message): void {
    const { peer } = connection;
    if (codeClass(message.code) > 0) {
      this.#receiveResponse(message, peer);
      return;
    }
    const limit = longestToken(this.#endpoint.limits);
    if (message.tokenLength > limit) {
      // RFC 8974 §2.2.1: it is longer than we have said.
      this.#endpoint.counters.longTokens += 1;
      connection.abort(`expected a token of at most ${limit} bytes, got ${message.tokenLength}`);
      return;
    }
    const request = new ReceivedRequest(this, peer, message, false);
    request.inWork = true;
    peer.references += 1;
    connection.take(request);
    try {
      this.#receiver.request(request);
    } catch (error) {
      // Something above has failed: RFC 7252 §5.9.3.1.
      this.#endpoint.deadlines.fault(error);
      request.respond(INTERNAL_SERVER_ERROR, new Options(), undefined);
    }
  }

  #receiveResponse(message: Message, peer: Peer): void {
    const { counters, deadlines } = this.#endpoint;
    try {
      if (!this.#receiver.response(message, peer)) counters.unmatched += 1;
    } catch (error) {
      deadlines.fault(error);
    }
  }

  awaits(peer: Peer, notifications?: boolean): boolean {
    return this.#receiver.awaits(peer, notifications);
  }

  released(connection: Connection, holdOffMs: number): void {
    this.peers.released(connection, holdOffMs);
  }

  ended(connection: Connection, error: CoapError): void {
    this.peers.delete(connection);
    this.#receiver.disconnected(connection.peer, error);
  }

  #accept(channel: Channel): ChannelReceiver | undefined {
    const connection = this.peers.add(channel.address, channel.port);
    if (!connection) {
      this.#endpoint.counters.refusedPeers += 1;
      return undefined;
    }
    try {
      connection.begin(channel);
      return connection;
    } catch (error) {
      this.peers.delete(connection);
      this.#endpoint.deadlines.fault(error);
      return undefined;
    }
  }

  /** @throws {RefusedError} while the peer wants no connection (RFC 8323 §5.5) */
  #open(connection: Connection): void {
    const { peer } = connection;
    const holdOffMs = this.peers.holdOffMs(peer);
    if (holdOffMs > 0) {
      const seconds = Math.ceil(holdOffMs / 1000);
      throw new RefusedError(
        `${peer.address} port ${peer.port} takes no connection for another ${seconds} s`,
      );
    }
    connection.begin(this.#transport.connect(peer.address, peer.port, connection));
  }

  #finish(request: ReceivedRequest): void {
    request.answered = true;
    request.inWork = false;
    request.peer.references -= 1;
    this.peers.of(request.peer)?.finish(request);
  }
}

/** The longest token that is taken: an answer must have room for it. */
function longestToken({ maxMessageBytes, maxTokenBytes }: Limits): number {
  const extendedLengthBytes = 2;
  const room = maxMessageBytes - HEADER_BYTES - EXTRA_FRAME_BYTES - extendedLengthBytes - RESPONSE_ROOM_BYTES;
  return Math.max(8, Math.min(maxTokenBytes, room, MAX_TOKEN_BYTES));
}
