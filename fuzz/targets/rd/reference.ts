/** References of links to a base, RFC 9176 appendix C. */

import assert from "node:assert/strict";
import {
  LinkReferenceError,
  isAbsolute,
  isPathAbsolute,
  resolveReference,
} from "../../../src/applications/rd/reference.js";
import type { Target } from "../../target.js";
import { textOf } from "../../text.js";
import { URI_WORDS } from "../coap/uri.js";

const BASE = "coap://[2001:db8::1]:61616";

export const reference: Target<string> = {
  name: "reference",
  errors: [LinkReferenceError],
  dictionary: [...URI_WORDS, "tag:", "urn:"],
  parse: (input) => resolveReference(BASE, textOf(input)),
  check(resolved, input) {
    const text = textOf(input);
    assert.ok(isAbsolute(resolved));
    assert.equal(resolveReference(BASE, resolved), resolved);
    if (isPathAbsolute(text)) assert.equal(resolved, BASE + text);
  },
};
