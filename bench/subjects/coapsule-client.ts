/**
 * Our client: see `client-program.ts` for its arguments; `q-block` behind them sends bodies in Q-Block options, `oscore`
 * protects requests for the small resource.
 */

import { NODE_LIMITS } from "../../hosts/node/limits.js";
import { nodePlatform } from "../../hosts/node/index.js";
import { Endpoint, qBlock, type RequestOptions } from "../../src/index.js";
import { OUTSTANDING } from "../workload.js";
import { runClient } from "./client-program.js";
import { PEER, protection } from "./oscore-context.js";

const isQBlock = process.argv[5] === "q-block";
const isProtected = process.argv[5] === "oscore";
const small: RequestOptions = isProtected ? { securityContext: PEER } : {};
const transfer: RequestOptions = { blockSize: 1024, ...(isQBlock ? { blocks: "Q-Block" } : undefined) };
const platform = nodePlatform();
const endpoint = new Endpoint(platform, {
  limits: NODE_LIMITS,
  // NSTART would let a single request be outstanding.
  parameters: { nstart: OUTSTANDING },
  ...(isQBlock ? { qBlock: qBlock() } : undefined),
  ...(isProtected ? { oscore: protection(platform.crypto, "client") } : undefined),
});
const { client } = endpoint;
await runClient({
  get: async (uri) => (await client.get(uri, small)).payload,
  getBlocks: async (uri) => (await client.get(uri, transfer)).payload,
  async put(uri, payload) {
    await client.put(uri, { ...transfer, payload });
  },
});
endpoint.close();
