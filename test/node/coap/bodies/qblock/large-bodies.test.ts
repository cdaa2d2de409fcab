import assert from "node:assert/strict";
import { Endpoint } from "../../../../../src/coap/endpoint.js";
import { qBlock } from "../../../../../src/coap/bodies/qblock/q-block.js";
import { changed, content } from "../../../../../src/coap/server/response.js";
import { World } from "../../../../../simulators/index.js";

const LENGTH = 1_048_576;
const BODY = Uint8Array.from({ length: LENGTH }, (_, index) => (index * 7 + (index >> 8)) & 0xff);

/** Milliseconds of virtual time that a GET and a PUT of 1 MiB take over a path of 20 to 40 ms. */
async function timesOf(
  loss: number,
  seed: number,
  options: { readonly blocks?: "Q-Block" },
): Promise<number[]> {
  const world = new World({ seed, network: { loss, delayMs: [20, 40], reordering: loss } });
  const both = { limits: { maxBodyBytes: LENGTH }, qBlock: qBlock() };
  const server = new Endpoint(world.host("fd00::1"), { port: 5683, ...both });
  const { client } = new Endpoint(world.host("fd00::2"), both);
  let stored: Uint8Array | undefined;
  server.site.add("big", {
    get: () => content(BODY, 42),
    put: ({ payload }) => {
      stored = payload;
      return changed();
    },
  });
  const uri = "coap://[fd00::1]/big";
  const startMs = world.time.nowMs;
  const { payload } = await world.time.until(client.get(uri, options));
  const middleMs = world.time.nowMs;
  assert.deepEqual(payload, BODY);
  await world.time.until(client.put(uri, { payload: BODY, ...options }));
  assert.deepEqual(stored, BODY);
  return [middleMs - startMs, world.time.nowMs - middleMs];
}

describe("1 MiB with Q-Block", () => {
  for (const [loss, seed] of [
    [0, 1],
    [0.05, 2],
    [0.05, 3],
  ] as const)
    it(`RFC 9177 §3: faster than with Block1 and Block2, loss ${loss}, seed ${seed}`, async function () {
      const fast = await timesOf(loss, seed, { blocks: "Q-Block" });
      const slow = await timesOf(loss, seed, {});
      for (const [index, ms] of fast.entries())
        assert.ok(ms < slow[index]!, `${ms} ms, with Block ${slow[index]} ms`);
    });
});
