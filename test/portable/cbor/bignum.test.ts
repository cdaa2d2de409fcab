import { describe, it, assert } from "../../portable.js";
import { fromHex, toHex } from "../../../src/bytes/hex.js";
import { MAX_BIGNUM_BYTES, readBignum, writeBignum } from "../../../src/cbor/bignum.js";
import { CborError } from "../../../src/cbor/error.js";
import { CborReader } from "../../../src/cbor/reader.js";
import { CborWriter } from "../../../src/cbor/writer.js";
import { appendixA } from "./appendix-a.js";

function read(hex: string): bigint {
  const reader = new CborReader(fromHex(hex));
  const value = readBignum(reader);
  reader.finish();
  return value;
}

function written(value: bigint): string {
  const writer = new CborWriter();
  writeBignum(writer, value);
  return toHex(writer.bytes);
}

describe("bignums of CBOR", () => {
  it("RFC 8949 appendix A: every integer of any size, both ways", () => {
    let compared = 0;
    for (const { hex, decoded, decoded_bigint } of appendixA()) {
      if (!/^(?:[0-3]|c[23])/u.test(hex)) continue;
      const value = BigInt(decoded_bigint ?? String(decoded));
      assert.equal(read(hex), value, hex);
      assert.equal(written(value), hex);
      compared += 1;
    }
    assert.equal(compared, 18);
  });

  it("RFC 8949 §3.4.3: leading zeros do not count, and no bytes are 0", () => {
    assert.equal(read("c240"), 0n);
    assert.equal(read("c340"), -1n);
    assert.equal(read("c243000001"), 1n);
    assert.equal(read("c25f41014100ff"), 256n);
  });

  it("RFC 8949 §3.4.3: another tag, or a tag of something else, is no bignum", () => {
    assert.throws(() => read("c401"), CborError, "expected an integer or a bignum, got tag 4 at byte 0");
    assert.throws(() => read("c201"), CborError, "a byte string");
    assert.throws(() => read("6131"), CborError, "an integer");
  });

  it("MAX_BIGNUM_BYTES: so many are read, not one more", () => {
    const bignum = (bytes: number): string => `c258${bytes.toString(16)}${"ff".repeat(bytes)}`;
    assert.equal(read(bignum(MAX_BIGNUM_BYTES)), (1n << BigInt(8 * MAX_BIGNUM_BYTES)) - 1n);
    assert.throws(() => read(bignum(MAX_BIGNUM_BYTES + 1)), CborError, "at most 64 bytes (MAX_BIGNUM_BYTES)");
    assert.equal(written((1n << BigInt(8 * MAX_BIGNUM_BYTES)) - 1n), bignum(MAX_BIGNUM_BYTES));
  });
});
