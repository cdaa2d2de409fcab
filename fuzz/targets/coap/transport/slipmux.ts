/** Frames of a serial line, RFC 1055 and draft-bormann-t2trg-slipmux. */

import assert from "node:assert/strict";
import { concatBytes } from "../../../../src/bytes/concat.js";
import {
  decodeCoapFrame,
  encodeCoapFrame,
  encodeDiagnosticFrame,
  frameKind,
} from "../../../../src/coap/transport/slipmux/frame.js";
import { SlipDecoder, encodeSlip } from "../../../../src/coap/transport/slipmux/slip.js";
import { assertSameBytes } from "../../../same.js";
import type { Target } from "../../../target.js";
import { piecesOf } from "./pieces.js";

const MAX_FRAME_BYTES = 256;

function decode(pieces: readonly Uint8Array[]): Uint8Array[] {
  const decoder = new SlipDecoder(MAX_FRAME_BYTES, { aborted: 0, badEscape: 0, oversized: 0 });
  const found: Uint8Array[] = [];
  for (const piece of pieces) {
    decoder.push(piece);
    for (let frame = decoder.next(); frame; frame = decoder.next()) found.push(frame);
  }
  return found;
}

/** What a line brings is never refused: what is spoilt is passed over. */
export const slipmux: Target<Uint8Array[]> = {
  name: "slipmux",
  errors: [],
  dictionary: [
    Uint8Array.of(0xc0),
    Uint8Array.of(0xdb),
    Uint8Array.of(0xdb, 0xdc),
    Uint8Array.of(0xdb, 0xdd),
    Uint8Array.of(0xc0, 0xa9),
    Uint8Array.of(0xc0, 0x0a),
    Uint8Array.of(0x45),
  ],
  parse: (input) => decode(piecesOf(input)),
  check(found, input) {
    const again = decode([input.subarray(1)]);
    assert.equal(again.length, found.length);
    for (const [index, frame] of found.entries()) {
      assert.ok(frame.length > 0 && frame.length <= MAX_FRAME_BYTES);
      assertSameBytes(again[index]!, frame, "however it is cut");
      const [decoded] = decode([encodeSlip(frame)]);
      assertSameBytes(decoded!, frame, "what is written is read as the same");
      if (frameKind(frame[0]!) !== "coap") continue;
      const message = decodeCoapFrame(frame);
      if (message) assertSameBytes(encodeCoapFrame(message), frame, "one FCS for a message");
    }
  },
  compose(random) {
    const parts: Uint8Array[] = [Uint8Array.of(random.integer(1, 20))];
    for (let count = random.integer(1, 4); count > 0; count -= 1) {
      const content = new Uint8Array(random.integer(0, 40));
      random.fill(content);
      parts.push(encodeSlip(random.chance(0.7) ? encodeCoapFrame(content) : encodeDiagnosticFrame(content)));
    }
    return concatBytes(parts);
  },
};
