/** The resources of `coapsule serve` in the process of the test, on a real socket. */

import { NODE_LIMITS } from "../../../hosts/node/limits.js";
import { nodePlatform } from "../../../hosts/node/platform.js";
import { createDemoSite } from "../../../services/demo-site.js";
import type { Client } from "../../../src/coap/client/client.js";
import { codeName } from "../../../src/coap/codec/code.js";
import { Message } from "../../../src/coap/codec/message.js";
import { formatOption } from "../../../src/coap/codec/option-table.js";
import { Endpoint } from "../../../src/coap/endpoint.js";
import { qBlock } from "../../../src/coap/bodies/qblock/q-block.js";
import { WallClock } from "../../../src/applications/time/source.js";

export interface DemoServer {
  readonly port: number;
  /** Asks from the same socket. */
  readonly client: Client;
  /** `coap://[::1]:…` */
  readonly uri: string;
  /** What came in: type, code and options of each message, as in `0 GET Uri-Path "time"`. */
  readonly received: readonly string[];
}

/** Runs `use` while the server runs. */
export async function withDemoServer<T>(use: (server: DemoServer) => Promise<T>): Promise<T> {
  const platform = nodePlatform();
  const demo = createDemoSite(platform, new WallClock(Date.now));
  const received: string[] = [];
  const endpoint = new Endpoint(platform, {
    site: demo.site,
    limits: NODE_LIMITS,
    qBlock: qBlock(),
    trace: ({ direction, bytes }) => {
      if (direction === "in") received.push(describe(bytes));
    },
  });
  const { port, client } = endpoint;
  try {
    return await use({ port, client, uri: `coap://[::1]:${port}`, received });
  } finally {
    endpoint.close();
    demo.close();
  }
}

function describe(bytes: Uint8Array): string {
  const { type, code, options } = Message.parse(bytes);
  const shown = options.entries().map(({ number, value }) => formatOption(number, value));
  return [type, codeName(code), ...shown].join(" ");
}
