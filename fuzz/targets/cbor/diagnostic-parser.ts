/** CBOR diagnostic notation as people write it: what is understood is a well-formed sequence of items. */

import { DiagnosticSyntaxError, parseDiagnostic } from "../../../src/cbor/diagnostic-parser.js";
import { formatDiagnostic } from "../../../src/cbor/diagnostic.js";
import { CborReader, MAX_NESTING_DEPTH } from "../../../src/cbor/reader.js";
import { CborWriter } from "../../../src/cbor/writer.js";
import { assertSameBytes } from "../../same.js";
import type { Target } from "../../target.js";
import { textOf } from "../../text.js";
import { composeItem } from "./compose.js";

export const diagnosticParser: Target<Uint8Array> = {
  name: "diagnostic-parser",
  errors: [DiagnosticSyntaxError],
  dictionary: [
    "[",
    "]",
    "{",
    "}",
    "[_ ",
    "{_1 ",
    "(_ ",
    ")",
    "<<",
    ">>",
    "1(",
    "h'",
    "b64'",
    "b32'",
    "h32'",
    "'",
    '"',
    "\\'",
    "\\u00fc",
    "_0",
    "_3",
    "''_",
    ", ",
    ": ",
    "/ comment /",
    "simple(",
    "NaN",
    "-Infinity",
    "undefined",
    "0x",
    "1e9",
    "-18446744073709551617",
    ".5",
  ],
  parse: (input) => parseDiagnostic(textOf(input), { sequence: true }),
  check(bytes) {
    const reader = new CborReader(bytes);
    while (!reader.atEnd) reader.skip(MAX_NESTING_DEPTH);
    const exact = formatDiagnostic(bytes, { sequence: true, encodingIndicators: true });
    assertSameBytes(parseDiagnostic(exact, { sequence: true }), bytes, "the notation is read as the same");
  },
  compose(random) {
    const writer = new CborWriter();
    composeItem(random, writer);
    const encodingIndicators = random.chance(0.5);
    return Buffer.from(formatDiagnostic(writer.bytes, { encodingIndicators }));
  },
};
