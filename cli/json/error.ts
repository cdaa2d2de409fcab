/** A failure for programs. */

import { ResponseError } from "../../src/coap/errors.js";
import { describeError, exitCodeOf } from "../exit-code.js";
import { responseRecord, type ResponseRecord } from "./response.js";

export interface ErrorRecord {
  /** In one line, for people. */
  readonly error: string;
  /** Its class, such as `TimeoutError`. */
  readonly type: string;
  readonly exitCode: number;
  /** A response of class 4 or 5. */
  readonly response?: ResponseRecord;
}

/** For --help. */
export const ERROR_FIELDS_HELP = `
With --json a failure is an object on standard error, and the exit code is what it is without:
  error, type, exitCode       what is wrong, its kind such as "TimeoutError", and the exit code
  response                    the response, where it was one of class 4 or 5`;

export function errorRecord(error: unknown): ErrorRecord {
  return {
    error: describeError(error),
    type: error instanceof Error ? error.name : typeof error,
    exitCode: exitCodeOf(error),
    ...(error instanceof ResponseError && { response: responseRecord(error.response) }),
  };
}
