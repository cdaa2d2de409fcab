/** Date and time as text, RFC 3339 §5.6. */

import assert from "node:assert/strict";
import { encodeUtf8 } from "../../../src/bytes/utf8.js";
import { formatDateTime, parseDateTime } from "../../../src/applications/time/date-time.js";
import { TimeFormatError, type TimeReading } from "../../../src/applications/time/reading.js";
import type { Target } from "../../target.js";
import { textOf } from "../../text.js";

/** First and last millisecond that have such a text, by the host's own calendar. */
const FIRST_MS = Date.UTC(2000, 0, 1) - 5 * 146_097 * 86_400_000;
const LAST_MS = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

export const dateTime: Target<TimeReading> = {
  name: "date-time",
  errors: [TimeFormatError],
  dictionary: [
    "2013-03-21T20:04:00.25Z",
    "2016-12-31T23:59:60Z",
    "-02-29T",
    "T23:59:60",
    "+23:59",
    "-00:00",
    ".999",
    "Z",
    "9999-12-31",
    "0000-01-01",
  ],
  maxBytes: 64,
  parse: (input) => parseDateTime(textOf(input)),
  check({ epochMs, resolutionMs }) {
    assert.ok(Number.isFinite(epochMs) && resolutionMs > 0);
    // The offset may lead out of the years that have four digits.
    if (epochMs < FIRST_MS || epochMs > LAST_MS) return;
    const text = formatDateTime(epochMs);
    assert.equal(parseDateTime(text).epochMs, Math.floor(epochMs));
    assert.equal(Date.parse(text), Math.floor(epochMs));
  },
  compose(random) {
    const time = new Date(random.uniform(FIRST_MS, LAST_MS)).toISOString();
    const offset = random.chance(0.5) ? "Z" : `+0${random.integer(0, 9)}:${random.integer(10, 59)}`;
    return encodeUtf8(time.slice(0, -1 - random.integer(0, 4)) + offset);
  },
};
