import { SecurityContextLostError } from "../../../../src/security/oscore/errors.js";
import { StorageCorruptError } from "../../../../src/storage/limits.js";
import { SeededRandom, assert, describe, it } from "../../../portable.js";
import { FLASH_BYTES, damaged, damagesOf, goOnWith, live } from "./damage.js";

const UNHARMED = { twice: 0, replayed: 0, wentBack: 0 };
/** Odd, so that all places of a record are met. */
const STRIDE = 37;
const CUT_STRIDE = 151;
const PAIRS = 60;

function isLoss(error: unknown): boolean {
  return error instanceof SecurityContextLostError || error instanceof StorageCorruptError;
}

describe("OSCORE in damaged flash memory", () => {
  it("RFC 8613 §7.5: any byte of a used storage may be damaged: no number twice, no request again, no older boot state", () => {
    const life = live(1, 120);
    assert.deepEqual(goOnWith(damaged(life, 0, life.image[0]!), life.witness), UNHARMED);
    for (let at = 0, count = 0; at < FLASH_BYTES; at += STRIDE, count += 1) {
      const values = damagesOf(life.image[at]!);
      const value = values[count % values.length]!;
      assert.deepEqual(goOnWith(damaged(life, at, value), life.witness), UNHARMED, `byte ${at} is ${value}`);
    }
  });

  it("RFC 8613 §7.5: … two bytes: some of it may be lost for good, and then the context is refused", () => {
    const life = live(3, 120);
    const random = new SeededRandom(3);
    for (let pair = 0; pair < PAIRS; pair += 1) {
      const at = random.integer(0, FLASH_BYTES - 1);
      const other = Math.min(FLASH_BYTES - 1, at + random.integer(1, 120));
      const flash = damaged(life, at, life.image[at]! ^ (1 << random.integer(0, 7)));
      flash.corrupt(other, 1 << random.integer(0, 7));
      try {
        const { twice, replayed } = goOnWith(flash, life.witness);
        assert.deepEqual([twice, replayed], [0, 0], `bytes ${at} and ${other}`);
      } catch (error) {
        assert.ok(isLoss(error), `bytes ${at} and ${other}: ${String(error)}`);
      }
    }
  });

  it("RFC 8613 §7.5: … and the power may be cut while the device goes on", () => {
    const life = live(2, 120);
    for (let at = 0, count = 0; at < FLASH_BYTES; at += CUT_STRIDE, count += 1) {
      const values = damagesOf(life.image[at]!);
      const value = values[count % values.length]!;
      const flash = damaged(life, at, value);
      assert.deepEqual(goOnWith(flash, life.witness, 1 + (count % 20)), UNHARMED, `byte ${at} is ${value}`);
    }
  });
});
