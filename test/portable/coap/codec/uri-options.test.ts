import * as Option from "../../../../src/coap/codec/option-number.js";
import { UriError, formatUri, optionsToUri, parseUri, uriToOptions } from "../../../../src/coap/codec/uri.js";
import { assert, describe, it } from "../../../portable.js";
import { Options } from "../../../../src/coap/codec/options.js";
import { fromHex } from "../../../../src/bytes/hex.js";
import { vectors } from "../../vectors/coap-rfc7252-appendix-a.js";

const DESTINATION = { address: "2001:db8::2:1", port: 5683 } as const;

const NUMBERS: readonly (readonly [name: string, number: number])[] = [
  ["Uri-Host", Option.URI_HOST],
  ["Uri-Path", Option.URI_PATH],
  ["Uri-Query", Option.URI_QUERY],
];

interface Example {
  readonly ip: string;
  readonly port: number;
  readonly options: readonly (readonly string[])[];
  readonly uri: string;
}

function optionsOf(example: Example): Options {
  const options = new Options();
  for (const [name, value] of example.options)
    options.addString(NUMBERS.find(([known]) => known === name)![1], value!);
  return options;
}

function optionsOfUri(uri: string): [number, string][] {
  const options = new Options();
  uriToOptions(parseUri(uri), options);
  return options
    .entries()
    .map(({ number }, index) => [number, String.fromCodePoint(...options.at(index).value)]);
}

/** The URI of one option besides the destination. */
function uriOf(number: number, hex: string): string {
  return formatUri(optionsToUri(new Options().add(number, fromHex(hex)), DESTINATION));
}

describe("URIs from options", () => {
  it("RFC 7252 Appendix B: composes the examples", () => {
    const examples: readonly Example[] = vectors.uri_examples.vectors;
    assert.equal(examples.length, 5);
    for (const example of examples) {
      const destination = { address: example.ip.replace("[", "").replace("]", ""), port: example.port };
      // The last example encodes slashes of a query, which step 8 of the algorithm leaves as they are.
      const expected = example.uri.replace("?%2F%2F&", "?//&");
      const uri = optionsToUri(optionsOf(example), destination);
      assert.equal(formatUri(uri), expected);
      assert.deepEqual(parseUri(example.uri), uri);
    }
  });

  it("RFC 7252 §6.5 steps 2 and 4: without options the destination counts, in normal form", () => {
    const destination = { address: "2001:DB8:0:0:0:0:0:1", port: 61616 };
    assert.equal(formatUri(optionsToUri(new Options(), destination)), "coap://[2001:db8::1]:61616/");
    assert.equal(
      formatUri(optionsToUri(new Options(), { ...destination, port: 5684 }, "coaps")),
      "coaps://[2001:db8::1]/",
    );
    assert.equal(
      formatUri(optionsToUri(new Options(), { address: "fe80::1%eth0", port: 5683 })),
      "coap://[fe80::1%25eth0]/",
    );
  });

  it("RFC 7252 §6.5 step 4: Uri-Port stands in for the destination port", () => {
    assert.equal(uriOf(Option.URI_PORT, "f0b0"), "coap://[2001:db8::2:1]:61616/");
    assert.equal(uriOf(Option.URI_PORT, "1633"), "coap://[2001:db8::2:1]/");
  });

  it("RFC 7252 §6.5 step 2: Uri-Host is a name or an address", () => {
    assert.equal(uriOf(Option.URI_HOST, "4558414d504c45"), "coap://example/");
    assert.equal(uriOf(Option.URI_HOST, "62c3bc726f"), "coap://b%C3%BCro/");
    assert.equal(uriOf(Option.URI_HOST, "312e322e332e34"), "coap://1.2.3.4/");
    assert.equal(uriOf(Option.URI_HOST, "5b3a3a315d"), "coap://[::1]/");
    const uri = optionsToUri(new Options().addString(Option.URI_HOST, "[::1]"), DESTINATION);
    assert.deepEqual([uri.host, uri.hostIsAddress], ["::1", true]);
  });

  it("RFC 7252 §6.5 step 2: fails where Uri-Host is no host", () => {
    for (const host of ["", "a b", "a/b", "a:1", "u@h", "::1", "[::1", "[x]", "%zz"])
      assert.throws(
        () => optionsToUri(new Options().addString(Option.URI_HOST, host), DESTINATION),
        UriError,
        "expected",
      );
    assert.throws(() => uriOf(Option.URI_HOST, "c0af"), UriError, "UTF-8 in Uri-Host");
  });

  it("fails where another option makes no URI", () => {
    assert.throws(() => uriOf(Option.URI_PORT, ""), UriError, "port from 1 to 65535, got 0");
    assert.throws(() => uriOf(Option.URI_PORT, "010000"), UriError, "port from 1 to 65535, got 65536");
    assert.throws(() => uriOf(Option.URI_PATH, "2e2e"), UriError, "other than '..'");
    assert.throws(() => uriOf(Option.URI_PATH, "2e"), UriError, "other than '.'");
    assert.throws(() => uriOf(Option.URI_PATH, "ff"), UriError, "UTF-8 in Uri-Path");
    assert.throws(() => uriOf(Option.URI_QUERY, "ff"), UriError, "UTF-8 in Uri-Query");
    assert.throws(
      () => optionsToUri(new Options(), { address: "example.net", port: 1 }),
      UriError,
      "expected an IPv4 or IPv6 address, got 'example.net'",
    );
    assert.throws(() => optionsToUri(new Options(), DESTINATION, "http"), UriError, "got 'http'");
  });

  it("RFC 7252 §6.5 step 7: a single empty Uri-Path makes the same URI as none", () => {
    const uri = optionsToUri(new Options().addEmpty(Option.URI_PATH), DESTINATION);
    assert.deepEqual(uri.path, []);
  });
});

describe("Options from URIs", () => {
  it("RFC 7252 Appendix B: decomposes the examples", () => {
    const examples: readonly Example[] = vectors.uri_examples.vectors;
    for (const example of examples) {
      const options = new Options();
      const uri = parseUri(example.uri);
      uriToOptions(uri, options);
      assert.deepEqual(options.entries(), optionsOf(example).entries(), example.uri);
      assert.equal(uri.port, example.port);
    }
  });

  it("RFC 7252 §6.3: makes the same options of equivalent URIs", () => {
    const expected = [
      [Option.URI_HOST, "example.com"],
      [Option.URI_PATH, "~sensors"],
      [Option.URI_PATH, "temp.xml"],
    ];
    assert.deepEqual(optionsOfUri("coap://example.com:5683/~sensors/temp.xml"), expected);
    assert.deepEqual(optionsOfUri("coap://EXAMPLE.com/%7Esensors/temp.xml"), expected);
    assert.deepEqual(optionsOfUri("coap://EXAMPLE.com:/%7esensors/temp.xml"), expected);
  });

  it("RFC 7252 §6.4 steps 5 and 7: neither Uri-Host for an address nor Uri-Port", () => {
    assert.deepEqual(optionsOfUri("coap://198.51.100.1:61616/"), []);
    assert.deepEqual(optionsOfUri("coap://[fe80::1%25eth0]:61616"), []);
    assert.deepEqual(optionsOfUri("coaps://h:61616"), [[Option.URI_HOST, "h"]]);
  });

  it("RFC 7252 §6.4 with erratum 4895: keeps empty segments and arguments", () => {
    assert.deepEqual(optionsOfUri("coap://[::1]/foo/?"), [
      [Option.URI_PATH, "foo"],
      [Option.URI_PATH, ""],
      [Option.URI_QUERY, ""],
    ]);
    assert.deepEqual(optionsOfUri("coap://[::1]//"), [
      [Option.URI_PATH, ""],
      [Option.URI_PATH, ""],
    ]);
    const single = new Options();
    uriToOptions({ ...parseUri("coap://[::1]"), path: [""] }, single);
    assert.equal(single.count, 0);
  });

  it("RFC 7252 §5.10.1: takes components of 255 bytes, and none of 256", () => {
    const uri = parseUri("coap://h/");
    const longest = "\u00e9".repeat(127) + "a";
    const options = new Options();
    uriToOptions({ ...uri, host: longest, path: [longest], query: [longest] }, options);
    assert.deepEqual(
      [0, 1, 2].map((index) => options.at(index).value.length),
      [255, 255, 255],
    );
    for (const change of [
      { host: `${longest}a` },
      { path: ["b", `${longest}a`] },
      { query: [`${longest}a`] },
    ])
      assert.throws(
        () => uriToOptions({ ...uri, ...change }, new Options()),
        UriError,
        "at most 255 bytes, got 256",
      );
  });

  it("RFC 7252 §5.10.1: never writes a segment of one or two dots", () => {
    const uri = parseUri("coap://h/");
    assert.throws(() => uriToOptions({ ...uri, path: ["."] }, new Options()), UriError, "other than '.'");
    assert.throws(() => uriToOptions({ ...uri, path: [".."] }, new Options()), UriError, "other than '..'");
  });
});
