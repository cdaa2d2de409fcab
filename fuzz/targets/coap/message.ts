/** CoAP messages: RFC 7252 §3, RFC 8974 §2.1. */

import assert from "node:assert/strict";
import { MessageFormatError } from "../../../src/coap/codec/message-format-error.js";
import { Message, encodeMessage, encodedLength } from "../../../src/coap/codec/message.js";
import { isCritical } from "../../../src/coap/codec/option-number.js";
import { Options } from "../../../src/coap/codec/options.js";
import { unrecognizedCriticalOption } from "../../../src/coap/requesting/critical-options.js";
import type { SeededRandom } from "../../../simulators/random.js";
import { assertSameBytes } from "../../same.js";
import type { Target } from "../../target.js";
import { composeOptions } from "./compose-options.js";

/** Writes a message again as it was read: every part comes from the view. */
function encode(message: Message): Uint8Array {
  const { type, code, messageId, token, payload } = message;
  const options = new Options().addAll(message.options);
  const bytes = new Uint8Array(encodedLength(token.length, options, payload.length));
  const length = encodeMessage(bytes, type, code, messageId, token, options, payload);
  assert.equal(length, bytes.length, "encodedLength is what encodeMessage writes");
  return bytes;
}

export const message: Target<Message> = {
  name: "message",
  errors: [MessageFormatError],
  dictionary: [
    Uint8Array.of(0x40, 0x01, 0x12, 0x34),
    Uint8Array.of(0x44, 0x45, 0, 1, 1, 2, 3, 4),
    Uint8Array.of(0xff, 0x00),
    Uint8Array.of(0xd0, 0x00),
    Uint8Array.of(0xe0, 0xfe, 0xf2),
    Uint8Array.of(0x0d, 0x00),
    Uint8Array.of(0x0e, 0x00, 0x00),
  ],
  parse: (input) => Message.parse(input),
  check(read, input) {
    // Every length has one form only (RFC 7252 §3.1, RFC 8974 §2.1).
    assertSameBytes(encode(read), input, "what is read is written the same");
    const offending = unrecognizedCriticalOption(read, "request");
    assert.ok(offending === undefined || (isCritical(offending) && read.options.has(offending)));
  },
  compose(random: SeededRandom): Uint8Array {
    const token = new Uint8Array(random.integer(0, 16));
    random.fill(token);
    const payload = new Uint8Array(random.integer(0, 64));
    random.fill(payload);
    const options = composeOptions(random);
    const bytes = new Uint8Array(encodedLength(token.length, options, payload.length));
    encodeMessage(
      bytes,
      random.integer(0, 3),
      random.integer(1, 255),
      random.integer(0, 0xffff),
      token,
      options,
      payload,
    );
    return bytes;
  },
};
