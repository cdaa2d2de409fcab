/** Endpoints of ours that talk over TCP in virtual time, and raw peers of them. */

import { overConnections } from "../../../../src/coap/reliable/over-connections.js";
import type { ConnectionLimits } from "../../../../src/coap/reliable/connection-limits.js";
import { Endpoint, type EndpointOptions } from "../../../../src/coap/endpoint.js";
import { tcpTransport } from "../../../../src/coap/transport/tcp.js";
import { World, type VirtualHost } from "../../../portable.js";
import { EMPTY_CSM, RawPeer } from "./raw-peer.js";
import { VirtualStreams, type StreamConditions } from "../transport/virtual-streams.js";

export const SERVER = "fd00::1";
export const CLIENT = "fd00::2";
export const TCP_PORT = 5683;
/** Where `path` of the server is. */
export const uri = (path: string): string => `coap+tcp://[${SERVER}]/${path}`;

export interface ConnectedOptions extends EndpointOptions {
  readonly connectionLimits?: Partial<ConnectionLimits>;
}

/** A world whose hosts have streams. */
export class ConnectedWorld {
  readonly world = new World({ seed: 1 });
  readonly time = this.world.time;
  readonly streams: VirtualStreams;
  readonly #hosts = new Map<string, VirtualHost>();

  constructor(conditions: StreamConditions = {}) {
    this.streams = new VirtualStreams(this.time, conditions);
  }

  /** An endpoint that listens. */
  server({ connectionLimits, ...options }: ConnectedOptions = {}): Endpoint {
    return this.#endpoint(SERVER, true, connectionLimits, options);
  }

  /** An endpoint that only connects. */
  client({ connectionLimits, ...options }: ConnectedOptions = {}, address = CLIENT): Endpoint {
    return this.#endpoint(address, false, connectionLimits, options);
  }

  /** A raw peer, connected to the server. */
  raw(address = CLIENT): RawPeer {
    return new RawPeer(this.streams).connect(address, SERVER, TCP_PORT);
  }

  /** A raw peer, connected to the server, after the CSMs of both. */
  async introduced(address = CLIENT): Promise<RawPeer> {
    const peer = this.raw(address);
    await this.time.advance(10);
    await peer.ask(EMPTY_CSM);
    return peer;
  }

  /** A raw server, which takes one connection. */
  listening(): RawPeer {
    return new RawPeer(this.streams).accept(SERVER, TCP_PORT);
  }

  #endpoint(
    address: string,
    listens: boolean,
    limits: Partial<ConnectionLimits> | undefined,
    options: EndpointOptions,
  ): Endpoint {
    const { streams } = this;
    let host = this.#hosts.get(address);
    if (!host) this.#hosts.set(address, (host = this.world.host(address)));
    const listener = listens ? streams.listener(address) : undefined;
    const transport = tcpTransport(streams.tcp(address), listener, listens ? { port: TCP_PORT } : {});
    return new Endpoint(host, {
      messaging: overConnections(transport, { scheme: "coap+tcp", ...(limits && { limits }) }),
      ...options,
    });
  }
}
