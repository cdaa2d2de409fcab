import assert from "node:assert/strict";
import type { SeededRandom } from "../../../../simulators/random.js";
import { ExchangeSimulation, type SimulationOptions } from "./exchange-simulation.js";

const SEEDS = 1000;
const POLLS = 10;

/** Absolute errors after ten polls, of all seeds, in rising order; the promise is checked on the way. */
function errorsAfterPolls(options: Omit<SimulationOptions, "seed">): number[] {
  const errors: number[] = [];
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    const simulation = new ExchangeSimulation({ ...options, seed });
    for (let poll = 1; poll < POLLS; poll += 1) simulation.poll();
    simulation.exchange();
    simulation.checkPromise(`seed ${seed}`);
    errors.push(Math.abs(simulation.clock.now().unixMs - simulation.trueMs));
  }
  return errors.sort((a, b) => a - b);
}

describe("accuracy over 1,000 seeds, after 10 polls", function () {
  it("each direction 30 to 70 ms, 20 ppm of drift, CBOR with milliseconds: under 15 ms in 99 %", () => {
    const delay = (random: SeededRandom): number => random.uniform(30, 70);
    const errors = errorsAfterPolls({ driftPpm: 20, upMs: delay, downMs: delay });
    assert.ok(errors[Math.floor(SEEDS * 0.99) - 1]! < 15, `${errors[989]} ms`);
  });

  it("one symmetric hop of 10 ms: a median of at most 1 ms", () => {
    const errors = errorsAfterPolls({ driftPpm: 20, upMs: () => 10, downMs: () => 10 });
    assert.ok(errors[SEEDS / 2]! <= 1, `${errors[SEEDS / 2]} ms`);
  });

  it("a systematic asymmetry of 40 ms costs at most half of it more", () => {
    const errors = errorsAfterPolls({ driftPpm: 20, upMs: () => 60, downMs: () => 20 });
    assert.ok(errors[SEEDS - 1]! <= 20 + 1, `${errors[SEEDS - 1]} ms`);
  });

  it("decimal seconds: true time is inside the stated uncertainty, which is half a second or more", () => {
    const delay = (random: SeededRandom): number => random.uniform(30, 70);
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      const simulation = new ExchangeSimulation({
        seed,
        driftPpm: 20,
        upMs: delay,
        downMs: delay,
        resolutionMs: 1000,
      });
      for (let poll = 1; poll <= POLLS; poll += 1) {
        simulation.poll();
        const { epochMs, uncertaintyMs } = simulation.clock.read("utc")!;
        assert.ok(uncertaintyMs! >= 500 - 1e-6, `${uncertaintyMs} ms`);
        assert.ok(Math.abs(epochMs - simulation.trueMs) <= uncertaintyMs!);
      }
    }
  });
});
