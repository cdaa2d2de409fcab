/** Bodies of more blocks than have numbers: 2^20. RFC 7959 §2.2, RFC 9177 §4.2. */

import assert from "node:assert/strict";
import { LimitError } from "../../../../../src/coap/errors.js";
import { Endpoint } from "../../../../../src/coap/endpoint.js";
import { qBlock } from "../../../../../src/coap/bodies/qblock/q-block.js";
import { World } from "../../../../../simulators/index.js";

const BLOCK_BYTES = 16;
const MAX_BLOCKS = 0x100000;

describe("bodies in more blocks than have numbers", () => {
  it("RFC 9177 §4.2: are refused before the first block is sent", async () => {
    const world = new World({ seed: 1 });
    let sent = 0;
    const trace = ({ direction }: { readonly direction: string }): void => {
      if (direction === "out") sent += 1;
    };
    const { client } = new Endpoint(world.host("fd00::2"), { qBlock: qBlock(), trace });
    const payload = new Uint8Array(MAX_BLOCKS * BLOCK_BYTES + 1);
    const request = client.put("coap://[fd00::1]/a", { payload, blocks: "Q-Block", blockSize: BLOCK_BYTES });
    await assert.rejects(world.time.until(request), LimitError);
    assert.equal(sent, 0);
  });

  it("RFC 9177 §4.2: as many as have numbers are sent", async () => {
    const world = new World({ seed: 1 });
    const { client } = new Endpoint(world.host("fd00::2"), { qBlock: qBlock() });
    const payload = new Uint8Array(MAX_BLOCKS * BLOCK_BYTES);
    const request = client.put("coap://[fd00::1]/a", {
      payload,
      blocks: "Q-Block",
      blockSize: BLOCK_BYTES,
      timeoutMs: 1000,
    });
    await assert.rejects(world.time.until(request), { name: "TimeoutError" });
  });
});
