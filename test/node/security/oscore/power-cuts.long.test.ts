/** What takes too long for a device's engine: test/portable/security/oscore/power-cuts in full. */

import assert from "node:assert/strict";
import { cutPower } from "../../../portable/security/oscore/power-cuts.js";

const CUTS = 10_000;
const SEEDS = 10;

describe("OSCORE and the power, in full", function () {
  it(`RFC 8613 §B.1, §7.2, §7.4: no nonce twice, no request twice through ${CUTS} power cuts, in both roles`, async () => {
    let cuts = 0;
    let cutsInStorage = 0;
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      const outcome = await cutPower(seed, CUTS / SEEDS);
      assert.deepEqual([outcome.noncesTwice, outcome.actedTwice], [0, 0], `seed ${seed}`);
      assert.ok(outcome.answered > outcome.cuts / 5 && outcome.notified > outcome.cuts / 50, `seed ${seed}`);
      cuts += outcome.cuts;
      cutsInStorage += outcome.cutsInStorage;
    }
    assert.equal(cuts, CUTS);
    assert.ok(cutsInStorage > CUTS / 20, `${cutsInStorage} in storage`);
  });
});
