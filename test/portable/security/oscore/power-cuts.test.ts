import { assert, describe, it } from "../../../portable.js";
import { cutPower } from "./power-cuts.js";

describe("OSCORE and the power", () => {
  it("RFC 8613 §B.1: no nonce twice and nothing done twice through 12 cuts, in storage or out of it", async () => {
    const { noncesTwice, actedTwice, answered, cutsInStorage } = await cutPower(1, 12);
    assert.deepEqual([noncesTwice, actedTwice], [0, 0]);
    assert.ok(answered > 4 && cutsInStorage > 0, `${answered} answered, ${cutsInStorage} in storage`);
  });
});
