/**
 * Bodies of 1 MiB in blocks of 1,024 bytes without waiting for each (RFC 9177) beside one at a time (RFC 7959), each
 * between a client and a server of the same make. libcoap 4.3.1 has no Q-Block.
 */

import type { Measurement, Part, Subject } from "../part.js";
import { nodeProgram, runMeasuring } from "../programs.js";
import { COAPSULE, COAPSULE_Q_BLOCK, LIBCOAP, startServers } from "../servers.js";
import type { TransfersResult } from "../subjects/client-program.js";
import { ADDRESS } from "../workload.js";
import { TRANSFER_QUANTITIES, libcoapTransfers, transferMedians, transferWithLoss } from "./transfer.js";

const TRANSFERS = 5;

const NAMES: readonly string[] = [COAPSULE_Q_BLOCK, COAPSULE, LIBCOAP];

/** The client that goes with a server. @param through port of a relay, or of the server */
async function transfer(name: string, port: number, transfers: number, through = port): Promise<Measurement> {
  if (name === LIBCOAP) return libcoapTransfers(port, transfers, through);
  const words = name === COAPSULE_Q_BLOCK ? ["q-block"] : [];
  const uri = `coap://${ADDRESS}:${through}/large`;
  const command = nodeProgram("coapsule-client", "transfers", uri, transfers, ...words);
  return transferMedians(await runMeasuring<TransfersResult>(command));
}

export const qBlockTransfers: Part = {
  name: "transfer-qblock",
  title: "Clients with their servers: 1 MiB in blocks of 1,024 bytes, with Q-Block and one at a time",
  quantities: TRANSFER_QUANTITIES,
  references: [COAPSULE, LIBCOAP],
  async subjects(): Promise<Subject[]> {
    const servers = await startServers(NAMES);
    return servers.map(({ name, port, stop }) => ({
      name,
      measure: () => transfer(name, port, TRANSFERS),
      stop,
    }));
  },
};

/** One transfer lasts minutes of waiting, so all of them wait at the same time. */
export const lossyQBlockTransfers: Part = {
  name: "transfer-qblock-loss",
  title: "Clients with their servers: the same, 5 % of the datagrams lost each way",
  quantities: TRANSFER_QUANTITIES,
  references: [COAPSULE, LIBCOAP],
  rounds: 1,
  async subjects(): Promise<Subject[]> {
    const servers = await startServers(NAMES);
    const outcomes = await Promise.all(
      servers.map((server) =>
        transferWithLoss(server, (through) => transfer(server.name, server.port, 1, through)),
      ),
    );
    return servers.map(({ name, stop }, index) => {
      const { absent, measurement } = outcomes[index]!;
      return { name, absent, measure: () => Promise.resolve(measurement), stop };
    });
  },
};
