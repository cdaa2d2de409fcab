import { LimitError } from "../../../../src/coap/errors.js";
import { ReplayWindow } from "../../../../src/coap/stateless/replay-window.js";
import { assert, describe, it } from "../../../portable.js";

describe("replay window", () => {
  it("RFC 8974 §3.1: a number comes back once, in any order", () => {
    const window = new ReplayWindow(3);
    assert.deepEqual([window.take(), window.take(), window.take()], [0, 1, 2]);
    for (const sequence of [1, 2, 0]) {
      assert.equal(window.awaits(sequence), true);
      window.close(sequence);
      assert.equal(window.awaits(sequence), false);
    }
  });

  it("RFC 8974 §3.1: a number that was not sent does not come back", () => {
    const window = new ReplayWindow(3);
    assert.equal(window.awaits(0), false);
    window.take();
    assert.equal(window.awaits(1), false);
    assert.equal(window.awaits(3), false, "that has the place of 0");
  });

  it("RFC 8974 §5.2: limit size: the oldest gives way to one more", () => {
    const window = new ReplayWindow(32);
    for (let sent = 0; sent < 32; sent += 1) window.take();
    assert.equal(window.awaits(0), true);
    window.take();
    assert.equal(window.awaits(0), false);
    assert.equal(window.awaits(1), true);
    assert.equal(window.awaits(32), true);
  });

  it("RFC 8974 §5.2: no number is used twice: after 2^32 there is none left", () => {
    const window = new ReplayWindow(2, 0xffff_ffff);
    assert.equal(window.take(), 0xffff_ffff);
    assert.equal(window.awaits(0xffff_ffff), true);
    assert.throws(() => window.take(), LimitError, "a new key");
    assert.equal(window.awaits(0xffff_ffff), true);
  });

  it("is not smaller than 1", () => {
    assert.equal(new ReplayWindow(1).take(), 0);
    assert.throws(() => new ReplayWindow(0), RangeError, "at least 1");
  });
});
