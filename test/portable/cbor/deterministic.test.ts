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

  it("RFC 8949 §4.2.1: floats take the shortest form that keeps them", () => {
    assert.equal(encoded("fb3ff8000000000000"), "f93e00");
    assert.equal(encoded("fa47c35000"), "fa47c35000");
    assert.equal(encoded("fb8000000000000000"), "f98000");
  });

  it("RFC 8949 §4.1: a NaN keeps sign and significand, and is as short as zeros behind it allow", () => {
    const cases = [
      // Quiet without payload, in all precisions, of both signs.
      ["f97e00", "f97e00"],
      ["fa7fc00000", "f97e00"],
      ["fb7ff8000000000000", "f97e00"],
      ["f9fe00", "f9fe00"],
      ["faffc00000", "f9fe00"],
      ["fbfff8000000000000", "f9fe00"],
      // Payloads: the last bit of the half, that behind it, the last of the single, that behind it, the last of the double.
      ["f97e01", "f97e01"],
      ["fa7fc02000", "f97e01"],
      ["fb7ff8040000000000", "f97e01"],
      ["fa7fc01000", "fa7fc01000"],
      ["fb7ff8020000000000", "fa7fc01000"],
      ["fa7fc00001", "fa7fc00001"],
      ["fb7ff8000020000000", "fa7fc00001"],
      ["fb7ff8000010000000", "fb7ff8000010000000"],
      ["fb7ff8000000000001", "fb7ff8000000000001"],
      ["fb7fffffffffffffff", "fb7fffffffffffffff"],
      ["fa7fffffff", "fa7fffffff"],
      ["f97fff", "f97fff"],
      // Signaling ones: the first bit of the fraction is 0.
      ["f97c01", "f97c01"],
      ["fa7f802000", "f97c01"],
      ["fb7ff0040000000000", "f97c01"],
      ["fa7f800001", "fa7f800001"],
      ["fb7ff0000000000001", "fb7ff0000000000001"],
      ["fbfff4000000000000", "f9fd00"],
      // The neighbours that are no NaNs.
      ["fb7ff0000000000000", "f97c00"],
      ["faff800000", "f9fc00"],
    ] as const;
    for (const [item, shortest] of cases) {
      assert.equal(encoded(item), shortest, item);
      assert.equal(encoded(`82 ${item} a1 ${item} 00`), `82${shortest}a1${shortest}00`);
    }
  });

  it("RFC 8949 §5.6.1: as keys 0.0 and -0.0 are one, and so are NaNs with the same significand", () => {
    for (const [one, other] of [
      ["f90000", "f98000"],
      ["f97e00", "f9fe00"],
      ["fa7fc00000", "fbfff8000000000000"],
      ["fb7ff8000000000001", "fbfff8000000000001"],
    ]) {
      assert.throws(
        () => encoded(`a2 ${one} 00 ${other} 00`),
        CborError,
        "expected a map with each key once",
      );
      assert.throws(
        () => encoded(`a2 ${other} 00 ${one} 00`),
        CborError,
        "expected a map with each key once",
      );
    }
    assert.equal(encoded("a3 f97e01 00 f97e00 00 f9fe02 00"), "a3f97e0000f97e0100f9fe0200");
    assert.equal(encoded("a2 f93c00 00 f9bc00 00"), "a2f93c0000f9bc0000");
    assert.equal(encoded("a2 f98000 00 00 00"), "a20000f9800000");
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
