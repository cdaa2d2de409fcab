/** A message with something else in it, as if it had come so. */

import { Message, encodeMessage, encodedLength } from "../../../coap/codec/message.js";
import type { Options } from "../../../coap/codec/options.js";

/** Other options and another payload under the same header. */
export function reencode(
  { type, code, messageId, token }: Message,
  options: Options,
  payload: Uint8Array,
): Message {
  const bytes = new Uint8Array(encodedLength(token.length, options, payload.length));
  encodeMessage(bytes, type, code, messageId, token, options, payload);
  return new Message(bytes);
}
