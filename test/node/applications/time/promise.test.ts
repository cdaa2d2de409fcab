import assert from "node:assert/strict";
import type { SeededRandom } from "../../../../simulators/random.js";
import { ExchangeSimulation } from "./exchange-simulation.js";

const EXCHANGES = 100_000;

/** Mostly short, now and then very long, as on a radio that retransmits. */
function jittery(random: SeededRandom): number {
  return random.chance(0.05) ? random.uniform(0, 8000) : random.uniform(1, 120);
}

function run(simulation: ExchangeSimulation, exchanges: number): { answered: number; refused: number } {
  let answered = 0;
  let refused = 0;
  for (let count = 0; count < exchanges; count += 1) {
    simulation.checkPromise(`before exchange ${count}`);
    const verdict = simulation.exchange();
    if (verdict !== undefined) answered += 1;
    if (verdict !== undefined && verdict !== "accepted") refused += 1;
    simulation.checkPromise(`after exchange ${count}`);
    simulation.advance(
      simulation.random.chance(0.01)
        ? simulation.random.uniform(0, 2e6)
        : simulation.random.uniform(0, 40_000),
    );
  }
  return { answered, refused };
}

describe("the promise of the clock", function () {
  it("issue: in 100,000 exchanges with jitter, loss and 50 ppm of drift, true time is always inside the interval", () => {
    const simulation = new ExchangeSimulation({
      seed: 1,
      driftPpm: 50,
      upMs: jittery,
      downMs: jittery,
      loss: 0.2,
    });
    const { answered, refused } = run(simulation, EXCHANGES);
    assert.ok(answered > 0.75 * EXCHANGES);
    assert.equal(refused, 0);
    const { earliestMs, latestMs } = simulation.clock.now();
    assert.ok(latestMs - earliestMs < 1000, `a promise of ${latestMs - earliestMs} ms is cheap`);
    assert.ok(Math.abs(simulation.clock.driftPpm! - 50) < 10, `${simulation.clock.driftPpm} ppm`);
  });

  for (const driftPpm of [-100, -50, 0, 100])
    it(`holds with ${driftPpm} ppm, a clock that counts whole milliseconds, and fixed delays`, () => {
      const simulation = new ExchangeSimulation({
        seed: 2,
        driftPpm,
        granularityMs: 1,
        upMs: () => 0.25,
        downMs: () => 0.25,
      });
      assert.equal(run(simulation, 20_000).refused, 0);
      const { uncertaintyMs } = simulation.clock.read("utc")!;
      assert.ok(uncertaintyMs! < 100, `a promise of ${uncertaintyMs} ms is cheap`);
    });

  it("holds with whole seconds, and the interval is never narrower than one", () => {
    const simulation = new ExchangeSimulation({
      seed: 3,
      driftPpm: -50,
      resolutionMs: 1000,
      upMs: jittery,
      downMs: jittery,
    });
    for (let round = 0; round < 200; round += 1) {
      assert.equal(run(simulation, 100).refused, 0);
      const { earliestMs, latestMs } = simulation.clock.now();
      assert.ok(latestMs - earliestMs >= 1000 - 1e-6);
    }
  });

  it("holds when the drift changes by 20 ppm with the temperature of the day", () => {
    const day = 86_400_000;
    const simulation = new ExchangeSimulation({
      seed: 4,
      driftPpm: (elapsedMs) => 30 + 10 * Math.sin((2 * Math.PI * elapsedMs) / day),
      upMs: jittery,
      downMs: jittery,
      loss: 0.1,
    });
    assert.equal(run(simulation, 20_000).refused, 0);
  });
});
