/** Servers that take protected requests: Confirmable GET of a small resource by our client, which is the same for all. */

import type { Measurement, Part } from "../part.js";
import { nodeProgram, processorUs, runMeasuring } from "../programs.js";
import {
  AIOCOAP_OSCORE,
  CALIFORNIUM_OSCORE,
  COAPSULE,
  COAPSULE_OSCORE,
  absent,
  startServer,
} from "../servers.js";
import { WARM_UP_REQUESTS, type GetsResult } from "../subjects/client-program.js";
import { ADDRESS, OUTSTANDING } from "../workload.js";

const REQUESTS = 20_000;

/** A server of its own for each measurement, as each client begins with the sequence number 0. */
async function measure(name: string): Promise<Measurement> {
  const { pid, port, stop } = await startServer(name);
  try {
    const uri = `coap://${ADDRESS}:${port}/hello`;
    const usedBefore = processorUs(pid);
    const protection = name === COAPSULE ? [] : ["oscore"];
    const { perSecond } = await runMeasuring<GetsResult>(
      nodeProgram("coapsule-client", "gets", uri, REQUESTS, ...protection),
    );
    return { perSecond, cpuUs: (processorUs(pid) - usedBefore) / (WARM_UP_REQUESTS + REQUESTS) };
  } finally {
    await stop();
  }
}

export const protectedGets: Part = {
  name: "protected",
  title: `Servers: GET /hello with OSCORE by our client, ${OUTSTANDING} outstanding`,
  quantities: [
    { name: "perSecond", title: "requests/s", digits: 0, compared: true },
    { name: "cpuUs", title: "CPU µs/request", digits: 2, compared: true },
  ],
  references: [COAPSULE, AIOCOAP_OSCORE],
  rounds: 3,
  subjects() {
    const names = [COAPSULE, COAPSULE_OSCORE, AIOCOAP_OSCORE, CALIFORNIUM_OSCORE];
    return Promise.resolve(
      names.map((name) => ({ name, absent: absent(name), measure: () => measure(name) })),
    );
  },
};
