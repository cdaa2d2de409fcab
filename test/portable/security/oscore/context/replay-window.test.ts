import { MAX_PARTIAL_IV } from "../../../../../src/security/oscore/context/partial-iv.js";
import {
  DEFAULT_WINDOW_SIZE,
  MAX_WINDOW_SIZE,
  ReplayWindow,
} from "../../../../../src/security/oscore/context/replay-window.js";
import { SeededRandom, assert, describe, it } from "../../../../portable.js";

function take(window: ReplayWindow, partialIv: number): boolean {
  const isNew = window.admits(partialIv);
  if (isNew) window.take(partialIv);
  return isNew;
}

describe("OSCORE replay window", () => {
  it("RFC 8613 §7.4: each Partial IV is taken once, 0 and the largest among them", () => {
    const window = new ReplayWindow();
    for (const partialIv of [0, 1, 5, MAX_PARTIAL_IV]) {
      assert.ok(take(window, partialIv), String(partialIv));
      assert.ok(!take(window, partialIv), String(partialIv));
    }
  });

  it("RFC 8613 §3.2.2: 32 are remembered, what is older is refused", () => {
    assert.equal(DEFAULT_WINDOW_SIZE, 32);
    const window = new ReplayWindow();
    assert.ok(take(window, 100));
    assert.ok(!window.admits(68));
    assert.ok(take(window, 69));
    assert.ok(!take(window, 69));
  });

  it("RFC 8613 §3.2.2: a window may be smaller, down to the newest alone", () => {
    const window = new ReplayWindow(1);
    assert.ok(take(window, 7));
    assert.ok(!window.admits(6));
    assert.ok(take(window, 8));
    for (const size of [0, MAX_WINDOW_SIZE + 1, 1.5]) assert.throws(() => new ReplayWindow(size), RangeError);
  });

  it("RFC 8613 §B.1.2: a window that begins at a Partial IV takes none below it", () => {
    const window = new ReplayWindow();
    window.startAt(40);
    for (const partialIv of [0, 9, 39, 40]) assert.ok(!window.admits(partialIv));
    assert.ok(take(window, 43));
    assert.ok(take(window, 41));
    assert.ok(!window.admits(40));
  });

  it("RFC 6347 §4.1.2.6: agrees with a set of all that came, in 2,000 random orders", () => {
    const random = new SeededRandom(1);
    for (let round = 0; round < 2_000; round += 1) {
      const window = new ReplayWindow();
      const seen: number[] = [];
      for (let step = 0; step < 20; step += 1) {
        const partialIv = random.integer(0, 70);
        const newest = Math.max(-1, ...seen);
        const isNew = !seen.includes(partialIv) && newest - partialIv < DEFAULT_WINDOW_SIZE;
        assert.equal(take(window, partialIv), isNew);
        if (isNew) seen.push(partialIv);
      }
    }
  });
});
