import { fromHex, toHex } from "../../../../../src/bytes/hex.js";
import {
  decodeMissingBlocks,
  encodeMissingBlocks,
} from "../../../../../src/coap/bodies/qblock/missing-blocks.js";
import { assert, describe, it } from "../../../../portable.js";

describe("application/missing-blocks+cbor-seq", () => {
  it("RFC 9177 §5: a sequence of unsigned integers without an array around it", () => {
    // RFC 8949, Appendix A: 0, 23, 24, 1000 and 1000000
    const hex = "00" + "17" + "1818" + "1903e8" + "1a000f4240";
    const numbers = [0, 23, 24, 1_000, 1_000_000];
    assert.equal(toHex(encodeMissingBlocks(numbers)), hex);
    assert.deepEqual(decodeMissingBlocks(fromHex(hex)), numbers);
  });

  it("RFC 9177 §5: nothing but ascending block numbers, one at least", () => {
    for (const wrong of [
      "",
      "20",
      "0201",
      "0101",
      "8101",
      "18",
      "f5",
      "6131",
      "1bffffffffffffffff",
      "f93c00",
    ])
      assert.equal(decodeMissingBlocks(fromHex(wrong)), undefined, wrong);
  });

  it("RFC 9177 §4.2: up to the largest number of 20 bits, and none beyond", () => {
    assert.deepEqual(decodeMissingBlocks(fromHex("1a000fffff")), [0xfffff]);
    assert.equal(decodeMissingBlocks(fromHex("1a00100000")), undefined);
  });
});
