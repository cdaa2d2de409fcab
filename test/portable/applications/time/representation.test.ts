import { describe, it, assert } from "../../../portable.js";
import { fromHex, toHex } from "../../../../src/bytes/hex.js";
import { encodeUtf8 } from "../../../../src/bytes/utf8.js";
import { formatDiagnostic } from "../../../../src/cbor/diagnostic.js";
import { CBOR, LINK_FORMAT, TEXT_PLAIN } from "../../../../src/coap/codec/content-format.js";
import {
  MAX_BINARY_EXPONENT,
  MAX_DECIMAL_EXPONENT,
  MAX_MANTISSA_BYTES,
} from "../../../../src/applications/time/extended-time.js";
import { TimeFormatError, type TimeReading } from "../../../../src/applications/time/reading.js";
import { cborTime, readTime, textTime } from "../../../../src/applications/time/representation.js";
import { vectors } from "../../vectors/cbor-time.js";

const read = (hex: string): TimeReading => readTime(fromHex(hex), CBOR);
const refuses = (hex: string, reason: string): void => {
  assert.throws(() => read(hex), TimeFormatError, reason);
};

/** What the examples of RFC 9581 and RFC 8949 mean, worked out by hand from their notation. */
const MEANINGS: Readonly<Record<string, TimeReading>> = {
  "1001({1: 1697724754, -6: 873294, -7: {1: 0, -6: 1000}})": {
    epochMs: 1697724754873.294,
    resolutionMs: 0.001,
    uncertaintyMs: 1,
    scale: "utc",
  },
  "1001({1: 1697724754, -6: 873294, -7: {1: 0, -3: 1}})": {
    epochMs: 1697724754873.294,
    resolutionMs: 0.001,
    uncertaintyMs: 1,
    scale: "utc",
  },
  "1001({1: 1697724754})": { epochMs: 1697724754000, resolutionMs: 1000, uncertaintyMs: 0, scale: "utc" },
  "1001({1: 1697724754, -1: 1})": {
    epochMs: 1697724754000,
    resolutionMs: 1000,
    uncertaintyMs: 0,
    scale: "tai",
  },
  "1(1363896240)": { epochMs: 1363896240000, resolutionMs: 1000, uncertaintyMs: 0, scale: "utc" },
  '0("2013-03-21T20:04:00Z")': { epochMs: 1363896240000, resolutionMs: 1000, uncertaintyMs: 0, scale: "utc" },
};

describe("representations of time", () => {
  it("RFC 9581 and RFC 8949: reads the examples, and shows them in their notation", () => {
    for (const { diag, hex } of vectors.examples) {
      assert.deepEqual(read(hex), MEANINGS[diag], diag);
      assert.equal(formatDiagnostic(fromHex(hex)), diag);
    }
    assert.equal(vectors.examples.length, 6);
  });

  it("takes text, or no Content-Format, for decimal seconds", () => {
    assert.equal(readTime(encodeUtf8("1697724754"), TEXT_PLAIN).epochMs, 1697724754000);
    assert.equal(readTime(encodeUtf8("1697724754"), undefined).epochMs, 1697724754000);
    assert.throws(
      () => readTime(encodeUtf8("1697724754"), LINK_FORMAT),
      TimeFormatError,
      "Content-Format 40",
    );
    assert.throws(() => readTime(fromHex("ff"), TEXT_PLAIN), TimeFormatError, "byte 0");
  });

  it("RFC 8949 §3.4.2: tag 1 with floats", () => {
    const double = read("c1fb41d452d9ec200000");
    assert.equal(double.epochMs, 1363896240500);
    assert.equal(double.resolutionMs, 1);
    // 1363896240.0 in double precision: whole seconds in another dress.
    assert.equal(read("c1fb41d452d9ec000000").resolutionMs, 1000);
    // 2^24 seconds in single precision have a neighbour that is a second away, 2^24 + 2 have not.
    assert.equal(read("c1fa4b800000").epochMs, 2 ** 24 * 1000);
    refuses("c1fa4b800001", "good to the second, got 16777218 in 4 bytes");
    refuses("c1fa4e800000", "good to the second");
    assert.equal(read("c1f96800").epochMs, 2048 * 1000);
    refuses("c1f96801", "good to the second, got 2050 in 2 bytes");
    refuses("c1f97e00", "finite");
    refuses("c1f97c00", "finite");
  });

  it("RFC 9581 §3.2: base time as decimal fraction and as bigfloat", () => {
    // {4: [-2, 136389624050]}
    assert.deepEqual(read("d903e9a10482211b0000001fc17480f2"), {
      epochMs: 1363896240500,
      resolutionMs: 10,
      uncertaintyMs: 0,
      scale: "utc",
    });
    // {5: [-1, 2727792481]}
    assert.deepEqual(read("d903e9a10582201aa296cf61"), {
      epochMs: 1363896240500,
      resolutionMs: 500,
      uncertaintyMs: 0,
      scale: "utc",
    });
    // {4: [3, 1363896]}: thousands of seconds
    assert.equal(read("d903e9a10482031a0014cfb8").resolutionMs, 1_000_000);
    // {4: [0, 2(h'514b67b0')]}
    assert.equal(read("d903e9a1048200c244514b67b0").epochMs, 1363896240000);
    // {4: [0, 3(h'00')]} is -1
    assert.equal(read("d903e9a1048200c34100").epochMs, -1000);
    for (const [hex, reason] of [
      ["d903e9a10480", "empty array"],
      ["d903e9a1048100", "one item"],
      ["d903e9a10483000102", "more items"],
      ["d903e9a1048200c400", "tag 4"],
      ["d903e9a10401", "expected an array"],
      ["d903e9a10482f93c0001", "integer"],
    ] as const)
      refuses(hex, reason);
  });

  it("MAX_DECIMAL_EXPONENT, MAX_BINARY_EXPONENT, MAX_MANTISSA_BYTES: that much and no more", () => {
    assert.equal(MAX_DECIMAL_EXPONENT, 18);
    assert.equal(read("d903e9a104823101").epochMs, 1e-15);
    refuses("d903e9a104823201", "from -18 to 18, got -19");
    assert.equal(MAX_BINARY_EXPONENT, 64);
    assert.equal(read("d903e9a10582383f01").epochMs, 1000 / 2 ** 64);
    refuses("d903e9a10582384001", "from -64 to 64, got -65");
    assert.equal(MAX_MANTISSA_BYTES, 16);
    assert.equal(read(`d903e9a1048200c250${"00".repeat(15)}07`).epochMs, 7000);
    refuses(`d903e9a1048200c251${"00".repeat(16)}07`, "at most 16 bytes");
  });

  it("RFC 9581 §3.3: fractions of the second, beside an integer base only", () => {
    // {-3: 250, 1: 1697724754}: the order of keys means nothing
    assert.equal(read("d903e9a22218fa011a65313952").epochMs, 1697724754250);
    assert.equal(read("d903e9a2011a653139522818fa").resolutionMs, 1e-6);
    // -18 with 5·10^17, a number that needs 64 bits
    assert.equal(read("d903e9a2011a65313952311b06f05b59d3b20000").epochMs, 1697724754500);
    // A fraction above one second is no error: it is added.
    assert.equal(read("d903e9a2011a6531395222190bb8").epochMs, 1697724757000);
    refuses("d903e9a301002201250a", "one fraction of the second");
    refuses("d903e9a201f93e002201", "integer base time");
    refuses("d903e9a20482000122f4", "expected an integer");
    refuses("d903e9a2048200012201", "integer base time");
    refuses("d903e9a201002220", "a fraction of 0 or more");
  });

  it("RFC 9581 §3: exactly one base time", () => {
    refuses("d903e9a0", "got none");
    refuses("d903e9a12201", "got none");
    refuses("d903e9a201000101", "one base time");
    refuses("d903e9a2010004820001", "one base time");
  });

  it("RFC 9581 §3: unknown unsigned keys are errors, negative and text keys are passed over", () => {
    for (const key of ["00", "02", "0a", "0b", "0d", "1903e8", "1bffffffffffffffff"])
      refuses(`d903e9a2011a65313952${key}00`, "no critical key");
    const plain = read("d903e9a1011a65313952");
    // -2, -4, -5, -10 and -11 with their types, then -19, "x" and -2^64
    for (const entry of ["2106", "2318fe", "24190100", "2963555443", "2aa161756163"])
      assert.deepEqual(read(`d903e9a2011a65313952${entry}`), plain);
    assert.deepEqual(read("d903e9a2011a65313952328101"), plain);
    assert.deepEqual(read("d903e9a2011a653139526178f6"), plain);
    assert.deepEqual(read("d903e9a2011a653139523bffffffffffffffff00"), plain);
    refuses("d903e9a2011a65313952410000", "expected a text string");
  });

  it("RFC 9581 §3.4: UTC unless it says TAI; another timescale cannot be used", () => {
    assert.equal(read("d903e9a2011a653139522000").scale, "utc");
    refuses("d903e9a2011a653139522002", "timescale 0 (UTC) or 1 (TAI), got 2");
    refuses("d903e9a2011a6531395220617a", "unsigned integer");
    refuses("d903e9a3011a6531395220012001", "one timescale");
  });

  it("RFC 9581 §3.5.4 and §3.5.5: uncertainty, and guarantee, which includes what was cut off", () => {
    // {1: 1697724754, -3: 873, -7: 0.5}
    const uncertain = read("d903e9a3011a653139522219036926f93800");
    assert.equal(uncertain.uncertaintyMs, 500);
    assert.equal(uncertain.resolutionMs, 1);
    // {1: 1697724754, -3: 873, -7: 2, -8: {1: 0, -3: 12}}
    const guaranteed = read("d903e9a4011a6531395222190369260227a20100220c");
    assert.equal(guaranteed.uncertaintyMs, 12);
    assert.equal(guaranteed.resolutionMs, 0);
    refuses("d903e9a2010026f9bc00", "0 or more");
    refuses("d903e9a2010026a1f600", "expected a text string");
    refuses("d903e9a2010026a2010026a10100", "uncertainty");
    refuses("d903e9a3010026012601", "one uncertainty");
  });

  it("refuses other tags, other types, leftovers and what is no CBOR", () => {
    refuses("00", "expected a tag");
    refuses("c200", "expected tag 0, 1 or 1001, got 2");
    refuses("d903eaa10100", "got 1002");
    refuses("c000", "expected a text string");
    refuses("c161", "expected an integer");
    refuses("c11b0020000000000000", "below 2^53");
    refuses("d903e900", "expected a map");
    refuses("c10000", "got 1 more bytes");
    refuses("c1", "got the end");
    refuses("", "got the end");
    refuses(`d903e9a2010032${"81".repeat(17)}00`, "MAX_NESTING_DEPTH");
  });

  it("writes text, and CBOR with each tag", () => {
    const instant = { epochMs: 1697724754873.6, uncertaintyMs: undefined };
    assert.equal(toHex(textTime(instant)), "31363937373234373534");
    assert.equal(formatDiagnostic(cborTime(instant, 0, "utc")), '0("2023-10-19T14:12:34.873Z")');
    assert.equal(formatDiagnostic(cborTime(instant, 1, "utc")), "1(1697724754.873)");
    assert.equal(
      formatDiagnostic(cborTime({ ...instant, epochMs: 1697724754000 }, 1, "utc")),
      "1(1697724754)",
    );
    assert.equal(formatDiagnostic(cborTime(instant, 1001, "utc")), "1001({1: 1697724754, -3: 873})");
    assert.equal(formatDiagnostic(cborTime(instant, 1001, "tai")), "1001({1: 1697724754, -3: 873, -1: 1})");
    for (const tag of [0, 1, 1001] as const) {
      const reading = readTime(cborTime(instant, tag, "utc"), CBOR);
      assert.deepEqual(reading, { epochMs: 1697724754873, resolutionMs: 1, uncertaintyMs: 0, scale: "utc" });
    }
  });

  it("RFC 9581 §3.5.5: writes a promise so that it holds for the rounded time", () => {
    const instant = { epochMs: 1697724754873.6, uncertaintyMs: 2000.5 };
    assert.equal(
      formatDiagnostic(cborTime(instant, 1001, "utc")),
      "1001({1: 1697724754, -3: 874, -7: {1: 2, -3: 1}, -8: {1: 2, -3: 1}})",
    );
    assert.deepEqual(readTime(cborTime(instant, 1001, "tai"), CBOR), {
      epochMs: 1697724754874,
      resolutionMs: 0,
      uncertaintyMs: 2001,
      scale: "tai",
    });
  });
});
