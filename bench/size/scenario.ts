/**
 * The scenario of `make run` on any engine: a device gets the time, is asked and observed, in the clear, through its
 * security context and after EDHOC; then it is measured.
 */

import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CORE_ARENA } from "../../hosts/arenas.js";
import { createContextFiles } from "../../services/credentials/context-file.js";
import {
  createCredentialFiles,
  readOwnCredential,
  readPeerCredential,
} from "../../services/credentials/credential-file.js";
import { giveKeys } from "../../services/credentials/device-keys.js";
import { FileContexts } from "../../services/credentials/file-contexts.js";
import { NODE_LIMITS } from "../../hosts/node/limits.js";
import { nodePlatform } from "../../hosts/node/platform.js";
import { Machine } from "../../hosts/node/devices/qemu/machine.js";
import { openBoardFlash } from "../../hosts/node/devices/qemu/flash-file.js";
import { FileFlash } from "../../hosts/node/storage/file-flash.js";
import { startTimeServer } from "../../services/time-server.js";
import type { Client } from "../../src/coap/client/client.js";
import { CBOR } from "../../src/coap/codec/content-format.js";
import { Endpoint } from "../../src/coap/endpoint.js";
import { CombinedRequests } from "../../src/security/edhoc/combined/combined-requests.js";
import { establishEdhoc } from "../../src/security/edhoc/coap/establish.js";
import { WELL_KNOWN_EDHOC } from "../../src/security/edhoc/coap/server.js";
import { KnownCredentials } from "../../src/security/edhoc/credential.js";
import { SecurityContexts } from "../../src/security/oscore/contexts/security-contexts.js";
import { oscore } from "../../src/security/oscore/layer/oscore.js";
import { WallClock } from "../../src/applications/time/source.js";
import { freePort } from "../programs.js";
import { STATISTICS, parseStatistics, type Statistics } from "./statistics.js";

/** Those without keys: nothing of theirs is protected. */
const OPEN_IMAGES: readonly string[] = ["minimal"];
const LOOPBACK = "::1";
const TIME_LIMIT_MS = 60_000;
const ASK_AGAIN_MS = 100;
const ROUNDS = 10;

/** A program with the firmware in it, or beside it. */
export type Engine =
  | { readonly image: string }
  | {
      readonly binary: string;
      /** Folder of the modules, or their bytecode. */
      readonly modules: string;
    };

interface RunningEngine {
  readonly process: ChildProcess;
  report(): void;
}

/** @param flash the file that is its flash memory */
function start(engine: Engine, flash: string, args: readonly string[]): RunningEngine {
  if ("image" in engine) {
    const machine = new Machine({ image: engine.image, args, flash }, ["ignore", "ignore", "pipe"]);
    return { process: machine.process, report: () => machine.report() };
  }
  const child = spawn(engine.binary, ["--modules", engine.modules, "--flash", flash, ...args], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  return { process: child, report: () => void child.kill("SIGUSR1") };
}

/** What the process writes to standard error, up to the statistics. @throws {Error} when it ends before, or is late */
function waitForStatistics(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let written = "";
    const fail = (why: string): void => reject(new Error(`${why}: ${written}`));
    const timer = setTimeout(() => fail("the device gave no figures in time"), TIME_LIMIT_MS);
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      written += text;
      if (STATISTICS.test(written)) resolve(written);
    });
    child.once("error", reject).once("exit", (code) => fail(`the device ended with code ${code}`));
    child.once("close", () => clearTimeout(timer));
  });
}

async function waitUntilSynchronized(client: Client, uri: string): Promise<void> {
  const endMs = performance.now() + TIME_LIMIT_MS;
  for (;;) {
    const status = await client
      .get(`${uri}/time/status`, { timeoutMs: ASK_AGAIN_MS })
      .then((response) => response.text())
      .catch(String);
    if (/^synchronized true$/mu.test(status)) return;
    if (performance.now() > endMs) throw new Error(`the device has no time: ${status}`);
  }
}

async function ask(client: Client, uri: string): Promise<void> {
  for (let round = 0; round < ROUNDS; round += 1) {
    await client.get(`${uri}/time`);
    await client.get(`${uri}/time`, { accept: CBOR });
    await client.get(`${uri}/time/status`);
    await client.get(`${uri}/.well-known/core`);
  }
  const observation = await client.observe(`${uri}/time`);
  await observation.next();
  await observation.cancel();
}

/** The same through a security context. */
async function askProtected(uri: string, contextFile: string): Promise<void> {
  const files = new FileContexts([contextFile]);
  const endpoint = new Endpoint(nodePlatform(), { oscore: oscore(files) });
  const options = { securityContext: contextFile };
  try {
    for (let round = 0; round < ROUNDS; round += 1) await endpoint.client.get(`${uri}/diagnostics`, options);
    const observation = await endpoint.client.observe(`${uri}/time`, options);
    await observation.next();
    await observation.cancel();
  } finally {
    endpoint.close();
    files.close();
  }
}

/** Runs EDHOC with the device, and asks with the keys of that. */
async function askInSession(uri: string, folder: string): Promise<void> {
  const platform = nodePlatform();
  const { crypto, random } = platform;
  const contexts = new SecurityContexts(crypto);
  const combined = new CombinedRequests();
  const endpoint = new Endpoint(platform, { oscore: combined.around(oscore({ contexts })) });
  try {
    const session = await establishEdhoc(endpoint.client, `${uri}/${WELL_KNOWN_EDHOC}`, {
      crypto,
      random,
      method: 3,
      credentials: [readOwnCredential(join(folder, "user-key"))],
      peers: new KnownCredentials(crypto, [readPeerCredential(join(folder, "device-key.pub"))]),
      combined,
    });
    contexts.add("session", session.oscore());
    const options = { securityContext: "session" };
    for (let round = 0; round < ROUNDS; round += 1) await endpoint.client.get(`${uri}/diagnostics`, options);
  } finally {
    endpoint.close();
  }
}

/** Makes a flash memory with keys in it, and files of who asks. @returns its path */
export function prepareFlash(engine: Engine, folder: string): string {
  const path = (name: string): string => join(folder, name);
  createContextFiles(path("user"), path("device"), {});
  createCredentialFiles(path("device-key"), path("device-key.pub"), {});
  createCredentialFiles(path("user-key"), path("user-key.pub"), {});
  const memory = path("flash");
  const flash = "image" in engine ? openBoardFlash(memory) : new FileFlash({ path: memory });
  giveKeys(flash, {
    contexts: [path("device")],
    credential: path("device-key"),
    peers: [path("user-key.pub")],
  });
  flash.close();
  return memory;
}

export interface Played {
  readonly statistics: Statistics;
  /** All that the device wrote to standard error. */
  readonly report: string;
}

/** @param image its name in firmware/ @throws {Error} when the device ends, is late, or answers wrongly */
export async function playScenario(engine: Engine, image: string, arenaBytes = CORE_ARENA): Promise<Played> {
  const platform = nodePlatform();
  const server = startTimeServer(platform, new WallClock(Date.now), {
    address: LOOPBACK,
    limits: NODE_LIMITS,
  });
  const port = await freePort();
  const timeServer = `coap://[${LOOPBACK}]:${server.port}/time`;
  const folder = mkdtempSync(join(tmpdir(), "coapsule-scenario-"));
  const flash = prepareFlash(engine, folder);
  const options = ["--arena", String(arenaBytes)];
  const device = start(engine, flash, [
    ...options,
    `firmware/${image}/xs.js`,
    "--port",
    String(port),
    "--time",
    timeServer,
  ]);
  try {
    const figures = waitForStatistics(device.process);
    // Whatever comes first ends the run; this one is looked at below.
    figures.catch(() => undefined);
    const uri = `coap://[${LOOPBACK}]:${port}`;
    const play = async (): Promise<void> => {
      await waitUntilSynchronized(server.client, uri);
      await ask(server.client, uri);
      if (OPEN_IMAGES.includes(image)) return;
      await askProtected(uri, join(folder, "user"));
      await askInSession(uri, folder);
    };
    await Promise.race([play(), figures]);
    device.report();
    const report = await figures;
    return { statistics: parseStatistics(report), report };
  } finally {
    device.process.kill("SIGKILL");
    server.close();
    rmSync(folder, { recursive: true });
  }
}
