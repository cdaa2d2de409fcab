/** The URI that a request's options make, RFC 7252 §6.5. */

import assert from "node:assert/strict";
import { MessageFormatError } from "../../../src/coap/codec/message-format-error.js";
import { encodeOptions } from "../../../src/coap/codec/message.js";
import { URI_HOST, URI_PATH, URI_PORT, URI_QUERY } from "../../../src/coap/codec/option-number.js";
import { OptionsView } from "../../../src/coap/codec/options-view.js";
import { Options } from "../../../src/coap/codec/options.js";
import { UriError, formatUri, optionsToUri, parseUri, type CoapUri } from "../../../src/coap/codec/uri.js";
import type { Target } from "../../target.js";
import { URI_WORDS } from "./uri.js";

const DESTINATION = Object.freeze({ address: "2001:db8::1", port: 5683 });

export const requestUri: Target<CoapUri> = {
  name: "request-uri",
  errors: [MessageFormatError, UriError],
  dictionary: URI_WORDS,
  parse: (input) => optionsToUri(new OptionsView(input, 0), DESTINATION),
  check(components) {
    const text = formatUri(components);
    assert.deepEqual(parseUri(text), components, text);
  },
  compose(random) {
    const options = new Options();
    const word = (): string => URI_WORDS[random.integer(0, URI_WORDS.length - 1)]!;
    if (random.chance(0.5)) options.addString(URI_HOST, word());
    if (random.chance(0.3)) options.setUint(URI_PORT, random.integer(0, 65_535));
    for (let count = random.integer(0, 4); count > 0; count -= 1) options.addString(URI_PATH, word());
    for (let count = random.integer(0, 3); count > 0; count -= 1) options.addString(URI_QUERY, word());
    const buffer = new Uint8Array(512);
    return buffer.slice(0, encodeOptions(buffer, 0, options));
  },
};
