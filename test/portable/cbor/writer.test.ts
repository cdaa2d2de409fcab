import { describe, it, assert } from "../../portable.js";
import { fromHex, toHex } from "../../../src/bytes/hex.js";
import { CborError } from "../../../src/cbor/error.js";
import {
  ARRAY,
  BYTE_STRING,
  MAP,
  NEGATIVE,
  TAG,
  TEXT_STRING,
  UNSIGNED,
} from "../../../src/cbor/major-type.js";
import { CborReader } from "../../../src/cbor/reader.js";
import { CborWriter, INITIAL_CAPACITY } from "../../../src/cbor/writer.js";
import { appendixA } from "./appendix-a.js";

/** Writes again, head by head, what is read. */
function copy(from: CborReader, to: CborWriter): void {
  switch (from.peekMajorType()) {
    case UNSIGNED:
    case NEGATIVE:
      to.integer(from.readInteger());
      break;
    case BYTE_STRING:
      to.byteString(from.readBytes());
      break;
    case TEXT_STRING:
      to.text(from.readText());
      break;
    case ARRAY:
      to.array(from.readArray());
      break;
    case MAP:
      to.map(from.readMap());
      break;
    case TAG:
      to.tag(from.readTag());
      break;
    default:
      if (from.nextIsFloat()) to.float(from.readFloat());
      else to.simple(from.readSimple());
  }
}

describe("CborWriter", () => {
  it("RFC 8949 appendix A: writes every example that is in preferred form", () => {
    let written = 0;
    for (const example of appendixA()) {
      // A float of -0 has a sign that engines for small devices do not keep.
      if (!example.roundtrip || example.hex === "f98000") continue;
      const from = new CborReader(fromHex(example.hex));
      const to = new CborWriter();
      while (!from.atEnd) copy(from, to);
      assert.equal(toHex(to.bytes), example.hex);
      written += 1;
    }
    assert.ok(written >= 60, `only ${written} examples`);
  });

  it("RFC 8949 §4.1: each argument in the fewest bytes", () => {
    const hex = (value: number | bigint): string => toHex(new CborWriter().integer(value).bytes);
    assert.equal(hex(23), "17");
    assert.equal(hex(24), "1818");
    assert.equal(hex(255), "18ff");
    assert.equal(hex(256), "190100");
    assert.equal(hex(65535), "19ffff");
    assert.equal(hex(65536), "1a00010000");
    assert.equal(hex(4294967295), "1affffffff");
    assert.equal(hex(4294967296), "1b0000000100000000");
    assert.equal(hex(9007199254740991), "1b001fffffffffffff");
    assert.equal(hex(9007199254740992n), "1b0020000000000000");
    assert.equal(hex(5n), "05");
    assert.equal(hex(-24), "37");
    assert.equal(hex(-25), "3818");
    assert.equal(hex(-4294967296), "3affffffff");
    assert.equal(hex(-18446744073709551616n), "3bffffffffffffffff");
  });

  it("RFC 8949 §4.1: each float in the lowest precision that keeps its value", () => {
    const hex = (value: number): string => toHex(new CborWriter().float(value).bytes);
    assert.equal(hex(1), "f93c00");
    assert.equal(hex(65504), "f97bff");
    assert.equal(hex(65505), "fa477fe100");
    assert.equal(hex(2 ** -24), "f90001");
    assert.equal(hex(2 ** -25), "fa33000000");
    assert.equal(hex(2 ** -14), "f90400");
    assert.equal(hex(1.1), "fb3ff199999999999a");
    assert.equal(hex(1363896240.5), "fb41d452d9ec200000");
    assert.equal(hex(NaN), "f97e00");
    assert.equal(hex(-Infinity), "f9fc00");
  });

  it("refuses what has no form", () => {
    const writer = new CborWriter();
    assert.throws(() => writer.integer(1.5), CborError, "got 1.5");
    assert.throws(() => writer.integer(2 ** 53), CborError, "or a bigint");
    assert.throws(() => writer.integer(18446744073709551616n), CborError, "at most 64 bits");
    assert.throws(() => writer.integer(-18446744073709551617n), CborError, "at most 64 bits");
    assert.throws(() => writer.simple(24), CborError, "a simple value");
    assert.throws(() => writer.simple(31), CborError, "a simple value");
    assert.throws(() => writer.simple(256), CborError, "a simple value");
    assert.throws(() => writer.array(-1), CborError, "got -1");
    assert.equal(writer.length, 0);
  });

  it("fills a given buffer to its last byte and not past it", () => {
    const buffer = new Uint8Array(6);
    const writer = new CborWriter(buffer).text("four").integer(1);
    assert.equal(toHex(buffer), "64666f757201");
    const error = assert.throws(
      () => writer.null(),
      CborError,
      "expected a buffer of 7 bytes or more, got 6",
    );
    assert.equal(error.offset, 6);
    assert.equal(toHex(writer.bytes), "64666f757201");
  });

  it("INITIAL_CAPACITY: its own buffer grows when it is full", () => {
    const writer = new CborWriter();
    for (let index = 0; index < INITIAL_CAPACITY; index += 1) writer.boolean(true);
    assert.equal(writer.length, INITIAL_CAPACITY);
    writer.undefined().byteString(new Uint8Array(1000));
    assert.equal(writer.length, INITIAL_CAPACITY + 1 + 3 + 1000);
    assert.equal(toHex(writer.bytes.subarray(INITIAL_CAPACITY - 1, INITIAL_CAPACITY + 5)), "f5f75903e800");
  });

  it("takes over items that are CBOR already", () => {
    assert.equal(toHex(new CborWriter().array(2).encoded(fromHex("6161")).null().bytes), "826161f6");
  });

  it("RFC 8949 appendix A: items of indefinite length", () => {
    const hex = (write: (writer: CborWriter) => CborWriter): string => toHex(write(new CborWriter()).bytes);
    assert.equal(
      hex((writer) =>
        writer.indefinite(BYTE_STRING).byteString(fromHex("0102")).byteString(fromHex("030405")).break(),
      ),
      "5f42010243030405ff",
    );
    assert.equal(
      hex((writer) => writer.indefinite(TEXT_STRING).text("strea").text("ming").break()),
      "7f657374726561646d696e67ff",
    );
    assert.equal(
      hex((writer) =>
        writer
          .indefinite(ARRAY)
          .integer(1)
          .array(2)
          .integer(2)
          .integer(3)
          .indefinite(ARRAY)
          .integer(4)
          .integer(5)
          .break()
          .break(),
      ),
      "9f018202039f0405ffff",
    );
    assert.equal(
      hex((writer) => writer.indefinite(MAP).text("Fun").boolean(true).text("Amt").integer(-2).break()),
      "bf6346756ef563416d7421ff",
    );
  });

  it("RFC 8742 §1: a sequence is one item after the other", () => {
    assert.equal(toHex(new CborWriter().integer(1).array(0).text("a").bytes), "01806161");
  });
});
