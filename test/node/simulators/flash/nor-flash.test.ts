import assert from "node:assert/strict";
import { NorFlash, NorFlashError } from "../../../../simulators/flash/nor-flash.js";
import { SeededRandom } from "../../../../simulators/random.js";
import { PowerCutError } from "../../../../simulators/storage.js";

function makeFlash(writeAlign = 1): NorFlash {
  return new NorFlash({ blocks: 2, blockLength: 1024, writeAlign, random: new SeededRandom(1) });
}

function read(flash: NorFlash, start: number, length: number): number[] {
  const bytes = new Uint8Array(length);
  assert.equal(flash.read(bytes, start), length);
  return [...bytes];
}

describe("a model of NOR flash", () => {
  it("is erased at first, clears bits, and sets none without an erase", () => {
    const flash = makeFlash();
    assert.deepEqual(read(flash, 254, 4), [0xff, 0xff, 0xff, 0xff]);
    flash.write(new Uint8Array([0xf0, 0x0f]), 255);
    flash.write(new Uint8Array([0x30, 0x0f]), 255);
    assert.deepEqual(read(flash, 254, 4), [0xff, 0x30, 0x0f, 0xff]);
    assert.throws(() => flash.write(new Uint8Array([0x31]), 255), NorFlashError);
    flash.eraseBlock(0);
    assert.deepEqual(read(flash, 254, 4), [0xff, 0xff, 0xff, 0xff]);
    assert.deepEqual([flash.violations, flash.operations, flash.wear], [1, 4, [1, 0]]);
  });

  it("refuses what is outside, and what is no write unit", () => {
    const flash = makeFlash(4);
    assert.throws(() => read(flash, 2047, 2), /got 2 bytes at 2047/);
    assert.throws(() => flash.write(new Uint8Array(4), 2), /units of 4/);
    assert.throws(() => flash.write(new Uint8Array(2), 4), /units of 4/);
    assert.throws(() => flash.eraseBlock(2), /at 2048/);
    assert.equal(flash.violations, 4);
  });

  it("tears a write at the byte that is asked for, and gives nothing until the power is back", () => {
    for (let bytes = 0; bytes <= 5; bytes += 1) {
      const flash = makeFlash();
      flash.write(new Uint8Array([1]), 100);
      flash.cutPower({ atOperation: 1, afterBytes: bytes });
      assert.throws(() => flash.write(new Uint8Array([0, 0, 0, 0]), 0), PowerCutError);
      assert.throws(() => read(flash, 0, 1), PowerCutError);
      assert.ok(flash.isOff);
      flash.restorePower();
      const found = read(flash, 0, 4);
      found.forEach((byte, index) => {
        if (index < bytes) assert.equal(byte, 0);
        else if (index > bytes) assert.equal(byte, 0xff);
      });
      assert.deepEqual(read(flash, 100, 1), [1]);
    }
  });

  it("tears an erase: what was reached is erased, the rest is anything", () => {
    const flash = makeFlash();
    flash.write(new Uint8Array(1024), 0);
    flash.cutPower({ atOperation: 1, afterBytes: 500 });
    assert.throws(() => flash.eraseBlock(0), PowerCutError);
    flash.restorePower();
    assert.deepEqual(read(flash, 0, 500), new Array<number>(500).fill(0xff));
    const rest = new Set(read(flash, 500, 524));
    assert.ok(rest.has(0) && rest.has(0xff) && rest.size > 5, `${rest.size} different bytes`);
  });

  it("wears out and is damaged where a test says so", () => {
    const flash = makeFlash();
    flash.wearOut(1);
    assert.throws(() => flash.write(new Uint8Array(1), 1024), NorFlashError);
    assert.throws(() => flash.eraseBlock(1), NorFlashError);
    flash.write(new Uint8Array([0x0f]), 3);
    flash.corrupt(3, 0x81);
    assert.deepEqual(read(flash, 3, 1), [0x8e]);
    assert.equal(flash.violations, 0);
    flash.close();
    assert.throws(() => read(flash, 0, 1), PowerCutError);
  });
});
