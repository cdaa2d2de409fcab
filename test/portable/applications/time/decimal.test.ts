import { describe, it, assert } from "../../../portable.js";
import {
  formatDecimalTime,
  MAX_FRACTION_DIGITS,
  MAX_SECONDS_DIGITS,
  parseDecimalTime,
} from "../../../../src/applications/time/decimal.js";
import { TimeFormatError } from "../../../../src/applications/time/reading.js";

describe("decimal time", () => {
  it("'Everything over CoAP' §2.6: reads whole seconds, which may have been cut off", () => {
    assert.deepEqual(parseDecimalTime("1697724754"), {
      epochMs: 1697724754000,
      resolutionMs: 1000,
      uncertaintyMs: 0,
      scale: "utc",
    });
    assert.equal(parseDecimalTime("0").epochMs, 0);
    assert.equal(parseDecimalTime(" 1697724754\n").epochMs, 1697724754000);
  });

  it("reads a fraction, and takes its digits for what is known", () => {
    const reading = parseDecimalTime("1697724754.25");
    assert.equal(reading.epochMs, 1697724754250);
    assert.equal(reading.resolutionMs, 10);
    assert.equal(parseDecimalTime("1697724754.125").resolutionMs, 1);
  });

  it("refuses what is no decimal number, libcoap's /time without ?ticks among it", () => {
    const wrong = [
      "",
      " ",
      "x",
      "-1",
      "+1",
      "1e9",
      "1.",
      ".5",
      "1.2.3",
      "0x10",
      "1 2",
      "Nov 22 17:35:38",
      "2026-11-22 17:35",
    ];
    for (const text of wrong) assert.throws(() => parseDecimalTime(text), TimeFormatError, "decimal digits");
  });

  it("MAX_SECONDS_DIGITS, MAX_FRACTION_DIGITS: that many digits and no more", () => {
    assert.equal(parseDecimalTime("9".repeat(MAX_SECONDS_DIGITS)).epochMs, 999_999_999_999_000);
    assert.throws(() => parseDecimalTime("9".repeat(MAX_SECONDS_DIGITS + 1)), TimeFormatError);
    assert.equal(parseDecimalTime(`1.${"0".repeat(MAX_FRACTION_DIGITS)}`).epochMs, 1000);
    assert.throws(() => parseDecimalTime(`1.${"0".repeat(MAX_FRACTION_DIGITS + 1)}`), TimeFormatError);
  });

  it("writes whole seconds, cut off", () => {
    assert.equal(formatDecimalTime(1697724754999.9), "1697724754");
    assert.equal(formatDecimalTime(0), "0");
  });
});
