import { assert, describe, it, NorFlash, SeededRandom } from "../../../portable.js";
import type { KeyValueStorage } from "../../../../src/ports/key-value.js";
import { FlashKeyValue } from "../../../../src/storage/flash/key-value.js";
import { StorageCorruptError } from "../../../../src/storage/limits.js";
import { MemoryKeyValue } from "../../../../src/storage/memory.js";
import {
  BootState,
  FIRMWARE_SLOTS,
  FirmwareSlotError,
  MAX_TRIAL_BOOTS,
} from "../../../../src/applications/update/boot-state.js";

function makeStorage(): KeyValueStorage {
  return new MemoryKeyValue().open({ path: "firmware" });
}

describe("which firmware slot starts", () => {
  it("at first slot 0, and slot 1 may be written", () => {
    const state = new BootState(makeStorage());
    assert.equal(state.boot(), 0);
    assert.deepEqual(
      [state.confirmed, state.trial, state.writable, state.outcome],
      [0, undefined, 1, "none"],
    );
    assert.equal(FIRMWARE_SLOTS, 2);
  });

  it("a new image is tried, confirmed, and starts from then on", () => {
    const storage = makeStorage();
    new BootState(storage).stage(1);
    const second = new BootState(storage);
    assert.equal(second.boot(), 1);
    assert.deepEqual([second.trial, second.trialBoots, second.writable], [1, 1, undefined]);
    second.confirm();
    const third = new BootState(storage);
    assert.equal(third.boot(), 1);
    assert.deepEqual([third.confirmed, third.writable, third.outcome], [1, 0, "confirmed"]);
  });

  it("MAX_TRIAL_BOOTS: has as many starts to be confirmed; at the next the old one starts again", () => {
    const storage = makeStorage();
    new BootState(storage).stage(1);
    for (let boot = 1; boot <= MAX_TRIAL_BOOTS; boot += 1) assert.equal(new BootState(storage).boot(), 1);
    const state = new BootState(storage);
    assert.equal(state.boot(), 0);
    assert.deepEqual([state.outcome, state.trialBoots, state.writable], ["reverted", MAX_TRIAL_BOOTS, 1]);
    state.confirm();
    assert.equal(state.confirmed, 0);
  });

  it("an image that finds itself broken gives up at once", () => {
    const storage = makeStorage();
    new BootState(storage).stage(1);
    const state = new BootState(storage);
    state.boot();
    state.revert();
    state.revert();
    assert.equal(new BootState(storage).boot(), 0);
    assert.equal(state.outcome, "reverted");
  });

  it("stages no slot but a free one, and confirms none that was not started", () => {
    const state = new BootState(makeStorage(), { slots: 3 });
    for (const slot of [0, 3, -1, 0.5])
      assert.throws(() => state.stage(slot), FirmwareSlotError, `got ${slot}`);
    state.stage(1);
    assert.throws(() => state.confirm(), FirmwareSlotError, "slot 1");
    assert.equal(state.writable, 2);
    state.stage(2);
    assert.deepEqual([state.trial, state.writable], [2, 1]);
  });

  it("damage to either record brings no older state back, nor does one of the format before", () => {
    for (const key of ["boot", "boot_2"]) {
      const storage = makeStorage();
      storage.write("boot", new Uint8Array([1, 0, 1, 2, 1]));
      assert.deepEqual([new BootState(storage).trialBoots, new BootState(storage).trial], [2, 1]);
      const before = new Uint8Array(storage.read("boot")!);
      new BootState(storage).boot();
      assert.equal(new BootState(storage).trialBoots, 3);
      storage.write(key, before);
      assert.equal(new BootState(storage).trialBoots, 3);
      const later = new Uint8Array(storage.read(key === "boot" ? "boot_2" : "boot")!);
      new BootState(storage).boot();
      storage.write(key, later);
      assert.equal(new BootState(storage).outcome, "reverted");
    }
  });

  it("does not guess where something else is stored", () => {
    const storage = makeStorage();
    for (const bytes of [
      [],
      [1, 0, 0, 0],
      [2, 0, 0, 0, 0],
      [1, 2, 0, 0, 0],
      [1, 0, 2, 0, 0],
      [1, 0, 0, 0, 4],
    ]) {
      storage.write("boot", new Uint8Array(bytes));
      assert.throws(() => new BootState(storage), StorageCorruptError, "2 firmware slots");
    }
  });

  it("a power cut at any flash operation leaves a slot that can start", () => {
    const random = new SeededRandom(9);
    const flash = new NorFlash({ blocks: 2, blockLength: 2048, random: random.fork("flash") });
    let reverted = 0;
    let confirmed = 0;
    for (let start = 0; start < 60; start += 1) {
      flash.restorePower();
      const state = new BootState(new FlashKeyValue(flash).open({ path: "firmware" }));
      const before = [state.confirmed, state.trial];
      flash.cutPower({ atOperation: random.integer(1, 8), afterBytes: random.integer(0, 60) });
      try {
        assert.ok(before.includes(state.boot()), `start ${start}`);
        if (state.outcome === "reverted") reverted += 1;
        if (state.trial === undefined) state.stage(state.writable!);
        else if (random.chance(0.4)) {
          state.confirm();
          confirmed += 1;
        }
      } catch (error) {
        if (!flash.isOff) throw error;
      }
    }
    assert.ok(reverted > 1 && confirmed > 1, `${reverted} reverted, ${confirmed} confirmed`);
  });
});
