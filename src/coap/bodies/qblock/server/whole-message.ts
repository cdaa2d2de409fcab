/** Requests without what concerns their blocks alone. RFC 9177 §4.1, §4.3, §4.4, §4.5. */

import { Message, encodedMessage } from "../../../codec/message.js";
import { CONTENT_FORMAT, ETAG, OBSERVE, Q_BLOCK1, Q_BLOCK2, SIZE1 } from "../../../codec/option-number.js";
import { Options } from "../../../codec/options.js";

/**
 * The request as if its whole body had come in one message.
 * @param mayObserve false for requests for missing blocks, for which Observe is not (§4.5)
 */
export function wholeMessage(message: Message, body: Uint8Array, mayObserve: boolean): Message {
  return rebuild(message, body, (number) => number !== SIZE1 && (number !== OBSERVE || mayObserve));
}

/**
 * What requests for blocks of one representation have in common. Entity tags are not part of it: a request for missing
 * blocks has none (§4.4); nor is Content-Format, as it has no payload either (§10.3.3).
 */
export function transferKey(message: Message): Message {
  return rebuild(message, undefined, (number) => number !== ETAG && number !== CONTENT_FORMAT);
}

function rebuild(
  message: Message,
  payload: Uint8Array | undefined,
  keeps: (number: number) => boolean,
): Message {
  const { type, code, messageId, token } = message;
  const options = new Options();
  for (const { number, value } of message.options.entries())
    if (number !== Q_BLOCK1 && number !== Q_BLOCK2 && keeps(number)) options.add(number, value);
  return new Message(encodedMessage(type, code, messageId, token, options, payload));
}
