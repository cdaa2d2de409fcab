/** What is shown to people must not steer their terminal. */

import assert from "node:assert/strict";

/** Control characters, line and paragraph separators, and marks that turn text round (Unicode's own classes). */
const STEERING = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u;

/** @throws {AssertionError} where a terminal would obey something in the text */
export function assertPrintable(text: string): void {
  assert.doesNotMatch(text, STEERING);
}
