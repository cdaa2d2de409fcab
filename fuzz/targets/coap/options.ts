/** Options of a message, RFC 7252 §3.1, and the values of Block1 and Block2, RFC 7959 §2.2, RFC 8323 §6. */

import assert from "node:assert/strict";
import { BERT_SZX, blockOption, encodeBlock } from "../../../src/coap/bodies/block/block.js";
import { encodeOptions } from "../../../src/coap/codec/message.js";
import { MessageFormatError } from "../../../src/coap/codec/message-format-error.js";
import { BLOCK1, BLOCK2 } from "../../../src/coap/codec/option-number.js";
import { formatOption } from "../../../src/coap/codec/option-table.js";
import { OptionsView } from "../../../src/coap/codec/options-view.js";
import { Options } from "../../../src/coap/codec/options.js";
import { assertPrintable } from "../../printable.js";
import { assertSameBytes } from "../../same.js";
import type { Target } from "../../target.js";
import { composeOptions } from "./compose-options.js";

/** Option numbers that are looked up in one input. */
const LOOKED_UP = 12;

/** Every look-up in the view finds what a list of the same options has. */
function assertSameLookUps(view: OptionsView, built: Options): void {
  const numbers = [...new Set(view.entries().map(({ number }) => number))];
  // Each look-up walks all options.
  for (const number of numbers.slice(0, LOOKED_UP)) {
    const [all, expected] = [view.all(number), built.all(number)];
    assert.ok(view.has(number));
    assert.equal(all.length, expected.length);
    all.forEach((value, index) => assertSameBytes(value, expected[index]!, `option ${number}`));
    assertSameBytes(view.first(number)!, expected[0]!, `first option ${number}`);
    assert.equal(view.uint(number), built.uint(number));
    // Its neighbour may be absent.
    assert.equal(view.has(number + 1), built.has(number + 1));
  }
}

export const options: Target<OptionsView> = {
  name: "options",
  errors: [MessageFormatError],
  dictionary: [
    Uint8Array.of(0xff),
    Uint8Array.of(0xb4, 0x74, 0x69, 0x6d, 0x65),
    Uint8Array.of(0xd1, 0x0a, 0x3c),
    Uint8Array.of(0xd1, 0x02, 0x06),
    Uint8Array.of(0xdd, 0x00, 0x00),
    Uint8Array.of(0xed, 0x00, 0x00, 0x00),
    Uint8Array.of(0xde, 0x00, 0x00, 0x00),
    Uint8Array.of(0xee, 0x00, 0x00, 0x00, 0x00),
    Uint8Array.of(0x00),
  ],
  parse: (input) => new OptionsView(input, 0),
  check(view, input) {
    const built = new Options().addAll(view);
    const written = new Uint8Array(view.end);
    assert.equal(encodeOptions(written, 0, built), view.end);
    assertSameBytes(written, input.subarray(0, view.end), "what is read is written the same");
    assertSameLookUps(view, built);
    for (const { number, value } of view.entries()) assertPrintable(formatOption(number, value));
    for (const number of [BLOCK1, BLOCK2]) {
      const block = blockOption(view, number, BERT_SZX);
      if (block) assert.equal(encodeBlock(block.number, block.more, block.szx), view.uint(number));
    }
  },
  compose(random) {
    const composed = composeOptions(random);
    const buffer = new Uint8Array(4096);
    return buffer.slice(0, encodeOptions(buffer, 0, composed));
  },
};
