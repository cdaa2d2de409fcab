/**
 * The client's side of EDHOC over CoAP, in the forward message flow: the client is the Initiator. RFC 9528
 * appendix A.2.1.
 */

import { CID_EDHOC_CBOR_SEQ, EDHOC_CBOR_SEQ } from "../../coap/codec/content-format.js";
import type { Client } from "../../coap/client/client.js";
import type { RequestOptions } from "../../coap/client/request-options.js";
import { ResponseError } from "../../coap/errors.js";
import { decodeErrorMessage } from "../codec/error-message.js";
import { EdhocError, EdhocPeerError } from "../errors.js";
import { Initiator, type InitiatorOptions } from "../initiator.js";
import type { EdhocSession } from "../session.js";
import { addPrefix } from "./prefix.js";

export interface EstablishOptions extends InitiatorOptions {
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
    const peerSuites = options.peerSuites === undefined ? askedFor(error) : undefined;
    if (peerSuites === undefined) throw error;
    return new Exchange(client, uri, { ...options, peerSuites }).run();
  }
}

/** SUITES_R, where the server has ended the session with it. */
function askedFor(error: unknown): readonly number[] | undefined {
  return error instanceof EdhocPeerError ? error.received.suites : undefined;
}

/** The EDHOC error that a response carries; undefined where it has none. */
function errorOfPeer({ response }: ResponseError): EdhocPeerError | undefined {
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
    this.#initiator = new Initiator(options);
  }

  async run(): Promise<EdhocSession> {
    const initiator = this.#initiator;
    try {
      const message2 = await this.#post(undefined, initiator.composeMessage1());
      const { message3, session } = initiator.processMessage2(message2);
      const message4 = await this.#post(session.peerConnectionId, message3);
      if (this.#options.message4 === true) initiator.processMessage4(message4);
      return session;
    } catch (error) {
      initiator.close();
      await this.#tell(error);
      throw error;
    }
  }

  /** Sends a message behind its prefix; resolves with the one in the response. */
  async #post(connectionId: Uint8Array | undefined, message: Uint8Array): Promise<Uint8Array> {
    try {
      const { payload } = await this.#client.post(this.#uri, {
        ...this.#options.request,
        payload: addPrefix({ connectionId, message }),
        contentFormat: CID_EDHOC_CBOR_SEQ,
      });
      return payload;
    } catch (error) {
      throw (error instanceof ResponseError ? errorOfPeer(error) : undefined) ?? error;
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
