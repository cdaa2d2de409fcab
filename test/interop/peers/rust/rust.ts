/** Programs on the crate coap, as `make interop` compiles them. */

import { freePort } from "../free-port.js";
import { withPeer } from "../peer-process.js";
import { formatRequest, parseResponses } from "../../scenarios/json-lines.js";
import { ProgramClient, ProgramServer } from "../../scenarios/peer.js";

const PROGRAMS = "build/peers/rust/target/debug";
export const CLIENT = `${PROGRAMS}/client`;

/** Runs `use` with `server.rs`. @param edhoc private key, claims and the peer's claims, in hexadecimal */
export async function withRustServer<T>(
  edhoc: readonly string[],
  use: (server: ProgramServer) => Promise<T>,
): Promise<T> {
  const port = await freePort();
  return withPeer(`${PROGRAMS}/server`, [String(port), ...edhoc], async (process) => {
    await process.waitFor(/^ready$/mu);
    return use(new ProgramServer(`coap://[::1]:${port}`, process));
  });
}

/** Runs `use` with `client.rs`. */
export function withRustClient<T>(use: (client: ProgramClient) => Promise<T>): Promise<T> {
  return withPeer(CLIENT, [], (process) => use(new ProgramClient(process, formatRequest, parseResponses)));
}
