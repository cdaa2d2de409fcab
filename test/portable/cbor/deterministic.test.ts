import { describe, it, assert } from "../../portable.js";
import { fromHex, toHex } from "../../../src/bytes/hex.js";
import { deterministic } from "../../../src/cbor/deterministic.js";
import { CborError } from "../../../src/cbor/error.js";
import { MAX_NESTING_DEPTH } from "../../../src/cbor/reader.js";
import { appendixA } from "./appendix-a.js";

function encoded(hex: string): string {
  return toHex(deterministic(fromHex(hex.replaceAll(" ", ""))));
}

describe("deterministic encoding of CBOR", () => {
  it("RFC 8949 appendix A: an example in preferred form stays as it is, others become one of those", () => {
    let changed = 0;
    for (const { hex, roundtrip } of appendixA()) {
      const result = encoded(hex);
      if (roundtrip) assert.equal(result, hex);
      else {
        assert.ok(result !== hex, hex);
        changed += 1;
      }
      assert.equal(encoded(result), result);
    }
    assert.ok(changed >= 17, `only ${changed} changed`);
  });

  it("RFC 8949 §4.2.1: the order of keys that the section gives", () => {
    // 10, 100, -1, "z", "aa", [100], [-1], false: here the other way round, and in chunks.
    assert.equal(
      encoded("bf f407 812006 81186405 7f61616161ff04 617a03 2002 186401 0a00 ff"),
      "a8 0a00 186401 2002 617a03 62616104 81186405 812006 f407".replaceAll(" ", ""),
    );
  });

  it("RFC 8949 §4.1: integers, lengths and tags take the fewest bytes", () => {
    for (const long of ["1800", "190000", "1a00000000", "1b0000000000000000"])
      assert.equal(encoded(long), "00");
    assert.equal(encoded("5900 0101"), "4101");
    assert.equal(encoded("7b0000000000000001 61"), "6161");
    assert.equal(encoded("9a00000001 00"), "8100");
    assert.equal(encoded("b801 0000"), "a10000");
    assert.equal(encoded("d90001 00"), "c100");
  });

  it("RFC 8949 §4.2.1: floats take the shortest form that keeps them; all NaNs are one", () => {
    assert.equal(encoded("fb3ff8000000000000"), "f93e00");
    assert.equal(encoded("fa47c35000"), "fa47c35000");
    assert.equal(encoded("fb7ff8000000000001"), "f97e00");
    assert.equal(encoded("fa7f800001"), "f97e00");
  });

  it("RFC 8949 §3.4.3: bignums without leading zeros, and as integers where one holds them", () => {
    assert.equal(encoded("c24101"), "01");
    assert.equal(encoded("c348ffffffffffffffff"), "3bffffffffffffffff");
    assert.equal(encoded("c25f4101480000000000000000ff"), "c249010000000000000000");
    assert.equal(encoded("c2f6"), "c2f6");
  });

  it("RFC 8949 §5.6: a key comes once, however it is encoded", () => {
    assert.throws(() => encoded("a2 0100 180100"), CborError, "expected a map with each key once");
    assert.throws(() => encoded("81a2 f93c0000 fb3ff000000000000000"), CborError, "at byte 1");
    assert.throws(() => encoded("a2 a2010203040 0 a2030401020 0"), CborError, "each key once");
    assert.equal(encoded("a2 0100 f93c0000"), "a20100f93c0000");
    assert.equal(encoded("a1 01 a10100"), "a101a10100");
  });

  it("MAX_NESTING_DEPTH: nests so deep, not deeper", () => {
    for (const level of ["81", "9f", "c6", "a100"]) {
      const end = level === "9f" ? "ff" : "";
      assert.ok(encoded(level.repeat(MAX_NESTING_DEPTH) + "00" + end.repeat(MAX_NESTING_DEPTH)).length > 0);
      assert.throws(
        () => encoded(level.repeat(MAX_NESTING_DEPTH + 1) + "00" + end.repeat(MAX_NESTING_DEPTH + 1)),
        CborError,
        "MAX_NESTING_DEPTH",
      );
    }
  });

  it("RFC 8949 §5.3.1: what is not well-formed or not valid has no encoding", () => {
    for (const wrong of ["", "ff", "81", "bf00ff", "61ff", "5f6100ff", "0000", "f800"])
      assert.throws(() => encoded(wrong), CborError);
  });
});
