/** Programs on go-coap, as `make interop` compiles them. */

import { freePort } from "../free-port.js";
import { withPeer } from "../peer-process.js";
import { formatRequest, parseResponses } from "../../scenarios/json-lines.js";
import { ProgramClient, ProgramServer } from "../../scenarios/peer.js";

const PROGRAMS = "build/peers/go-coap";

export type GoCoapScheme = "coap" | "coap+tcp" | "coaps+tcp";

/** Runs `use` with `server/main.go`. @param certificate file with that and the private key, for TLS */
export async function withGoCoapServer<T>(
  scheme: GoCoapScheme,
  certificate: string | undefined,
  use: (server: ProgramServer) => Promise<T>,
): Promise<T> {
  const port = await freePort();
  const args = [scheme, String(port), ...(certificate === undefined ? [] : [certificate])];
  return withPeer(`${PROGRAMS}/server`, args, async (process) => {
    await process.waitFor(/^ready$/mu);
    return use(new ProgramServer(`${scheme}://[::1]:${port}`, process));
  });
}

/** Runs `use` with `client/main.go`. @param certificate file with what it trusts over TLS */
export function withGoCoapClient<T>(
  certificate: string | undefined,
  use: (client: ProgramClient) => Promise<T>,
): Promise<T> {
  return withPeer(`${PROGRAMS}/client`, certificate === undefined ? [] : [certificate], (process) =>
    use(new ProgramClient(process, formatRequest, parseResponses)),
  );
}
