import { CborError } from "../../../src/cbor/error.js";
import { MAX_LABELS } from "../../../src/cbor/label.js";
import {
  decodeProblemDetails,
  encodeProblemDetails,
  type ProblemDetails,
} from "../../../src/coap/problem-details.js";
import { toHex } from "../../../src/bytes/hex.js";
import { assert, describe, it } from "../../portable.js";
import { hex } from "./wire.js";

/** RFC 9290 §3.2: the custom entry of figures 3 and 4 without its key, encoded by hand. */
const CUSTOM = [
  "a3",
  "00 781c 6d616368696e652d7265616461626c65206572726f72206361757365",
  "01 82",
  "82 74 666972737420706172616d65746572206e616d65 781a 6d757374206265206120706f73697469766520696e7465676572",
  "81 75 7365636f6e6420706172616d65746572206e616d65",
  "02 68 6433346462333366",
]
  .join("")
  .replaceAll(" ", "");

/** The first four entries of both figures. */
const BASIC = [
  "20 72 7469746c65206f6620746865206572726f72",
  "21 7824 64657461696c656420696e666f726d6174696f6e2061626f757420746865206572726f72",
  "22 781b 636f6170733a2f2f70642e6578616d706c652f4641333137343334",
  "23 1880",
]
  .join("")
  .replaceAll(" ", "");

function decode(text: string): ProblemDetails {
  return decodeProblemDetails(hex(text));
}

describe("concise problem details", () => {
  it("RFC 9290 §3.2: figures 3 and 4, both ways", () => {
    for (const [key, encoded] of [
      ["tag:3gpp.org,2022-03:TS29112", "781c 7461673a336770702e6f72672c323032322d30333a54533239313132"],
      [4711, "19 1267"],
    ] as const) {
      const text = `a5${BASIC}${encoded.replaceAll(" ", "")}${CUSTOM}`;
      const problem = decode(text);
      assert.deepEqual(problem, {
        title: "title of the error",
        detail: "detailed information about the error",
        instance: "coaps://pd.example/FA317434",
        responseCode: 128,
        others: new Map([[key, hex(CUSTOM)]]),
      });
      assert.equal(toHex(encodeProblemDetails(problem)), text);
    }
  });

  it("RFC 9290 Appendix A.3: texts with a language, and with a direction", () => {
    for (const [text, value] of [
      ["a120 d826 82 62656e 6548656c6c6f", { language: "en", text: "Hello" }],
      ["a120 d826 82 626672 67426f6e6a6f7572", { language: "fr", text: "Bonjour" }],
      ["a120 d826 83 626865 68d7a9d79cd795d79d f5", { language: "he", text: "שלום", direction: "rtl" }],
    ] as const) {
      assert.deepEqual(decode(text), { title: value });
      assert.equal(toHex(encodeProblemDetails({ title: value })), text.replaceAll(" ", ""));
    }
  });

  it("RFC 9290 Appendix A.2: direction is ltr, auto or absent; both texts may have further tags", () => {
    assert.deepEqual(decode("a121 d826 83 62656e 6161 f4").detail, {
      language: "en",
      text: "a",
      direction: "ltr",
    });
    assert.deepEqual(decode("a121 d826 9f d82562656e d8256161 f6ff").detail, {
      language: "en",
      text: "a",
      direction: "auto",
    });
    assert.equal(
      toHex(encodeProblemDetails({ detail: { language: "en", text: "a", direction: "auto" } })),
      "a121d8268362656e6161f6",
    );
  });

  it("RFC 9290 §2: every entry of its own, both ways", () => {
    const text = "a6 21 6164 24 6162 25 626465 26 f4 27 82 01 190101 28 05".replaceAll(" ", "");
    const problem = decode(text);
    assert.deepEqual(problem, {
      detail: "d",
      baseUri: "b",
      baseLanguage: "de",
      baseDirection: "ltr",
      unprocessedOptions: [1, 257],
      others: new Map([[-9, hex("05")]]),
    });
    assert.equal(toHex(encodeProblemDetails(problem)), text);
  });

  it("RFC 9290 §3.1.1: one option stands alone; an array of one is read, an empty one is not", () => {
    assert.deepEqual(decode("a1 27 1901f4").unprocessedOptions, [500]);
    assert.deepEqual(decode("a1 27 81 05").unprocessedOptions, [5]);
    assert.equal(toHex(encodeProblemDetails({ unprocessedOptions: [5] })), "a12705");
  });

  it("RFC 9290 §3: unknown entries are kept as they are", () => {
    const text = "a3 38ff f6 03 a0 6178 a101f5".replaceAll(" ", "");
    const { others } = decode(text);
    assert.deepEqual(
      others,
      new Map<number | string, Uint8Array>([
        [-256, hex("f6")],
        [3, hex("a0")],
        ["x", hex("a101f5")],
      ]),
    );
    assert.equal(toHex(encodeProblemDetails({ others: others! })), text);
  });

  it("limit MAX_LABELS: as many entries are taken, one more is not", () => {
    const details = (count: number): Uint8Array =>
      hex(
        `b8${toHex(Uint8Array.of(count))}${Array.from({ length: count }, (_, at) => `38${at + 40}a0`).join("")}`,
      );
    assert.equal(decodeProblemDetails(details(MAX_LABELS)).others!.size, MAX_LABELS);
    assert.throws(() => decodeProblemDetails(details(MAX_LABELS + 1)), CborError, "MAX_LABELS");
  });

  it("RFC 9290 §2: what is no problem details", () => {
    for (const text of [
      "",
      "80",
      "a0",
      "bfff",
      "a1",
      "a120",
      "a12001",
      "a1206161ff",
      "a1f5f5",
      "a1416101",
      "a2206161206162",
      "a2 03a0 03a0",
      "a10301",
      "a1617801",
      "a123190100",
      "a12320",
      "a12401",
      "a1256164ff",
      "a12560",
      "a125 63652d2d",
      "a12600",
      "a1271a00010000",
      "a12760",
      "a12780",
      "a1279fff",
      "a120 d82581626100",
      "a120 d82681 62656e",
      "a120 d82684 62656e 6161 f4 f4",
      "a120 d82682 60 6161",
    ])
      assert.throws(() => decode(text), CborError);
  });

  it("RFC 5646 §2.1: takes language tags of subtags of 1 to 8 letters and digits, the first of letters", () => {
    for (const baseLanguage of ["e", "de", "abcdefgh", "de-1901", "zh-Hant-TW", "x-12345678"])
      assert.equal(decode(toHex(encodeProblemDetails({ baseLanguage }))).baseLanguage, baseLanguage);
    for (const baseLanguage of [
      "",
      "-",
      "de-",
      "-de",
      "d1",
      "abcdefghi",
      "de-123456789",
      "d\u00e9",
      "\u212a",
    ])
      assert.throws(() => encodeProblemDetails({ baseLanguage }), RangeError, "expected a language tag");
  });

  it("RFC 9290 §2: refuses to write what is none", () => {
    const custom = (key: number): ProblemDetails => ({ others: new Map([[key, hex("a0")]]) });
    assert.throws(() => encodeProblemDetails({}), RangeError, "at least one");
    assert.throws(() => encodeProblemDetails({ unprocessedOptions: [] }), RangeError, "at least one");
    assert.throws(() => encodeProblemDetails({ responseCode: 256 }), RangeError, "256");
    assert.throws(() => encodeProblemDetails({ baseLanguage: "e n" }), RangeError, "e n");
    for (const key of [-1, -8])
      assert.throws(() => encodeProblemDetails(custom(key)), RangeError, String(key));
    for (const key of [0, -9]) assert.ok(encodeProblemDetails(custom(key)).length > 0);
  });
});
