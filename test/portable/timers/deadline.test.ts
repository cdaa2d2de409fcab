import { Deadline } from "../../../src/timers/deadline.js";
import { World, assert, describe, it } from "../../portable.js";

describe("a deadline", () => {
  it("ends once after its time; starting what runs changes nothing", async () => {
    const { time } = new World({ seed: 1 });
    const ends: number[] = [];
    const deadline = new Deadline(time, 100, () => void ends.push(time.nowMs));
    deadline.start();
    await time.advance(60);
    deadline.start();
    assert.equal(deadline.isRunning, true);
    await time.advance(200);
    assert.deepEqual(ends, [100]);
    assert.equal(deadline.isRunning, false);
  });

  it("hears nothing after it was stopped, and may start again with a time of its own", async () => {
    const { time } = new World({ seed: 1 });
    const ends: number[] = [];
    const deadline = new Deadline(time, 100, () => void ends.push(time.nowMs));
    deadline.start();
    deadline.stop();
    deadline.stop();
    await time.advance(200);
    deadline.start(10);
    await time.advance(200);
    assert.deepEqual(ends, [210]);
  });
});
