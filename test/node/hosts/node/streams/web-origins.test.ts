import assert from "node:assert/strict";
import { WebOrigins, parseOrigin } from "../../../../../hosts/node/streams/web-origins.js";

/** Whether a server takes what claims an origin. */
function admits(origin: string, host: string, isSecure = false, ...allowed: readonly string[]): boolean {
  return new WebOrigins(allowed, isSecure).admits({ origin, host });
}

describe("Origins of web pages", () => {
  it("RFC 6455 §10.2: takes who sends no Origin: no browser", () => {
    assert.ok(new WebOrigins([], false).admits({ host: "localhost:8080" }));
    assert.ok(new WebOrigins(["https://example.com"], true).admits({}));
  });

  for (const [origin, host] of [
    ["http://localhost:8080", "localhost:8080"],
    ["http://coap.localhost", "coap.localhost"],
    ["http://localhost", "localhost:80"],
    ["http://127.0.0.1:8080", "127.0.0.1:8080"],
    ["http://[::1]:8080", "[::1]:8080"],
  ] as const)
    it(`RFC 6455 §10.2: takes a page of the same origin: ${origin} at ${host}`, () => {
      assert.ok(admits(origin, host));
    });

  for (const [what, origin, host] of [
    ["another site", "https://example.com", "localhost:8080"],
    ["another port", "http://localhost:8081", "localhost:8080"],
    ["another scheme", "https://localhost:8080", "localhost:8080"],
    ["a name that begins alike", "http://localhost.example.com:8080", "localhost:8080"],
    ["a name that ends alike", "http://evil-localhost:8080", "evil-localhost:8080"],
    ["a name that leads here meanwhile", "http://example.com:8080", "example.com:8080"],
    ["no origin of its own", "null", "localhost:8080"],
    ["several origins", "http://localhost:8080 http://localhost:8080", "localhost:8080"],
    ["an empty origin", "", "localhost:8080"],
    ["a host that is none", "http://[", "["],
  ] as const)
    it(`RFC 6455 §10.2: refuses a page of ${what}`, () => {
      assert.ok(!admits(origin, host));
    });

  it("RFC 6455 §10.2: with TLS the certificate says whose a name is", () => {
    assert.ok(admits("https://example.com:8443", "example.com:8443", true));
    assert.ok(admits("https://example.com", "example.com:443", true));
    assert.ok(!admits("http://example.com:8443", "example.com:8443", true));
    assert.ok(!admits("https://example.org:8443", "example.com:8443", true));
  });

  it("takes those that are allowed, and no others", () => {
    const allowed = ["https://Example.com:443", "null", "chrome-extension://abc"];
    for (const origin of ["https://example.com", "null", "chrome-extension://abc"])
      assert.ok(admits(origin, "localhost", false, ...allowed), origin);
    for (const origin of ["https://example.com:8443", "http://example.com", "https://a.example.com"])
      assert.ok(!admits(origin, "localhost", false, ...allowed), origin);
    assert.ok(admits("https://anybody.example", "localhost", false, "*"));
  });

  it("looks at the name of earlier versions of the protocol, too", () => {
    const origins = new WebOrigins([], false);
    assert.ok(!origins.admits({ host: "localhost", "sec-websocket-origin": "https://example.com" }));
    assert.ok(!origins.admits({ host: "localhost", "sec-websocket-origin": ["http://localhost"] }));
  });

  it("RFC 6454 §6.2: reads origins as browsers write them, and refuses what is none", () => {
    assert.equal(parseOrigin("HTTPS://Example.COM:443"), "https://example.com");
    assert.equal(parseOrigin("http://[2001:DB8::1]:8080"), "http://[2001:db8::1]:8080");
    for (const text of [
      "",
      "example.com",
      "https://",
      "https://a/b",
      "https://a?b",
      "https://u@a",
      "https://a b",
    ])
      assert.throws(() => parseOrigin(text), RangeError, text);
  });
});
