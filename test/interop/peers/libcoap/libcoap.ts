/** The programs of libcoap. */

import { FAST_PARAMETERS, withEndpoint } from "../../ours/endpoints.js";
import { freePort } from "../free-port.js";
import { runPeer, withPeer, type PeerProcess } from "../peer-process.js";

export interface LibcoapServer {
  /** Without a path, such as `coap://[::1]:40000`. */
  readonly uri: string;
  readonly process: PeerProcess;
}

/**
 * Runs `use` with libcoap's example server, which here lets clients create resources.
 * @param address numeric, to bind to @param args further arguments @param program the one without TLS or another
 */
export async function withLibcoapServer<T>(
  address: string,
  args: readonly string[],
  use: (server: LibcoapServer) => Promise<T>,
  program = "coap-server-notls",
): Promise<T> {
  const port = await freePort();
  const uri = `coap://${address.includes(":") ? `[${address}]` : address}:${port}`;
  return withPeer(program, ["-A", address, "-p", String(port), "-d", "100", ...args], async (process) => {
    // The process says when it listens only at a level at which it prints bodies as well.
    await withEndpoint({ parameters: FAST_PARAMETERS }, ({ client }) =>
      Promise.race([client.ping(`${uri}/`), process.waitFor(/(?!)/u)]),
    );
    return use({ uri, process });
  });
}

/** How long libcoap's client waits for what it expects, in seconds. */
const PATIENCE = "8";

/** Arguments of libcoap's client that all calls share. */
export function libcoapClientArguments(...args: readonly string[]): string[] {
  return ["-B", PATIENCE, ...args];
}

export interface LibcoapAnswer {
  /** The payload of the response as text, without the line end that the client adds; nothing where it was an error. */
  readonly text: string;
  /** Code and diagnostic payload of an error, as the client prints them, and warnings. */
  readonly errors: string;
}

/** Sends a request with libcoap's client. @param args of coap-client, the URI last */
export function libcoapRequest(...args: readonly string[]): Promise<LibcoapAnswer> {
  return libcoapRequestOf("coap-client-notls", ...args);
}

/** As {@link libcoapRequest}. @param program the client without TLS or another */
export async function libcoapRequestOf(program: string, ...args: readonly string[]): Promise<LibcoapAnswer> {
  const { stdout, stderr } = await runPeer(program, libcoapClientArguments(...args));
  return { text: stdout.toString().replace(/\n$/u, ""), errors: stderr.trim() };
}
