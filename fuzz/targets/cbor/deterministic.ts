/** Deterministic encoding, RFC 8949 §4.2.1: there is one of each item, and it is read as that item. */

import assert from "node:assert/strict";
import { fromHex } from "../../../src/bytes/hex.js";
import { deterministic as encode } from "../../../src/cbor/deterministic.js";
import { CborError } from "../../../src/cbor/error.js";
import { CborReader } from "../../../src/cbor/reader.js";
import { CborWriter } from "../../../src/cbor/writer.js";
import { assertSameBytes } from "../../same.js";
import type { Target } from "../../target.js";
import { CBOR_WORDS } from "./cbor.js";
import { composeItem } from "./compose.js";
import { meaningOf } from "./meaning.js";

/** Quiet and signaling ones, with payloads that fit half, single and double precision. */
const NANS = ["f97e01", "f9fc01", "fa7fc00001", "faff802000", "fb7ff8000000000001", "fbfff0000020000000"].map(
  (hex) => fromHex(hex),
);

export const deterministic: Target<Uint8Array> = {
  name: "deterministic",
  errors: [CborError],
  dictionary: [...CBOR_WORDS, ...NANS],
  parse: (input) => encode(input),
  check(encoding, input) {
    const reader = new CborReader(input);
    reader.skip();
    reader.finish();
    assertSameBytes(encode(encoding), encoding, "the encoding of an encoding is itself");
    assert.equal(meaningOf(encoding), meaningOf(input));
  },
  compose(random) {
    const writer = new CborWriter();
    composeItem(random, writer);
    return writer.bytes.slice();
  },
};
