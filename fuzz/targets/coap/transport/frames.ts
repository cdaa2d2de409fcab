/** Messages in a byte stream, RFC 8323 §3.2, and what signaling messages say, §5. */

import assert from "node:assert/strict";
import type { SeededRandom } from "../../../../simulators/random.js";
import { concatBytes } from "../../../../src/bytes/concat.js";
import { CSM, PING, RELEASE } from "../../../../src/coap/codec/code.js";
import { MessageFormatError } from "../../../../src/coap/codec/message-format-error.js";
import { MAX_TOKEN_BYTES, Message } from "../../../../src/coap/codec/message.js";
import { EXTRA_FRAME_BYTES, encodeFrame, frameOf } from "../../../../src/coap/reliable/frame.js";
import { FrameReader } from "../../../../src/coap/reliable/frame-reader.js";
import {
  criticalOption,
  diagnosticOf,
  holdOffSeconds,
  wantsCustody,
  withCsm,
} from "../../../../src/coap/reliable/signal.js";
import type { Capabilities } from "../../../../src/coap/messaging/capabilities.js";
import { assertSameBytes } from "../../../same.js";
import type { Target } from "../../../target.js";
import { composeOptions } from "../compose-options.js";
import { piecesOf } from "./pieces.js";

/** What a connection starts from (RFC 8323 §5.3.1). */
const UNKNOWN: Capabilities = Object.freeze({ maxMessageBytes: 1152, blockwise: false, maxTokenBytes: 8 });
/** Longest frame that is taken. */
const MAX_FRAME_BYTES = 1152;

/** All whole messages in the pieces. @throws {MessageFormatError} */
function read(pieces: readonly Uint8Array[]): Uint8Array[] {
  const reader = new FrameReader("length", MAX_FRAME_BYTES);
  const messages: Uint8Array[] = [];
  for (const piece of pieces) {
    reader.push(piece);
    for (let message = reader.next(); message; message = reader.next()) messages.push(message);
  }
  return messages;
}

/** Asks a message for all that a signaling message can say. */
function interpret(message: Message): void {
  const { maxTokenBytes } = withCsm(UNKNOWN, message);
  assert.ok(maxTokenBytes >= UNKNOWN.maxTokenBytes && maxTokenBytes <= MAX_TOKEN_BYTES);
  assert.ok(holdOffSeconds(message) < 2 ** 24);
  wantsCustody(message);
  diagnosticOf(message);
  criticalOption(message);
}

function isRead(pieces: readonly Uint8Array[]): boolean {
  try {
    read(pieces);
    return true;
  } catch (error) {
    if (error instanceof MessageFormatError) return false;
    throw error;
  }
}

export const frames: Target<Uint8Array[]> = {
  name: "frames",
  errors: [MessageFormatError],
  dictionary: [
    Uint8Array.of(0x00, 0xe1),
    Uint8Array.of(0x01, 0xe2, 0x00),
    Uint8Array.of(0xd0, 0x00),
    Uint8Array.of(0xe0, 0x00, 0x00),
    Uint8Array.of(0xf0, 0x00, 0x00, 0x00, 0x00),
    Uint8Array.of(0x0d, 0x01, 0x00),
    Uint8Array.of(0x0e, 0x01, 0x00, 0x00),
    Uint8Array.of(0xff),
  ],
  maxBytes: 1200,
  parse: (input) => read(piecesOf(input)),
  check(messages, input) {
    const stream = input.subarray(1);
    const whole = read([stream]);
    assert.equal(whole.length, messages.length);
    whole.forEach((message, index) => assertSameBytes(message, messages[index]!, "however it is cut"));
    const written = concatBytes(messages.map((message) => frameOf(message, "length")));
    assertSameBytes(written, stream.subarray(0, written.length), "what is read is written the same");
    for (const bytes of messages) {
      try {
        interpret(Message.parse(bytes));
      } catch (error) {
        if (!(error instanceof MessageFormatError)) throw error;
      }
    }
  },
  checkRefusal(input) {
    assert.ok(!isRead([input.subarray(1)]), "refused in pieces what is taken whole");
  },
  compose(random) {
    const parts: Uint8Array[] = [Uint8Array.of(random.integer(1, 40))];
    for (let count = random.integer(1, 3); count > 0; count -= 1) parts.push(composeFrame(random));
    return concatBytes(parts);
  },
};

function composeFrame(random: SeededRandom): Uint8Array {
  const token = new Uint8Array(random.integer(0, random.chance(0.9) ? 8 : 300));
  random.fill(token);
  const payload = new Uint8Array(random.integer(0, random.chance(0.9) ? 20 : 300));
  random.fill(payload);
  const codes = [CSM, PING, RELEASE, random.integer(0, 255)];
  const code = codes[random.integer(0, codes.length - 1)]!;
  const buffer = new Uint8Array(EXTRA_FRAME_BYTES + 4096);
  return encodeFrame(buffer, "length", code, token, composeOptions(random), payload).slice();
}
