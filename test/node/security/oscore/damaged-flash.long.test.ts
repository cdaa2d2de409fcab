/**
 * What takes too long for a device's engine: damage to every byte of a storage that was used, alone, before a power cut and
 * after one. COAPSULE_DAMAGE_STRIDE=61 tries every 61st, in seconds.
 */

import assert from "node:assert/strict";
import { FLASH_BYTES, damaged, damagesOf, goOnWith, live } from "../../../portable/security/oscore/damage.js";

const STRIDE = Number(process.env["COAPSULE_DAMAGE_STRIDE"] ?? 1);
const TIME_LIMIT_MS = 3_600_000;
const UNHARMED = { twice: 0, replayed: 0, wentBack: 0 };
/** Actions of a life in which the log has gone around the memory a few times. */
const ACTIONS = 400;
/** A start with all that it stores, compaction included, has fewer flash operations. */
const CUTS = 16;
/** Bytes of which every one is damaged at once in turn with the others. */
const BYTES_A_CUT = 5;
const LAST_OPERATIONS = 48;

describe("OSCORE in damaged flash memory, in full", function () {
  this.timeout(TIME_LIMIT_MS);

  for (const [seed, actions] of [
    [1, ACTIONS],
    [2, 25],
  ] as const)
    it(`RFC 8613 §7.5: every byte after ${actions} actions, with each bit flipped, as 0, 255 and its complement`, () => {
      const life = live(seed, actions);
      for (let at = 0; at < FLASH_BYTES; at += STRIDE)
        for (const value of damagesOf(life.image[at]!))
          assert.deepEqual(
            goOnWith(damaged(life, at, value), life.witness),
            UNHARMED,
            `byte ${at} is ${value}`,
          );
    });

  it("RFC 8613 §7.5: damage, then a power cut at each operation with which the device goes on", () => {
    const life = live(3, ACTIONS);
    for (let at = 0, count = 0; at < FLASH_BYTES; at += BYTES_A_CUT * STRIDE)
      for (let cut = 1; cut <= CUTS; cut += 1, count += 1) {
        const values = damagesOf(life.image[at]!);
        const value = values[count % values.length]!;
        const outcome = goOnWith(damaged(life, at, value), life.witness, cut);
        assert.deepEqual(outcome, UNHARMED, `byte ${at} is ${value}, cut ${cut}`);
      }
  });

  it("RFC 8613 §7.5: a power cut at each operation, then damage", () => {
    for (let cut = 1, count = 0; cut <= LAST_OPERATIONS; cut += 1) {
      const life = live(4, ACTIONS, 40 + cut);
      for (let at = cut % BYTES_A_CUT; at < FLASH_BYTES; at += 2 * BYTES_A_CUT * STRIDE, count += 1) {
        const values = damagesOf(life.image[at]!);
        const value = values[count % values.length]!;
        const outcome = goOnWith(damaged(life, at, value), life.witness);
        assert.deepEqual(outcome, UNHARMED, `cut ${cut}, byte ${at} is ${value}`);
      }
    }
  });
});
