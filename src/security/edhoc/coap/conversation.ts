/** A client's requests to an EDHOC resource, whichever its role: RFC 9528 appendix A.2. */

import { CID_EDHOC_CBOR_SEQ, EDHOC_CBOR_SEQ } from "../../../coap/codec/content-format.js";
import type { Client } from "../../../coap/client/client.js";
import type { RequestOptions } from "../../../coap/request-options.js";
import type { ClientResponse } from "../../../coap/client-response.js";
import { ResponseError } from "../../../coap/errors.js";
import { decodeErrorMessage } from "../codec/error-message.js";
import { EdhocError, EdhocPeerError } from "../errors.js";
import type { Step } from "../progress.js";
import { addPrefix, type Prefixed } from "./prefix.js";

/** Of each of the requests, such as a time limit or a signal to give up. */
export type ConversationOptions = Pick<RequestOptions, "address" | "signal" | "timeoutMs" | "blockSize">;

/** How long whoever asked waits until the server has heard why the session has ended, in milliseconds. */
export const TELL_MS = 5_000;

/** What a request carries. */
export type SentMessage = Exclude<Step, "nothing more"> | "request" | "error message";

/** The server has answered a message with an error response that is none of EDHOC's: the cause. */
export class EdhocResponseError extends EdhocError {
  override name = "EdhocResponseError";
  /** What was answered. */
  readonly answered: SentMessage;
  /** Of the response. */
  readonly code: number;

  constructor(answered: SentMessage, cause: ResponseError) {
    super(`expected the server to take ${answered}`, undefined, { cause });
    this.answered = answered;
    this.code = cause.code;
  }
}

/** The requests of one session. */
export class Conversation {
  readonly #client: Client;
  readonly #uri: string;
  readonly #options: ConversationOptions | undefined;

  constructor(client: Client, uri: string, options: ConversationOptions | undefined) {
    this.#client = client;
    this.#uri = uri;
    this.#options = options;
  }

  /**
   * Sends a message, or an empty request, which asks for the server's message_1; resolves with the response, whose
   * payload is the server's next message.
   *
   * @param what is sent, for errors
   * @param timeoutMs absent: that of all requests
   * @throws {EdhocPeerError} where that is an error message
   * @throws {EdhocResponseError} for an error response without one
   * @throws {CoapError} as requests do
   */
  async post(
    what: SentMessage,
    prefixed?: Prefixed,
    timeoutMs = this.#options?.timeoutMs,
  ): Promise<ClientResponse> {
    const message = prefixed && { payload: addPrefix(prefixed), contentFormat: CID_EDHOC_CBOR_SEQ };
    try {
      const limit = timeoutMs !== undefined && { timeoutMs };
      return await this.#client.post(this.#uri, { ...this.#options, ...message, ...limit });
    } catch (error) {
      if (!(error instanceof ResponseError)) throw error;
      throw edhocErrorIn(error) ?? new EdhocResponseError(what, error);
    }
  }

  /** Tells the server why the session has ended. @param connectionId the server's; it finds no session without it */
  async tell(connectionId: Uint8Array | undefined, error: unknown): Promise<void> {
    if (!(error instanceof EdhocError) || error.reply === undefined || connectionId === undefined) return;
    const { timeoutMs = TELL_MS } = this.#options ?? {};
    try {
      await this.post("error message", { connectionId, message: error.reply }, Math.min(timeoutMs, TELL_MS));
    } catch {
      // What ended the session counts; that the server may not have heard of it does not.
    }
  }
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
