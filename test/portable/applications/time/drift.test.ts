import { describe, it, assert } from "../../../portable.js";
import {
  DRIFT_CHANGE_PPM,
  DRIFT_WINDOW_MS,
  DriftMeter,
  MAX_DRIFT_PPM,
} from "../../../../src/applications/time/drift.js";

const START_MS = 1_767_225_600_000;

/** Bounds of true time, `halfWidthMs` around it, at an instant of a local clock that is `ppm` parts per million fast. */
function observe(meter: DriftMeter, ppm: number, elapsedMs: number, halfWidthMs: number): void {
  const trueMs = START_MS + elapsedMs;
  meter.observe(elapsedMs * (1 + ppm * 1e-6), trueMs - halfWidthMs, trueMs + halfWidthMs);
}

describe("DriftMeter", () => {
  it("MAX_DRIFT_PPM: has only the stated bound while nothing is measured", () => {
    const meter = new DriftMeter(MAX_DRIFT_PPM, DRIFT_CHANGE_PPM);
    // A local clock that is fast by just the bound, and one that is slow by it, are inside; one beyond is not.
    assert.ok(meter.slowest <= 1 / (1 + 100e-6) && meter.fastest >= 1 / (1 - 100e-6));
    assert.ok(meter.slowest > 1 / (1 + 101e-6) && meter.fastest < 1 / (1 - 101e-6));
    assert.equal(meter.best, 1);
    assert.equal(meter.measured, false);
    assert.equal(meter.driftPpm, 0);
  });

  it("measures a constant drift, ever more closely", () => {
    const meter = new DriftMeter(MAX_DRIFT_PPM, DRIFT_CHANGE_PPM);
    for (let minute = 0; minute <= 240; minute += 10) {
      observe(meter, 42, minute * 60_000, 30);
      assert.ok(meter.slowest <= 1 / (1 + 42e-6) && 1 / (1 + 42e-6) <= meter.fastest, `minute ${minute}`);
      assert.ok(meter.slowest <= meter.best && meter.best <= meter.fastest);
    }
    assert.equal(meter.measured, true);
    assert.ok(Math.abs(meter.driftPpm - 42) < 3, `${meter.driftPpm}`);
  });

  it("DRIFT_CHANGE_PPM: leaves room for a change after the measurement, inside the stated bound", () => {
    const meter = new DriftMeter(MAX_DRIFT_PPM, DRIFT_CHANGE_PPM);
    observe(meter, 95, 0, 0.01);
    observe(meter, 95, 10_000_000, 0.01);
    assert.ok(meter.slowest <= 1 / (1 + MAX_DRIFT_PPM * 1e-6));
    assert.ok(meter.fastest >= 1 / (1 + (95 - DRIFT_CHANGE_PPM) * 1e-6));
    assert.ok(meter.fastest < 1 / (1 + (94 - DRIFT_CHANGE_PPM) * 1e-6));
  });

  it("DRIFT_WINDOW_MS: follows a drift that changes, forgetting what is two windows old", () => {
    const meter = new DriftMeter(MAX_DRIFT_PPM, DRIFT_CHANGE_PPM);
    let trueMs = START_MS;
    let localMs = 0;
    const step = DRIFT_WINDOW_MS / 8;
    const pass = (ppm: number): void => {
      trueMs += step;
      localMs += step * (1 + ppm * 1e-6);
      meter.observe(localMs, trueMs - 1, trueMs + 1);
    };
    meter.observe(localMs, trueMs - 1, trueMs + 1);
    for (let count = 0; count < 16; count += 1) pass(-10);
    assert.ok(Math.abs(meter.driftPpm + 10) < 1, `${meter.driftPpm}`);
    for (let count = 0; count < 24; count += 1) pass(5);
    assert.ok(Math.abs(meter.driftPpm - 5) < 1, `${meter.driftPpm}`);
  });

  it("measures from the narrowest of the first bounds", () => {
    const meter = new DriftMeter(MAX_DRIFT_PPM, 0);
    observe(meter, 20, 0, 500);
    observe(meter, 20, 10_000, 5);
    observe(meter, 20, 1_000_000, 5);
    // 10 ms over 990 s are 10 ppm to either side, where 505 ms would be far more than the stated bound.
    assert.ok((meter.fastest - meter.slowest) * 1e6 < 21, `${(meter.fastest - meter.slowest) * 1e6} ppm`);
  });

  it("forgets when it is told to", () => {
    const meter = new DriftMeter(MAX_DRIFT_PPM, DRIFT_CHANGE_PPM);
    observe(meter, 42, 0, 1);
    observe(meter, 42, 10_000_000, 1);
    meter.reset();
    assert.equal(meter.measured, false);
    assert.equal(meter.best, 1);
    observe(meter, -42, 20_000_000, 1);
    observe(meter, -42, 30_000_000, 1);
    assert.ok(Math.abs(meter.driftPpm + 42) < 1);
  });
});
