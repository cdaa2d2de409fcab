import { assert, describe, it } from "../../../portable.js";
import { UriError } from "../../../../src/coap/codec/uri.js";
import {
  isAbsolute,
  isUri,
  LinkReferenceError,
  originOf,
  requireUri,
  resolveReference,
} from "../../../../src/applications/rd/reference.js";

describe("references of links in a directory", () => {
  it("RFC 9176 §6.1: resolves paths against the base, and leaves URIs as they are", () => {
    const base = "coap://local-proxy-old.example.com";
    assert.equal(resolveReference(base, "/sensors/temp"), "coap://local-proxy-old.example.com/sensors/temp");
    assert.equal(
      resolveReference(base, "http://www.example.com/sensors/temp"),
      "http://www.example.com/sensors/temp",
    );
    assert.equal(
      resolveReference("coap://[2001:db8:3::123]:61616", "/temp"),
      "coap://[2001:db8:3::123]:61616/temp",
    );
    assert.equal(resolveReference("coap://h/a/b", "/temp"), "coap://h/temp");
    assert.equal(resolveReference(base, "urn:dev:ow:10e2073a01080063"), "urn:dev:ow:10e2073a01080063");
  });

  it("RFC 9176 §5: an empty anchor is the base", () => {
    assert.equal(resolveReference("coap://h", ""), "coap://h");
  });

  it("RFC 9176 appendix C: takes no relative path and no reference without a scheme", () => {
    for (const reference of ["temp", "./temp", "../temp", "//h/temp", "?a", "#a", "1:2", "a b:c"])
      assert.throws(() => resolveReference("coap://h", reference), LinkReferenceError);
  });

  it("RFC 3986 §2, §3.2, RFC 7252 §6.1: a URI is one with its characters, a host and a port, and without a user", () => {
    for (const uri of [
      "coap://h",
      "coap://[2001:db8::1]:61616/a/b?c=d#e/?f",
      "coaps+ws://h:443/%c3%A9",
      "http://h:/a;b=c",
      "urn:dev:ow:10e2073a01080063",
      "mailto:a@example.com",
      "file:///a",
      "tag:example.com,2020:a",
    ]) {
      requireUri(uri);
      assert.ok(isUri(uri));
    }
    for (const uri of [
      "",
      "/a",
      "h",
      "coap:",
      "coap:/a",
      "coap://",
      "coap:///a",
      "coap://?a",
      "coap://[::1",
      "coap://[::1/a",
      "coap://[::1]]",
      "coap://[fe80::1%eth0]",
      "coap://[fe80::1%25eth0]",
      "coap://h:99999/a",
      "coap://h:0",
      "coap://h:1a",
      "coap://user@h/a",
      "http://user:secret@h/a",
      "http://[::1/a",
      "http://h:65536",
      "coap://h/a b",
      "coap://h/a\u0000",
      "coap://h/a\n",
      "coap://h/é",
      "coap://h/<a>",
      "coap://h/[a]",
      "coap://h/a#[b]",
      "coap://h/a#b#c",
      "coap://h/%",
      "coap://h/%g0",
      "urn:a b",
    ]) {
      assert.throws(() => requireUri(uri), UriError);
      assert.ok(!isUri(uri));
    }
  });

  it("RFC 3986 §3: tells scheme and authority", () => {
    assert.ok(isAbsolute("coap+tcp://h/a"));
    assert.ok(!isAbsolute("+tcp://h/a"));
    assert.ok(!isAbsolute("coap"));
    assert.equal(originOf("coap://[2001:db8::1]:61616/a/b?c#d"), "coap://[2001:db8::1]:61616");
    assert.equal(originOf("coap://h?c"), "coap://h");
    assert.equal(originOf("urn:x"), undefined);
    assert.equal(originOf("coap:///a"), undefined);
  });
});
