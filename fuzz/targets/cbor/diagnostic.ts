/**
 * CBOR diagnostic notation, RFC 8949 §8: shown for everything that is well-formed, safe on a terminal, and with its
 * indicators read as the very bytes.
 */

import assert from "node:assert/strict";
import { formatDiagnostic } from "../../../src/cbor/diagnostic.js";
import { parseDiagnostic } from "../../../src/cbor/diagnostic-parser.js";
import { CborError } from "../../../src/cbor/error.js";
import { CborReader } from "../../../src/cbor/reader.js";
import { CborWriter } from "../../../src/cbor/writer.js";
import { assertPrintable } from "../../printable.js";
import { assertSameBytes } from "../../same.js";
import type { Target } from "../../target.js";
import { CBOR_WORDS } from "./cbor.js";
import { composeItem } from "./compose.js";

export const diagnostic: Target<string> = {
  name: "diagnostic",
  errors: [CborError],
  dictionary: [...CBOR_WORDS, "\u061c", "\u202e", "\u2028", "\u2066", "\u0085"],
  parse: (input) => formatDiagnostic(input, { sequence: true }),
  check(notation, input) {
    assertPrintable(notation);
    const reader = new CborReader(input);
    while (!reader.atEnd) reader.skip();
    const indented = formatDiagnostic(input, { sequence: true, indent: 2 });
    assert.equal(notation === "", indented === "");
    const exact = formatDiagnostic(input, { sequence: true, encodingIndicators: true });
    // A NaN's payload is not shown.
    if (!exact.includes("NaN"))
      assertSameBytes(parseDiagnostic(exact, { sequence: true }), input, "the notation is read as the same");
  },
  compose(random) {
    const writer = new CborWriter();
    composeItem(random, writer);
    return writer.bytes.slice();
  },
};
