import assert from "node:assert/strict";
import { cborAsJson, cborSequenceAsJson } from "../../../../cli/json/cbor.js";
import { fromHex } from "../../../../src/bytes/hex.js";
import { CborError } from "../../../../src/cbor/error.js";
import { MAX_NESTING_DEPTH } from "../../../../src/cbor/reader.js";

describe("CBOR as JSON", () => {
  it("RFC 8949 §6.1: converts the examples of appendix A", () => {
    const cases: readonly (readonly [hex: string, json: unknown])[] = [
      ["00", 0],
      ["1b000000e8d4a51000", 1_000_000_000_000],
      ["3903e7", -1000],
      ["f93e00", 1.5],
      ["fb3ff199999999999a", 1.1],
      ["f97c00", null],
      ["f97e00", null],
      ["f4", false],
      ["f5", true],
      ["f6", null],
      ["f7", null],
      ["f0", null],
      ["c11a514b67b0", 1363896240],
      ["d74401020304", "AQIDBA"],
      ["4401020304", "AQIDBA"],
      ["62c3bc", "\u00fc"],
      ["8301820203820405", [1, [2, 3], [4, 5]]],
      ["a26161016162820203", { a: 1, b: [2, 3] }],
      ["5f42010243030405ff", "AQIDBAU"],
      ["7f657374726561646d696e67ff", "streaming"],
      ["9f018202039f0405ffff", [1, [2, 3], [4, 5]]],
      ["bf6346756ef563416d7421ff", { Fun: true, Amt: -2 }],
    ];
    for (const [hex, json] of cases) assert.deepEqual(cborAsJson(fromHex(hex)), json, hex);
  });

  it("RFC 8949 §6.1: has bignums in base64url, negative ones behind ~", () => {
    assert.equal(cborAsJson(fromHex("c249010000000000000000")), "AQAAAAAAAAAA");
    assert.equal(cborAsJson(fromHex("c349010000000000000000")), "~AQAAAAAAAAAA");
  });

  it("keeps every digit of integers that a number cannot hold", () => {
    assert.equal(cborAsJson(fromHex("1bffffffffffffffff")), "18446744073709551615");
    assert.equal(cborAsJson(fromHex("3bffffffffffffffff")), "-18446744073709551616");
  });

  it("writes keys that are no text in diagnostic notation", () => {
    assert.deepEqual(cborAsJson(fromHex("a20102203a00000009")), { 1: 2, "-1": -10 });
    assert.deepEqual(cborAsJson(fromHex("a1820102f6")), { "[1, 2]": null });
  });

  it("takes a key as what it is, whatever JavaScript thinks of it", () => {
    const value = cborAsJson(fromHex("a1695f5f70726f746f5f5f01"));
    assert.equal(JSON.stringify(value), '{"__proto__":1}');
  });

  it("RFC 8742 §2: reads sequences", () => {
    assert.deepEqual(cborSequenceAsJson(fromHex("016161f6")), [1, "a", null]);
    assert.deepEqual(cborSequenceAsJson(new Uint8Array(0)), []);
  });

  it("refuses what is not well-formed", () => {
    for (const hex of ["", "0000", "8201", "1c", "ff", "a101"])
      assert.throws(() => cborAsJson(fromHex(hex)), CborError, hex);
  });

  it("follows MAX_NESTING_DEPTH levels and no more", () => {
    const nested = (depth: number): Uint8Array => fromHex(`${"81".repeat(depth)}00`);
    assert.equal(
      JSON.stringify(cborAsJson(nested(MAX_NESTING_DEPTH))),
      `${"[".repeat(MAX_NESTING_DEPTH)}0${"]".repeat(MAX_NESTING_DEPTH)}`,
    );
    assert.throws(() => cborAsJson(nested(MAX_NESTING_DEPTH + 1)), /nested at most 16 deep/u);
  });
});
