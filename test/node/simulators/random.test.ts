import assert from "node:assert/strict";
import { SeededRandom } from "../../../simulators/random.js";

describe("seeded random numbers", () => {
  it("are those of the reference implementation of xoshiro128** 1.1", () => {
    // State {1, 2, 3, 4}; as in the tests of Rust's rand_xoshiro, made with the authors' C program.
    const random = SeededRandom.fromState(1, 2, 3, 4);
    const expected = [
      11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804,
    ];
    assert.deepEqual(
      expected.map(() => random.uint32()),
      expected,
    );
  });

  it("repeat with their seed and differ with another", () => {
    const draw = (seed: number): number[] =>
      Array.from(
        { length: 8 },
        (
          (random) => () =>
            random.uint32()
        )(new SeededRandom(seed)),
      );
    assert.deepEqual(draw(1), draw(1));
    const firsts = new Set<number>();
    for (let seed = 0; seed < 10_000; seed += 1) firsts.add(new SeededRandom(seed).uint32());
    assert.ok(firsts.size > 9_990, `${firsts.size} different first numbers`);
  });

  it("fork by name, whatever was drawn before", () => {
    const one = new SeededRandom(7);
    const two = new SeededRandom(7);
    two.uint32();
    assert.equal(one.fork("network").uint32(), two.fork("network").uint32());
    assert.notEqual(one.fork("network").uint32(), one.fork("world").uint32());
    assert.notEqual(one.fork("ab").uint32(), one.fork("ba").uint32());
  });

  it("are uniform within their bounds", () => {
    const random = new SeededRandom(3);
    let sum = 0;
    for (let draw = 0; draw < 10_000; draw += 1) {
      const value = random.uniform(30, 70);
      assert.ok(value >= 30 && value < 70);
      sum += value;
    }
    // The mean of 10,000 draws has a standard deviation of 0.115.
    assert.ok(Math.abs(sum / 10_000 - 50) < 0.6, `mean ${sum / 10_000}`);
    assert.equal(random.uniform(5, 5), 5);
  });

  it("give every integer of a range, both ends included", () => {
    const random = new SeededRandom(4);
    const counts = [0, 0, 0, 0, 0, 0];
    for (let draw = 0; draw < 6000; draw += 1) counts[random.integer(0, 5)]! += 1;
    for (const count of counts) assert.ok(count > 850 && count < 1150, counts.join());
  });

  it("are true with a probability", () => {
    const random = new SeededRandom(5);
    let hits = 0;
    for (let draw = 0; draw < 10_000; draw += 1) {
      if (random.chance(0.1)) hits += 1;
      assert.equal(random.chance(0), false);
      assert.equal(random.chance(1), true);
    }
    assert.ok(hits > 850 && hits < 1150, `${hits} hits`);
  });

  it("fill bytes of any length", () => {
    const whole = new Uint8Array(8);
    new SeededRandom(6).fill(whole);
    for (let length = 0; length <= 8; length += 1) {
      const bytes = new Uint8Array(length);
      new SeededRandom(6).fill(bytes);
      assert.deepEqual(bytes, whole.subarray(0, length));
    }
  });
});
