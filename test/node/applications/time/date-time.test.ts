import assert from "node:assert/strict";
import { SeededRandom } from "../../../../simulators/random.js";
import { formatDateTime, parseDateTime } from "../../../../src/applications/time/date-time.js";

describe("date and time as text, against JavaScript's Date", () => {
  it("agrees on 20,000 random instants of the years 0 to 9999", () => {
    const random = new SeededRandom(1);
    for (let round = 0; round < 20_000; round += 1) {
      const ms = Math.floor(random.uniform(-62_167_219_200_000, 253_402_300_800_000));
      const text = new Date(ms).toISOString();
      assert.equal(formatDateTime(ms), text);
      assert.equal(parseDateTime(text).epochMs, ms);
    }
  });
});
