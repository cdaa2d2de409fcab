/**
 * The client's side of EDHOC over CoAP, in the forward message flow: the client is the Initiator. RFC 9528
 * appendix A.2.1.
 */

import type { Client } from "../../../coap/client/client.js";
import type { Addressee, PendingMessages } from "./pending-messages.js";
import { EdhocPeerError, EdhocUsageError } from "../errors.js";
import { Initiator, type InitiatorOptions } from "../initiator.js";
import { DEFAULT_SUITES } from "../role.js";
import type { EdhocSession } from "../session.js";
import { freeConnectionId } from "./connection-ids.js";
import { Conversation, type ConversationOptions } from "./conversation.js";

export interface EstablishOptions extends Omit<InitiatorOptions, "connectionId"> {
  /** C_I; a short one that is not taken where absent. */
  readonly connectionId?: Uint8Array;
  /** Whether this endpoint has given a connection identifier to another session, or to a security context of OSCORE. */
  readonly isTaken?: (connectionId: Uint8Array) => boolean;
  /**
   * Sends message_3 not by itself but with the first request that is protected with the keys of the session, which saves
   * a round trip (RFC 9668); not together with message_4. What takes it is a `CombinedRequests`.
   */
  readonly combined?: { readonly pending: PendingMessages };
  readonly request?: ConversationOptions;
}

/**
 * Runs EDHOC with a server as the Initiator. Where the server asks for another cipher suite that we support, a second
 * session is tried with it (RFC 9528 §6.3.1).
 *
 * @param uri of the server's resource, such as `coap://[2001:db8::1]/.well-known/edhoc`
 * @throws {EdhocError} when the session ends early; {@link EdhocPeerError} where the server has ended it, and
 * `EdhocResponseError` where it answers with another error
 * @throws {CoapError} as requests do @throws {UnsupportedAlgorithmError}
 */
export async function establishEdhoc(
  client: Client,
  uri: string,
  options: EstablishOptions,
): Promise<EdhocSession> {
  const { combined, message4 } = options;
  if (combined !== undefined && message4 === true)
    throw new EdhocUsageError("expected either combined requests or message_4");
  const answered = await beginEdhoc(client, uri, options);
  const { session, message3, remote } = answered;
  if (combined === undefined) await answered.complete();
  else {
    combined.pending.add(remote, session.peerConnectionId, message3);
    answered.close();
  }
  return session;
}

/** A session whose message_2 has been verified; message_3 is to be sent. */
export interface AnsweredSession {
  readonly session: EdhocSession;
  readonly message3: Uint8Array;
  /** The server. */
  readonly remote: Addressee;
  /** Sends message_3 by itself, and takes message_4. @throws as {@link establishEdhoc} */
  complete(): Promise<void>;
  /** Forgets the key of message_4, where none is awaited any more. */
  close(): void;
}

/** Runs EDHOC up to message_2, as {@link establishEdhoc} does. @throws as {@link establishEdhoc} */
export async function beginEdhoc(
  client: Client,
  uri: string,
  options: EstablishOptions,
): Promise<AnsweredSession> {
  // On a stack of its own: those of devices have 512 slots.
  await Promise.resolve();
  try {
    return await begin(client, uri, options);
  } catch (error) {
    const { suites = DEFAULT_SUITES } = options;
    const peerSuites = options.peerSuites === undefined ? askedFor(error) : undefined;
    if (!peerSuites?.some((number) => suites.includes(number))) throw error;
    return begin(client, uri, { ...options, peerSuites });
  }
}

/** SUITES_R, where the server has ended the session with it. */
function askedFor(error: unknown): readonly number[] | undefined {
  return error instanceof EdhocPeerError ? error.received.suites : undefined;
}

async function begin(client: Client, uri: string, options: EstablishOptions): Promise<AnsweredSession> {
  const { random, isTaken = () => false, message4: expectsMessage4 = false, request } = options;
  const conversation = new Conversation(client, uri, request);
  const initiator = new Initiator({
    ...options,
    connectionId: options.connectionId ?? freeConnectionId(random, isTaken),
  });
  return orTell(conversation, initiator, async () => {
    const message1 = { connectionId: undefined, message: initiator.composeMessage1() };
    const { payload: message2, remote } = await conversation.post("message_1", message1);
    const { message3, session } = initiator.processMessage2(message2);
    const prefixed = { connectionId: session.peerConnectionId, message: message3 };
    const complete = (): Promise<void> =>
      orTell(conversation, initiator, async () => {
        const { payload: message4 } = await conversation.post("message_3", prefixed);
        if (expectsMessage4 === true || (expectsMessage4 && message4.length > 0))
          initiator.processMessage4(message4);
        initiator.close();
      });
    return { session, message3, remote, complete, close: () => initiator.close() };
  });
}

/** Ends the session where a step fails, and tells the server. */
async function orTell<T>(
  conversation: Conversation,
  initiator: Initiator,
  step: () => Promise<T>,
): Promise<T> {
  try {
    return await step();
  } catch (error) {
    initiator.close();
    await conversation.tell(initiator.peerConnectionId, error);
    throw error;
  }
}
