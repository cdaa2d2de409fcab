/**
 * The client's side of EDHOC over CoAP, in the reverse message flow: the client is the Responder. RFC 9528
 * appendix A.2.2.
 *
 * The server's identity is the better protected one: it shows it only to a client that has shown its own. In the forward
 * flow (establish.ts) it is the client's.
 */

import { equalBytes } from "../../../bytes/compare.js";
import type { Client } from "../../../coap/client/client.js";
import { WrongSuiteError } from "../errors.js";
import { Responder, type ResponderOptions } from "../responder.js";
import type { EdhocSession } from "../session.js";
import { freeConnectionId } from "./connection-ids.js";
import { Conversation, type ConversationOptions } from "./conversation.js";

export interface EstablishAsResponderOptions extends Omit<ResponderOptions, "chooseConnectionId"> {
  /** Whether this endpoint has given a connection identifier to another session, or to a security context of OSCORE. */
  readonly isTaken?: (connectionId: Uint8Array) => boolean;
  readonly request?: ConversationOptions;
}

/**
 * Asks a server to run EDHOC as the Initiator. Where the server chose a cipher suite that we do not support, it is told
 * so, and a second session is tried (RFC 9528 §6.3.1).
 *
 * @param uri of the server's resource, such as `coap://[2001:db8::1]/.well-known/edhoc`
 * @throws {EdhocError} when the session ends early; {@link EdhocPeerError} where the server has ended it
 * @throws {CoapError} as requests do @throws {UnsupportedAlgorithmError}
 */
export async function establishEdhocAsResponder(
  client: Client,
  uri: string,
  options: EstablishAsResponderOptions,
): Promise<EdhocSession> {
  // On a stack of its own: those of devices have 512 slots.
  await Promise.resolve();
  try {
    return await respond(client, uri, options);
  } catch (error) {
    if (!(error instanceof WrongSuiteError)) throw error;
    return respond(client, uri, options);
  }
}

async function respond(
  client: Client,
  uri: string,
  options: EstablishAsResponderOptions,
): Promise<EdhocSession> {
  const { random, isTaken = () => false, request } = options;
  const conversation = new Conversation(client, uri, request);
  const responder = new Responder({
    ...options,
    chooseConnectionId: (peers) => freeConnectionId(random, (id) => equalBytes(id, peers) || isTaken(id)),
  });
  try {
    const { payload: message1 } = await conversation.post("request");
    const message2 = responder.processMessage1(message1);
    const connectionId = responder.peerConnectionId;
    const { payload: message3 } = await conversation.post("message_2", { connectionId, message: message2 });
    const { session, message4 } = responder.processMessage3(message3);
    if (message4 !== undefined) await conversation.post("message_4", { connectionId, message: message4 });
    return session;
  } catch (error) {
    responder.close();
    await conversation.tell(responder.peerConnectionId, error);
    throw error;
  }
}
