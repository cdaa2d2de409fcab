import type { Client } from "../../../../../src/coap/client/client.js";
import { Message } from "../../../../../src/coap/codec/message.js";
import { EDHOC } from "../../../../../src/coap/codec/option-number.js";
import { Options } from "../../../../../src/coap/codec/options.js";
import { Endpoint } from "../../../../../src/coap/endpoint.js";
import { ClientErrorResponse } from "../../../../../src/coap/errors.js";
import { fromHex } from "../../../../../src/bytes/hex.js";
import type { MessageProtectionFactory } from "../../../../../src/coap/requesting/message-protection.js";
import { changed, text } from "../../../../../src/coap/server/response.js";
import type { EstablishOptions } from "../../../../../src/security/edhoc/coap/establish.js";
import type { EdhocServer, EdhocServerOptions } from "../../../../../src/security/edhoc/coap/server.js";
import { CombinedRequests } from "../../../../../src/security/edhoc/combined/combined-requests.js";
import { SecurityContexts } from "../../../../../src/security/oscore/contexts/security-contexts.js";
import { oscore } from "../../../../../src/security/oscore/layer/oscore.js";
import { assert, hostCrypto, type VirtualHost } from "../../../../portable.js";
import { EdhocLab, SERVER } from "../coap/lab.js";

export const CLIENT = "fd00::2";
export const WHO = `coap://[${SERVER}]/who`;

/** A client and a server with OSCORE and combined requests. */
export class CombinedLab {
  readonly serverContexts = new SecurityContexts(hostCrypto());
  readonly contexts = new SecurityContexts(hostCrypto());
  readonly combined = new CombinedRequests();
  readonly lab: EdhocLab;
  readonly host: VirtualHost;
  readonly client: Client;
  /** What the client sent. */
  readonly sent: Message[] = [];
  readonly received: Message[] = [];
  readonly bodies: number[] = [];

  /** @param protect makes what protects the server, of OSCORE */
  constructor(
    options: Partial<EdhocServerOptions> = {},
    protect: (edhoc: EdhocServer, factory: MessageProtectionFactory) => MessageProtectionFactory = (
      edhoc,
      factory,
    ) => new CombinedRequests(edhoc).around(factory),
  ) {
    this.lab = new EdhocLab(
      { onSession: (session) => void this.serverContexts.add("client", session.oscore()), ...options },
      (edhoc) => ({ oscore: protect(edhoc, oscore({ contexts: this.serverContexts })) }),
    );
    this.lab.site.add("who", {
      get: ({ remote }) => text(String(remote.securityContext)),
      put: ({ payload }) => {
        this.bodies.push(payload.length);
        return changed();
      },
    });
    this.host = this.lab.world.host(CLIENT);
    this.client = new Endpoint(this.host, {
      oscore: this.combined.around(oscore({ contexts: this.contexts })),
      trace: ({ direction, bytes }) => {
        (direction === "out" ? this.sent : this.received).push(new Message(bytes));
      },
    }).client;
  }

  /** Runs EDHOC up to message_2, and takes the keys. */
  async begin(options: Partial<EstablishOptions> = {}): Promise<void> {
    const session = await this.lab.establish(this.client, { combined: this.combined, ...options });
    this.contexts.add("server", session.oscore());
  }

  /** Asks the server who it thinks we are. */
  async ask(): Promise<string> {
    const request = this.client.get(WHO, { securityContext: "server" });
    return (await this.lab.world.time.until(request)).text();
  }

  /** The error response to the first protected request. */
  async refusal(): Promise<ClientErrorResponse> {
    return assert.rejects(this.ask(), ClientErrorResponse);
  }

  /** The error response to an unprotected request with an EDHOC option. */
  async unprotected(): Promise<ClientErrorResponse> {
    const options = new Options().add(EDHOC, fromHex(""));
    const request = this.client.post(WHO, { options, payload: fromHex("4101ff") });
    return assert.rejects(this.lab.world.time.until(request), ClientErrorResponse);
  }
}
