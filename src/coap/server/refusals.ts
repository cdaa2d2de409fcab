/** What a server refuses before and after a handler has its say. RFC 7252 §5.4.1, §5.7.2, §5.8, §5.10.4. */

import type { Console } from "../../ports/console.js";
import { Utf8Error } from "../../bytes/utf8.js";
import { describeError } from "../../timers/fault.js";
import {
  BAD_OPTION,
  BAD_REQUEST,
  CONTENT,
  FORBIDDEN,
  INTERNAL_SERVER_ERROR,
  METHOD_NOT_ALLOWED,
  NOT_ACCEPTABLE,
  PROXYING_NOT_SUPPORTED,
  REQUEST_ENTITY_TOO_LARGE,
  UNAUTHORIZED,
  VALID,
  codeClass,
  codeName,
  isSafeMethod,
} from "../codec/code.js";
import { CONCISE_PROBLEM_DETAILS_CBOR } from "../codec/content-format.js";
import { NON, type Message } from "../codec/message.js";
import { ACCEPT, IF_MATCH, IF_NONE_MATCH, PROXY_SCHEME, PROXY_URI, SIZE1 } from "../codec/option-number.js";
import { formatOption } from "../codec/option-table.js";
import { Options } from "../codec/options.js";
import { uintOption } from "../codec/uint-option.js";
import type { TransferTerms } from "../bodies/block/transfer-terms.js";
import type { Counters } from "../counters.js";
import type { Limits } from "../limits.js";
import type { IncomingRequest } from "../messaging/incoming-request.js";
import type { Peer } from "../messaging/peer.js";
import { unrecognizedCriticalOption } from "../requesting/critical-options.js";
import { hopLimitProblem } from "../requesting/hop-limit.js";
import { isUnwanted, noResponse } from "../requesting/no-response.js";
import { RequestError } from "./request-error.js";
import type { Resource, ResourceDefinition } from "./resource.js";
import type { Response } from "./response.js";

/** RFC 7252 §5.4.1: a Non-confirmable request with a critical option that is not understood is rejected. */
export function isRejected(message: Message): boolean {
  return (
    message.type === NON &&
    !message.options.has(PROXY_URI) &&
    !message.options.has(PROXY_SCHEME) &&
    unrecognizedCriticalOption(message, "request") !== undefined
  );
}

/** @throws {RequestError} 4.06 where what a safe method got is not what was asked for (RFC 7252 §5.10.4) */
export function requireAcceptable(
  { code, options }: Message,
  { code: answered, contentFormat }: Response,
): void {
  if (answered !== CONTENT || contentFormat === undefined || !isSafeMethod(code)) return;
  const accept = uintOption(options, ACCEPT);
  if (accept !== undefined && accept !== contentFormat)
    throw new RequestError(NOT_ACCEPTABLE, `expected Accept ${contentFormat}, got ${accept}`);
}

/** @throws {RequestError} 4.06 where an observed resource came to have another format (RFC 7641 §4.2) */
export function requireSameFormat(
  expected: number | undefined,
  { code, contentFormat }: Pick<Response, "code" | "contentFormat">,
): void {
  if (code === CONTENT && expected !== undefined && contentFormat !== expected)
    throw new RequestError(NOT_ACCEPTABLE, `Content-Format ${expected} cannot be had any more`);
}

/** @throws {RequestError} for what no resource here supports */
export function refuseUnsupported({ message }: IncomingRequest, { maxTokenBytes }: Limits): void {
  const { options, tokenLength } = message;
  // RFC 8974 §2.2.2: not a format error, which would say that no extended token is taken at all.
  if (tokenLength > maxTokenBytes)
    throw new RequestError(
      BAD_REQUEST,
      `expected a token of at most ${maxTokenBytes} bytes, got ${tokenLength}`,
    );
  const hopLimit = hopLimitProblem(options);
  if (hopLimit !== undefined) throw new RequestError(BAD_REQUEST, hopLimit);
  // §5.7.2: an endpoint that is not a proxy says so, whatever else is in the request.
  if (options.has(PROXY_URI) || options.has(PROXY_SCHEME))
    throw new RequestError(PROXYING_NOT_SUPPORTED, "this endpoint is not a proxy");
  if (codeName(message.code) === undefined)
    throw new RequestError(
      METHOD_NOT_ALLOWED,
      `method 0.${String(message.code).padStart(2, "0")} is not known`,
    );
  const critical = unrecognizedCriticalOption(message, "request");
  if (critical !== undefined) throw badOption("critical option not supported", critical, message);
}

/** 4.02; in problem details it names the option for machines, too (RFC 7252 §5.4.1, RFC 9290 §3.1.1). */
function badOption(reason: string, number: number, request: Message): RequestError {
  const detail = `${reason}: ${formatOption(number, request.options.first(number)!)}`;
  const title = codeName(BAD_OPTION)!;
  const problem = { title, detail, unprocessedOptions: [number] };
  return new RequestError(BAD_OPTION, detail, takesProblems(request) ? { problem } : {});
}

/** What the client is told of an error that a handler, or a refusal before it, has thrown. */
export function toResponse(
  error: unknown,
  request: Message,
  { console, counters }: { readonly console: Console; readonly counters: Counters },
): Response {
  let fault = error;
  if (error instanceof Utf8Error) fault = new RequestError(BAD_REQUEST, `${error.message} in an option`);
  try {
    if (fault instanceof RequestError) return fault.toResponse(takesProblems(request));
  } catch (wrong) {
    fault = wrong;
  }
  counters.handlerErrors += 1;
  console.log(`coap: a handler failed: ${describeError(fault)}`);
  return { code: INTERNAL_SERVER_ERROR };
}

/** Whether the client wants problem details (RFC 9290 §2). */
export function takesProblems({ options }: Message): boolean {
  return uintOption(options, ACCEPT) === CONCISE_PROBLEM_DETAILS_CBOR;
}

/** @throws {RequestError} 4.02 for a condition that the resource's handlers do not look at (RFC 7252 §5.4.1) */
export function requireConditional(request: Message, { definition }: Resource): void {
  if (definition.conditional) return;
  const condition = [IF_MATCH, IF_NONE_MATCH].find((number) => request.options.has(number));
  if (condition !== undefined) throw badOption("this resource takes no conditions", condition, request);
}

/**
 * @throws {RequestError} 4.01 where a request was not protected and has to be, 4.03 where it was by a context that may
 * not do this
 */
export function requireProtection(
  { securityContext }: Peer,
  allowed: NonNullable<ResourceDefinition["protectedBy"]>,
): void {
  if (securityContext === undefined)
    throw new RequestError(UNAUTHORIZED, "this resource takes protected requests only");
  if (allowed !== "any" && !allowed.includes(securityContext))
    throw new RequestError(FORBIDDEN, "this security context has no access to the resource");
}

/** 4.13, with the largest body taken in a Size1 option (RFC 7252 §5.9.2.9). */
export function tooLarge(maxBodyBytes: number): RequestError {
  return new RequestError(REQUEST_ENTITY_TOO_LARGE, `expected a body of at most ${maxBodyBytes} bytes`, {
    options: new Options().addUint(SIZE1, maxBodyBytes),
  });
}

/** 4.00 for a block that the body has not. */
export function behindTheEnd(number: number): Response {
  return new RequestError(BAD_REQUEST, `block ${number} is behind the end of the body`).toResponse();
}

/**
 * 5.00 where not even the smallest block fits beside the options of a response, or the whole body does not and the peer
 * takes none (RFC 8323 §5.3.2).
 */
export function tooLong({ messageBytes, blocks }: TransferTerms): Response {
  const reason = blocks ? "" : ", and the client has not said that it takes blocks";
  return new RequestError(
    INTERNAL_SERVER_ERROR,
    `the response does not fit a message of ${messageBytes} bytes${reason}`,
  ).toResponse();
}

/**
 * Whether the client gets no response: because it said so (RFC 7967 §2.1), or, where it said nothing, because a group
 * does not answer what is no success or has nothing to say (RFC 7252 §8.2). What it said has precedence.
 */
export function staysUnsent({ message, multicast }: IncomingRequest, response: Response): boolean {
  const unwanted = noResponse(message.options);
  if (unwanted !== undefined) return isUnwanted(unwanted, response.code);
  if (!multicast) return false;
  const isEmpty = (response.payload?.length ?? 0) === 0;
  // 2.03 is something to say: the client keeps what it has.
  return !isSuccess(response) || (isEmpty && response.code !== VALID);
}

/** Whether a response is of class 2. */
export function isSuccess(response: Response): boolean {
  return codeClass(response.code) === 2;
}
