/** A message that WebSockets keep apart, RFC 8323 §4.2. */

import { MessageFormatError } from "../../../../src/coap/codec/message-format-error.js";
import { frameOf, messageOf } from "../../../../src/coap/reliable/frame.js";
import { Message } from "../../../../src/coap/codec/message.js";
import { assertSameBytes } from "../../../same.js";
import type { Target } from "../../../target.js";

export const websocketMessage: Target<Message> = {
  name: "websocket-message",
  errors: [MessageFormatError],
  dictionary: [
    Uint8Array.of(0x00, 0xe1),
    Uint8Array.of(0x08, 0x01),
    Uint8Array.of(0x0d, 0x45, 0x00),
    Uint8Array.of(0x0e, 0x45, 0x00, 0x00),
    Uint8Array.of(0xff),
  ],
  parse: (input) => Message.parse(messageOf(input)),
  check(message, input) {
    assertSameBytes(frameOf(message.bytes, "message"), input, "what is read is written the same");
  },
};
