/** A server with an EDHOC resource and clients, on a virtual network. */

import { CID_EDHOC_CBOR_SEQ } from "../../../../../src/coap/codec/content-format.js";
import type { Client } from "../../../../../src/coap/client/client.js";
import type { ClientResponse } from "../../../../../src/coap/client-response.js";
import { Message } from "../../../../../src/coap/codec/message.js";
import { Endpoint, type EndpointOptions } from "../../../../../src/coap/endpoint.js";
import { ResponseError } from "../../../../../src/coap/errors.js";
import { Site } from "../../../../../src/coap/server/site.js";
import { establishEdhoc, type EstablishOptions } from "../../../../../src/security/edhoc/coap/establish.js";
import {
  establishEdhocAsResponder,
  type EstablishAsResponderOptions,
} from "../../../../../src/security/edhoc/coap/establish-as-responder.js";
import { addPrefix } from "../../../../../src/security/edhoc/coap/prefix.js";
import {
  WELL_KNOWN_EDHOC,
  EdhocServer,
  type EdhocServerOptions,
} from "../../../../../src/security/edhoc/coap/server.js";
import type { CredentialSource } from "../../../../../src/security/edhoc/credential.js";
import type { EdhocSession } from "../../../../../src/security/edhoc/session.js";
import type { CryptoPlatform, Platform } from "../../../../../src/ports/platform.js";
import { hostCrypto, World } from "../../../../portable.js";
import { Parties } from "../suites/parties.js";

export const SERVER = "fd00::1";
export const URI = `coap://[${SERVER}]/${WELL_KNOWN_EDHOC}`;

/** What an exchange came to. */
export interface Answer {
  readonly code: number;
  readonly payload: Uint8Array;
  readonly contentFormat: number | undefined;
  readonly maxAge: number;
}

/** A host of the world as a platform with cryptography. */
export function withCrypto(
  { udp, timers, clock, random, keyValue, console }: Platform,
  crypto = hostCrypto(),
): CryptoPlatform {
  return { udp, timers, clock, random, keyValue, console, crypto };
}

export class EdhocLab {
  readonly world = new World({ seed: 1 });
  readonly parties: Parties;
  readonly site = new Site();
  /** The server's sessions. */
  readonly sessions: EdhocSession[] = [];
  /** What the server told its console. */
  readonly lines: readonly string[];
  readonly server: Endpoint;

  readonly edhoc: EdhocServer;

  /** @param endpoint further options of the server's endpoint @param crypto of both sides */
  constructor(
    options: Partial<EdhocServerOptions> = {},
    endpoint: (edhoc: EdhocServer) => EndpointOptions = () => ({}),
    crypto = hostCrypto(),
  ) {
    this.parties = new Parties(crypto);
    const host = this.world.host(SERVER);
    this.lines = host.lines;
    this.edhoc = new EdhocServer({
      platform: withCrypto(host, crypto),
      credentials: this.parties.responders,
      peers: this.parties.know(this.parties.initiators),
      onSession: (session) => this.sessions.push(session),
      ...options,
    });
    this.server = new Endpoint(host, { port: 5683, site: this.site, ...endpoint(this.edhoc) });
    this.site.add(WELL_KNOWN_EDHOC, this.edhoc.resource);
  }

  /** A client at another address each time. */
  client(address: string, onResponse: (code: number) => void = () => {}): Client {
    return new Endpoint(this.world.host(address), {
      trace: ({ direction, bytes }) => {
        if (direction === "in") onResponse(Message.parse(bytes).code);
      },
    }).client;
  }

  establish(client: Client, options: Partial<EstablishOptions> = {}): Promise<EdhocSession> {
    return this.world.time.until(
      establishEdhoc(client, URI, {
        crypto: this.parties.crypto,
        random: this.parties.random,
        credentials: this.parties.initiators,
        peers: this.servers,
        method: 3,
        ...options,
      }),
    );
  }

  /** In the reverse message flow. */
  establishAsResponder(
    client: Client,
    options: Partial<EstablishAsResponderOptions> = {},
  ): Promise<EdhocSession> {
    return this.world.time.until(
      establishEdhocAsResponder(client, URI, {
        crypto: this.parties.crypto,
        random: this.parties.random,
        credentials: this.parties.initiators,
        peers: this.servers,
        ...options,
      }),
    );
  }

  /** Whom clients trust: the server. */
  get servers(): CredentialSource {
    return this.parties.know(this.parties.responders);
  }

  /** Asks for a session in the reverse message flow. */
  begin(client: Client): Promise<Answer> {
    return this.#answer(client.post(URI));
  }

  /** Sends a message of a session. */
  send(client: Client, connectionId: Uint8Array, message: Uint8Array): Promise<Answer> {
    return this.post(client, addPrefix({ connectionId, message }));
  }

  /** Posts a payload, and takes any answer. */
  post(client: Client, payload: Uint8Array, contentFormat = CID_EDHOC_CBOR_SEQ): Promise<Answer> {
    return this.#answer(client.post(URI, { payload, contentFormat }));
  }

  async #answer(response: Promise<ClientResponse>): Promise<Answer> {
    try {
      return await this.world.time.until(response);
    } catch (error) {
      if (error instanceof ResponseError) return error.response;
      throw error;
    }
  }

  close(): void {
    this.server.close();
  }
}
