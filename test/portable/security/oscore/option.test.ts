import { fromHex, toHex } from "../../../../src/bytes/hex.js";
import { MAX_PARTIAL_IV } from "../../../../src/security/oscore/context/partial-iv.js";
import { OscoreFormatError } from "../../../../src/security/oscore/errors.js";
import {
  decodeOscoreOption,
  encodeOscoreOption,
  type OscoreHeader,
} from "../../../../src/security/oscore/option.js";
import { assert, describe, it } from "../../../portable.js";

interface Written {
  readonly partialIv?: number;
  readonly kid?: string;
  readonly kidContext?: string;
}

function header({ partialIv, kid, kidContext }: Written): OscoreHeader {
  const bytes = (text: string | undefined): Uint8Array | undefined =>
    text === undefined ? undefined : fromHex(text);
  return { partialIv, kid: bytes(kid), kidContext: bytes(kidContext) };
}

function read(hex: string): Written {
  const { partialIv, kid, kidContext } = decodeOscoreOption(fromHex(hex));
  return {
    ...(partialIv !== undefined && { partialIv }),
    ...(kid && { kid: toHex(kid) }),
    ...(kidContext && { kidContext: toHex(kidContext) }),
  };
}

/** RFC 8613 §6.3. */
const EXAMPLES: readonly (readonly [hex: string, meaning: Written])[] = [
  ["090525", { partialIv: 5, kid: "25" }],
  ["0900", { partialIv: 0, kid: "" }],
  ["19050544616c656b", { partialIv: 5, kid: "", kidContext: "44616c656b" }],
  ["", {}],
  ["0107", { partialIv: 7 }],
];

describe("OSCORE option", () => {
  for (const [index, [hex, meaning]] of EXAMPLES.entries())
    it(`RFC 8613 §6.3: example ${index + 1} both ways`, () => {
      assert.equal(toHex(encodeOscoreOption(header(meaning))), hex);
      assert.deepEqual(read(hex), meaning);
    });

  it("RFC 8613 §5: a Partial IV has no leading zeros, and 0 is one byte", () => {
    const values: readonly (readonly [number, string])[] = [
      [0, "0100"],
      [0xff, "01ff"],
      [0x100, "020100"],
      [0xffff_ffff, "04ffffffff"],
      [0x1_0000_0000, "050100000000"],
      [MAX_PARTIAL_IV, "05ffffffffff"],
    ];
    for (const [partialIv, hex] of values) {
      assert.equal(toHex(encodeOscoreOption(header({ partialIv }))), hex);
      assert.deepEqual(read(hex), { partialIv });
    }
    assert.throws(() => read("020001"), OscoreFormatError, "leading zero");
  });

  it("RFC 8613 §6.1: reserved flags and reserved lengths of the Partial IV are malformed", () => {
    for (const hex of ["2900", "4900", "8900", "0e000000000000", "0f00000000000000"])
      assert.throws(() => read(hex), OscoreFormatError);
  });

  it("RFC 8613 §2: where all flags are zero the option is empty", () => {
    assert.throws(() => read("00"), OscoreFormatError);
    assert.throws(() => read("0000"), OscoreFormatError);
  });

  it("RFC 8613 §6.1: an option that is cut is malformed", () => {
    for (const hex of ["05", "0500000000", "10", "1001", "190502aa", "1900"])
      assert.throws(() => read(hex), OscoreFormatError);
  });

  it("RFC 8613 §6.1: nothing follows where there is no kid", () => {
    assert.throws(() => read("010700"), OscoreFormatError, "nothing behind byte 2");
    assert.throws(() => read("110701aabb"), OscoreFormatError);
  });

  it("RFC 8613 §2: 255 bytes are taken, one more is refused", () => {
    const kidContext = "aa".repeat(252);
    assert.equal(encodeOscoreOption(header({ partialIv: 1, kidContext })).length, 255);
    assert.throws(() => encodeOscoreOption(header({ partialIv: 1, kidContext, kid: "01" })), RangeError);
  });
});
