import { describe, it, assert } from "../../../portable.js";
import {
  formatDateTime,
  MAX_DATE_TIME_FRACTION_DIGITS,
  parseDateTime,
} from "../../../../src/applications/time/date-time.js";
import { TimeFormatError } from "../../../../src/applications/time/reading.js";

describe("date and time as text", () => {
  it("RFC 3339 §5.8: reads the examples", () => {
    // Seconds since 1970 as GNU date gives them.
    assert.equal(parseDateTime("1985-04-12T23:20:50.52Z").epochMs, 482196050520);
    assert.equal(parseDateTime("1996-12-19T16:39:57-08:00").epochMs, 851042397000);
    assert.equal(parseDateTime("1996-12-20T00:39:57Z").epochMs, 851042397000);
    assert.equal(parseDateTime("1937-01-01T12:00:27.87+00:20").epochMs, -1041337172130);
  });

  it("RFC 8949 appendix A: reads the example of tag 0", () => {
    const reading = parseDateTime("2013-03-21T20:04:00Z");
    assert.deepEqual(reading, { epochMs: 1363896240000, resolutionMs: 1000, uncertaintyMs: 0, scale: "utc" });
  });

  it("RFC 3339 §5.8: a leap second is the second that follows, with a second of doubt", () => {
    for (const text of ["1990-12-31T23:59:60Z", "1990-12-31T15:59:60-08:00"]) {
      const reading = parseDateTime(text);
      assert.equal(reading.epochMs, 662688000000);
      assert.equal(reading.uncertaintyMs, 1000);
    }
    assert.throws(() => parseDateTime("1990-12-31T22:59:60Z"), TimeFormatError, "after 23:59:59 UTC");
    assert.throws(() => parseDateTime("1990-12-31T23:59:60-08:00"), TimeFormatError);
  });

  it("takes the digits of the fraction for what is known", () => {
    assert.equal(parseDateTime("2013-03-21T20:04:00.5Z").resolutionMs, 100);
    const fine = parseDateTime("2013-03-21T20:04:00.123456Z");
    assert.equal(fine.resolutionMs, 0.001);
    assert.ok(Math.abs(fine.epochMs - 1363896240123.456) < 0.001);
  });

  it("RFC 3339 §5.6 and RFC 4287 §3.3: refuses what does not follow the grammar, and says where", () => {
    const error = assert.throws(() => parseDateTime("2013-03-21 20:04:00Z"), TimeFormatError, 'expected "T"');
    assert.ok(error.message.includes("at position 10"));
    const wrong = [
      "",
      "2013",
      "13-03-21T20:04:00Z",
      "2013-3-21T20:04:00Z",
      "2013-00-21T20:04:00Z",
      "2013-13-21T20:04:00Z",
      "2013-03-00T20:04:00Z",
      "2013-03-32T20:04:00Z",
      "2013-04-31T20:04:00Z",
      "2013-02-29T20:04:00Z",
      "1900-02-29T20:04:00Z",
      "2013-03-21t20:04:00Z",
      "2013-03-21T24:04:00Z",
      "2013-03-21T20:60:00Z",
      "2013-03-21T20:04:61Z",
      "2013-03-21T20:04Z",
      "2013-03-21T20:04:00",
      "2013-03-21T20:04:00z",
      "2013-03-21T20:04:00.Z",
      "2013-03-21T20:04:00+1:00",
      "2013-03-21T20:04:00+24:00",
      "2013-03-21T20:04:00+01:60",
      "2013-03-21T20:04:00Zx",
      "2013-03-21T20:04:00,5Z",
      " 2013-03-21T20:04:00Z",
    ];
    for (const text of wrong) assert.throws(() => parseDateTime(text), TimeFormatError);
    assert.equal(parseDateTime("2000-02-29T00:00:00Z").epochMs, 951782400000);
  });

  it("MAX_DATE_TIME_FRACTION_DIGITS: that many digits and no more", () => {
    const zeros = "0".repeat(MAX_DATE_TIME_FRACTION_DIGITS);
    assert.equal(parseDateTime(`2013-03-21T20:04:00.${zeros}Z`).epochMs, 1363896240000);
    assert.throws(
      () => parseDateTime(`2013-03-21T20:04:00.${zeros}0Z`),
      TimeFormatError,
      "at most 18 digits",
    );
  });

  it("writes what it reads, through leap years and turns of centuries", () => {
    const examples = [
      "0000-01-01T00:00:00.000Z",
      "1899-12-31T23:59:59.999Z",
      "1900-02-28T12:00:00.000Z",
      "1900-03-01T00:00:00.000Z",
      "1969-12-31T23:59:59.999Z",
      "1970-01-01T00:00:00.000Z",
      "2000-02-29T23:59:59.001Z",
      "2023-12-31T00:00:00.000Z",
      "2024-02-29T00:00:00.000Z",
      "2024-12-31T23:59:59.999Z",
      "2100-03-01T00:00:00.000Z",
      "9999-12-31T23:59:59.999Z",
    ];
    for (const text of examples) assert.equal(formatDateTime(parseDateTime(text).epochMs), text);
    assert.equal(formatDateTime(1363896240000.9), "2013-03-21T20:04:00.000Z");
    assert.throws(() => formatDateTime(253402300800000), RangeError, "years 0 to 9999");
    assert.throws(() => formatDateTime(NaN), RangeError);
  });
});
