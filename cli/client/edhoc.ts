/** Keys of EDHOC with a server, for one command. RFC 9528 appendix A.2.1, RFC 9668. */

import { nodeCrypto } from "../../hosts/node/crypto/node-crypto.js";
import type { FileCredentials } from "../../hosts/node/keys/file-credentials.js";
import { NodeRandom } from "../../hosts/node/random.js";
import type { Client } from "../../src/coap/client/client.js";
import type { RequestOptions } from "../../src/coap/client/request-options.js";
import { BAD_OPTION, NOT_FOUND } from "../../src/coap/codec/code.js";
import { MessageTooLargeError } from "../../src/coap/codec/message.js";
import { formatUri, parseUri } from "../../src/coap/codec/uri.js";
import { ResponseError } from "../../src/coap/errors.js";
import type { ProtectionFactory } from "../../src/coap/requesting/protection.js";
import { edhocErrorIn } from "../../src/edhoc/coap/conversation.js";
import { establishEdhoc } from "../../src/edhoc/coap/establish.js";
import { WELL_KNOWN_EDHOC } from "../../src/edhoc/coap/server.js";
import { CombinedRequests } from "../../src/edhoc/combined/combined-requests.js";
import { methodOf } from "../../src/edhoc/method.js";
import { SecurityContexts } from "../../src/oscore/contexts/security-contexts.js";
import { oscore } from "../../src/oscore/layer/oscore.js";
import { FailureError, UsageError } from "../exit-code.js";
import { printSession } from "../keys/edhoc-option.js";
import type { Destination } from "./destination.js";
import type { ClientProtection } from "./protection.js";

/** How EDHOC is run. */
export interface EdhocRequest extends Pick<RequestOptions, "signal" | "timeoutMs"> {
  /** Whether what is asked can be asked again. */
  readonly isRepeatable: boolean;
  /** Shows that it happened. */
  readonly verbose: boolean;
}

export class EdhocProtection implements ClientProtection {
  readonly factory: ProtectionFactory;
  readonly #name: string;
  readonly #credentials: FileCredentials;
  readonly #method: number;
  readonly #destination: Destination;
  readonly #request: EdhocRequest;
  readonly #contexts = new SecurityContexts(nodeCrypto, 1);
  readonly #combined = new CombinedRequests();

  /** @param name of the security context @throws {UsageError} where the peers' keys ask for several methods */
  constructor(name: string, credentials: FileCredentials, destination: Destination, request: EdhocRequest) {
    const [own] = credentials.credentials;
    if (credentials.peerUses.size > 1)
      throw new UsageError("expected servers with keys of one use, got some for signatures and some not");
    this.#method = methodOf(own!.use === "signature", credentials.peerUses.has("signature"));
    this.#name = name;
    this.#credentials = credentials;
    this.#destination = destination;
    this.#request = request;
    this.factory = this.#combined.around(oscore({ contexts: this.#contexts }));
  }

  /**
   * With message_3 in the first request; by itself where the server does not take that, they do not fit together
   * (RFC 9668 §3.2.2), or the request could not be repeated.
   */
  async ask<T>(client: Client, use: (client: Client) => Promise<T>): Promise<T> {
    const { isRepeatable } = this.#request;
    await this.#establish(client, isRepeatable ? this.#combined : undefined);
    try {
      return await use(client);
    } catch (error) {
      const isRefused = error instanceof ResponseError && error.code === BAD_OPTION;
      const mayDoWithout = isRefused || error instanceof MessageTooLargeError;
      if (!isRepeatable || !mayDoWithout)
        throw (error instanceof ResponseError ? edhocErrorIn(error) : undefined) ?? error;
    }
    this.#contexts.remove(this.#name);
    await this.#establish(client, undefined);
    return use(client);
  }

  async #establish(client: Client, combined: CombinedRequests | undefined): Promise<void> {
    const { uri, address, port } = this.#destination;
    const { credentials, peers, suites } = this.#credentials;
    const { signal, timeoutMs, verbose } = this.#request;
    const resource = formatUri({ ...parseUri(uri), path: WELL_KNOWN_EDHOC.split("/"), query: [] });
    try {
      const session = await establishEdhoc(client, resource, {
        crypto: nodeCrypto,
        random: new NodeRandom(),
        credentials,
        peers,
        suites,
        method: this.#method,
        request: { address, ...(signal && { signal }), ...(timeoutMs !== undefined && { timeoutMs }) },
        ...(combined && { combined }),
      });
      this.#contexts.add(this.#name, session.oscore());
      if (verbose) printSession(session, { address, port });
      session.close();
    } catch (error) {
      if (error instanceof ResponseError && error.code === NOT_FOUND)
        throw new FailureError(`${resource}: the server does not run EDHOC`, { cause: error });
      throw error;
    }
  }
}
