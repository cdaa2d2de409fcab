/** CoAP URIs beside Node's `URL`, where both mean the same: as http, whose rules for dots and ports URL knows. */

import { UriError, formatUri, parseUri } from "../../../../src/coap/codec/uri.js";
import type { CoapUri } from "../../../../src/coap/codec/uri.js";
import { SeededRandom } from "../../../../simulators/random.js";
import assert from "node:assert/strict";

/** Numbers from 0 to `below` - 1, repeatable from a seed. */
function randomFrom(seed: number): (below: number) => number {
  const random = new SeededRandom(seed);
  return (below) => random.integer(0, below - 1);
}

function randomText(random: (below: number) => number, parts: readonly string[], longest: number): string {
  return Array.from({ length: random(longest + 1) }, () => parts[random(parts.length)]!).join("");
}

/** The components of a URI of the scheme coap+ws, whose default port is http's, as URL sees them. */
function componentsOf(uri: string): Omit<CoapUri, "hostIsAddress"> {
  const url = new URL(uri.replace(/^coap\+ws:/iu, "http:"));
  const path = url.pathname.slice(1).split("/").map(decodeURIComponent);
  return {
    scheme: "coap+ws",
    host: url.hostname.replace(/^\[|\]$/gu, ""),
    port: url.port === "" ? 80 : Number(url.port),
    path: path.length === 1 && path[0] === "" ? [] : path,
    // URL does not tell `/` from `/?`.
    query: uri.includes("?") ? url.search.slice(1).split("&").map(decodeURIComponent) : [],
  };
}

describe("CoAP URIs beside URL", () => {
  it("RFC 3986 §5.2.4, RFC 7252 §6.3 and §6.4: takes URIs apart as URL does", () => {
    const random = randomFrom(9);
    const hosts = [
      "example.net",
      "EXAMPLE.net",
      "198.51.100.1",
      "[2001:DB8:0::2:1]",
      "ex%41mple",
      "a-b.c_d",
      "[::1]",
    ];
    const ports = ["", ":", ":80", ":0080", ":5683", ":65535", ":1"];
    // URL of Node 20 leaves `/.a/./` as it is: no segment begins with a dot and goes on.
    const parts = ["a", "B", "~", "a.", "-", "_", "/", "/", "/", "/./", "/../", "/%2e/", "/%2E./"];
    const ends = ["", "", "/.", "/..", "/%2e%2E"];
    parts.push(":", "@", "!", "$", "&", "'", "(", ")", "*", "+", ",", ";", "=");
    parts.push("%2F", "%41", "%25", "%C3%A9", "%20", "%3F", "%23");
    const query = ["a", "=", "&", "/", "?", "%26", "%3D", "..", "+", "%C3%A9", ":", "@"];
    for (let run = 0; run < 20_000; run += 1) {
      const host = hosts[random(hosts.length)]!;
      const path = random(8) === 0 ? "" : `/${randomText(random, parts, 10)}${ends[random(ends.length)]!}`;
      const search = random(2) === 0 ? "" : `?${randomText(random, query, 6)}`;
      const uri = `coap+ws://${host}${ports[random(ports.length)]!}${path}${search}`;
      const { hostIsAddress, ...components } = parseUri(uri);
      assert.deepEqual(components, componentsOf(uri), uri);
      assert.equal(hostIsAddress, /^[[\d]/u.test(host));
    }
  });

  it("RFC 7252 §6.5: writes URIs that URL leaves as they are", () => {
    const random = randomFrom(10);
    const alphabet = [..."az09-._~!$&()*+,;=:@/?#[]%<>\\^`{|} \u00e9\u20ac\u{1f4a9}"];
    for (let run = 0; run < 20_000; run += 1) {
      const texts = (): string[] => Array.from({ length: random(4) }, () => randomText(random, alphabet, 6));
      const uri: CoapUri = {
        scheme: "coap+ws",
        host: "example.net",
        port: 1 + random(100),
        hostIsAddress: false,
        path: texts().filter((segment) => segment !== "." && segment !== ".."),
        query: texts(),
      };
      const text = formatUri(uri).replace("coap+ws:", "http:");
      assert.equal(new URL(text).href, text);
    }
  });

  it("throws nothing but a UriError for 50,000 random texts", () => {
    const random = randomFrom(11);
    const parts = [
      "coap",
      "coaps",
      ":",
      "/",
      "//",
      "coap://",
      "coap://h",
      "[",
      "]",
      "::1",
      "%",
      "%25",
      "%41",
      "%ff",
      "@",
    ];
    parts.push(
      "#",
      "?",
      "&",
      ".",
      "..",
      "1",
      "65536",
      "\u00e9",
      "\ud800",
      " ",
      "\n",
      "\0",
      "a",
      "198.51.100.1",
      "fe80::1",
    );
    let accepted = 0;
    for (let run = 0; run < 50_000; run += 1) {
      const text = randomText(random, parts, 10);
      try {
        const uri = parseUri(text);
        assert.deepEqual(parseUri(formatUri(uri)), uri);
        accepted += 1;
      } catch (error) {
        assert.ok(error instanceof UriError, text);
      }
    }
    assert.ok(accepted > 500, `${accepted} accepted`);
  });
});
