/** Instructions on the RISC-V board. */

import { nodePlatform } from "../../hosts/node/index.js";
import { Endpoint } from "../../src/coap/endpoint.js";
import { Board, INSTRUCTIONS_PER_MS, compileForBoard, withBoard } from "../board.js";
import type { Measurement, Part, Subject } from "../part.js";
import { TRANSFER, freePort, runProgram } from "../programs.js";
import { PEER, protection } from "../subjects/oscore-context.js";
import { ADDRESS, DEVICE_BODY_BYTES, HELLO } from "../workload.js";
import { load } from "./server.js";

const SERVER = "bench/subjects/device.js";
const PROTECTED_SERVER = "bench/subjects/device-protected.js";
const CRYPTO = "bench/subjects/device-crypto.js";
const NAME = "coapsule on XS, RISC-V";

const WARMING_REQUESTS = 200;
const REQUESTS = 500;
const BLOCK_BYTES = 1024;
const TRANSFERS = 2;

async function measureServer(): Promise<Measurement> {
  const port = await freePort();
  const server = { name: NAME, port, pid: process.pid, hello: HELLO, stop: () => Promise.resolve() };
  const get = (count: number): Promise<unknown> => load(server, count, 1, "kept");
  const getRendered = (count: number): Promise<unknown> => load(server, count, 1);
  const put = (count: number): Promise<unknown> =>
    runProgram(
      [TRANSFER, ADDRESS, port, "large", count, DEVICE_BODY_BYTES, "put"].map((argument) => String(argument)),
    );
  return withBoard(new Board([SERVER, String(port)]), async (board) => {
    await board.output(/^ready$/mu);
    await get(WARMING_REQUESTS);
    const request = await board.instructionsEach(REQUESTS, get);
    const rendered = await board.instructionsEach(REQUESTS, getRendered);
    const transfer = await board.instructionsEach(TRANSFERS, put);
    return { request, rendered, block: transfer / (DEVICE_BODY_BYTES / BLOCK_BYTES) };
  });
}

async function measureProtected(): Promise<Measurement> {
  const port = await freePort();
  const platform = nodePlatform();
  const endpoint = new Endpoint(platform, { oscore: protection(platform.crypto, "client") });
  async function get(count: number): Promise<void> {
    for (let request = 0; request < count; request += 1) {
      const response = await endpoint.client.get(`coap://${ADDRESS}:${port}/kept`, { securityContext: PEER });
      if (response.text() !== HELLO) throw new Error(`expected ${HELLO}, got ${response.text()}`);
    }
  }
  return withBoard(new Board([PROTECTED_SERVER, String(port), "1"]), async (board) => {
    await board.output(/^ready$/mu);
    await get(WARMING_REQUESTS);
    return { protected: await board.instructionsEach(REQUESTS, get) };
  }).finally(() => endpoint.close());
}

async function measureCrypto(): Promise<Measurement> {
  return withBoard(new Board([CRYPTO]), async (board) => {
    const [json] = await board.output(/^\{.*\}\n/mu);
    const milliseconds = JSON.parse(json) as Record<string, number>;
    return Object.fromEntries(
      Object.entries(milliseconds).map(([name, value]) => [name, value * INSTRUCTIONS_PER_MS]),
    );
  });
}

export const instructions: Part = {
  name: "instructions",
  title: "A RISC-V board: instructions",
  quantities: [
    { name: "request", title: "GET, served", digits: 0 },
    { name: "rendered", title: "with its text made anew", digits: 0 },
    { name: "protected", title: "GET with OSCORE, served", digits: 0 },
    { name: "block", title: "block of 1,024 bytes, received", digits: 0 },
    { name: "seal", title: "AES-CCM, 64 bytes", digits: 0 },
    { name: "hash", title: "SHA-256, 1,024 bytes", digits: 0 },
    { name: "verify", title: "ECDSA P-256, verification", digits: 0 },
  ],
  references: [],
  // They are the same each time.
  rounds: 1,
  async subjects(): Promise<Subject[]> {
    await compileForBoard([SERVER, PROTECTED_SERVER, CRYPTO]);
    return [
      {
        name: NAME,
        measure: async () => ({
          ...(await measureServer()),
          ...(await measureProtected()),
          ...(await measureCrypto()),
        }),
      },
    ];
  },
};
