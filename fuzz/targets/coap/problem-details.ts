/** Concise problem details, RFC 9290. */

import assert from "node:assert/strict";
import { CborError } from "../../../src/cbor/error.js";
import { CborWriter } from "../../../src/cbor/writer.js";
import {
  decodeProblemDetails,
  encodeProblemDetails,
  type ProblemDetails,
} from "../../../src/coap/problem-details.js";
import type { Target } from "../../target.js";
import { CBOR_WORDS } from "../cbor/cbor.js";
import { composeItem } from "../cbor/compose.js";

/** Keys from -8 to -1 have a meaning (§2, §3.1). */
const KNOWN_KEYS = 8;

export const problemDetails: Target<ProblemDetails> = {
  name: "problem-details",
  errors: [CborError],
  dictionary: [...CBOR_WORDS, Uint8Array.of(0xd8, 0x26, 0x82, 0x62, 0x65, 0x6e, 0x61, 0x61)],
  parse: (input) => decodeProblemDetails(input),
  check(problem) {
    assert.deepEqual(decodeProblemDetails(encodeProblemDetails(problem)), problem);
  },
  compose(random) {
    const count = random.integer(1, 5);
    const writer = new CborWriter().map(count);
    for (let entry = 0; entry < count; entry += 1) {
      const key = -random.integer(1, KNOWN_KEYS + 1);
      writer.integer(key);
      if (key >= -6 && key !== -4) writer.text(key === -6 ? "en" : "it broke");
      else if (random.chance(0.5)) writer.integer(random.integer(0, 300));
      else composeItem(random, writer);
    }
    return writer.bytes.slice();
  },
};
