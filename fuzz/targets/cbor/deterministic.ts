/** Deterministic encoding, RFC 8949 §4.2.1: there is one of each item, and it is read as that item. */

import { deterministic as encode } from "../../../src/cbor/deterministic.js";
import { CborError } from "../../../src/cbor/error.js";
import { CborReader } from "../../../src/cbor/reader.js";
import { CborWriter } from "../../../src/cbor/writer.js";
import { assertSameBytes } from "../../same.js";
import type { Target } from "../../target.js";
import { CBOR_WORDS } from "./cbor.js";
import { composeItem } from "./compose.js";

export const deterministic: Target<Uint8Array> = {
  name: "deterministic",
  errors: [CborError],
  dictionary: CBOR_WORDS,
  parse: (input) => encode(input),
  check(encoding, input) {
    const reader = new CborReader(input);
    reader.skip();
    reader.finish();
    assertSameBytes(encode(encoding), encoding, "the encoding of an encoding is itself");
  },
  compose(random) {
    const writer = new CborWriter();
    composeItem(random, writer);
    return writer.bytes.slice();
  },
};
