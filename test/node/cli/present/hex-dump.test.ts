import assert from "node:assert/strict";
import { hexDump } from "../../../../cli/present/hex-dump.js";

describe("hex dump", () => {
  it("is that of hexdump -C, without its last line", () => {
    // printf '0123456789abcdefGH\n\377' | hexdump -C
    const expected = [
      "00000000  30 31 32 33 34 35 36 37  38 39 61 62 63 64 65 66  |0123456789abcdef|",
      "00000010  47 48 0a ff                                       |GH..|",
    ];
    assert.equal(hexDump(Buffer.from("0123456789abcdefGH\n\xff", "latin1")), expected.join("\n"));
  });

  it("of nothing is nothing", () => {
    assert.equal(hexDump(new Uint8Array(0)), "");
  });
});
