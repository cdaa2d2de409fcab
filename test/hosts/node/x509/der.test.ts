import assert from "node:assert/strict";

import { DerError, DerReader, INTEGER, SEQUENCE } from "../../../../hosts/node/x509/der.js";

function reader(hex: string): DerReader {
  return new DerReader(Buffer.from(hex, "hex"));
}

describe("DER", () => {
  it("X.690 §8.1.3: lengths in one byte and in up to four more", () => {
    assert.equal(reader("020105").read(INTEGER)[0], 5);
    assert.equal(reader(`0281 80 ${"00".repeat(128)}`.replaceAll(" ", "")).read(INTEGER).length, 128);
    assert.equal(reader("028400000001 07".replaceAll(" ", "")).read(INTEGER)[0], 7);
    for (const hex of ["", "02", "0201", "028101", "0280", "028500000000010000", "0284ffffffff00"])
      assert.throws(() => reader(hex).read(INTEGER), DerError);
  });

  it("X.690 §8.9: what is inside is read by itself", () => {
    const inside = reader("3006020101020102").enter(SEQUENCE);
    assert.equal(inside.read(INTEGER)[0], 1);
    assert.equal(inside.tag, INTEGER);
    assert.equal(inside.readAny()[0], 2);
    assert.ok(inside.atEnd);
    assert.throws(() => reader("020101").enter(SEQUENCE), DerError);
  });
});
