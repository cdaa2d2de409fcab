/** The servers that are measured, each a process. All offer /hello and /large. */

import {
  BackgroundProgram,
  aiocoapAbsent,
  aiocoapProgram,
  freePort,
  nodeProgram,
  runProgram,
} from "./programs.js";
import { ADDRESS, HELLO } from "./workload.js";

export interface RunningServer {
  readonly name: string;
  readonly absent?: string | undefined;
  readonly port: number;
  readonly pid: number;
  /** What /hello answers with. */
  readonly hello: string | undefined;
  readonly stop: () => Promise<void>;
}

/** Names of the servers, as `startServer` takes them. */
export const COAPSULE = "coapsule";
export const COAPSULE_Q_BLOCK = "coapsule, Q-Block";
export const ECHO = "bare dgram echo";
export const LIBCOAP = "libcoap";
export const NODE_COAP = "node-coap";
export const AIOCOAP = "aiocoap";

function commandOf(name: string, port: number): string[] {
  switch (name) {
    case COAPSULE:
      return nodeProgram("coapsule-server", port);
    case COAPSULE_Q_BLOCK:
      return nodeProgram("coapsule-server", port, "q-block");
    case ECHO:
      return nodeProgram("echo-server", port);
    case NODE_COAP:
      return nodeProgram("node-coap-server", port);
    case AIOCOAP:
      return aiocoapProgram("aiocoap_server", ADDRESS, port, HELLO);
    default:
      // -d lets clients create resources.
      return ["coap-server-notls", "-A", ADDRESS, "-p", String(port), "-d", "10"];
  }
}

/** libcoap's server does not say when it is ready, and gets what it offers by PUT, which is sent until it is there. */
async function fillLibcoap(port: number): Promise<void> {
  const uri = `coap://${ADDRESS}:${port}/hello`;
  await runProgram(["coap-client-notls", "-B", "10", "-m", "put", "-e", HELLO, uri]);
}

/** Starts a server and waits until it answers. */
export async function startServer(name: string): Promise<RunningServer> {
  const absent = name === AIOCOAP ? aiocoapAbsent() : undefined;
  const port = await freePort();
  const hello = name === ECHO ? undefined : HELLO;
  if (absent !== undefined) return { name, absent, port, pid: 0, hello, stop: () => Promise.resolve() };
  const program = new BackgroundProgram(commandOf(name, port));
  if (name === LIBCOAP) await fillLibcoap(port);
  else await program.waitFor(/^ready$/mu);
  return { name, port, pid: program.pid, hello, stop: () => program.stop() };
}

/** Starts several. */
export async function startServers(names: readonly string[]): Promise<RunningServer[]> {
  const servers: RunningServer[] = [];
  for (const name of names) servers.push(await startServer(name));
  return servers;
}
