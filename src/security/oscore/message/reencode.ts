/** A message with something else in it, as if it had come so. */

import { Message, encodedMessage } from "../../../coap/codec/message.js";
import type { Options } from "../../../coap/codec/options.js";

/** Other options and another payload under the same header. */
export function reencode(
  { type, code, messageId, token }: Message,
  options: Options,
  payload: Uint8Array,
): Message {
  return new Message(encodedMessage(type, code, messageId, token, options, payload));
}
