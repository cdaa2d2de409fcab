import assert from "node:assert/strict";
import { nodePlatform } from "../../../../hosts/node/index.js";
import { TimeClient, type PollOutcome } from "../../../../src/applications/time/client.js";
import { SynchronizedClock, type ClockReading } from "../../../../src/applications/time/clock.js";
import { withEndpoint } from "../../ours/endpoints.js";
import { withLibcoapServer } from "./libcoap.js";

/** Enough to see the server's seconds change. */
const POLLS = 10;
const INTERVAL_MS = 150;

/** What came of a poll, and what the clock says then. */
interface Poll {
  readonly outcome: PollOutcome;
  readonly reading: ClockReading;
  /** Server and test share the machine's clock, which so is the true time. */
  readonly trueMs: number;
}

describe("our time client with libcoap's server", () => {
  it("/time?ticks: whole seconds keep the true time within at least half a second, and inside the interval", () =>
    withLibcoapServer("::1", [], ({ uri }) =>
      withEndpoint({}, async ({ client }) => {
        const platform = nodePlatform();
        const clock = new SynchronizedClock(platform.clock);
        const polls: Poll[] = [];
        await new Promise<void>((resolve) => {
          const timeClient = new TimeClient({
            server: `${uri}/time?ticks`,
            clock,
            client,
            platform,
            polls: { burstPolls: POLLS, burstIntervalMs: INTERVAL_MS },
            onOutcome: (outcome) => {
              polls.push({ outcome, reading: clock.now(), trueMs: Date.now() });
              if (polls.length < POLLS && outcome.verdict === "accepted") return;
              timeClient.stop();
              resolve();
            },
          });
          timeClient.start();
        });
        assert.equal(polls.length, POLLS);
        for (const { outcome, reading, trueMs } of polls) {
          assert.equal(outcome.verdict, "accepted");
          assert.ok(reading.synchronized);
          const { unixMs, earliestMs, latestMs } = reading;
          // libcoap rounds fractions of a second to the next of its ticks, half a millisecond at most.
          assert.ok(earliestMs <= trueMs + 1 && trueMs <= latestMs, `${earliestMs} ${trueMs} ${latestMs}`);
          assert.ok(Math.abs(unixMs - trueMs) <= 500 + outcome.roundTripMs / 2 + 1);
        }
        const { earliestMs, latestMs } = polls[0]!.reading;
        assert.ok(latestMs - earliestMs >= 1000, "no more than seconds are known");
      }),
    ));
});
