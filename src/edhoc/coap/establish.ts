/**
 * The client's side of EDHOC over CoAP, in the forward message flow: the client is the Initiator. RFC 9528
 * appendix A.2.1.
 */

import { CID_EDHOC_CBOR_SEQ, EDHOC_CBOR_SEQ } from "../../coap/codec/content-format.js";
import type { Client } from "../../coap/client/client.js";
import type { RequestOptions } from "../../coap/client/request-options.js";
import type { ClientResponse } from "../../coap/client/response.js";
import { ResponseError } from "../../coap/errors.js";
import type { CombinedRequests } from "../combined/combined-requests.js";
import { decodeErrorMessage } from "../codec/error-message.js";
import { EdhocError, EdhocPeerError, EdhocUsageError } from "../errors.js";
import { Initiator, type InitiatorOptions } from "../initiator.js";
import { DEFAULT_SUITES } from "../role.js";
import type { EdhocSession } from "../session.js";
import { freeConnectionId } from "./connection-ids.js";
import { addPrefix } from "./prefix.js";

export interface EstablishOptions extends Omit<InitiatorOptions, "connectionId"> {
  /** C_I; a short one that is not taken where absent. */
  readonly connectionId?: Uint8Array;
  /** Whether this endpoint has given a connection identifier to another session, or to a security context of OSCORE. */
  readonly isTaken?: (connectionId: Uint8Array) => boolean;
  /**
   * Sends message_3 not by itself but with the first request that is protected with the keys of the session, which saves
   * a round trip (RFC 9668); not together with message_4.
   */
  readonly combined?: CombinedRequests;
  /** Of each of the requests, such as a time limit or a signal to give up. */
  readonly request?: Pick<RequestOptions, "address" | "signal" | "timeoutMs" | "blockSize">;
}

/**
 * Runs EDHOC with a server as the Initiator. Where the server asks for another cipher suite that we support, a second
 * session is tried with it (RFC 9528 §6.3.1).
 *
 * @param uri of the server's resource, such as `coap://[2001:db8::1]/.well-known/edhoc`
 * @throws {EdhocError} when the session ends early; {@link EdhocPeerError} where the server has ended it
 * @throws {CoapError} as requests do @throws {UnsupportedAlgorithmError}
 */
export async function establishEdhoc(
  client: Client,
  uri: string,
  options: EstablishOptions,
): Promise<EdhocSession> {
  // On a stack of its own: those of devices have 512 slots.
  await Promise.resolve();
  try {
    return await new Exchange(client, uri, options).run();
  } catch (error) {
    const { suites = DEFAULT_SUITES } = options;
    const peerSuites = options.peerSuites === undefined ? askedFor(error) : undefined;
    if (!peerSuites?.some((number) => suites.includes(number))) throw error;
    return new Exchange(client, uri, { ...options, peerSuites }).run();
  }
}

/** SUITES_R, where the server has ended the session with it. */
function askedFor(error: unknown): readonly number[] | undefined {
  return error instanceof EdhocPeerError ? error.received.suites : undefined;
}

/**
 * The EDHOC error that a response carries, also one to a combined request (RFC 9668 §3.3.1); undefined where it has none.
 */
export function edhocErrorIn({ response }: ResponseError): EdhocPeerError | undefined {
  if (response.contentFormat !== EDHOC_CBOR_SEQ) return undefined;
  try {
    return new EdhocPeerError(decodeErrorMessage(response.payload));
  } catch {
    return undefined;
  }
}

class Exchange {
  readonly #client: Client;
  readonly #uri: string;
  readonly #options: EstablishOptions;
  readonly #initiator: Initiator;

  constructor(client: Client, uri: string, options: EstablishOptions) {
    this.#client = client;
    this.#uri = uri;
    this.#options = options;
    if (options.combined !== undefined && options.message4 === true)
      throw new EdhocUsageError("expected either combined requests or message_4");
    const { random, isTaken = () => false } = options;
    const connectionId = options.connectionId ?? freeConnectionId(random, isTaken);
    this.#initiator = new Initiator({ ...options, connectionId });
  }

  async run(): Promise<EdhocSession> {
    const initiator = this.#initiator;
    const { combined, message4: expectsMessage4 } = this.#options;
    try {
      const { payload: message2, remote } = await this.#post(undefined, initiator.composeMessage1());
      const { message3, session } = initiator.processMessage2(message2);
      if (combined !== undefined) combined.pending.add(remote, session.peerConnectionId, message3);
      else {
        const { payload: message4 } = await this.#post(session.peerConnectionId, message3);
        if (expectsMessage4 === true) initiator.processMessage4(message4);
      }
      return session;
    } catch (error) {
      initiator.close();
      await this.#tell(error);
      throw error;
    }
  }

  /** Sends a message behind its prefix; resolves with the response, whose payload is the next one. */
  async #post(connectionId: Uint8Array | undefined, message: Uint8Array): Promise<ClientResponse> {
    try {
      return await this.#client.post(this.#uri, {
        ...this.#options.request,
        payload: addPrefix({ connectionId, message }),
        contentFormat: CID_EDHOC_CBOR_SEQ,
      });
    } catch (error) {
      throw (error instanceof ResponseError ? edhocErrorIn(error) : undefined) ?? error;
    }
  }

  /** The server is told why, as soon as there is an identifier to find the session by. */
  async #tell(error: unknown): Promise<void> {
    const connectionId = this.#initiator.peerConnectionId;
    if (!(error instanceof EdhocError) || error.reply === undefined || connectionId === undefined) return;
    try {
      await this.#post(connectionId, error.reply);
    } catch {
      // What ended the session counts; that the server may not have heard of it does not.
    }
  }
}
