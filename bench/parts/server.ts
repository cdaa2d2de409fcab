/** Servers on Node and elsewhere: Confirmable GET of a small resource over loopback UDP, closed loop. */

import type { Measurement, Part, Subject } from "../part.js";
import { LOAD, runMeasuring } from "../programs.js";
import { AIOCOAP, COAPSULE, ECHO, LIBCOAP, NODE_COAP, startServers, type RunningServer } from "../servers.js";
import { ADDRESS, OUTSTANDING } from "../workload.js";

/** What bench/load/load.c prints. */
export interface LoadResult extends Measurement {
  readonly perSecond: number;
  /** Time of the server on a processor, for each request. */
  readonly cpuUs: number;
  readonly residentKiB: number;
  readonly medianUs: number;
}

/** Sends GETs to a server. */
export function load(
  server: RunningServer,
  requests: number,
  outstanding: number,
  path = "hello",
): Promise<LoadResult> {
  const { pid, port, hello } = server;
  const expected = hello === undefined ? [] : ["-e", hello];
  const numbers = ["-n", requests, "-o", outstanding, "-p", pid].map(String);
  return runMeasuring([LOAD, ...numbers, ...expected, ADDRESS, String(port), path]);
}

/** A second or two of each. */
function requestsFor(name: string, outstanding: number): number {
  const fast = name === COAPSULE || name === ECHO || name === LIBCOAP;
  if (outstanding === 1) return fast ? 20_000 : 8000;
  return fast ? 200_000 : name === NODE_COAP ? 30_000 : 8000;
}

function serverPart(outstanding: number): Part {
  return {
    name: `server-${outstanding}`,
    title: `Servers: GET /hello, ${outstanding} outstanding`,
    quantities: [
      { name: "perSecond", title: "requests/s", digits: 0, compared: true },
      { name: "cpuUs", title: "CPU µs/request", digits: 2, compared: true },
      { name: "medianUs", title: "latency µs, median", digits: 0 },
      { name: "p99Us", title: "99 %", digits: 0 },
      { name: "residentKiB", title: "RSS KiB", digits: 0 },
    ],
    references: [LIBCOAP, ECHO],
    async subjects(): Promise<Subject[]> {
      const servers = await startServers([COAPSULE, ECHO, LIBCOAP, NODE_COAP, AIOCOAP]);
      // For their compilers: after 100,000 requests a server on Node takes what it will take.
      for (const server of servers)
        if (server.absent === undefined)
          await load(server, requestsFor(server.name, OUTSTANDING) / 2, OUTSTANDING);
      return servers.map((server) => ({
        name: server.name,
        absent: server.absent,
        measure: () => load(server, requestsFor(server.name, outstanding), outstanding),
        stop: () => server.stop(),
      }));
    },
  };
}

export const serverOne = serverPart(1);
export const serverMany = serverPart(OUTSTANDING);
