/** Memory of servers after many requests. */

import type { Part, Subject } from "../part.js";
import { COAPSULE, LIBCOAP, NODE_COAP, startServers } from "../servers.js";
import { OUTSTANDING } from "../workload.js";
import { load } from "./server.js";

const MILLION = 1_000_000;

export const memory: Part = {
  name: "memory",
  title: "Servers: resident memory after 1 and after 10 million requests",
  quantities: [
    { name: "first", title: "RSS KiB after 1 million", digits: 0 },
    { name: "last", title: "after 10 million", digits: 0 },
    { name: "growth", title: "last / first", digits: 3 },
  ],
  references: [],
  rounds: 1,
  async subjects(): Promise<Subject[]> {
    const servers = await startServers([COAPSULE, LIBCOAP, NODE_COAP]);
    return servers.map((server) => ({
      name: server.name,
      async measure() {
        const { residentKiB: first } = await load(server, MILLION, OUTSTANDING);
        const { residentKiB: last } = await load(server, 9 * MILLION, OUTSTANDING);
        return { first, last, growth: last / first };
      },
      stop: () => server.stop(),
    }));
  },
};
