import { assert, describe, it, NorFlash, SeededRandom } from "../../../portable.js";
import { live } from "./scenario.js";

/** As many as a device's engine does in a few seconds; test/node/storage/flash makes 100,000. */
const COMMITS = 100;

describe("storage in flash beside a plain map", () => {
  for (const writeAlign of [1, 4, 16])
    it(`holds what the map holds, with 4 KiB blocks and writes of ${writeAlign}`, () => {
      const random = new SeededRandom(writeAlign);
      const flash = new NorFlash({ blocks: 4, blockLength: 4096, writeAlign, random: random.fork("flash") });
      const full = live(flash, { random, keys: 20, maxBytes: 4000, maxChanges: 4 }, COMMITS, 50);
      assert.ok(full < COMMITS / 2, `${full} times full`);
    });

  it("holds what the map holds, with 256 KiB blocks", () => {
    const random = new SeededRandom(256);
    const flash = new NorFlash({
      blocks: 2,
      blockLength: 262_144,
      writeAlign: 4,
      random: random.fork("flash"),
    });
    assert.equal(live(flash, { random, keys: 40, maxBytes: 600, maxChanges: 5 }, 50, 25), 0);
  });
});
