/** How the command ends, for scripts. */

import { CommanderError } from "commander";
import { getSystemErrorMap } from "node:util";
import { ResolveError } from "../hosts/node/resolve.js";
import { UriError } from "../src/coap/codec/uri.js";
import {
  CancelledError,
  ClientErrorResponse,
  CoapError,
  DisconnectedError,
  RefusedError,
  ResetError,
  ResponseError,
  ServerErrorResponse,
  TimeoutError,
} from "../src/coap/errors.js";
import { EdhocError, EdhocPeerError } from "../src/security/edhoc/errors.js";
import { printable } from "./present/printable.js";

export const SUCCESS = 0;
/** Anything that has no code of its own: a file that cannot be read, a port that is taken, a broken answer. */
export const FAILURE = 1;
/** The command line itself is wrong. */
export const USAGE = 2;
/** No answer: time-out, unreachable, rejected, or no address known for the name. */
export const NO_RESPONSE = 3;
/** The response had a code of class 4. */
export const CLIENT_ERROR = 4;
/** The response had a code of class 5. */
export const SERVER_ERROR = 5;
/** A signal ended it: this plus the signal's number, so 130 after Ctrl-C. */
export { SIGNAL_BASE } from "../hosts/node/devices/device.js";

/** For --help. */
export const EXIT_CODES_HELP = `
Exit codes:
  ${SUCCESS}    success
  ${FAILURE}    something failed here, such as a file that cannot be read
  ${USAGE}    wrong usage
  ${NO_RESPONSE}    no answer: time-out, unreachable, rejected, unknown host name
  ${CLIENT_ERROR}    the server answered with an error of class 4, such as 4.04 Not Found
  ${SERVER_ERROR}    the server answered with an error of class 5, such as 5.03 Service Unavailable
  130  ended by Ctrl-C`;

/** The command line asks for something that makes no sense. */
export class UsageError extends Error {
  override name = "UsageError";
}

/** Something failed here, or for the reason that is its cause; the message is for the person at the terminal. */
export class FailureError extends Error {
  override name = "FailureError";
}

/** The exit code that tells what kind of error this is. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof FailureError && error.cause !== undefined) return exitCodeOf(error.cause);
  if (error instanceof EdhocError && error.cause instanceof CoapError) return exitCodeOf(error.cause);
  if (error instanceof ClientErrorResponse || error instanceof EdhocPeerError) return CLIENT_ERROR;
  if (error instanceof ServerErrorResponse) return SERVER_ERROR;
  if (error instanceof CommanderError) return error.exitCode === 0 ? SUCCESS : USAGE;
  const isUsage = error instanceof UsageError || error instanceof UriError;
  if (isUsage) return USAGE;
  const isSilence =
    error instanceof TimeoutError ||
    error instanceof RefusedError ||
    error instanceof DisconnectedError ||
    error instanceof ResetError ||
    error instanceof ResolveError ||
    error instanceof CancelledError;
  return isSilence ? NO_RESPONSE : FAILURE;
}

/** What is wrong, in one line that is safe to print: servers have a say in some messages. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return printable(String(error));
  if (error instanceof EdhocError) return printable(describeEdhoc(error)).replaceAll("\n", " ");
  const { errno, path } = error as NodeJS.ErrnoException;
  const [, meaning] = (errno === undefined ? undefined : getSystemErrorMap().get(errno)) ?? [];
  if (error instanceof ResponseError && error.retryAfterS !== undefined)
    return `${printable(error.message).replaceAll("\n", " ")} (it may be asked again in ${error.retryAfterS} s)`;
  const text = meaning === undefined ? error.message : `${path === undefined ? "" : `${path}: `}${meaning}`;
  return printable(text).replaceAll("\n", " ");
}

/** With the reason that the peer is not told, such as what is wrong with its certificate. */
function describeEdhoc({ message, cause }: EdhocError): string {
  return `EDHOC: ${message}${cause instanceof Error ? `: ${cause.message}` : ""}`;
}
