import assert from "node:assert/strict";
import { NODE_LIMITS } from "../../../../hosts/node/limits.js";
import { DEFAULT_LIMITS, type Limits } from "../../../../src/coap/limits.js";

describe("limits on Node", () => {
  it("are larger than those of a device, but for the size of messages", () => {
    for (const [name, value] of Object.entries(NODE_LIMITS))
      assert.ok(value > DEFAULT_LIMITS[name as keyof Limits], name);
    assert.deepEqual(
      Object.keys({ ...NODE_LIMITS, maxMessageBytes: 0, blockBytes: 0 }).sort(),
      Object.keys(DEFAULT_LIMITS).sort(),
    );
  });

  it("leave room for peers that are neither remembered nor observers", () => {
    const { peers, rememberedMessages, observers } = { ...DEFAULT_LIMITS, ...NODE_LIMITS };
    assert.ok(peers > rememberedMessages + observers);
  });
});
