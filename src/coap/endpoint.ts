/** A CoAP endpoint: one socket that answers and asks. RFC 7252. */

import type { Platform } from "../ports/platform.js";
import { describeError } from "../timers/fault.js";
import { Client } from "./client/client.js";
import { Counters } from "./counters.js";
import { requireKnown, type NamesOf } from "./known-names.js";
import { DEFAULT_LIMITS, type Limits } from "./limits.js";
import {
  DEFAULT_AMPLIFICATION_FACTOR,
  DefaultAmplificationPolicy,
  type AmplificationPolicy,
} from "./messaging/amplification.js";
import { DefaultCongestionControl, type CongestionControl } from "./messaging/congestion-control.js";
import { DeadlineQueue } from "../timers/deadline-queue.js";
import { MessageLayer } from "./messaging/message-layer.js";
import type { DropEvent, EndpointContext, TraceEvent } from "./messaging/endpoint-context.js";
import type { Messaging, MessagingFactory } from "./messaging/messaging.js";
import { DEFAULT_PARAMETERS, type TransmissionParameters } from "./messaging/parameters.js";
import { RandomSource } from "./messaging/random-source.js";
import type { BodyTransfersFactory } from "./requesting/body-transfers.js";
import type { MessageProtection, MessageProtectionFactory } from "./requesting/message-protection.js";
import { RequestLayer } from "./requesting/request-layer.js";
import { Observers, type RenderNotification } from "./server/observers.js";
import { Server } from "./server/server.js";
import { Site } from "./server/site.js";
import type { TransportFactory } from "./transport/transport.js";
import { udpTransport } from "./transport/udp.js";

export interface EndpointOptions {
  /** Local UDP port; 0 or absent lets the host choose. */
  readonly port?: number;
  /** Local numeric address; absent is every address. */
  readonly address?: string;
  /** What it offers; absent is nothing but /.well-known/core. */
  readonly site?: Site;
  /** RFC 7252 §4.8, where it differs. */
  readonly parameters?: Partial<TransmissionParameters>;
  readonly limits?: Partial<Limits>;
  /** In place of RFC 7252's algorithm. */
  readonly congestionControl?: CongestionControl;
  /** Bytes sent to a stranger at a global address for each byte of its request; 0 is no limit (RFC 9175 §2.4). */
  readonly amplificationFactor?: number;
  /** In place of the default policy, which `amplificationFactor` belongs to. */
  readonly amplification?: AmplificationPolicy;
  /** In place of UDP. */
  readonly transport?: TransportFactory;
  /**
   * In place of datagrams: connections, as `overConnections` makes them. `port`, `address`, `transport` and what is about
   * retransmission mean nothing then.
   */
  readonly messaging?: MessagingFactory;
  /** Takes bodies in Q-Block options, and sends them where a request says so: `qBlock()` (RFC 9177). */
  readonly qBlock?: BodyTransfersFactory;
  /** Protects messages end to end: `oscore()` (RFC 8613). */
  readonly oscore?: MessageProtectionFactory;
  /** Told every message received and sent; what it throws is counted in `counters.faults`. */
  readonly trace?: (event: TraceEvent) => void;
  /** Told every datagram that is dropped, with the reason, which is the counter that counts it; as {@link trace}. */
  readonly onDrop?: (event: DropEvent) => void;
}

const ENDPOINT_OPTIONS: NamesOf<EndpointOptions> = Object.freeze({
  port: true,
  address: true,
  site: true,
  parameters: true,
  limits: true,
  congestionControl: true,
  amplificationFactor: true,
  amplification: true,
  transport: true,
  messaging: true,
  qBlock: true,
  oscore: true,
  trace: true,
  onDrop: true,
} as const);

export class Endpoint {
  readonly client: Client;
  readonly site: Site;
  readonly counters = new Counters();
  readonly limits: Limits;
  readonly #messages: Messaging;
  readonly #deadlines: DeadlineQueue;
  readonly #requests: RequestLayer;
  readonly #server: Server;
  readonly #protection: MessageProtection | undefined;

  /** @throws {Error} when the host refuses the socket @throws {TypeError} for an option that there is not */
  constructor(platform: Platform, options: EndpointOptions = {}) {
    requireKnown("options of an endpoint", options, ENDPOINT_OPTIONS);
    if (options.limits) requireKnown("limits", options.limits, DEFAULT_LIMITS);
    if (options.parameters) requireKnown("transmission parameters", options.parameters, DEFAULT_PARAMETERS);
    const { clock, console } = platform;
    // The defaults lie in flash; a copy of them would take memory.
    const parameters = options.parameters
      ? { ...DEFAULT_PARAMETERS, ...options.parameters }
      : DEFAULT_PARAMETERS;
    const limits = options.limits ? { ...DEFAULT_LIMITS, ...options.limits } : DEFAULT_LIMITS;
    const random = new RandomSource(platform.random);
    const { counters } = this;
    const fault = (error: unknown): void => {
      counters.faults += 1;
      console.log(`coap: caught a fault: ${describeError(error)}`);
    };
    const deadlines = new DeadlineQueue(platform.timers, clock, fault);
    const amplification =
      options.amplification ??
      new DefaultAmplificationPolicy(
        clock,
        random,
        // Who has opened a connection has shown that it is there.
        options.messaging ? 0 : (options.amplificationFactor ?? DEFAULT_AMPLIFICATION_FACTOR),
      );
    const congestionControl = options.congestionControl ?? new DefaultCongestionControl(parameters);
    this.limits = limits;
    this.site = options.site ?? new Site();
    this.#deadlines = deadlines;
    // What each message asks for comes first: an engine looks for properties in their order.
    const endpoint: EndpointContext = {
      counters,
      trace: options.trace && guarded(options.trace, fault),
      onDrop: options.onDrop && guarded(options.onDrop, fault),
      amplification,
      limits,
      deadlines,
      clock,
      random,
      parameters,
      congestionControl,
      console,
    };
    const protection = options.oscore?.(endpoint);
    this.#protection = protection;
    const allowances = protection?.amplification ?? amplification;
    const server = new Server(endpoint, this.site, allowances);
    this.#server = server;
    const transfers = options.qBlock?.(server, endpoint, this.site);
    const requests = new RequestLayer(server, endpoint, transfers);
    this.#requests = requests;
    const receiver = protection ?? requests;
    const messages = options.messaging
      ? options.messaging(receiver, endpoint)
      : new MessageLayer(options.transport ?? udpTransport(platform.udp, options), receiver, endpoint);
    this.#messages = messages;
    const sender = protection?.attach(requests, messages.sender) ?? messages.sender;
    requests.attach(sender);
    const render: RenderNotification = (observer) => server.renderNotification(observer);
    server.attach(new Observers(endpoint, sender, allowances, render));
    this.client = new Client({ endpoint, messages, requests, transfers, protection });
  }

  /** The local port. */
  get port(): number {
    return this.#messages.port;
  }

  /** Answers requests to a multicast group, too (RFC 7252 §8). @param group such as `ff02::fd%eth0` or `224.0.1.187` */
  joinGroup(group: string): void {
    this.#messages.joinGroup(group);
  }

  leaveGroup(group: string): void {
    this.#messages.leaveGroup(group);
  }

  /** Ends everything; requests under way fail with a CancelledError. */
  close(): void {
    this.#server.close();
    this.#requests.close();
    this.#protection?.close();
    this.#messages.close();
    this.#deadlines.close();
  }
}

/** What a listener throws must not keep the message from its way. */
function guarded<T>(listener: (event: T) => void, fault: (error: unknown) => void): (event: T) => void {
  return (event) => {
    try {
      listener(event);
    } catch (error) {
      fault(error);
    }
  };
}
