import assert from "node:assert/strict";
import type { Conditions } from "../../../../simulators/network-conditions.js";
import { TimeWorld } from "./time-world.js";

const SEEDS = 1000;
const POLLS = 10;

/** Absolute errors of devices that polled ten times over CoAP, of all seeds, in rising order. */
async function errorsAfterPolls(network: Partial<Conditions>): Promise<number[]> {
  const errors: number[] = [];
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    const scene = new TimeWorld(seed, network);
    scene.serve();
    const { clock } = await scene.device({}, { clockDriftPpm: 20, clockOffsetMs: seed * 1000 });
    while (clock.counters.accepted < POLLS) await scene.world.time.advance(100);
    scene.checkPromise(clock, `seed ${seed}`);
    errors.push(Math.abs(clock.now().unixMs - scene.trueMs));
  }
  return errors.sort((a, b) => a - b);
}

describe("accuracy over CoAP, 1,000 seeds, after 10 polls, 20 ppm of drift", function () {
  it("issue §4: each direction 30 to 70 ms: under 15 ms in 99 %", async () => {
    const errors = await errorsAfterPolls({ delayMs: [30, 70] });
    assert.ok(errors[Math.floor(SEEDS * 0.99) - 1]! < 15, `${errors[SEEDS * 0.99 - 1]} ms`);
  });

  it("issue §4: one symmetric hop of 10 ms: a median of at most 1 ms", async () => {
    const errors = await errorsAfterPolls({ delayMs: 10 });
    assert.ok(errors[SEEDS / 2]! <= 1, `${errors[SEEDS / 2]} ms`);
  });
});
