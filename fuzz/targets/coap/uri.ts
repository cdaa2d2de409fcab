/** CoAP URIs, RFC 7252 §6: as text, as components, as options, and back. */

import assert from "node:assert/strict";
import { encodeUtf8 } from "../../../src/bytes/utf8.js";
import { Options } from "../../../src/coap/codec/options.js";
import {
  UriError,
  formatUri,
  optionsToUri,
  parseUri,
  uriToOptions,
  type CoapUri,
} from "../../../src/coap/codec/uri.js";
import type { Target } from "../../target.js";
import { textOf } from "../../text.js";

const SCHEMES: readonly string[] = ["coap://", "coaps://", "coap+tcp://", "coaps+ws://", "COAP://"];
const HOSTS: readonly string[] = [
  "[::1]",
  "[2001:db8::1]",
  "[fe80::1%25eth0]",
  "127.0.0.1",
  "example.com",
  "EXAMPLE",
  "h%c3%a9",
];
const SEGMENTS: readonly string[] = [
  "",
  ".well-known",
  "core",
  ".",
  "..",
  "a=b",
  "%20",
  "%2F",
  "%c3%a9",
  "@:!$'()*+,;=",
];

/** What URIs are made of. */
export const URI_WORDS: readonly string[] = [
  ...SCHEMES,
  ...HOSTS,
  ...SEGMENTS,
  ...[":5683", ":", "/", "//", "?", "&", "=", "%", "#", "@", "[", "]", "é"],
];

/** What Uri-Host can give back: RFC 7252 §6.5 step 2 takes it for a name as it stands, and encodes only non-ASCII. */
const HOST_IN_OPTION = /^[\w.~!$'()*+,;=&\x80-\u{10ffff}-]*$/u;

export const uri: Target<CoapUri> = {
  name: "uri",
  errors: [UriError],
  dictionary: URI_WORDS,
  parse: (input) => parseUri(textOf(input)),
  check(components) {
    const text = formatUri(components);
    assert.deepEqual(parseUri(text), components, text);
    if (!components.hostIsAddress && !HOST_IN_OPTION.test(components.host)) return;
    const options = new Options();
    uriToOptions(components, options);
    const address = components.hostIsAddress ? components.host : "::1";
    assert.deepEqual(
      optionsToUri(options, { address, port: components.port }, components.scheme),
      components,
    );
  },
  compose(random) {
    const pick = (words: readonly string[]): string => words[random.integer(0, words.length - 1)]!;
    let text = pick(SCHEMES) + pick(HOSTS) + pick(["", ":", ":5683", ":1", ":65535"]);
    for (let count = random.integer(0, 3); count > 0; count -= 1) text += `/${pick(SEGMENTS)}`;
    for (let count = random.integer(0, 2); count > 0; count -= 1)
      text += (text.includes("?") ? "&" : "?") + pick(SEGMENTS);
    return encodeUtf8(text);
  },
};
