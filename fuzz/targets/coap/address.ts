/** Numeric addresses, RFC 4291 §2.2, RFC 5952, against those that the host takes. */

import assert from "node:assert/strict";
import { isIP } from "node:net";
import { addressScope, normalizeAddress } from "../../../src/coap/codec/address.js";
import type { Target } from "../../target.js";
import { textOf } from "../../text.js";

export const address: Target<string | undefined> = {
  name: "address",
  errors: [],
  dictionary: [
    "::",
    ":",
    "ffff",
    "::ffff:",
    "1",
    "0",
    "127.0.0.1",
    ".255",
    "fe80::1",
    "%eth0",
    "%",
    "ff02::fd",
  ],
  maxBytes: 64,
  parse: (input) => normalizeAddress(textOf(input)),
  check(normal, input) {
    const text = textOf(input);
    addressScope(text);
    // What a zone may be called is a matter of the host.
    if (!text.includes("%")) assert.equal(normal !== undefined, isIP(text) !== 0);
    if (normal === undefined) return;
    assert.equal(normalizeAddress(normal), normal);
    assert.equal(addressScope(normal), addressScope(text));
  },
};
