import { qBlock } from "../../../../../src/coap/bodies/qblock/q-block.js";
import { changed, content } from "../../../../../src/coap/server/response.js";
import { assert, describe, it } from "../../../../portable.js";
import { ProtectedLab, SERVER } from "./protected-lab.js";

function pattern(length: number, salt: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => (index * 7 + salt) & 0xff);
}

describe("OSCORE, Q-Block", () => {
  it("RFC 9177 §3.1, RFC 8613 §4.1: protected bodies go and come in Q-Block, with loss", async () => {
    for (let seed = 1; seed <= 2; seed += 1) {
      const lab = new ProtectedLab({
        seed,
        loss: 0.1,
        server: { qBlock: qBlock() },
        client: { qBlock: qBlock() },
      });
      let state = pattern(500, 1);
      const resource = lab.site.add("q", {
        protectedBy: ["peer"],
        observable: true,
        get: () => content(state, 42),
        put: ({ payload }) => {
          state = payload;
          resource.notify();
          return changed();
        },
      });
      const uri = `coap://[${SERVER}]/q`;
      const options = { securityContext: "peer", blocks: "Q-Block", blockSize: 64 } as const;
      const got = await lab.world.time.until(lab.client.client.get(uri, options));
      assert.deepEqual(got.payload, state);
      const payload = pattern(600, seed);
      await lab.world.time.until(lab.client.client.put(uri, { ...options, payload }));
      assert.deepEqual(state, payload);
      assert.equal(lab.server.counters.faults + lab.client.counters.faults, 0);
    }
  });
});
