/** The servers that are measured, each a process. All offer /hello, and all but Californium /large. */

import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import {
  BackgroundProgram,
  aiocoapAbsent,
  aiocoapProgram,
  californiumAbsent,
  californiumServer,
  freePort,
  nodeProgram,
  runProgram,
} from "./programs.js";
import { ADDRESS, HELLO, SECURITY_CONTEXT } from "./workload.js";

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
/** The same with OSCORE. They are asked by one client in their life, as they remember its sequence numbers. */
export const COAPSULE_OSCORE = "coapsule, OSCORE";
export const AIOCOAP_OSCORE = "aiocoap, OSCORE";
export const CALIFORNIUM_OSCORE = "Californium, OSCORE";

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
    case COAPSULE_OSCORE:
      return nodeProgram("coapsule-server", port, "oscore");
    case AIOCOAP_OSCORE:
      return aiocoapProgram("aiocoap_server", ADDRESS, port, HELLO, aiocoapContext());
    case CALIFORNIUM_OSCORE: {
      const { senderId, recipientId, masterSecret, masterSalt } = SECURITY_CONTEXT;
      const context = [senderId, recipientId, masterSecret, masterSalt, "-"].join(",");
      return californiumServer([`-Doscore=${context}`], port);
    }
    case AIOCOAP:
      return aiocoapProgram("aiocoap_server", ADDRESS, port, HELLO);
    default:
      // -d lets clients create resources.
      return ["coap-server-notls", "-A", ADDRESS, "-p", String(port), "-d", "10"];
  }
}

/** Where aiocoap has its security context, and what it remembers of requests. */
const AIOCOAP_CONTEXT = "build/bench/aiocoap-context";

/** Makes a new context for aiocoap. @returns its folder */
function aiocoapContext(): string {
  const { senderId, recipientId, masterSecret, masterSalt } = SECURITY_CONTEXT;
  rmSync(AIOCOAP_CONTEXT, { recursive: true, force: true });
  mkdirSync(AIOCOAP_CONTEXT, { recursive: true });
  const settings = {
    "sender-id_hex": senderId,
    "recipient-id_hex": recipientId,
    secret_hex: masterSecret,
    salt_hex: masterSalt,
  };
  writeFileSync(`${AIOCOAP_CONTEXT}/settings.json`, JSON.stringify(settings));
  return AIOCOAP_CONTEXT;
}

/** Why a server is not there; undefined where it is. */
export function absent(name: string): string | undefined {
  switch (name) {
    case AIOCOAP:
    case AIOCOAP_OSCORE:
      return aiocoapAbsent();
    case CALIFORNIUM_OSCORE:
      return californiumAbsent();
    default:
      return undefined;
  }
}

/** libcoap's server does not say when it is ready, and gets what it offers by PUT, which is sent until it is there. */
async function fillLibcoap(port: number): Promise<void> {
  const uri = `coap://${ADDRESS}:${port}/hello`;
  await runProgram(["coap-client-notls", "-B", "10", "-m", "put", "-e", HELLO, uri]);
}

/** Starts a server and waits until it answers. */
export async function startServer(name: string): Promise<RunningServer> {
  const reason = absent(name);
  const port = await freePort();
  const hello = name === ECHO ? undefined : HELLO;
  if (reason !== undefined)
    return { name, absent: reason, port, pid: 0, hello, stop: () => Promise.resolve() };
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
