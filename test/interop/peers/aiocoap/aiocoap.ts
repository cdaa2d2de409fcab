/** aiocoap's programs, as `make interop` installs them. */

import { toHex } from "../../../../src/bytes/hex.js";
import type { Scheme } from "../../ours/any-transport.js";
import { withPeer, runPeer } from "../peer-process.js";
import { freePort } from "../free-port.js";
import { formatRequest, parseResponses } from "../../scenarios/json-lines.js";
import {
  ProgramClient,
  ProgramServer,
  type PeerRequest,
  type PeerResponse,
  type RunningClient,
} from "../../scenarios/peer.js";

const SOURCES = "test/interop/peers/aiocoap";
const PROGRAMS = "build/peers/aiocoap/venv/bin";
const PYTHON = `${PROGRAMS}/python`;

/** Prints the log of its file server, which says there when it is ready. */
const FILE_SERVER =
  "import logging; logging.basicConfig(level=logging.INFO); " +
  "from aiocoap.cli.fileserver import FileServerProgram; FileServerProgram.sync_main()";

/** aiocoap's names of transports, and how far above the port that is given to it a transport has its own. */
const SERVER_TRANSPORTS = {
  coap: ["udp6", 0],
  "coap+tcp": ["tcpserver", 0],
  "coaps+tcp": ["tlsserver", 1],
  "coap+ws": ["ws", 3000],
  "coaps+ws": ["ws", 3001],
} as const;

/** Runs `use` with `sample_server.py`. @param certificate file with that and the private key, for TLS */
export async function withAiocoapServer<T>(
  scheme: Scheme,
  certificate: string | undefined,
  use: (server: ProgramServer) => Promise<T>,
): Promise<T> {
  const port = await freePort();
  const [transport, distance] = SERVER_TRANSPORTS[scheme];
  const args = [`${SOURCES}/sample_server.py`, "::1", String(port), transport];
  if (certificate !== undefined) args.push(certificate);
  return withPeer(PYTHON, args, async (process) => {
    await process.waitFor(/^ready$/mu);
    return use(new ProgramServer(`${scheme}://[::1]:${port + distance}`, process));
  });
}

/** Runs `use` with aiocoap-fileserver. @param folder which it serves @param args further arguments */
export async function withAiocoapFileServer<T>(
  folder: string,
  args: readonly string[],
  use: (server: ProgramServer) => Promise<T>,
): Promise<T> {
  const port = await freePort();
  const all = ["-c", FILE_SERVER, ...args, "--bind", `[::1]:${port}`, folder];
  return withPeer(PYTHON, all, async (process) => {
    await process.waitFor(/Application ready/u);
    return use(new ProgramServer(`coap://[::1]:${port}`, process));
  });
}

/** A request of `sample_client.py`. */
export interface AiocoapRequest extends PeerRequest {
  readonly ifNoneMatch?: boolean;
}

/** Sends requests with aiocoap's client, one after the other. @throws {Error} when one got no response */
export async function aiocoapRequests(...requests: readonly AiocoapRequest[]): Promise<PeerResponse[]> {
  return sendWith(undefined, requests);
}

/** {@link aiocoapRequests}, protected. @param credentials in CBOR */
export async function aiocoapProtectedRequests(
  credentials: Uint8Array,
  ...requests: readonly AiocoapRequest[]
): Promise<PeerResponse[]> {
  return sendWith(credentials, requests);
}

/** Runs `use` with aiocoap's client. @param credentials in CBOR, where requests are to be protected */
export function withAiocoapClient<T>(
  credentials: Uint8Array | undefined,
  use: (client: RunningClient) => Promise<T>,
): Promise<T> {
  return withPeer(PYTHON, sampleClient(credentials), (process) =>
    use(new ProgramClient(process, formatRequest, parseResponses)),
  );
}

/** Runs `use` with `oscore_server.py`. @param credentials of the server with that URI, in CBOR */
export async function withAiocoapOscoreServer<T>(
  credentials: (uri: string) => Uint8Array,
  use: (server: ProgramServer) => Promise<T>,
): Promise<T> {
  const port = await freePort();
  const uri = `coap://[::1]:${port}`;
  const args = [`${SOURCES}/oscore_server.py`, "::1", String(port), toHex(credentials(uri))];
  return withPeer(PYTHON, args, async (process) => {
    await process.waitFor(/^ready$/mu);
    return use(new ProgramServer(uri, process));
  });
}

/** Runs `use` with `cutting_proxy.py` in front of a server. @param server its URI, without a path */
export async function withAiocoapProxy<T>(
  server: string,
  use: (proxy: ProgramServer) => Promise<T>,
): Promise<T> {
  const port = await freePort();
  const args = [`${SOURCES}/cutting_proxy.py`, "::1", String(port), server];
  return withPeer(PYTHON, args, async (process) => {
    await process.waitFor(/^ready$/mu);
    return use(new ProgramServer(`coap://[::1]:${port}`, process));
  });
}

async function sendWith(
  credentials: Uint8Array | undefined,
  requests: readonly AiocoapRequest[],
): Promise<PeerResponse[]> {
  const input = requests.map(formatRequest).join("");
  const { exitCode, stdout, stderr } = await runPeer(PYTHON, sampleClient(credentials), input);
  if (exitCode !== 0) throw new Error(`expected aiocoap's client to succeed, got: ${stderr}`);
  return parseResponses(stdout.toString());
}

function sampleClient(credentials: Uint8Array | undefined): string[] {
  return [`${SOURCES}/sample_client.py`, ...(credentials ? [toHex(credentials)] : [])];
}

/** Runs aiocoap-client. */
export async function aiocoapClient(
  ...args: readonly string[]
): Promise<{ exitCode: number | null; text: string; errors: string }> {
  const { exitCode, stdout, stderr } = await runPeer(`${PROGRAMS}/aiocoap-client`, args);
  return { exitCode, text: stdout.toString(), errors: stderr };
}
