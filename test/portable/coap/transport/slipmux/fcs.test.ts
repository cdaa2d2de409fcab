import { encodeUtf8 } from "../../../../../src/bytes/utf8.js";
import { fromHex, toHex } from "../../../../../src/bytes/hex.js";
import { FCS_INIT, finishFcs, updateFcs } from "../../../../../src/coap/transport/slipmux/fcs.js";
import { assert, describe, it } from "../../../../portable.js";
import { vectors } from "../../../vectors/slipmux.js";

/** RFC 1662 §C.2: what the sum of bytes and their FCS comes to. */
const GOOD_FCS = 0xf0b8;

describe("frame check sequence", () => {
  it("RFC 1662 §C.2: of a known text", () => {
    const fcs = finishFcs(updateFcs(FCS_INIT, fromHex(vectors.check.data)));
    assert.equal(toHex(Uint8Array.of(fcs & 0xff, fcs >> 8)), vectors.check.fcs);
  });

  it("RFC 1662 §C.2: the check value of this code, of the digits 1 to 9", () => {
    assert.equal(finishFcs(updateFcs(FCS_INIT, encodeUtf8("123456789"))), 0x906e);
  });

  it("RFC 1662 §C.2: bytes with their FCS give the good final value", () => {
    for (const { coap, fcs } of vectors.examples) {
      const afterStart = updateFcs(FCS_INIT, fromHex(vectors.start_coap));
      assert.equal(afterStart, Number.parseInt(vectors.fcs_init_after_a9, 16));
      assert.equal(updateFcs(updateFcs(afterStart, fromHex(coap)), fromHex(fcs)), GOOD_FCS);
    }
  });
});
