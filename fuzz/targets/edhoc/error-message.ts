/** EDHOC error messages, RFC 9528 §6. */

import assert from "node:assert/strict";
import { CborError } from "../../../src/cbor/error.js";
import {
  decodeErrorMessage,
  encodeErrorMessage,
  isErrorMessage,
  type ErrorMessage,
} from "../../../src/security/edhoc/codec/error-message.js";
import type { Target } from "../../target.js";
import { CBOR_WORDS } from "../cbor/cbor.js";

export const edhocErrorMessage: Target<ErrorMessage> = {
  name: "edhoc-error-message",
  errors: [CborError],
  dictionary: CBOR_WORDS,
  parse: (input) => decodeErrorMessage(input),
  check(message, input) {
    assert.ok(isErrorMessage(input));
    assert.deepEqual(decodeErrorMessage(encodeErrorMessage(message)), message);
  },
};
