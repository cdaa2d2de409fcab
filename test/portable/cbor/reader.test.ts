import { describe, it, assert } from "../../portable.js";
import { fromHex, toHex } from "../../../src/bytes/hex.js";
import { CborError } from "../../../src/cbor/error.js";
import { CborReader, INDEFINITE, MAX_NESTING_DEPTH } from "../../../src/cbor/reader.js";
import { appendixA } from "./appendix-a.js";
import { readPlainValue } from "./plain-value.js";

/** A reader of the bytes that hexadecimal text stands for; spaces are for the eye. */
function reader(hex: string): CborReader {
  return new CborReader(fromHex(hex.replaceAll(" ", "")));
}

function skipAll(hex: string): void {
  const items = reader(hex);
  items.skip();
  items.finish();
}

describe("CborReader", () => {
  it("RFC 8949 appendix A: reads every example to its value", () => {
    let compared = 0;
    for (const example of appendixA()) {
      const items = reader(example.hex);
      if (Object.hasOwn(example, "decoded")) {
        const value = readPlainValue(items);
        // Engines for small devices have no -0: the sign is tested with the diagnostic notation.
        assert.deepEqual(value === 0 ? 0 : value, example.decoded === 0 ? 0 : example.decoded, example.hex);
      } else if (example.decoded_bigint !== undefined && items.nextIsInteger())
        assert.equal(items.readInteger(), BigInt(example.decoded_bigint), example.hex);
      else continue;
      items.finish();
      compared += 1;
    }
    assert.ok(compared >= 57, `only ${compared} examples had a value to compare`);
  });

  it("RFC 8949 appendix A: passes over every example", () => {
    for (const example of appendixA()) {
      const items = reader(`${example.hex}07`);
      items.skip();
      assert.equal(toHex(items.since(0)), example.hex);
      assert.equal(items.readUnsigned(), 7);
      assert.ok(items.atEnd);
    }
  });

  it("RFC 8949 appendix A: floats that have no decimal form", () => {
    assert.equal(reader("f97c00").readFloat(), Infinity);
    assert.equal(reader("faff800000").readFloat(), -Infinity);
    assert.ok(Number.isNaN(reader("f97e00").readFloat()));
    assert.ok(Number.isNaN(reader("fb7ff8000000000000").readFloat()));
  });

  it("RFC 8949 §3.3 and erratum 5917: a simple value below 32 in two bytes is not well-formed", () => {
    assert.throws(() => skipAll("f818"), CborError, "32 or more in two bytes, got 24");
    assert.throws(() => skipAll("f81f"), CborError, "got 31");
    assert.equal(reader("f820").readSimple(), 32);
    assert.equal(reader("f0").readSimple(), 16);
  });

  it("RFC 8949 §3.1: integers beyond 2^53 are bigints, others numbers", () => {
    assert.equal(reader("1b001fffffffffffff").readInteger(), 9007199254740991);
    assert.equal(reader("1b0020000000000000").readInteger(), 9007199254740992n);
    assert.equal(reader("3b001ffffffffffffe").readInteger(), -9007199254740991);
    assert.equal(reader("3b001fffffffffffff").readInteger(), -9007199254740992n);
    assert.equal(reader("1b001fffffffffffff").readSafeInteger(), 9007199254740991);
    assert.throws(() => reader("1b0020000000000000").readSafeInteger(), CborError, "below 2^53");
    assert.throws(
      () => reader("20").readUnsigned(),
      CborError,
      "expected an unsigned integer, got a negative",
    );
  });

  it("RFC 8949 §3.2.3: joins the chunks of strings of indefinite length", () => {
    assert.equal(toHex(reader("5f42010243030405ff").readBytes()), "0102030405");
    assert.equal(toHex(reader("5fff").readBytes()), "");
    assert.equal(reader("7f657374726561646d696e67ff").readText(), "streaming");
    assert.throws(() => reader("7f61c361bcff").readText(), CborError, "UTF-8 in a text string at byte 1");
  });

  it("RFC 8949 §10: strings up to a size that the caller bears, and not a byte longer", () => {
    for (const hex of ["43010203", "5f4101420203ff"]) {
      assert.equal(toHex(reader(hex).readBytes(3)), "010203");
      assert.throws(
        () => reader(hex).readBytes(2),
        CborError,
        "a byte string of at most 2 bytes, got 3 at byte 0",
      );
    }
    for (const hex of ["6361c3bc", "7f616162c3bcff"]) {
      assert.equal(reader(hex).readText(3), "aü");
      assert.throws(
        () => reader(hex).readText(2),
        CborError,
        "a text string of at most 2 bytes, got 3 at byte 0",
      );
    }
  });

  it("gives byte strings of definite length as views, not copies", () => {
    const bytes = fromHex("43010203");
    const view = new CborReader(bytes).readBytes();
    bytes[1] = 9;
    assert.equal(toHex(view), "090203");
  });

  it("reads containers of definite and indefinite length alike", () => {
    for (const hex of ["83010203", "9f010203ff"]) {
      const items = reader(hex);
      const seen: number[] = [];
      for (let left = items.readArray(); items.hasMore(left); left -= 1) seen.push(items.readUnsigned());
      assert.deepEqual(seen, [1, 2, 3]);
      items.finish();
    }
    assert.equal(reader("bfff").readMap(), INDEFINITE);
  });

  it("RFC 8742: reads the items of a sequence one by one, and finish() refuses what is left over", () => {
    const items = reader("01 6161");
    assert.equal(items.readInteger(), 1);
    const error = assert.throws(() => items.finish(), CborError, "got 2 more bytes");
    assert.equal(error.offset, 1);
    assert.equal(items.readText(), "a");
    items.finish();
  });

  it("says what was expected, what came and where", () => {
    const items = reader("01 6161");
    items.skip();
    const error = assert.throws(
      () => items.readArray(),
      CborError,
      "expected an array, got a text string (0x61)",
    );
    assert.equal(error.offset, 1);
    assert.throws(() => reader("80").readMap(), CborError, "expected a map, got an array");
    assert.throws(() => reader("80").readInteger(), CborError, "expected an integer, got an array");
    assert.throws(() => reader("ff").readBytes(), CborError, 'expected a byte string, got a "break"');
    assert.throws(() => reader("f6").readBoolean(), CborError, "expected a boolean");
    assert.throws(() => reader("f4").readFloat(), CborError, "expected a float");
    assert.throws(() => reader("fa00000000").readSimple(), CborError, "expected a simple value");
    assert.throws(() => reader("01").readTag(), CborError, "expected a tag");
    assert.throws(() => reader("62c328").readText(), CborError, "expected UTF-8");
    assert.throws(() => reader("9f").readArgument(), CborError, "indefinite length");
  });

  it("RFC 8949 appendix F.1: refuses items that end too early", () => {
    const examples = [
      "18,19,1a,1b,1901,1a0102,1b01020304050607,38,58,78,98,9a01ff00,b8,d8,f8,f900,fa0000,fb000000",
      "41,61,5affffffff00,5bffffffffffffffff010203,7affffffff00,7b7fffffffffffffff010203",
      "81,818181818181818181,8200,a1,a20102,a100,a2000000,c0,5f4100,7f6100",
      "9f,9f0102,bf,bf01020102,819f,9f8000,9f9f9f9f9fffffffff,9f819f819f9fffffff",
    ];
    for (const list of examples)
      for (const hex of list.split(",")) assert.throws(() => skipAll(hex), CborError);
  });

  it("RFC 8949 appendix F.1: refuses every kind of syntax error", () => {
    const examples = [
      "1c,1d,1e,3c,3d,3e,5c,5d,5e,7c,7d,7e,9c,9d,9e,bc,bd,be,dc,dd,de,fc,fd,fe",
      "f800,f801,f818,f81f",
      "5f00ff,5f21ff,5f6100ff,5f80ff,5fa0ff,5fc000ff,5fe0ff,7f4100ff",
      "5f5f4100ffff,7f7f6100ffff",
      "ff,81ff,8200ff,a1ff,a1ff00,a100ff,a20000ff,9f81ff,9f829f819f9fffffffff",
      "bf00ff,bf000000ff,1f,3f,df",
    ];
    for (const list of examples)
      for (const hex of list.split(",")) assert.throws(() => skipAll(hex), CborError);
  });

  it("refuses a count that the buffer cannot hold before anybody loops over it", () => {
    assert.throws(
      () => reader("9b7fffffffffffffff00").readArray(),
      CborError,
      "an array that fits the buffer",
    );
    assert.throws(() => reader("a2010203").readMap(), CborError, "a map that fits the buffer");
    assert.equal(reader("a201020304").readMap(), 2);
  });

  it("MAX_NESTING_DEPTH: follows arrays, maps and tags that deep and no deeper", () => {
    const limit = MAX_NESTING_DEPTH;
    skipAll(`${"81".repeat(limit)}00`);
    assert.throws(() => skipAll(`${"81".repeat(limit + 1)}00`), CborError, "MAX_NESTING_DEPTH");
    skipAll(`${"c1".repeat(limit)}00`);
    assert.throws(() => skipAll(`${"c1".repeat(limit + 1)}00`), CborError, "MAX_NESTING_DEPTH");
    skipAll(`${"9f".repeat(limit)}${"ff".repeat(limit)}`);
    assert.throws(
      () => skipAll(`${"9f".repeat(limit + 1)}${"ff".repeat(limit + 1)}`),
      CborError,
      "MAX_NESTING_DEPTH",
    );
    skipAll(`${"a100".repeat(limit)}00`);
    assert.throws(() => skipAll(`${"a100".repeat(limit + 1)}00`), CborError, "MAX_NESTING_DEPTH");
    assert.throws(() => reader("818100").skip(1), CborError, "at most 1 deep");
  });
});
