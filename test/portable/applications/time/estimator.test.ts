import { describe, it, assert } from "../../../portable.js";
import {
  EARLIEST_PLAUSIBLE_MS,
  LATEST_PLAUSIBLE_MS,
  LOCAL_CLOCK_GRANULARITY_MS,
  MAX_ROUND_TRIP_MS,
  MAX_UNCERTAINTY_MS,
  STEP_CONFIRMATIONS,
  TimeEstimator,
} from "../../../../src/applications/time/estimator.js";
import type { TimeReading } from "../../../../src/applications/time/reading.js";

/** True time is this much ahead of the local clock, unless a test says otherwise. */
const AHEAD_MS = 1_767_225_600_000;

function reading(epochMs: number, more: Partial<TimeReading> = {}): TimeReading {
  return { epochMs, resolutionMs: 0, uncertaintyMs: 0, scale: "utc", ...more };
}

/** An exchange whose request took `upMs`, and its response `downMs`; the server's clock is right. */
function exchange(estimator: TimeEstimator, sentAtMs: number, upMs: number, downMs: number): string {
  return estimator.exchange(sentAtMs, sentAtMs + upMs + downMs, reading(sentAtMs + upMs + AHEAD_MS));
}

/** Equal but for what doubles near 2^41 lose, and the little that the estimator gives away for it. */
function near(actual: number, expected: number, message?: string): void {
  assert.ok(Math.abs(actual - expected) < 0.02, `${message ?? ""} expected about ${expected}, got ${actual}`);
}

describe("TimeEstimator", () => {
  it("issue §4: one exchange gives the server's time and half the round trip as doubt", () => {
    const estimator = new TimeEstimator();
    assert.equal(exchange(estimator, 1000, 50, 50), "accepted");
    assert.ok(estimator.synchronized);
    near(estimator.estimateAt(1100), AHEAD_MS + 1100);
    near(estimator.latestAt(1100) - estimator.earliestAt(1100), 100 + 2 * LOCAL_CLOCK_GRANULARITY_MS);
  });

  it("adds what the representation cut off, and what the server is unsure of", () => {
    const estimator = new TimeEstimator({ granularityMs: 0 });
    estimator.exchange(0, 20, reading(AHEAD_MS, { resolutionMs: 10, uncertaintyMs: 5 }));
    near(estimator.earliestAt(20), AHEAD_MS - 5);
    near(estimator.latestAt(20), AHEAD_MS + 10 + 5 + 20);
  });

  it("issue §4: the smallest round trip wins, whichever comes first", () => {
    for (const trips of [
      [100, 10, 60],
      [10, 100, 60],
    ] as const) {
      const estimator = new TimeEstimator({ granularityMs: 0, maxDriftPpm: 0.1 });
      let sentAtMs = 0;
      for (const trip of trips) {
        exchange(estimator, sentAtMs, trip, trip);
        sentAtMs += 1000;
      }
      near(estimator.latestAt(3000) - estimator.earliestAt(3000), 20);
    }
  });

  it("takes the quickest request and the quickest response together", () => {
    const estimator = new TimeEstimator({ granularityMs: 0, maxDriftPpm: 0.1 });
    exchange(estimator, 0, 5, 100);
    exchange(estimator, 1000, 100, 7);
    near(estimator.latestAt(2000) - estimator.earliestAt(2000), 12);
    near(estimator.estimateAt(2000), AHEAD_MS + 2000 - 1);
  });

  it("issue §4: an asymmetry of A costs A/2, and stays inside the interval", () => {
    const estimator = new TimeEstimator({ granularityMs: 0 });
    exchange(estimator, 0, 90, 10);
    near(estimator.estimateAt(100) - (AHEAD_MS + 100), 40);
    assert.ok(estimator.earliestAt(100) <= AHEAD_MS + 100 && AHEAD_MS + 100 <= estimator.latestAt(100));
  });

  it("grows less sure as time passes, by the bound of the drift", () => {
    const estimator = new TimeEstimator({ granularityMs: 0, maxDriftPpm: 50 });
    exchange(estimator, 0, 0, 0);
    near(estimator.latestAt(1_000_000) - estimator.estimateAt(1_000_000), 50);
    near(estimator.estimateAt(1_000_000) - estimator.earliestAt(1_000_000), 50);
  });

  it("is never surer than half of the finest resolution that it has seen", () => {
    const estimator = new TimeEstimator({ granularityMs: 0, maxDriftPpm: 0.1 });
    estimator.exchange(0, 0, reading(AHEAD_MS, { resolutionMs: 1000 }));
    estimator.exchange(900, 900, reading(AHEAD_MS, { resolutionMs: 1000 }));
    near(estimator.estimateAt(900), AHEAD_MS + 950);
    near(estimator.latestAt(900) - estimator.earliestAt(900), 1000);
    estimator.exchange(900, 900, reading(AHEAD_MS + 900, { resolutionMs: 10 }));
    near(estimator.latestAt(900) - estimator.earliestAt(900), 10);
  });

  it("knows nothing but a lower bound before the first answer", () => {
    const estimator = new TimeEstimator();
    assert.equal(estimator.earliestAt(0), -Infinity);
    estimator.notBefore(1000, AHEAD_MS);
    assert.ok(!estimator.synchronized);
    near(estimator.earliestAt(1000), AHEAD_MS);
    near(estimator.estimateAt(2000), AHEAD_MS + 1000 - 0.1);
    assert.equal(estimator.latestAt(2000), Infinity);
  });

  it("EARLIEST_PLAUSIBLE_MS, LATEST_PLAUSIBLE_MS: refuses times outside, takes those at the limits", () => {
    for (const limit of [EARLIEST_PLAUSIBLE_MS, LATEST_PLAUSIBLE_MS])
      assert.equal(new TimeEstimator().exchange(0, 10, reading(limit)), "accepted");
    for (const absurd of [EARLIEST_PLAUSIBLE_MS - 1, LATEST_PLAUSIBLE_MS + 1, 0, -1, NaN, Infinity])
      assert.equal(new TimeEstimator().exchange(0, 10, reading(absurd)), "implausible");
    const estimator = new TimeEstimator();
    assert.equal(estimator.exchange(0, 10, reading(AHEAD_MS, { uncertaintyMs: -1 })), "implausible");
    assert.equal(estimator.exchange(0, 10, reading(AHEAD_MS, { resolutionMs: NaN })), "implausible");
    assert.ok(!estimator.synchronized);
    const earlier = new TimeEstimator({ earliestPlausibleMs: 0 });
    assert.equal(earlier.exchange(0, 10, reading(0)), "accepted");
  });

  it("MAX_ROUND_TRIP_MS: refuses round trips that cannot be, or are longer", () => {
    const estimator = new TimeEstimator();
    assert.equal(exchange(estimator, 0, 0, MAX_ROUND_TRIP_MS), "accepted");
    assert.equal(exchange(estimator, MAX_ROUND_TRIP_MS, 1, MAX_ROUND_TRIP_MS), "untimely");
    assert.equal(estimator.exchange(200_001, 200_000, reading(AHEAD_MS + 200_000)), "untimely");
    assert.equal(estimator.exchange(NaN, 200_000, reading(AHEAD_MS + 200_000)), "untimely");
    assert.equal(exchange(estimator, 0, 10, 10), "untimely");
  });

  it("MAX_UNCERTAINTY_MS: refuses what leaves more open, takes what leaves that much, whatever it comes of", () => {
    for (const more of [
      { uncertaintyMs: MAX_UNCERTAINTY_MS },
      { resolutionMs: 2 * MAX_UNCERTAINTY_MS },
      { uncertaintyMs: MAX_UNCERTAINTY_MS / 2, resolutionMs: MAX_UNCERTAINTY_MS },
      { uncertaintyMs: Infinity },
    ]) {
      const estimator = new TimeEstimator({ granularityMs: 0 });
      assert.equal(estimator.exchange(0, 1, reading(AHEAD_MS, more)), "implausible");
      assert.ok(!estimator.synchronized && !estimator.isSynchronizedAt(1));
    }
    const estimator = new TimeEstimator({ granularityMs: 0 });
    const atLimit = reading(AHEAD_MS, { uncertaintyMs: MAX_UNCERTAINTY_MS - 1, resolutionMs: 1.99 });
    assert.equal(estimator.exchange(0, 0, atLimit), "accepted");
    assert.ok(estimator.isSynchronizedAt(0));
    // Another bound is another's choice.
    const patient = new TimeEstimator({ maxUncertaintyMs: 10 * MAX_UNCERTAINTY_MS });
    assert.equal(
      patient.exchange(0, 1, reading(AHEAD_MS, { uncertaintyMs: MAX_UNCERTAINTY_MS })),
      "accepted",
    );
  });

  it("MAX_UNCERTAINTY_MS: is not synchronised any more when drift has made it less sure, until an answer comes", () => {
    const estimator = new TimeEstimator({ granularityMs: 0, maxDriftPpm: 100 });
    exchange(estimator, 0, 0, 0);
    // 100 ppm of about 10,000 h are an hour.
    const hours = 3_600_000;
    assert.ok(estimator.isSynchronizedAt(9_998 * hours));
    assert.ok(!estimator.isSynchronizedAt(10_001 * hours));
    assert.equal(exchange(estimator, 10_001 * hours, 0, 0), "accepted");
    assert.ok(estimator.isSynchronizedAt(10_001 * hours));
  });

  it("refuses readings of another timescale", () => {
    assert.equal(new TimeEstimator().exchange(0, 10, reading(AHEAD_MS, { scale: "tai" })), "scale");
    assert.equal(new TimeEstimator({ scale: "tai" }).exchange(0, 10, reading(AHEAD_MS)), "scale");
    const tai = new TimeEstimator({ scale: "tai" });
    assert.equal(tai.exchange(0, 10, reading(AHEAD_MS, { scale: "tai" })), "accepted");
  });

  it("STEP_CONFIRMATIONS: gives up what it believed when that many answers in a row contradict it alike", () => {
    const estimator = new TimeEstimator();
    exchange(estimator, 0, 10, 10);
    const jump = (sentAtMs: number, byMs: number): string =>
      estimator.exchange(sentAtMs, sentAtMs + 20, reading(sentAtMs + 10 + AHEAD_MS + byMs));
    for (let count = 1; count < STEP_CONFIRMATIONS; count += 1) {
      assert.equal(jump(count * 1000, 60_000), "contradictory");
      near(estimator.estimateAt(count * 1000), AHEAD_MS + count * 1000);
    }
    assert.equal(jump(9000, 60_000), "stepped");
    near(estimator.estimateAt(9020), AHEAD_MS + 9020 + 60_000);
    assert.equal(jump(10_000, 60_000), "accepted");
  });

  it("never believes answers that contradict each other, or that an agreeing one comes between", () => {
    const estimator = new TimeEstimator();
    exchange(estimator, 0, 10, 10);
    for (let count = 1; count <= 3 * STEP_CONFIRMATIONS; count += 1) {
      const at = count * 1000;
      const wrong = reading(at + AHEAD_MS + (count % 3 === 0 ? 0 : count * 60_000));
      assert.equal(
        estimator.exchange(at - 10, at + 10, wrong),
        count % 3 === 0 ? "accepted" : "contradictory",
      );
    }
    for (let count = 1; count <= STEP_CONFIRMATIONS + 1; count += 1) {
      const at = 20_000 + count * 1000;
      assert.equal(
        estimator.exchange(at - 10, at + 10, reading(at + AHEAD_MS - count * 60_000)),
        "contradictory",
      );
    }
    near(estimator.estimateAt(30_000), AHEAD_MS + 30_000);
  });

  it("overcomes a lower bound that was too high, but not at once", () => {
    const estimator = new TimeEstimator();
    estimator.notBefore(0, AHEAD_MS + 86_400_000);
    for (let count = 1; count < STEP_CONFIRMATIONS; count += 1) {
      assert.equal(exchange(estimator, count * 1000, 10, 10), "contradictory");
      assert.ok(!estimator.synchronized);
    }
    assert.equal(exchange(estimator, 9000, 10, 10), "stepped");
    assert.ok(estimator.synchronized);
    estimator.notBefore(9500, AHEAD_MS + 86_400_000);
    near(estimator.estimateAt(9020), AHEAD_MS + 9020, "a lower bound means nothing once synchronised");
  });

  it("issue §4: in 2,000 exchanges with jitter, loss and 50 ppm of drift, true time is always inside", () => {
    const estimator = new TimeEstimator();
    let state = 1;
    const random = (below: number): number => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return (state / 0x100000000) * below;
    };
    let elapsedMs = 0;
    const localMs = (): number => Math.floor(elapsedMs * (1 + 50e-6));
    for (let count = 0; count < 2000; count += 1) {
      const sentAtMs = localMs();
      elapsedMs += random(10) < 1 ? random(5000) : random(100);
      const stampMs = Math.floor(AHEAD_MS + elapsedMs);
      elapsedMs += random(10) < 1 ? random(5000) : random(100);
      if (random(5) >= 1) {
        const verdict = estimator.exchange(sentAtMs, localMs(), reading(stampMs, { resolutionMs: 1 }));
        assert.equal(verdict, "accepted");
      }
      if (random(2) < 1) elapsedMs += random(random(100) < 1 ? 2_000_000 : 40_000);
      if (!estimator.synchronized) continue;
      const trueMs = AHEAD_MS + elapsedMs;
      assert.ok(estimator.earliestAt(localMs()) <= trueMs, `too late at exchange ${count}`);
      assert.ok(estimator.latestAt(localMs()) >= trueMs, `too early at exchange ${count}`);
    }
    assert.ok(Math.abs(estimator.drift.driftPpm - 50) < 10, `${estimator.drift.driftPpm} ppm`);
  });
});
