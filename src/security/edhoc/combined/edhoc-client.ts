/**
 * Keys for requests to servers of any make: message_3 goes with the first request where the server takes that (RFC 9668),
 * and by itself where it does not (RFC 9528 appendix A.2.1).
 */

import type { Client } from "../../../coap/client/client.js";
import {
  BAD_OPTION,
  BAD_REQUEST,
  METHOD_NOT_ALLOWED,
  NOT_FOUND,
  UNAUTHORIZED,
} from "../../../coap/codec/code.js";
import { MessageTooLargeError } from "../../../coap/codec/message.js";
import { ResetError, ResponseError } from "../../../coap/errors.js";
import type { NamedContext } from "../../oscore/contexts/named-context.js";
import type { SecurityContexts } from "../../oscore/contexts/security-contexts.js";
import { edhocErrorIn, EdhocResponseError, type ConversationOptions } from "../coap/conversation.js";
import { beginEdhoc, type AnsweredSession, type EstablishOptions } from "../coap/establish.js";
import { UNSPECIFIED } from "../codec/error-message.js";
import { EdhocError, EdhocPeerError } from "../errors.js";
import { forgetOscore, type EdhocSession } from "../session.js";
import type { CombinedRequests } from "./combined-requests.js";

/** Servers that are remembered to take no combined requests; then the oldest is forgotten, and tried again. */
export const MAX_SEQUENTIAL_SERVERS = 8;

/**
 * Responses to a combined request, without protection, of a server that has not taken message_3 for what it is: it does
 * not know the option (4.02, RFC 7252 §5.4.1); has looked for a security context first (4.01), or taken message_3 for
 * ciphertext (4.00, RFC 8613 §8.2); or has looked at the outer request alone (4.04, 4.05). One that has taken it
 * answers with protection, or with an error message of EDHOC (RFC 9668 §3.3.1).
 */
const NOT_COMBINED: readonly number[] = Object.freeze([
  BAD_OPTION,
  UNAUTHORIZED,
  BAD_REQUEST,
  NOT_FOUND,
  METHOD_NOT_ALLOWED,
]);

/**
 * How sessions in the forward message flow are completed, where this side decides (RFC 9528 §3.9, RFC 9668 §2):
 *
 * - combined: by message_3 with the first request (RFC 9668); as sequential where the server does not take that
 * - sequential: by message_3 in a request of its own (RFC 9528 appendix A.2.1); the client verifies a message_4 that comes
 * - message-4: as sequential, and message_4 follows; a server takes combined requests all the same, without (RFC 9668 §5)
 */
export const EDHOC_FLOWS = Object.freeze(["combined", "sequential", "message-4"] as const);

export type EdhocFlow = (typeof EDHOC_FLOWS)[number];

export interface EdhocClientOptions extends Omit<
  EstablishOptions,
  "combined" | "message4" | "connectionId" | "request"
> {
  /** The endpoint's, where the keys are put. */
  readonly contexts: SecurityContexts;
  /** The endpoint's. */
  readonly combined: CombinedRequests;
  /** combined where absent. */
  readonly flow?: EdhocFlow;
  /** The server has shown who it is. The session is closed afterwards. */
  readonly onSession?: (session: EdhocSession) => void;
}

/** A server. */
export interface EdhocServerAddress {
  /** Of its resource, such as `coap://[2001:db8::1]/.well-known/edhoc`. */
  readonly uri: string;
  /** The security context that its keys become; one of that name is replaced. */
  readonly name: string;
  readonly request?: ConversationOptions;
}

/**
 * @example
 * const combined = new CombinedRequests();
 * const endpoint = new Endpoint(platform, { oscore: combined.around(oscore({ contexts })) });
 * const edhoc = new EdhocClient({ crypto, random, credentials, peers, method: 3, contexts, combined });
 * const server = { uri: "coap://[fd00::2]/.well-known/edhoc", name: "door" };
 * await edhoc.ask(endpoint.client, server, (client) => client.get(state, { securityContext: "door" }));
 */
export class EdhocClient {
  readonly #options: EdhocClientOptions;
  /** URIs of those that take no combined requests, oldest first. */
  readonly #sequential: string[] = [];

  constructor(options: EdhocClientOptions) {
    this.#options = options;
  }

  /**
   * Runs EDHOC, and `use`, which asks with the new keys.
   *
   * @param isRepeatable whether `use` may be called again, where the server has not taken its first request; otherwise
   * message_3 goes by itself
   * @throws {EdhocError} where there are no keys, or the server answers without them; otherwise as `use`
   */
  async ask<T>(
    client: Client,
    server: EdhocServerAddress,
    use: (client: Client) => Promise<T>,
    isRepeatable = true,
  ): Promise<T> {
    const { flow = "combined" } = this.#options;
    if (flow !== "combined" || !isRepeatable || this.#sequential.includes(server.uri))
      return this.#askSequentially(client, server, use, flow === "message-4");
    const { combined } = this.#options;
    const { answered, context } = await this.#begin(client, server, "optional");
    combined.pending.add(answered.remote, answered.session.peerConnectionId, answered.message3);
    try {
      return await use(client);
    } catch (error) {
      if (context.isConfirmed || !mayDoWithout(error)) throw explained(error, context);
      return await this.#askAgain(client, server, use, answered, context, error);
    } finally {
      answered.close();
    }
  }

  /** The server has refused the combined request. */
  async #askAgain<T>(
    client: Client,
    server: EdhocServerAddress,
    use: (client: Client) => Promise<T>,
    answered: AnsweredSession,
    context: NamedContext,
    refusal: unknown,
  ): Promise<T> {
    // On a stack of its own: those of devices have 512 slots.
    await Promise.resolve();
    const { combined } = this.#options;
    combined.pending.remove(answered.message3);
    try {
      const result = (await isCompleted(answered, refusal))
        ? await explaining(use(client), context)
        : await this.#askSequentially(client, server, use, false);
      if (!(refusal instanceof MessageTooLargeError)) this.#remember(server.uri);
      return result;
    } catch (error) {
      throw afterRefusal(error, refusal);
    }
  }

  async #askSequentially<T>(
    client: Client,
    server: EdhocServerAddress,
    use: (client: Client) => Promise<T>,
    message4: boolean,
  ): Promise<T> {
    const { answered, context } = await this.#begin(client, server, message4 || "optional");
    try {
      await answered.complete();
    } catch (error) {
      this.#options.contexts.remove(server.name);
      throw error;
    }
    return explaining(use(client), context);
  }

  /** Up to message_2, behind which the keys are there. */
  async #begin(
    client: Client,
    { uri, name, request }: EdhocServerAddress,
    message4: true | "optional",
  ): Promise<{ readonly answered: AnsweredSession; readonly context: NamedContext }> {
    const { contexts, combined: _, onSession, ...options } = this.#options;
    const answered = await beginEdhoc(client, uri, { ...options, message4, ...(request && { request }) });
    contexts.remove(name);
    const { session } = answered;
    // Not by useOscore: a device's stack has 512 slots.
    const parameters = session.oscore();
    try {
      const context = contexts.add(name, parameters);
      onSession?.(session);
      return { answered, context };
    } catch (error) {
      answered.close();
      throw error;
    } finally {
      forgetOscore(parameters);
      session.close();
    }
  }

  #remember(uri: string): void {
    if (this.#sequential.length === MAX_SEQUENTIAL_SERVERS) this.#sequential.shift();
    this.#sequential.push(uri);
  }
}

/**
 * Whether the session is completed by message_3 alone, for which a server that has not known it as such still waits (RFC
 * 9668 §3.2.2). One that has ended the session, or forgotten it, is asked for another one.
 */
async function isCompleted(answered: AnsweredSession, refusal: unknown): Promise<boolean> {
  if (refusal instanceof ResponseError && edhocErrorIn(refusal) !== undefined) return false;
  try {
    await answered.complete();
    return true;
  } catch (error) {
    if (error instanceof EdhocPeerError || error instanceof EdhocResponseError) return false;
    throw error;
  }
}

async function explaining<T>(asked: Promise<T>, context: NamedContext): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    throw explained(error, context);
  }
}

/** Whether an error may mean that message_3 has to go by itself. */
function mayDoWithout(error: unknown): boolean {
  // §3.2.2; RFC 7252 §5.4.1: a Non-confirmable message with an option that is not known is rejected.
  if (error instanceof MessageTooLargeError || error instanceof ResetError) return true;
  if (!(error instanceof ResponseError)) return false;
  const ended = edhocErrorIn(error);
  // §3.3.1: error 1, whatever it was, such as that message_4 should follow.
  return ended ? ended.received.code === UNSPECIFIED : NOT_COMBINED.includes(error.code);
}

/** What an error of a request means, as long as nothing has come that the keys protect. */
function explained(error: unknown, { isConfirmed }: NamedContext): unknown {
  if (isConfirmed || !(error instanceof ResponseError)) return error;
  return (
    edhocErrorIn(error) ??
    new EdhocError(
      "expected a response that is protected with the new keys, got an error without",
      undefined,
      {
        cause: error,
      },
    )
  );
}

/** What happened, where neither way has led to keys; the peer's own words tell the most. */
function afterRefusal(error: unknown, refusal: unknown): unknown {
  if (!(refusal instanceof ResponseError) || !(error instanceof EdhocError)) return error;
  if (error instanceof EdhocPeerError || !(error.cause instanceof ResponseError)) return error;
  const { message } = edhocErrorIn(refusal) ?? refusal;
  const what = error instanceof EdhocResponseError ? error.answered : "a protected request";
  return new EdhocError(
    `expected the server to take message_3 with the first request, got ${message}; then ${what} by itself`,
    undefined,
    { cause: error.cause },
  );
}
