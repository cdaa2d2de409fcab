import { assert, describe, it, NorFlash, SeededRandom } from "../../portable.js";
import type { KeyValueStorage } from "../../../src/ports/key-value.js";
import { fromHex } from "../../../src/bytes/hex.js";
import { Counter, COUNTER_STEP, DAMAGE_STEPS, encodeCount } from "../../../src/storage/counter.js";
import { FlashKeyValue } from "../../../src/storage/flash/key-value.js";
import { StorageCorruptError, StorageFullError } from "../../../src/storage/limits.js";
import { MemoryKeyValue } from "../../../src/storage/memory.js";

/** Storage that counts its writes. */
function makeStorage(): { storage: KeyValueStorage; writes(): number } {
  let writes = 0;
  const memory = new MemoryKeyValue({
    onChange: (apply) => {
      writes += 1;
      apply();
    },
  });
  return { storage: memory.open({ path: "a" }), writes: () => writes };
}

describe("a counter reserved in steps", () => {
  it("RFC 8613 §B.1.1: counts from 0, and writes twice a step", () => {
    const { storage, writes } = makeStorage();
    const counter = new Counter(storage, "n", 10);
    for (let number = 0; number < 30; number += 1) assert.equal(counter.next(), number);
    assert.equal(writes(), 6);
    assert.equal(counter.next(), 30);
    assert.equal(writes(), 8);
    assert.equal(COUNTER_STEP, 64);
  });

  it("RFC 8613 §B.1.1: goes on behind what was reserved after a restart", () => {
    const { storage } = makeStorage();
    assert.equal(new Counter(storage, "n", 10).next(), 0);
    assert.equal(new Counter(storage, "n", 10).next(), 10);
    assert.equal(new Counter(storage, "n", 10).next(), 20);
  });

  it("takes steps of 1 to 2^32, and no others", () => {
    const { storage } = makeStorage();
    assert.equal(new Counter(storage, "one", 1).next(), 0);
    assert.equal(new Counter(storage, "many", 0x100000000).next(), 0);
    assert.equal(new Counter(storage, "many").next(), 0x100000000);
    for (const step of [0, 0x100000001, 1.5, NaN])
      assert.throws(() => new Counter(storage, "other", step), RangeError, `got ${step}`);
  });

  it("ends before 2^53 - 1", () => {
    const { storage } = makeStorage();
    storage.write("n", fromHex("001ffffffffffffe"));
    const counter = new Counter(storage, "n");
    assert.equal(counter.next(), Number.MAX_SAFE_INTEGER - 1);
    assert.throws(() => counter.next(), RangeError, "its end");
  });

  it("does not begin again where something else is stored", () => {
    const { storage } = makeStorage();
    for (const hex of ["", "00", "000000000000000000", "0020000000000000"]) {
      storage.write("n", fromHex(hex));
      assert.throws(() => new Counter(storage, "n"), StorageCorruptError, '"n"');
    }
  });

  it("RFC 8613 §B.1.1: in a damaged storage skips DAMAGE_STEPS, all that may have been lost", () => {
    const { storage } = makeStorage();
    storage.write("n", encodeCount(20));
    const damaged = Object.assign(storage, { isDamaged: true });
    assert.equal(new Counter(damaged, "n", 10).next(), 20 + 10 * DAMAGE_STEPS);
    assert.ok(new Counter(damaged, "n", 10).wasUsed);
    // What was damaged has been erased since.
    damaged.isDamaged = false;
    assert.equal(new Counter(damaged, "n", 10).next(), 30 + 20 * DAMAGE_STEPS);
    assert.ok(DAMAGE_STEPS * 64 >= 16 * 1024 * 1024, "a step is two records of 32 bytes or more");
  });

  it("in a damaged storage takes none for one that is lost, for good", () => {
    const { storage } = makeStorage();
    const damaged = Object.assign(storage, { isDamaged: true });
    for (const isDamaged of [true, false, true]) {
      damaged.isDamaged = isDamaged;
      assert.throws(() => new Counter(damaged, "n"), StorageCorruptError, '"n"');
    }
  });

  it("knows whether numbers were given before, and takes a stored 0 for none", () => {
    const { storage } = makeStorage();
    assert.ok(!new Counter(storage, "n").wasUsed);
    storage.write("n", encodeCount(0));
    const counter = new Counter(storage, "n");
    assert.ok(!counter.wasUsed);
    assert.equal(counter.next(), 0);
    assert.ok(new Counter(storage, "n").wasUsed);
    storage.write("other", encodeCount(0));
    assert.ok(new Counter(Object.assign(storage, { isDamaged: true }), "other").wasUsed);
  });

  it("gives no number that it cannot reserve", () => {
    const storage = new MemoryKeyValue({ maxBytes: 8 }).open({ path: "a" });
    const counter = new Counter(storage, "n");
    assert.throws(() => counter.next(), StorageFullError);
    assert.throws(() => counter.next(), StorageFullError);
  });

  it("never gives a number twice when the power is cut at any flash operation", () => {
    const flash = new NorFlash({ blocks: 2, blockLength: 2048, random: new SeededRandom(3) });
    let last = -1;
    for (let cut = 1; cut <= 80; cut += 1) {
      flash.cutPower({ atOperation: 1 + (cut % 5), afterBytes: cut % 50 });
      try {
        const counter = new Counter(new FlashKeyValue(flash).open({ path: "a" }), "n", 2);
        for (;;) {
          const number = counter.next();
          assert.ok(number > last, `cut ${cut}: ${number} after ${last}`);
          last = number;
        }
      } catch (error) {
        if (!flash.isOff) throw error;
      }
      flash.restorePower();
    }
    assert.ok(last > 40, `${last}`);
  });
});
