/** Time as decimal ASCII ('Everything over CoAP' §2.6). */

import assert from "node:assert/strict";
import { TEXT_PLAIN } from "../../../src/coap/codec/content-format.js";
import { formatDecimalTime } from "../../../src/applications/time/decimal.js";
import { TimeFormatError, type TimeReading } from "../../../src/applications/time/reading.js";
import { readTime } from "../../../src/applications/time/representation.js";
import type { Target } from "../../target.js";

export const timeAsText: Target<TimeReading> = {
  name: "time-as-text",
  errors: [TimeFormatError],
  dictionary: ["1697724754", ".25", ".", " ", "\n", "0"],
  maxBytes: 64,
  parse: (input) => readTime(input, TEXT_PLAIN),
  check({ epochMs, resolutionMs }) {
    assert.ok(epochMs >= 0 && Number.isFinite(epochMs) && resolutionMs > 0);
    assert.match(formatDecimalTime(epochMs), /^\d+$/u);
  },
};
