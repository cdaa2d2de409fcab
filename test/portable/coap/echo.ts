/** The Echo option in raw messages. RFC 9175 §2. */

import { fromHex, toHex } from "../../../src/bytes/hex.js";
import { Message } from "../../../src/coap/codec/message.js";
import { ECHO } from "../../../src/coap/codec/option-number.js";

/** Value of the Echo option of a message, as hexadecimal. */
export function echoOf(message: string | undefined): string {
  return toHex(Message.parse(fromHex(message!)).options.first(ECHO)!);
}

/** A GET of `path` with an Echo option behind its Uri-Path: delta 241, less than 29 bytes. */
export function withEcho(id: string, path: string, echo: string): string {
  const length = echo.length / 2;
  const header =
    length < 13 ? `d${length.toString(16)} e4` : `dd e4 ${(length - 13).toString(16).padStart(2, "0")}`;
  return `40 01 ${id} b1 ${path} ${header} ${echo}`;
}
