/** Which blocks have not come, RFC 9177 §5. */

import assert from "node:assert/strict";
import { decodeMissingBlocks, encodeMissingBlocks } from "../../../src/coap/bodies/qblock/missing-blocks.js";
import type { Target } from "../../target.js";
import { CBOR_WORDS } from "../cbor/cbor.js";

/** What is no such payload is dropped without an error. */
export const missingBlocks: Target<number[] | undefined> = {
  name: "missing-blocks",
  errors: [],
  dictionary: CBOR_WORDS,
  parse: (input) => decodeMissingBlocks(input),
  check(numbers) {
    if (numbers) assert.deepEqual(decodeMissingBlocks(encodeMissingBlocks(numbers)), numbers);
  },
};
