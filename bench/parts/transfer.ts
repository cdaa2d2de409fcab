/** Bodies of 1 MiB in blocks of 1,024 bytes: PUT, then GET of the same. RFC 7959. */

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { median, type Measurement, type Part, type Quantity, type Subject } from "../part.js";
import {
  BackgroundProgram,
  RELAY,
  TRANSFER,
  aiocoapAbsent,
  aiocoapProgram,
  freePort,
  nodeProgram,
  runMeasuring,
  runProgram,
} from "../programs.js";
import {
  AIOCOAP,
  COAPSULE,
  LIBCOAP,
  NODE_COAP,
  startServer,
  startServers,
  type RunningServer,
} from "../servers.js";
import type { TransfersResult } from "../subjects/client-program.js";
import { ADDRESS, BODY_BYTES, largeBody } from "../workload.js";

const TRANSFERS = 5;
/** Before the first round, for compilers. */
const WARM_UP_TRANSFERS = 5;

/** What a transfer takes. */
export const TRANSFER_QUANTITIES: readonly Quantity[] = [
  { name: "put", title: "PUT s", digits: 4, compared: true },
  { name: "get", title: "GET s", digits: 4, compared: true },
];

export function transferMedians({ put, get }: TransfersResult): Measurement {
  return { put: median(put), get: median(get) };
}

/** The project's own sequential client, in C. */
async function transfer(port: number, transfers: number): Promise<Measurement> {
  const numbers = [port, "large", transfers, BODY_BYTES].map(String);
  return transferMedians(await runMeasuring<TransfersResult>([TRANSFER, ADDRESS, ...numbers]));
}

export const serverTransfers: Part = {
  name: "transfer-server",
  title: "Servers: 1 MiB in blocks of 1,024 bytes, one at a time",
  quantities: TRANSFER_QUANTITIES,
  references: [LIBCOAP],
  async subjects(): Promise<Subject[]> {
    const servers = await startServers([COAPSULE, LIBCOAP, NODE_COAP, AIOCOAP]);
    for (const { absent, port } of servers) if (absent === undefined) await transfer(port, WARM_UP_TRANSFERS);
    return servers.map(({ name, absent, port, stop }) => ({
      name,
      absent,
      measure: () => transfer(port, TRANSFERS),
      stop,
    }));
  },
};

/** Seconds until libcoap's client gives up, for the whole body. */
const LIBCOAP_PATIENCE_S = 1_200;

/** libcoap's client is a program a transfer: what a small GET takes it is taken off. @param through a relay, or the server */
export async function libcoapTransfers(
  port: number,
  transfers = TRANSFERS,
  through = port,
): Promise<Measurement> {
  const file = "build/bench/body";
  const body = largeBody();
  mkdirSync("build/bench", { recursive: true });
  writeFileSync(file, body);
  const uri = `coap://${ADDRESS}:${through}`;
  const seconds = async (...args: readonly string[]): Promise<number> => {
    const beganMs = performance.now();
    await runProgram(["coap-client-notls", "-B", String(LIBCOAP_PATIENCE_S), "-b", "1024", ...args]);
    return (performance.now() - beganMs) / 1000;
  };
  const put: number[] = [];
  const get: number[] = [];
  for (let round = 0; round < transfers; round += 1) {
    const start = await seconds("-m", "get", "-o", `${file}.got`, `coap://${ADDRESS}:${port}/hello`);
    put.push((await seconds("-m", "put", "-f", file, `${uri}/large`)) - start);
    get.push((await seconds("-m", "get", "-o", `${file}.got`, `${uri}/large`)) - start);
    // It says nothing of a transfer that it has given up.
    const got = readFileSync(`${file}.got`);
    if (!got.equals(body))
      throw new Error(`expected the body from libcoap's client, got ${got.length} bytes`);
  }
  return transferMedians({ put, get });
}

export const clientTransfers: Part = {
  name: "transfer-client",
  title: "Clients: 1 MiB in blocks of 1,024 bytes, with libcoap's server",
  quantities: TRANSFER_QUANTITIES,
  references: [LIBCOAP],
  async subjects(): Promise<Subject[]> {
    const server = await startServer(LIBCOAP);
    const uri = `coap://${ADDRESS}:${server.port}/large`;
    const stop = (): Promise<void> => server.stop();
    const ofProgram = (name: string, command: readonly string[], absent?: string): Subject => ({
      name,
      absent,
      measure: async () => transferMedians(await runMeasuring<TransfersResult>(command)),
      stop,
    });
    return [
      ofProgram(COAPSULE, nodeProgram("coapsule-client", "transfers", uri, TRANSFERS)),
      { name: LIBCOAP, measure: () => libcoapTransfers(server.port), stop },
      ofProgram(NODE_COAP, nodeProgram("node-coap-client", "transfers", uri, TRANSFERS)),
      ofProgram(AIOCOAP, aiocoapProgram("aiocoap_client", uri, TRANSFERS), aiocoapAbsent()),
    ];
  },
};

/** Share of the datagrams that the relay loses, in each direction. */
const LOSS = 0.05;

export interface Outcome {
  /** Why there is nothing measured: the server is not there, or the transfer was given up. */
  readonly absent?: string | undefined;
  readonly measurement: Measurement;
}

/** @param transferOnce a PUT and a GET through the relay at a port */
export async function transferWithLoss(
  { absent, port }: RunningServer,
  transferOnce: (relayPort: number) => Promise<Measurement>,
): Promise<Outcome> {
  if (absent !== undefined) return { absent, measurement: {} };
  const relayPort = await freePort();
  const relay = new BackgroundProgram([RELAY, ADDRESS, ...[relayPort, port, LOSS, 1].map(String)]);
  try {
    await relay.waitFor(/^ready$/mu);
    return { measurement: await transferOnce(relayPort) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { absent: `given up: ${reason.replace(/^.*load: /su, "").trim()}`, measurement: {} };
  } finally {
    await relay.stop();
  }
}

/** One transfer lasts minutes of waiting (ACK_TIMEOUT), so all of them wait at the same time. */
export const lossyTransfers: Part = {
  name: "transfer-loss",
  title: "Servers: 1 MiB in blocks of 1,024 bytes, one at a time, 5 % of the datagrams lost each way",
  quantities: TRANSFER_QUANTITIES,
  references: [LIBCOAP],
  rounds: 1,
  async subjects(): Promise<Subject[]> {
    const servers = await startServers([COAPSULE, LIBCOAP, NODE_COAP, AIOCOAP]);
    const outcomes = await Promise.all(
      servers.map((server) => transferWithLoss(server, (port) => transfer(port, 1))),
    );
    return servers.map(({ name, stop }, index) => {
      const { absent, measurement } = outcomes[index]!;
      return { name, absent, measure: () => Promise.resolve(measurement), stop };
    });
  },
};
