import assert from "node:assert/strict";

import { runFixture } from "./host.js";
import { checkTimers } from "./timer-report.js";

describe("XS host: timers and clocks", () => {
  it("fires in order of deadlines, jobs after each callback, and not what was cleared", async () => {
    const startedMs = Date.now();
    const run = await runFixture("timers");
    assert.deepEqual(checkTimers(run.stdout, startedMs), [
      "main",
      "job of main",
      "0",
      "10 first",
      "10 second",
      "job of 10 second",
      "10 third",
      "30",
    ]);
  });
});
