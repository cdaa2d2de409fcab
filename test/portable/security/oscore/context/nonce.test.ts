import { toHex } from "../../../../../src/bytes/hex.js";
import { AdditionalData } from "../../../../../src/security/oscore/context/additional-data.js";
import { Nonces } from "../../../../../src/security/oscore/context/nonce.js";
import { MAX_PARTIAL_IV } from "../../../../../src/security/oscore/context/partial-iv.js";
import { assert, describe, it } from "../../../../portable.js";

/** Up and down, the same one twice, and over each border of a byte. */
const PARTIAL_IVS = [0, 1, 1, 255, 256, 255, 65_536, 0, 0xffff_ffff, 0x1_0000_0000, 2, MAX_PARTIAL_IV, 0];
const COMMON_IV = Uint8Array.of(0xf0, 0xf1, 0xf2, 0xf3, 0xf4, 0xf5, 0xf6, 0xf7, 0xf8, 0xf9, 0xfa, 0xfb, 0xfc);
const ID = Uint8Array.of(0x25, 0x26);

/** RFC 8613 §5.2, from a text with what is combined with the Common IV. */
function expectedNonce(partialIv: number): string {
  const text = `02${"00".repeat(5)}2526${partialIv.toString(16).padStart(10, "0")}`;
  return toHex(COMMON_IV.map((byte, at) => byte ^ Number.parseInt(text.slice(2 * at, 2 * at + 2), 16)));
}

describe("OSCORE nonces", () => {
  it("RFC 8613 §5.2: each is that of its Partial IV, whatever was asked for before", () => {
    const nonces = new Nonces(COMMON_IV, ID);
    for (const partialIv of PARTIAL_IVS) assert.equal(toHex(nonces.of(partialIv)), expectedNonce(partialIv));
  });

  it("RFC 8613 §5.4: so is the additional data", () => {
    const data = new AdditionalData(10, ID);
    for (const partialIv of PARTIAL_IVS) {
      const digits = partialIv.toString(16);
      const bytes = digits.padStart(digits.length + (digits.length % 2), "0");
      const length = bytes.length / 2;
      // [ 1, [ 10 ], h'2526', Partial IV, h'' ] in [ "Encrypt0", h'', … ]
      const array = `8501810a4225264${length}${bytes}40`;
      const head = `8368456e637279707430404${(array.length / 2).toString(16)}`;
      assert.equal(toHex(data.of(partialIv)), head + array);
    }
  });
});
