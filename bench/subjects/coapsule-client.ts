/** Our client: see `client-program.ts` for its arguments. */

import { NODE_LIMITS } from "../../hosts/node/limits.js";
import { nodePlatform } from "../../hosts/node/index.js";
import { Endpoint } from "../../src/index.js";
import { OUTSTANDING } from "../workload.js";
import { runClient } from "./client-program.js";

const endpoint = new Endpoint(nodePlatform(), {
  limits: NODE_LIMITS,
  // NSTART would let a single request be outstanding.
  parameters: { nstart: OUTSTANDING },
});
const { client } = endpoint;
await runClient({
  get: async (uri) => (await client.get(uri)).payload,
  getBlocks: async (uri) => (await client.get(uri, { blockSize: 1024 })).payload,
  async put(uri, payload) {
    await client.put(uri, { payload, blockSize: 1024 });
  },
});
endpoint.close();
