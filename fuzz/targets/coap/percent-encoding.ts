/** Percent-encoding, RFC 3986 §2.1. */

import assert from "node:assert/strict";
import { encodeUtf8 } from "../../../src/bytes/utf8.js";
import {
  ARGUMENT_CHARACTERS,
  HOST_CHARACTERS,
  SEGMENT_CHARACTERS,
  UriError,
  decodePercent,
  encodePercent,
} from "../../../src/coap/codec/percent-encoding.js";
import type { Target } from "../../target.js";

export const percentEncoding: Target<string> = {
  name: "percent-encoding",
  errors: [UriError],
  dictionary: ["%", "%20", "%2f", "%25", "%c3%a9", "%F0%9D%84%9E", "%00", "&", "+"],
  parse: (input) => decodePercent(input, 0, input.length, SEGMENT_CHARACTERS, "an input"),
  check(text) {
    for (const set of [SEGMENT_CHARACTERS, ARGUMENT_CHARACTERS, HOST_CHARACTERS]) {
      const encoded = encodeUtf8(encodePercent(text, set));
      assert.equal(decodePercent(encoded, 0, encoded.length, set, "an encoding"), text);
    }
  },
};
