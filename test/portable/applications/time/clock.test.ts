import { describe, it, assert } from "../../../portable.js";
import {
  MAX_SLEW_PPM,
  STEP_THRESHOLD_MS,
  SynchronizedClock,
} from "../../../../src/applications/time/clock.js";
import { EARLIEST_PLAUSIBLE_MS } from "../../../../src/applications/time/estimator.js";
import { TAI_MINUS_UTC_S, type TimeReading } from "../../../../src/applications/time/reading.js";
import { WallClock } from "../../../../src/applications/time/source.js";

const START_MS = 1_767_225_600_000;

/** A local clock that a test moves on. */
class ManualClock {
  ms = 5000;

  monotonicMs(): number {
    return this.ms;
  }
}

function exact(epochMs: number, scale: "utc" | "tai" = "utc"): TimeReading {
  return { epochMs, resolutionMs: 0, uncertaintyMs: 0, scale };
}

/** Reports an exchange of no duration in which the server says that it is `epochMs` now. */
function set(
  clock: SynchronizedClock,
  local: ManualClock,
  epochMs: number,
  scale: "utc" | "tai" = "utc",
): string {
  return clock.exchange(local.ms, local.ms, exact(epochMs, scale));
}

function near(actual: number, expected: number): void {
  assert.ok(Math.abs(actual - expected) < 0.05, `expected about ${expected}, got ${actual}`);
}

describe("SynchronizedClock", () => {
  it("claims nothing before the first answer, but that it is not before this was written", () => {
    const local = new ManualClock();
    const clock = new SynchronizedClock(local);
    const { unixMs, earliestMs, latestMs, synchronized } = clock.now();
    assert.ok(!synchronized && !clock.synchronized);
    near(earliestMs, EARLIEST_PLAUSIBLE_MS);
    assert.equal(unixMs, earliestMs);
    assert.equal(latestMs, Infinity);
    assert.equal(clock.read("utc"), undefined);
    assert.equal(clock.driftPpm, undefined);
  });

  it("a known lower bound raises the time shown, and is no synchronisation", () => {
    const local = new ManualClock();
    const clock = new SynchronizedClock(local);
    clock.notBefore(START_MS);
    near(clock.now().unixMs, START_MS);
    clock.notBefore(START_MS - 1_000_000);
    near(clock.now().unixMs, START_MS);
    local.ms += 10_000;
    near(clock.now().earliestMs, START_MS + 10_000 - 1);
    assert.ok(!clock.synchronized);
  });

  it("runs on from the last exchange", () => {
    const local = new ManualClock();
    const clock = new SynchronizedClock(local);
    assert.equal(set(clock, local, START_MS), "accepted");
    local.ms += 60_000;
    const { unixMs, earliestMs, latestMs, synchronized } = clock.now();
    assert.ok(synchronized);
    near(unixMs, START_MS + 60_000);
    // 100 ppm of a minute are 6 ms, and the local clock may be coarse.
    near(latestMs - unixMs, 7);
    near(unixMs - earliestMs, 7);
    near(clock.read("utc")!.uncertaintyMs!, 7);
  });

  it("STEP_THRESHOLD_MS, MAX_SLEW_PPM: a correction up to the threshold is made gradually, never going back", () => {
    for (const sign of [1, -1]) {
      const local = new ManualClock();
      const clock = new SynchronizedClock(local, { maxDriftPpm: 1000 });
      set(clock, local, START_MS);
      local.ms += 1_000_000;
      const correctionMs = sign * (STEP_THRESHOLD_MS - 0.1);
      set(clock, local, START_MS + 1_000_000 + correctionMs);
      assert.equal(clock.counters.steps, 1);
      near(clock.now().unixMs, START_MS + 1_000_000);
      const { earliestMs, latestMs } = clock.now();
      const trueMs = START_MS + 1_000_000 + correctionMs;
      assert.ok(earliestMs <= trueMs && trueMs <= latestMs);
      let shownMs = clock.now().unixMs;
      for (let second = 1; second <= 30; second += 1) {
        local.ms += 1000;
        const { unixMs } = clock.now();
        const slewMs = unixMs - shownMs - 1000;
        assert.ok(
          unixMs > shownMs && Math.abs(slewMs) <= 1000 * (MAX_SLEW_PPM * 1e-6 + 0.001),
          `${slewMs} ms`,
        );
        shownMs = unixMs;
      }
      // The drift that this was taken for: 127.9 ms in 1,000 s, which the clock now expects to go on.
      near(clock.now().unixMs, trueMs + 30_000 + correctionMs * 0.03);
    }
  });

  it("STEP_THRESHOLD_MS: a correction beyond is made at once", () => {
    for (const sign of [1, -1]) {
      const local = new ManualClock();
      const clock = new SynchronizedClock(local, { maxDriftPpm: 1000 });
      set(clock, local, START_MS);
      local.ms += 1_000_000;
      const correctionMs = sign * (STEP_THRESHOLD_MS + 0.1);
      set(clock, local, START_MS + 1_000_000 + correctionMs);
      near(clock.now().unixMs, START_MS + 1_000_000 + correctionMs);
      assert.equal(clock.counters.steps, 2);
    }
  });

  it("counts what it accepted and what it refused, by reason", () => {
    const local = new ManualClock();
    const clock = new SynchronizedClock(local);
    assert.equal(set(clock, local, START_MS), "accepted");
    assert.equal(set(clock, local, START_MS + 60_000), "contradictory");
    assert.equal(set(clock, local, 0), "implausible");
    assert.equal(set(clock, local, START_MS, "tai"), "scale");
    assert.equal(clock.exchange(local.ms + 1, local.ms, exact(START_MS)), "untimely");
    assert.deepEqual(clock.counters, {
      accepted: 1,
      steps: 1,
      refused: { implausible: 1, scale: 1, untimely: 1, contradictory: 1 },
    });
    near(clock.now().unixMs, START_MS);
  });

  it("runs on TAI, and shows both scales", () => {
    const local = new ManualClock();
    const clock = new SynchronizedClock(local, { scale: "tai" });
    clock.notBefore(START_MS - 1000);
    near(clock.now().unixMs, START_MS - 1000);
    assert.equal(set(clock, local, START_MS), "scale");
    assert.equal(set(clock, local, START_MS + TAI_MINUS_UTC_S * 1000, "tai"), "accepted");
    near(clock.now().unixMs, START_MS);
    near(clock.read("utc")!.epochMs, START_MS);
    near(clock.read("tai")!.epochMs, START_MS + 37_000);
    const other = new SynchronizedClock(local, { scale: "tai", taiMinusUtcS: 38 });
    set(other, local, START_MS + 38_000, "tai");
    near(other.now().unixMs, START_MS);
  });

  it("shows TAI when it runs on UTC, too", () => {
    const local = new ManualClock();
    const clock = new SynchronizedClock(local);
    set(clock, local, START_MS);
    near(clock.read("tai")!.epochMs, START_MS + 37_000);
  });
});

describe("WallClock", () => {
  it("gives the host's time on both scales, with a promise only where one is made", () => {
    const source = new WallClock(() => START_MS);
    assert.deepEqual(source.read("utc"), { epochMs: START_MS, uncertaintyMs: undefined });
    assert.deepEqual(source.read("tai"), { epochMs: START_MS + 37_000, uncertaintyMs: undefined });
    const promising = new WallClock(() => START_MS, { uncertaintyMs: 5, taiMinusUtcS: 40 });
    assert.deepEqual(promising.read("tai"), { epochMs: START_MS + 40_000, uncertaintyMs: 5 });
  });
});
