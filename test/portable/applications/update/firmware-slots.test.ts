import { assert, describe, it, NorFlash, SeededRandom } from "../../../portable.js";
import { equalBytes } from "../../../../src/bytes/compare.js";
import { FlashKeyValue } from "../../../../src/storage/flash/key-value.js";
import { MemoryKeyValue } from "../../../../src/storage/memory.js";
import { BootState, FirmwareSlotError } from "../../../../src/applications/update/boot-state.js";
import { FirmwareSlots } from "../../../../src/applications/update/firmware-slots.js";
import { FirmwareImageError } from "../../../../src/applications/update/slot-updater.js";

const IMAGE_BYTES = 3000;
const PIECE_BYTES = 500;

function makeFlash(seed: number): NorFlash {
  return new NorFlash({ blocks: 2, blockLength: 2048, writeAlign: 4, random: new SeededRandom(seed) });
}

function makeImage(seed: number): Uint8Array {
  const image = new Uint8Array(IMAGE_BYTES);
  new SeededRandom(seed).fill(image);
  return image;
}

function holds(flash: NorFlash, image: Uint8Array): boolean {
  const bytes = new Uint8Array(image.length);
  flash.read(bytes, 0);
  return equalBytes(bytes, image);
}

/** Writes an image and has it tried at the next start. */
function install(slots: FirmwareSlots, image: Uint8Array): void {
  const updater = slots.open({ partition: slots.next, byteLength: image.length });
  for (let start = 0; start < image.length; start += PIECE_BYTES)
    updater.write(image.subarray(start, start + PIECE_BYTES));
  updater.complete();
}

describe("firmware slots", () => {
  it("an image goes to the slot that does not run, is tried, confirmed, and the next goes to the other one", () => {
    const partitions = [makeFlash(1), makeFlash(2)];
    const state = new BootState(new MemoryKeyValue().open({ path: "firmware" }));
    const slots = new FirmwareSlots(partitions, state);
    for (const [slot, seed] of [
      [1, 5],
      [0, 6],
    ] as const) {
      assert.ok(slots.next === partitions[slot]);
      install(slots, makeImage(seed));
      assert.deepEqual([state.outcome, state.trial], ["on trial", slot]);
      assert.equal(state.boot(), slot);
      assert.ok(holds(partitions[slot], makeImage(seed)));
      assert.throws(() => slots.next, FirmwareSlotError, `slot ${slot} is on trial`);
      state.confirm();
      assert.equal(state.boot(), slot);
    }
  });

  it("an image that is given up, or is not what was announced, is not tried", () => {
    const state = new BootState(new MemoryKeyValue().open({ path: "firmware" }));
    const slots = new FirmwareSlots([makeFlash(1), makeFlash(2)], state);
    const given = slots.open({ partition: slots.next });
    given.write(makeImage(1));
    given.close();
    const short = slots.open({ partition: slots.next, byteLength: IMAGE_BYTES });
    short.write(makeImage(1).subarray(1));
    assert.throws(() => short.complete(), FirmwareImageError);
    assert.deepEqual([state.outcome, state.boot()], ["none", 0]);
  });

  it("the slot that runs is not opened, and nothing of it erased", () => {
    const partitions = [makeFlash(1), makeFlash(2)];
    partitions[0]!.write(new Uint8Array(4), 0);
    const state = new BootState(new MemoryKeyValue().open({ path: "firmware" }));
    const slots = new FirmwareSlots(partitions, state);
    for (const mode of ["a", "w"] as const)
      assert.throws(
        () => slots.open({ partition: partitions[0]!, mode, byteLength: 4 }),
        FirmwareSlotError,
        "another one",
      );
    assert.ok(holds(partitions[0]!, new Uint8Array(4)));
    assert.throws(() => new FirmwareSlots([makeFlash(1)], state), RangeError, "2 partitions");
  });

  it("an image that cannot be staged is given up", () => {
    const storage = new MemoryKeyValue({ maxBytes: 4 }).open({ path: "firmware" });
    const state = new BootState(storage);
    const slots = new FirmwareSlots([makeFlash(1), makeFlash(2)], state);
    const updater = slots.open({ partition: slots.next });
    updater.write(makeImage(1));
    assert.throws(() => updater.complete(), Error, "at most 4 bytes");
    assert.deepEqual([updater.isComplete, state.outcome], [false, "none"]);
  });

  it("a power cut at any flash operation of an update leaves a whole image to start, the old or the new", () => {
    const [old, image] = [makeImage(7), makeImage(8)];
    let started = [0, 0];
    for (const cut of ["slot", "storage"] as const)
      for (let operation = 1; ; operation += 1) {
        const partitions = [makeFlash(1), makeFlash(2)];
        const memory = makeFlash(3);
        const openState = (): BootState =>
          new BootState(new FlashKeyValue(memory).open({ path: "firmware" }));
        partitions[0]!.write(old, 0);
        const slots = new FirmwareSlots(partitions, openState());
        const flash = cut === "slot" ? partitions[1]! : memory;
        flash.cutPower({ atOperation: operation, afterBytes: operation * 37 });
        try {
          install(slots, image);
        } catch (error) {
          if (!flash.isOff) throw error;
        }
        const wasCut = flash.isOff;
        flash.restorePower();
        const slot = openState().boot();
        assert.ok(holds(partitions[slot]!, slot === 0 ? old : image), `${cut}, operation ${operation}`);
        if (!wasCut) {
          assert.equal(slot, 1);
          break;
        }
        started = started.map((count, each) => (each === slot ? count + 1 : count));
      }
    assert.ok(started[0]! > 5 && started[1]! > 0, started.join());
  });
});
