import { Patience } from "../../../src/timers/deadline.js";
import { World, assert, describe, it } from "../../portable.js";

describe("patience", () => {
  it("ends once after its time; starting what runs changes nothing", async () => {
    const { time } = new World({ seed: 1 });
    const ends: number[] = [];
    const patience = new Patience(time, 100, () => void ends.push(time.nowMs));
    patience.start();
    await time.advance(60);
    patience.start();
    assert.equal(patience.isRunning, true);
    await time.advance(200);
    assert.deepEqual(ends, [100]);
    assert.equal(patience.isRunning, false);
  });

  it("hears nothing after it was stopped, and may start again with a time of its own", async () => {
    const { time } = new World({ seed: 1 });
    const ends: number[] = [];
    const patience = new Patience(time, 100, () => void ends.push(time.nowMs));
    patience.start();
    patience.stop();
    patience.stop();
    await time.advance(200);
    patience.start(10);
    await time.advance(200);
    assert.deepEqual(ends, [210]);
  });
});
