/**
 * Endpoints whose peers have said what they take, as over connections, on datagrams of any length: what becomes of
 * bodies shows without the framing of connections.
 */

import { Message } from "../../../../../src/coap/codec/message.js";
import { BLOCK1, BLOCK2 } from "../../../../../src/coap/codec/option-number.js";
import { Endpoint } from "../../../../../src/coap/endpoint.js";
import type { Limits } from "../../../../../src/coap/limits.js";
import type { Capabilities } from "../../../../../src/coap/messaging/capabilities.js";
import { MessageLayer } from "../../../../../src/coap/messaging/message-layer.js";
import type { MessagingFactory } from "../../../../../src/coap/messaging/messaging.js";
import type { Peer } from "../../../../../src/coap/messaging/peer.js";
import { udpTransport } from "../../../../../src/coap/transport/udp.js";
import { World, type VirtualHost } from "../../../../portable.js";
import { LOCAL, PEER, Wire } from "../../wire.js";

/** Room for large messages on both sides. */
export const ROOMY: Partial<Limits> = { maxMessageBytes: 6000, maxBodyBytes: 16_384 };
/** What a peer with as much room says. */
export const TAKES_BERT: Capabilities = { maxMessageBytes: 6000, blockwise: true, maxTokenBytes: 8 };

/** A message as it was sent: its code, its blocks in the notation of RFC 8323 §6, and the length of its payload. */
export function describeMessage(bytes: Uint8Array): string {
  const { code, options, payload } = new Message(bytes);
  const blocks = ([2, 1] as const).flatMap((kind) => {
    const value = options.uint(kind === 1 ? BLOCK1 : BLOCK2);
    if (value === undefined) return [];
    const size = (value & 7) === 7 ? "BERT" : 16 << (value & 7);
    return [`${kind}:${value >> 4}/${(value >> 3) & 1}/${size}`];
  });
  return [`${code >> 5}.${String(code & 31).padStart(2, "0")}`, ...blocks, payload.length].join(" ");
}

/** A world whose packets may have any length. */
export function roomyWorld(): World {
  return new World({ seed: 1, network: { mtuBytes: 65_535 } });
}

/** An endpoint on port 5683; `sent` gets what it sends. @param negotiated in place of that of the sender */
export function capableEndpoint(
  host: VirtualHost,
  capabilities: Capabilities,
  limits: Partial<Limits> = ROOMY,
  sent: string[] = [],
  negotiated?: (peer: Peer) => Promise<void>,
): Endpoint {
  const messaging: MessagingFactory = (receiver, options) => {
    const layer = new MessageLayer(udpTransport(host.udp, { port: 5683 }), receiver, options);
    // Defined, not assigned: on a device the prototypes are frozen.
    if (negotiated) Object.defineProperty(layer.sender, "negotiated", { value: negotiated });
    const obtain = layer.peers.obtain.bind(layer.peers);
    const capableObtain: typeof obtain = (address, port) => {
      const peer = obtain(address, port);
      if (peer) peer.capabilities ??= capabilities;
      return peer;
    };
    Object.defineProperty(layer.peers, "obtain", { value: capableObtain });
    return layer;
  };
  return new Endpoint(host, {
    messaging,
    limits,
    trace: ({ direction, bytes }) => {
      if (direction === "out") sent.push(describeMessage(bytes));
    },
  });
}

/** A server at {@link LOCAL} and a hand that writes messages. */
export class CapableLab {
  readonly world = roomyWorld();
  readonly endpoint: Endpoint;
  readonly wire: Wire;

  constructor(capabilities: Capabilities = TAKES_BERT, limits?: Partial<Limits>) {
    this.endpoint = capableEndpoint(this.world.host(LOCAL), capabilities, limits);
    this.wire = new Wire(this.world, this.world.host(PEER), { address: LOCAL, port: 5683 });
  }
}

/** Two endpoints; `asked` and `answered` get what they send. */
export class CapablePair {
  readonly world = roomyWorld();
  readonly asked: string[] = [];
  readonly answered: string[] = [];
  readonly server: Endpoint;
  readonly client: Endpoint;

  /** @param serverSays what the client knows of the server @param clientSays what the server knows of the client */
  constructor(
    serverSays: Capabilities = TAKES_BERT,
    clientSays: Capabilities = TAKES_BERT,
    serverLimits?: Partial<Limits>,
    clientLimits?: Partial<Limits>,
  ) {
    this.server = capableEndpoint(this.world.host(LOCAL), clientSays, serverLimits, this.answered);
    this.client = capableEndpoint(this.world.host(PEER), serverSays, clientLimits, this.asked);
  }

  uri(path: string): string {
    return `coap://[${LOCAL}]/${path}`;
  }
}
