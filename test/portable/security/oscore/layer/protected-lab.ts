/** A server and a client in virtual time that share security contexts. */

import { Endpoint, type EndpointOptions } from "../../../../../src/coap/endpoint.js";
import { Site } from "../../../../../src/coap/server/site.js";
import { fromHex } from "../../../../../src/bytes/hex.js";
import type { ContextParameters } from "../../../../../src/security/oscore/context/parameters.js";
import { SecurityContexts } from "../../../../../src/security/oscore/contexts/security-contexts.js";
import { oscore } from "../../../../../src/security/oscore/layer/oscore.js";
import { World, hostCrypto, type VirtualHost } from "../../../../portable.js";

export const CLIENT = "fd00::1";
export const SERVER = "fd00::2";

/** The parameters of RFC 8613 §C.1.1. */
export const CLIENT_PARAMETERS: ContextParameters = {
  masterSecret: fromHex("0102030405060708090a0b0c0d0e0f10"),
  masterSalt: fromHex("9e7ca92223786340"),
  senderId: fromHex(""),
  recipientId: fromHex("01"),
};

/** The same at the other end: RFC 8613 §C.1.2. */
export function mirrored(parameters: ContextParameters): ContextParameters {
  return { ...parameters, senderId: parameters.recipientId, recipientId: parameters.senderId };
}

export interface ProtectedLabOptions {
  readonly seed?: number;
  readonly loss?: number;
  readonly server?: EndpointOptions;
  readonly client?: EndpointOptions;
  readonly parameters?: ContextParameters;
}

/** Both have the context `peer`. */
export class ProtectedLab {
  readonly world: World;
  readonly site = new Site();
  readonly clientHost: VirtualHost;
  readonly serverHost: VirtualHost;
  readonly clientContexts = new SecurityContexts(hostCrypto());
  readonly serverContexts = new SecurityContexts(hostCrypto());
  readonly server: Endpoint;
  readonly client: Endpoint;
  /** What the client's endpoint sent and received, as it was on the wire. */
  readonly sent: Uint8Array[] = [];
  readonly received: Uint8Array[] = [];

  constructor({
    seed = 1,
    loss = 0,
    server,
    client,
    parameters = CLIENT_PARAMETERS,
  }: ProtectedLabOptions = {}) {
    this.world = new World({ seed, network: { loss } });
    this.clientHost = this.world.host(CLIENT);
    this.serverHost = this.world.host(SERVER);
    this.clientContexts.add("peer", parameters);
    this.serverContexts.add("peer", mirrored(parameters));
    this.server = new Endpoint(this.serverHost, {
      port: 5683,
      site: this.site,
      oscore: oscore({ contexts: this.serverContexts }),
      ...server,
    });
    this.client = new Endpoint(this.clientHost, {
      oscore: oscore({ contexts: this.clientContexts }),
      trace: ({ direction, bytes }) =>
        void (direction === "out" ? this.sent : this.received).push(bytes.slice()),
      ...client,
    });
  }

  uri(path: string): string {
    return `coap://[${SERVER}]/${path}`;
  }

  until<T>(promise: Promise<T>): Promise<T> {
    return this.world.time.until(promise);
  }

  advance(ms: number): Promise<void> {
    return this.world.time.advance(ms);
  }
}
