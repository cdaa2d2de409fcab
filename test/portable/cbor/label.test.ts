import { describe, it, assert } from "../../portable.js";
import { fromHex, toHex } from "../../../src/bytes/hex.js";
import { CborError } from "../../../src/cbor/error.js";
import { type Label, MAX_LABELS, readLabel, readLabelledMap, writeLabel } from "../../../src/cbor/label.js";
import { CborReader } from "../../../src/cbor/reader.js";
import { CborWriter } from "../../../src/cbor/writer.js";

function labels(hex: string): readonly Label[] {
  const reader = new CborReader(fromHex(hex.replaceAll(" ", "")));
  const found: Label[] = [];
  readLabelledMap(reader, (label) => {
    found.push(label);
    reader.skip();
  });
  reader.finish();
  return found;
}

describe("labels", () => {
  it("RFC 9052 §1.5: integers and texts, in maps of definite and indefinite length", () => {
    assert.deepEqual(labels("a3 0100 2080 6161 a0"), [1, -1, "a"]);
    assert.deepEqual(labels("bf 0100 2080 ff"), [1, -1]);
    assert.throws(() => labels("a1 4101 00"), CborError, "expected an integer or a text at byte 1");
    assert.throws(() => labels("a1 f93c00 00"), CborError, "expected an integer or a text");
    assert.throws(() => labels("a1 1bffffffffffffffff 00"), CborError, "below 2^53");
  });

  it("RFC 8949 §5.6: a label comes once, however it is encoded", () => {
    assert.throws(
      () => labels("a2 0100 180100"),
      CborError,
      "expected each label once, got 1 again at byte 3",
    );
    assert.throws(() => labels("a2 616100 7f6161ff00"), CborError, "got a again");
    assert.deepEqual(labels("a2 0100 613100"), [1, "1"]);
  });

  it("MAX_LABELS: so many, not one more", () => {
    const map = (count: number): string => {
      const writer = new CborWriter().map(count);
      for (let label = 0; label < count; label += 1) writer.integer(label).null();
      return toHex(writer.bytes);
    };
    assert.equal(labels(map(MAX_LABELS)).length, MAX_LABELS);
    assert.throws(() => labels(map(MAX_LABELS + 1)), CborError, "MAX_LABELS");
  });

  it("RFC 9052 §1.5: are written as they are read", () => {
    for (const hex of ["00", "3903e6", "6161"]) {
      const writer = new CborWriter();
      writeLabel(writer, readLabel(new CborReader(fromHex(hex))));
      assert.equal(toHex(writer.bytes), hex);
    }
  });
});
