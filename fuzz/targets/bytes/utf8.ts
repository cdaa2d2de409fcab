/** UTF-8, RFC 3629, against the host's own decoder. */

import assert from "node:assert/strict";
import { isUtf8 } from "node:buffer";
import { Utf8Error, decodeUtf8, encodeUtf8, utf8Length } from "../../../src/bytes/utf8.js";
import { assertSameBytes } from "../../same.js";
import type { Target } from "../../target.js";

export const utf8: Target<string> = {
  name: "utf8",
  errors: [Utf8Error],
  dictionary: ["é", "€", "𝄞", "\u{10ffff}", "\u07ff", "\ufeff", Uint8Array.of(0xed, 0xa0, 0x80)],
  parse: (input) => decodeUtf8(input),
  check(text, input) {
    assert.ok(isUtf8(input), "accepted what the host refuses");
    assertSameBytes(encodeUtf8(text), input, "what is read is written the same");
    assert.equal(utf8Length(text), input.length);
  },
  checkRefusal(input) {
    assert.ok(!isUtf8(input), "refused what the host accepts");
  },
};
