/** node-coap's client: see `client-program.ts` for its arguments. */

import { createSocket } from "node:dgram";
import { Agent, type CoapRequestParams, type IncomingMessage } from "coap";
import { ADDRESS } from "../workload.js";
import { runClient } from "./client-program.js";

/** The value of a block option that asks for blocks of 1,024 bytes: SZX 6 (RFC 7959 §2.2). */
const LARGEST_BLOCKS = 6;

const socket = createSocket("udp4");
await new Promise<void>((resolve) => socket.bind(0, ADDRESS, resolve));
const agent = new Agent({ socket });

interface Blocks {
  readonly Block1?: number;
  readonly Block2?: number;
}

function request(
  uri: string,
  parameters: CoapRequestParams,
  payload?: Uint8Array,
  blocks: Blocks = {},
): Promise<Uint8Array> {
  const { hostname, port, pathname } = new URL(uri);
  return new Promise((resolve, reject) => {
    const outgoing = agent.request({ hostname, port: Number(port), pathname, ...parameters });
    for (const [name, szx] of Object.entries(blocks)) outgoing.setOption(name, Buffer.of(szx as number));
    outgoing.on("response", (response: IncomingMessage) => {
      if (response.code.startsWith("2.")) resolve(response.payload);
      else reject(new Error(`expected success, got ${response.code}`));
    });
    outgoing.on("error", reject);
    outgoing.on("timeout", reject);
    outgoing.end(payload === undefined ? undefined : Buffer.from(payload));
  });
}

await runClient({
  get: (uri) => request(uri, {}),
  getBlocks: (uri) => request(uri, {}, undefined, { Block2: LARGEST_BLOCKS }),
  async put(uri, payload) {
    await request(uri, { method: "PUT" }, payload, { Block1: LARGEST_BLOCKS });
  },
});
socket.close();
agent.close();
