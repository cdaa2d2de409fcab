/** EDHOC error messages: RFC 9528 §6. */

import { CborReader } from "../../../cbor/reader.js";
import { CborWriter } from "../../../cbor/writer.js";
import { readSuites, writeSuites } from "./suites-list.js";

/** ERR_CODE (§6, figure 6). */
export const UNSPECIFIED = 1;
export const WRONG_SUITE = 2;
export const UNKNOWN_CREDENTIAL = 3;

export interface ErrorMessage {
  /** ERR_CODE */
  readonly code: number;
  /** ERR_INFO of {@link UNSPECIFIED}: for people, in English. */
  readonly diagnostic?: string;
  /** ERR_INFO of {@link WRONG_SUITE}: SUITES_R. */
  readonly suites?: readonly number[];
}

/** An error message (§6); ERR_INFO is `true` where there is neither text nor list. */
export function encodeErrorMessage({ code, diagnostic, suites }: ErrorMessage): Uint8Array {
  const writer = new CborWriter().integer(code);
  if (diagnostic !== undefined) writer.text(diagnostic);
  else if (suites !== undefined) writeSuites(writer, suites);
  else writer.boolean(true);
  return writer.bytes;
}

/** Whether a message that is not message_1 is an error message: the others begin with a byte string. */
export function isErrorMessage(message: Uint8Array): boolean {
  return message.length > 0 && new CborReader(message).nextIsInteger();
}

/**
 * Reads an error message; what is known of its information is taken, the rest passed over.
 *
 * @throws {CborError} when it is none
 */
export function decodeErrorMessage(message: Uint8Array): ErrorMessage {
  const reader = new CborReader(message);
  const code = reader.readSafeInteger();
  const start = reader.offset;
  reader.skip();
  reader.finish();
  const information = new CborReader(message.subarray(start));
  if (code === UNSPECIFIED) return { code, diagnostic: information.readText() };
  if (code === WRONG_SUITE) return { code, suites: readSuites(information) };
  return { code };
}
