/** What targets state most: two parsings that agree. */

import assert from "node:assert/strict";
import { equalBytes } from "../src/bytes/compare.js";
import { toHex } from "../src/bytes/hex.js";

/** @throws {AssertionError} where the bytes differ; quicker than a deep comparison, which runs after every execution */
export function assertSameBytes(actual: Uint8Array, expected: Uint8Array, what: string): void {
  if (!equalBytes(actual, expected)) assert.equal(toHex(actual), toHex(expected), what);
}
