/** Programs on CoAPthon3, as `make interop` installs it. */

import { freePort } from "../free-port.js";
import { withPeer } from "../peer-process.js";
import { formatRequest, parseResponses } from "../../scenarios/json-lines.js";
import { ProgramClient, type PeerServer } from "../../scenarios/peer.js";

const SOURCES = "test/interop/peers/coapthon3";
const PYTHON = "build/peers/coapthon3/venv/bin/python";

/** Runs `use` with `sample_server.py`, which cannot tell how many observers there are. */
export async function withCoapthon3Server<T>(use: (server: PeerServer) => Promise<T>): Promise<T> {
  const port = await freePort();
  return withPeer(PYTHON, [`${SOURCES}/sample_server.py`, "::1", String(port)], async (process) => {
    await process.waitFor(/^ready$/mu);
    return use({ uri: `coap://[::1]:${port}`, kill: () => process.kill() });
  });
}

/** Runs `use` with `sample_client.py`. */
export function withCoapthon3Client<T>(use: (client: ProgramClient) => Promise<T>): Promise<T> {
  return withPeer(PYTHON, [`${SOURCES}/sample_client.py`], (process) =>
    use(new ProgramClient(process, formatRequest, parseResponses)),
  );
}
