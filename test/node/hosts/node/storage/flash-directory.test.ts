import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Flash } from "../../../../../src/ports/flash.js";
import { FlashDirectory } from "../../../../../hosts/node/storage/flash-directory.js";
import { FlashKeyValue } from "../../../../../src/storage/flash/key-value.js";
import { BootState } from "../../../../../src/applications/update/boot-state.js";
import { FirmwareSlots } from "../../../../../src/applications/update/firmware-slots.js";

const SLOTS = ["slot-0", "slot-1"];

describe("flash in a directory", () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "coapsule-"))));
  afterEach(() => rmSync(folder, { recursive: true }));

  const openFlash = (): FlashDirectory =>
    new FlashDirectory(join(folder, "flash"), {
      storage: { blocks: 4 },
      "slot-0": { blocks: 8 },
      "slot-1": { blocks: 8 },
    });

  /** A device from its start to its end. */
  function run<T>(use: (device: { state: BootState; slots: FirmwareSlots }) => T): T {
    const flash = openFlash();
    const [storage, ...slots] = ["storage", ...SLOTS].map((path) => flash.open({ path })) as [
      Flash,
      ...Flash[],
    ];
    const state = new BootState(new FlashKeyValue(storage).open({ path: "firmware" }));
    try {
      return use({ state, slots: new FirmwareSlots(slots, state) });
    } finally {
      for (const partition of [storage, ...slots]) partition.close();
    }
  }

  it("has a file for each partition that was opened, and no others", () => {
    const flash = openFlash();
    assert.deepEqual([...flash], ["storage", "slot-0", "slot-1"]);
    assert.throws(
      () => flash.open({ path: "other" }),
      /one of the partitions storage, slot-0, slot-1, got "other"/,
    );
    assert.throws(() => flash.open({ path: "../slot-0" }), RangeError);
    assert.equal(flash.open({ path: "slot-1" }).status().size, 8 * 4096);
    assert.deepEqual(readdirSync(join(folder, "flash")), ["slot-1"]);
  });

  it("holds firmware: an image is tried, reverts when nobody confirms it, and stays when somebody does", () => {
    const image = new Uint8Array(20_001).map((_, index) => index % 251);
    for (const isConfirmed of [false, true]) {
      run(({ state, slots }) => {
        assert.equal(state.boot(), 0);
        const updater = slots.open({ partition: slots.next, mode: "w", byteLength: image.length });
        updater.write(image.subarray(10_000), 10_000);
        updater.write(image.subarray(0, 10_000), 0);
        updater.complete();
      });
      for (let boots = 0; boots < (isConfirmed ? 1 : 3); boots += 1)
        run(({ state }) => {
          assert.equal(state.boot(), 1);
          if (isConfirmed) state.confirm();
        });
    }
    assert.equal(
      run(({ state }) => state.boot()),
      1,
    );
    assert.deepEqual(
      new Uint8Array(readFileSync(join(folder, "flash", "slot-1"))).subarray(0, 20_001),
      image,
    );
  });
});
