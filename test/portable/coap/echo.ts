/** The Echo option in raw messages. RFC 9175 §2. */

import { fromHex, toHex } from "../../../src/bytes/hex.js";
import { Message } from "../../../src/coap/codec/message.js";
import { ECHO } from "../../../src/coap/codec/option-number.js";

/** Value of the Echo option of a message, as hexadecimal. */
export function echoOf(message: string | undefined): string {
  return toHex(Message.parse(fromHex(message!)).options.first(ECHO)!);
}

/** A GET of `path` with an Echo option behind its Uri-Path: delta 241, 8 bytes. */
export function withEcho(id: string, path: string, echo: string): string {
  return `40 01 ${id} b1 ${path} d8 e4 ${echo}`;
}
