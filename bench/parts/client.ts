/** Clients on Node: GETs of a small resource of libcoap's server, 64 outstanding. */

import type { Part, Subject } from "../part.js";
import { nodeProgram, runMeasuring } from "../programs.js";
import { COAPSULE, LIBCOAP, NODE_COAP, startServer } from "../servers.js";
import type { GetsResult } from "../subjects/client-program.js";
import { ADDRESS, OUTSTANDING } from "../workload.js";

/** With those before the clock starts less than 61,440: one more would wait for a message ID (RFC 7252 §4.4). */
const REQUESTS = 40_000;

export const client: Part = {
  name: "client",
  title: `Clients: GET /hello of libcoap's server, ${OUTSTANDING} outstanding`,
  quantities: [
    { name: "perSecond", title: "requests/s", digits: 0, compared: true },
    { name: "cpuUs", title: "CPU µs/request", digits: 2, compared: true },
  ],
  references: [NODE_COAP],
  async subjects(): Promise<Subject[]> {
    const server = await startServer(LIBCOAP);
    const uri = `coap://${ADDRESS}:${server.port}/hello`;
    return [COAPSULE, NODE_COAP].map((name) => ({
      name,
      async measure() {
        const result = await runMeasuring<GetsResult>(nodeProgram(`${name}-client`, "gets", uri, REQUESTS));
        return { ...result };
      },
      stop: () => server.stop(),
    }));
  },
};
