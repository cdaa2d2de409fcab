import { assert, describe, it } from "../../portable.js";
import { crc32 } from "../../../src/bytes/crc32.js";
import { encodeUtf8 } from "../../../src/bytes/utf8.js";

describe("CRC-32", () => {
  it("RFC 1952 §8: gives the check value of the catalogue of CRCs for CRC-32/ISO-HDLC", () => {
    assert.equal(crc32(encodeUtf8("123456789")), 0xcbf43926 | 0);
  });

  it("gives the checksum that ends every PNG file, that of its chunk IEND", () => {
    assert.equal(crc32(encodeUtf8("IEND")), 0xae426082 | 0);
  });

  it("of no bytes is 0, and goes on from what stands before", () => {
    const bytes = encodeUtf8("123456789");
    assert.equal(crc32(bytes, 4, 4), 0);
    assert.equal(crc32(bytes, 4, 9, crc32(bytes, 0, 4)), crc32(bytes));
  });
});
