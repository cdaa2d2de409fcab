/** What a request can end with besides a response of class 2. */

import { SERVICE_UNAVAILABLE, TOO_MANY_REQUESTS, codeName, formatCode } from "./codec/code.js";
import { CONCISE_PROBLEM_DETAILS_CBOR } from "./codec/content-format.js";
import { decodeProblemDetails, type ProblemDetails } from "./problem-details.js";
import { decodeUtf8 } from "../bytes/utf8.js";
import type { ClientResponse } from "./client-response.js";

/**
 * Longest pause before a request is repeated that an answer can ask for, in seconds. Anybody can send an answer that is
 * not protected, and an honest server is asked often enough like this.
 */
export const MAX_RETRY_AFTER_S = 3600;

/** Base of all errors of an exchange. */
export class CoapError extends Error {
  override name = "CoapError";
}

/** No acknowledgement or no response within the time allowed (RFC 7252 §4.2). */
export class TimeoutError extends CoapError {
  override name = "TimeoutError";
}

/** The peer rejected the message with a Reset (RFC 7252 §4.2). */
export class ResetError extends CoapError {
  override name = "ResetError";
}

/** The network refused the datagram, or reported that nobody listens there. */
export class RefusedError extends CoapError {
  override name = "RefusedError";
}

/** The connection to the peer ended before its response came (RFC 8323 §3.4, §5.5, §5.6). */
export class DisconnectedError extends CoapError {
  override name = "DisconnectedError";
}

/** The caller gave up. */
export class CancelledError extends CoapError {
  override name = "CancelledError";
}

/** The peer's answer does not follow the protocol. */
export class ProtocolError extends CoapError {
  override name = "ProtocolError";
}

/** A limit of this endpoint was reached; its name is in the message. */
export class LimitError extends CoapError {
  override name = "LimitError";
}

/** A response of class 4 or 5. */
export class ResponseError extends CoapError {
  override name = "ResponseError";
  readonly code: number;
  /** The diagnostic payload (RFC 7252 §5.5.2), empty where there is none. */
  readonly diagnostic: string;
  /** What went wrong, where the payload says it for machines (RFC 9290). */
  readonly problem: ProblemDetails | undefined;
  readonly response: ClientResponse;

  constructor(response: ClientResponse) {
    const diagnostic = diagnosticOf(response);
    const problem = problemOf(response);
    const name = `${formatCode(response.code)} ${codeName(response.code) ?? "(unassigned)"}`;
    const explanation = textOf(problem?.detail ?? problem?.title) ?? diagnostic;
    super(explanation === "" ? name : `${name}: ${explanation}`);
    this.code = response.code;
    this.diagnostic = diagnostic;
    this.problem = problem;
    this.response = response;
  }

  /**
   * Seconds after which the request may be repeated, where the server is only busy: 4.29 (RFC 8516 §4) and 5.03
   * (RFC 7252 §5.9.3.4); at most {@link MAX_RETRY_AFTER_S}, whatever its Max-Age.
   */
  get retryAfterS(): number | undefined {
    const isBusy = this.code === TOO_MANY_REQUESTS || this.code === SERVICE_UNAVAILABLE;
    return isBusy ? Math.min(this.response.maxAge, MAX_RETRY_AFTER_S) : undefined;
  }
}

/** A response of class 4: the request was at fault (RFC 7252 §5.9.2). */
export class ClientErrorResponse extends ResponseError {
  override name = "ClientErrorResponse";
}

/** A response of class 5: the server failed (RFC 7252 §5.9.3). */
export class ServerErrorResponse extends ResponseError {
  override name = "ServerErrorResponse";
}

/** RFC 9290 §2; nothing where it is malformed. */
function problemOf({ contentFormat, payload }: ClientResponse): ProblemDetails | undefined {
  if (contentFormat !== CONCISE_PROBLEM_DETAILS_CBOR) return undefined;
  try {
    return decodeProblemDetails(payload);
  } catch {
    return undefined;
  }
}

function textOf(text: ProblemDetails["title"]): string | undefined {
  return typeof text === "object" ? text.text : text;
}

function diagnosticOf(response: ClientResponse): string {
  if (response.contentFormat !== undefined && response.contentFormat !== 0) return "";
  try {
    return decodeUtf8(response.payload);
  } catch {
    return "";
  }
}
