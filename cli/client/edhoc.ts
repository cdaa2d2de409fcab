/** Keys of EDHOC with a server, for one command. RFC 9528 appendix A.2.1, RFC 9668. */

import { nodeCrypto } from "../../hosts/node/crypto/node-crypto.js";
import type { FileCredentials } from "../../services/credentials/file-credentials.js";
import { NodeRandom } from "../../hosts/node/random.js";
import type { Client } from "../../src/coap/client/client.js";
import type { RequestOptions } from "../../src/coap/request-options.js";
import { NOT_FOUND } from "../../src/coap/codec/code.js";
import { formatUri, parseUri } from "../../src/coap/codec/uri.js";
import type { MessageProtectionFactory } from "../../src/coap/requesting/message-protection.js";
import { EdhocResponseError } from "../../src/security/edhoc/coap/conversation.js";
import { WELL_KNOWN_EDHOC } from "../../src/security/edhoc/coap/server.js";
import { CombinedRequests } from "../../src/security/edhoc/combined/combined-requests.js";
import { EdhocClient } from "../../src/security/edhoc/combined/edhoc-client.js";
import type { EdhocFlow } from "../../src/security/edhoc/combined/edhoc-client.js";
import { methodOf } from "../../src/security/edhoc/method.js";
import { SecurityContexts } from "../../src/security/oscore/contexts/security-contexts.js";
import { oscore } from "../../src/security/oscore/layer/oscore.js";
import { FailureError, UsageError } from "../exit-code.js";
import { printSession } from "../keys/edhoc-option.js";
import type { Destination } from "./destination.js";
import type { ClientProtection } from "./oscore-or-edhoc.js";

/** How EDHOC is run. */
export interface EdhocRequest extends Pick<RequestOptions, "signal" | "timeoutMs"> {
  /** Whether what is asked can be asked again. */
  readonly isRepeatable: boolean;
  /** Shows that it happened. */
  readonly verbose: boolean;
  /** combined where absent. */
  readonly flow?: EdhocFlow | undefined;
}

export class EdhocProtection implements ClientProtection {
  readonly factory: MessageProtectionFactory;
  readonly #name: string;
  readonly #destination: Destination;
  readonly #request: EdhocRequest;
  readonly #edhoc: EdhocClient;

  /** @param name of the security context @throws {UsageError} where the peers' keys ask for several methods */
  constructor(name: string, credentials: FileCredentials, destination: Destination, request: EdhocRequest) {
    const { credentials: own, peers, suites, peerUses } = credentials;
    if (peerUses.size > 1)
      throw new UsageError("expected servers with keys of one use, got some for signatures and some not");
    const contexts = new SecurityContexts(nodeCrypto, 1);
    const combined = new CombinedRequests();
    const { flow, verbose } = request;
    this.#edhoc = new EdhocClient({
      crypto: nodeCrypto,
      random: new NodeRandom(),
      credentials: own,
      peers,
      suites,
      method: methodOf(own[0]!.use === "signature", peerUses.has("signature")),
      contexts,
      combined,
      ...(flow && { flow }),
      ...(verbose && { onSession: (session) => printSession(session, destination) }),
    });
    this.#name = name;
    this.#destination = destination;
    this.#request = request;
    this.factory = combined.around(oscore({ contexts }));
  }

  /** As the flow says: see {@link EdhocFlow}; message_3 goes by itself where what is asked cannot be asked again. */
  async ask<T>(client: Client, use: (client: Client) => Promise<T>): Promise<T> {
    const { uri, address } = this.#destination;
    const { signal, timeoutMs, isRepeatable } = this.#request;
    const resource = formatUri({ ...parseUri(uri), path: WELL_KNOWN_EDHOC.split("/"), query: [] });
    const request = { address, ...(signal && { signal }), ...(timeoutMs !== undefined && { timeoutMs }) };
    try {
      return await this.#edhoc.ask(client, { uri: resource, name: this.#name, request }, use, isRepeatable);
    } catch (error) {
      const isNotThere =
        error instanceof EdhocResponseError && error.answered === "message_1" && error.code === NOT_FOUND;
      if (!isNotThere) throw error;
      throw new FailureError(`${resource}: the server does not run EDHOC`, { cause: error.cause });
    }
  }
}
