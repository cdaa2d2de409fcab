import { assert, describe, it } from "../../../portable.js";
import {
  checkBase,
  checkLifetime,
  checkName,
  isLinkLocalBase,
  MAX_LIFETIME_S,
  MAX_NAME_BYTES,
  RegistrationParameterError,
  withParameters,
} from "../../../../src/applications/rd/parameters.js";

describe("parameters of a registration", () => {
  it("RFC 9176 §5: an endpoint name and a sector have 1 to 63 bytes of UTF-8", () => {
    for (const parameter of ["ep", "d"] as const) {
      checkName(parameter, "n".repeat(MAX_NAME_BYTES));
      checkName(parameter, "é".repeat(31));
      for (const name of ["", "n".repeat(64), "é".repeat(32)])
        assert.throws(() => checkName(parameter, name), RegistrationParameterError);
    }
    assert.equal(MAX_NAME_BYTES, 63);
  });

  it("RFC 9176 §5: a name has no character of 0-31 and 127-159", () => {
    for (const code of [0, 31, 127, 128, 159])
      assert.throws(() => checkName("ep", `n${String.fromCharCode(code)}`), RegistrationParameterError);
    for (const code of [32, 126, 160]) checkName("ep", `n${String.fromCharCode(code)}`);
  });

  it("RFC 9176 §5: a lifetime is 1 to 4294967295 seconds", () => {
    checkLifetime(1);
    checkLifetime(4_294_967_295);
    assert.equal(MAX_LIFETIME_S, 4_294_967_295);
    for (const lifetimeS of [0, -1, 1.5, NaN, 4_294_967_296])
      assert.throws(() => checkLifetime(lifetimeS), RegistrationParameterError);
  });

  it("RFC 9176 §5: a base has scheme and authority, no query, no fragment, no zone", () => {
    for (const base of [
      "coap://[2001:db8::1]",
      "coaps://new.example.com:5684",
      "http://h/path",
      "coap://[fe80::1]",
      "coap://h/%c3%A9",
    ])
      checkBase(base);
    for (const base of [
      "",
      "h",
      "/a",
      "urn:x",
      "coap://",
      "coap://h?a",
      "coap://h#a",
      "coap://[fe80::1%25e]",
      "coap://h>",
      // RFC 3986 §2: they would make links that cannot be written.
      "coap://h/\\",
      "coap://h/`",
      "coap://h/{a|b}",
      "coap://h/^",
      "coap://h/%c",
      "coap://h/%zz",
      "coap://h/é",
    ])
      assert.throws(() => checkBase(base), RegistrationParameterError);
  });

  it("RFC 9176 §5, RFC 3986 §3.2: a base is suitable as a base URI: its host and port are such, and it names no user", () => {
    for (const base of [
      "coap://h:65535",
      "coap://h:",
      "http://h:1/",
      "http://[2001:db8::1]:8080/a",
      "COAP://H",
      "coap+tcp://192.0.2.1",
    ])
      checkBase(base);
    for (const base of [
      "coap://[::1",
      "coap://::1]",
      "coap://[::1]x",
      "coap://[::g]",
      "coap://[1.2.3.4]",
      "coap://[]",
      "coap://h:99999",
      "coap://h:65536",
      "coap://h:0",
      "coap://h:-1",
      "coap://h:1:2",
      "coap://h:port",
      "coap://:5683",
      "coap://user@h",
      "coap://user:secret@[2001:db8::1]",
      "coap://@h",
      "coap://h/[",
      "http://[::1",
      "http://[::1]:99999",
      "http://user:secret@h",
      "http://h/]",
      `coap://${"h".repeat(256)}`,
    ])
      assert.throws(() => checkBase(base), RegistrationParameterError);
    assert.throws(
      () => withParameters("coap://[fd00::1]/rd", { base: "coap://user:secret@h" }),
      RegistrationParameterError,
    );
  });

  it("RFC 9176 §5: knows a base that is only good on its link", () => {
    assert.ok(isLinkLocalBase("coap://[fe80::1]:61616"));
    assert.ok(isLinkLocalBase("coap://169.254.1.2:5000/a"));
    for (const base of ["coap://[2001:db8::1]", "coap://192.0.2.1:1", "coap://fe80.example.com"])
      assert.ok(!isLinkLocalBase(base));
  });

  it("RFC 9176 §5: go into the query, percent-encoded where they must", () => {
    const uri = withParameters("coap://[fd00::1]/rd", {
      ep: "a&b=é",
      d: "floor 3",
      lt: 600,
      base: "coap://[2001:db8::2]:61616",
      attributes: [
        ["et", "tag:example.com,2020:platform"],
        ["x", true],
      ],
    });
    assert.equal(
      uri,
      "coap://[fd00::1]/rd?ep=a%26b=%C3%A9&d=floor%203&lt=600&base=coap://%5B2001:db8::2%5D:61616" +
        "&et=tag:example.com,2020:platform&x",
    );
  });
});
