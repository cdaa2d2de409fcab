/** Which responses a caller gets as a result, and which as an error. RFC 7252 §5.9. */

import { ClientResponse } from "../client-response.js";
import { CONTINUE, EMPTY, codeClass, isFinalSuccess } from "../codec/code.js";
import type { Message } from "../codec/message.js";
import { ClientErrorResponse, ProtocolError, ServerErrorResponse, type ResponseError } from "../errors.js";
import type { Peer } from "../messaging/peer.js";

/** @throws {ResponseError} for classes 4 and 5 @throws {ProtocolError} for 2.31, which is no final response */
export function requireSuccess(message: Message, peer: Peer, roundTripMs?: number): void {
  // Nothing came, and nothing had to (RFC 7967 §2.1).
  if (isFinalSuccess(message.code) || message.code === EMPTY) return;
  if (message.code === CONTINUE)
    throw new ProtocolError("expected the final response, got 2.31 Continue though nothing is to follow");
  throw responseError(new ClientResponse(message, message.payload, peer, roundTripMs));
}

/** The error that a response of class 4 or 5 is. */
export function responseError(response: ClientResponse): ResponseError {
  return codeClass(response.code) === 5
    ? new ServerErrorResponse(response)
    : new ClientErrorResponse(response);
}
