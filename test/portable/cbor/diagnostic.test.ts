import { describe, it, assert } from "../../portable.js";
import { fromHex } from "../../../src/bytes/hex.js";
import { MAX_BIGNUM_BYTES } from "../../../src/cbor/bignum.js";
import { formatDiagnostic } from "../../../src/cbor/diagnostic.js";
import { CborError } from "../../../src/cbor/error.js";
import { MAX_NESTING_DEPTH } from "../../../src/cbor/reader.js";
import { appendixA } from "./appendix-a.js";

const diagnostic = (hex: string): string => formatDiagnostic(fromHex(hex));

describe("CBOR diagnostic notation", () => {
  it("RFC 8949 appendix A: the examples given in notation", () => {
    let compared = 0;
    for (const example of appendixA()) {
      const expected = example.diagnostic ?? example.decoded_bigint;
      if (expected === undefined) continue;
      assert.equal(diagnostic(example.hex), expected);
      compared += 1;
    }
    assert.ok(compared >= 25, `only ${compared} examples`);
  });

  it("RFC 8949 appendix A: numbers", () => {
    assert.equal(diagnostic("1b000000e8d4a51000"), "1000000000000");
    assert.equal(diagnostic("3903e7"), "-1000");
    assert.equal(diagnostic("f90000"), "0.0");
    assert.equal(diagnostic("f98000"), "-0.0");
    assert.equal(diagnostic("f93c00"), "1.0");
    assert.equal(diagnostic("fb3ff199999999999a"), "1.1");
    assert.equal(diagnostic("fa47c35000"), "100000.0");
    assert.equal(diagnostic("fa7f7fffff"), "3.4028234663852886e+38");
    assert.equal(diagnostic("fb7e37e43c8800759c"), "1.0e+300");
    assert.equal(diagnostic("f90001"), "5.960464477539063e-8");
    assert.equal(diagnostic("f90400"), "0.00006103515625");
    assert.equal(diagnostic("fbc010666666666666"), "-4.1");
  });

  it("RFC 8949 appendix A: strings, arrays and maps", () => {
    assert.equal(diagnostic("62225c"), '"\\"\\\\"');
    assert.equal(diagnostic("63e6b0b4"), '"水"');
    assert.equal(diagnostic("80"), "[]");
    assert.equal(diagnostic("8301820203820405"), "[1, [2, 3], [4, 5]]");
    assert.equal(diagnostic("a0"), "{}");
    assert.equal(diagnostic("a26161016162820203"), '{"a": 1, "b": [2, 3]}');
    assert.equal(diagnostic("826161a161626163"), '["a", {"b": "c"}]');
  });

  it("RFC 8949 §8.1 and appendix A: indefinite lengths", () => {
    assert.equal(diagnostic("7f657374726561646d696e67ff"), '(_ "strea", "ming")');
    assert.equal(diagnostic("5fff"), "''_");
    assert.equal(diagnostic("7fff"), '""_');
    assert.equal(diagnostic("9fff"), "[_ ]");
    assert.equal(diagnostic("9f018202039f0405ffff"), "[_ 1, [2, 3], [_ 4, 5]]");
    assert.equal(diagnostic("83019f0203ff820405"), "[1, [_ 2, 3], [4, 5]]");
    assert.equal(diagnostic("bf61610161629f0203ffff"), '{_ "a": 1, "b": [_ 2, 3]}');
    assert.equal(diagnostic("bf6346756ef563416d7421ff"), '{_ "Fun": true, "Amt": -2}');
  });

  it("tells a bignum that an integer could hold, or with leading zeros, from that integer", () => {
    assert.equal(diagnostic("c24101"), "2(h'01')");
    assert.equal(diagnostic("c24900ffffffffffffffff"), "2(h'00ffffffffffffffff')");
    assert.equal(diagnostic("c25f4101ff"), "2((_ h'01'))");
    assert.equal(diagnostic("c201"), "2(1)");
  });

  it("MAX_BIGNUM_BYTES: larger bignums are shown as bytes", () => {
    const shown = "01".repeat(MAX_BIGNUM_BYTES);
    assert.equal(diagnostic(`c25840${shown}`), String(BigInt(`0x${shown}`)));
    assert.equal(diagnostic(`c25841${shown}01`), `2(h'${shown}01')`);
  });

  it("leaves nothing in text that a terminal would obey", () => {
    assert.equal(diagnostic("631b5b41"), '"\\u001b[A"');
    assert.equal(diagnostic("62c29b"), '"\\u009b"');
    assert.equal(diagnostic("63e280ae"), '"\\u202e"');
    assert.equal(diagnostic("62d89c"), '"\\u061c"');
  });

  it("RFC 8742: a sequence is shown only when asked for", () => {
    assert.equal(formatDiagnostic(fromHex("01820203"), { sequence: true }), "1, [2, 3]");
    assert.equal(formatDiagnostic(new Uint8Array(0), { sequence: true }), "");
    assert.throws(() => diagnostic("0102"), CborError, "got 1 more bytes at byte 1");
    assert.throws(() => diagnostic(""), CborError, "expected an item");
  });

  it("puts items on lines of their own when asked to", () => {
    assert.equal(
      formatDiagnostic(fromHex("a2616101d903e9a10182028080"), { indent: 2 }),
      '{\n  "a": 1,\n  1001({\n    1: [\n      2,\n      []\n    ]\n  }): []\n}',
    );
    assert.equal(formatDiagnostic(fromHex("9f01ff"), { indent: 2 }), "[_\n  1\n]");
  });

  it("MAX_NESTING_DEPTH: shows items nested that deep and no deeper, unless told otherwise", () => {
    const limit = MAX_NESTING_DEPTH;
    assert.equal(diagnostic(`${"81".repeat(limit)}00`), `${"[".repeat(limit)}0${"]".repeat(limit)}`);
    assert.throws(() => diagnostic(`${"81".repeat(limit + 1)}00`), CborError, "MAX_NESTING_DEPTH");
    assert.ok(
      formatDiagnostic(fromHex(`${"c1".repeat(limit + 1)}00`), { maxDepth: limit + 1 }).startsWith("1(1("),
    );
  });

  it("refuses what is not well-formed", () => {
    for (const hex of [
      "81",
      "a101",
      "bf00ff",
      "5f00ff",
      "5f5f4100ffff",
      "7f7f6100ffff",
      "ff",
      "81ff",
      "1c",
      "c2",
    ])
      assert.throws(() => diagnostic(hex), CborError);
    assert.throws(() => diagnostic("61ff"), CborError, "UTF-8");
  });
});
