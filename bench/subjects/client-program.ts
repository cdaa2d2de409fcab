/**
 * What a client of Node is measured by, whoever wrote it:
 *
 *   …-client.js gets URI REQUESTS        GETs of a small resource, 64 outstanding
 *   …-client.js transfers URI TRANSFERS  PUT and GET of 1 MiB, blocks of 1,024 bytes
 *
 * Prints what it measured as one JSON object.
 */

import { BODY_BYTES, OUTSTANDING, largeBody } from "../workload.js";

/** A client, as far as it is measured. All reject where the response is no success. */
export interface MeasuredClient {
  get(uri: string): Promise<Uint8Array>;
  getBlocks(uri: string): Promise<Uint8Array>;
  put(uri: string, payload: Uint8Array): Promise<void>;
}

export interface GetsResult {
  readonly perSecond: number;
  /** Time on the processor, for each request. */
  readonly cpuUs: number;
}

export interface TransfersResult {
  /** Seconds of each transfer. */
  readonly put: readonly number[];
  readonly get: readonly number[];
}

/** Requests before the clock starts, for the compiler. */
export const WARM_UP_REQUESTS = 20_000;
/** The same of transfers, where several are measured: those with loss last minutes. */
const WARM_UP_TRANSFERS = 5;

async function closedLoop(client: MeasuredClient, uri: string, requests: number): Promise<void> {
  let left = requests;
  const worker = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const payload = await client.get(uri);
      if (payload.length === 0) throw new Error("expected a payload");
    }
  };
  await Promise.all(Array.from({ length: OUTSTANDING }, worker));
}

async function measureGets(client: MeasuredClient, uri: string, requests: number): Promise<GetsResult> {
  await closedLoop(client, uri, WARM_UP_REQUESTS);
  const usedBefore = process.cpuUsage();
  const beganMs = performance.now();
  await closedLoop(client, uri, requests);
  const seconds = (performance.now() - beganMs) / 1000;
  const { user, system } = process.cpuUsage(usedBefore);
  return { perSecond: requests / seconds, cpuUs: (user + system) / requests };
}

async function measureTransfers(
  client: MeasuredClient,
  uri: string,
  transfers: number,
): Promise<TransfersResult> {
  const body = largeBody();
  const put: number[] = [];
  const get: number[] = [];
  const warmUpTransfers = transfers > 1 ? WARM_UP_TRANSFERS : 0;
  for (let transfer = 0; transfer < warmUpTransfers + transfers; transfer += 1) {
    const beganMs = performance.now();
    await client.put(uri, body);
    const betweenMs = performance.now();
    const received = await client.getBlocks(uri);
    const endedMs = performance.now();
    if (transfer >= warmUpTransfers) {
      put.push((betweenMs - beganMs) / 1000);
      get.push((endedMs - betweenMs) / 1000);
    }
    if (received.length !== BODY_BYTES || Buffer.compare(received, body) !== 0)
      throw new Error(`expected the body, got ${received.length} bytes`);
  }
  return { put, get };
}

/** Does what the command line says. */
export async function runClient(client: MeasuredClient): Promise<void> {
  const [what, uri = "", count] = process.argv.slice(2);
  const measure = what === "gets" ? measureGets : measureTransfers;
  console.log(JSON.stringify(await measure(client, uri, Number(count))));
}
