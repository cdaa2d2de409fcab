/** A time server, and a device without a clock that gets the time from it. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { NODE_LIMITS } from "../hosts/node/limits.js";
import { nodePlatform } from "../hosts/node/platform.js";
import { TIME_PATH, startTimeServer } from "../services/time-server.js";
import { CoapError } from "../src/coap/errors.js";
import { COAP_PORT, type Endpoint } from "../src/coap/endpoint.js";
import { startFirmware } from "../src/main.js";
import { WallClock } from "../src/time/source.js";
import { pause } from "./pause.js";
import { FailureError } from "./exit-code.js";
import type { Interruption } from "./interruption.js";
import { findFreePort, requireFreePort, uriOfPort } from "./local-port.js";
import { XsDevice, hasXsHost } from "./xs-host.js";

/** Lets the system choose. */
const ANY_PORT = 0;
/** Only this machine can ask the time server. */
const LOOPBACK = "::1";
/** How long the device may take to get the time. */
const TIME_LIMIT_MS = 30_000;
/** How often it is asked whether it has it, and how long each answer may take. */
const CHECK_INTERVAL_MS = 200;
const ANSWER_LIMIT_MS = 1000;
/** How far the device's whole seconds may be from this machine's clock. */
const TOLERANCE_S = 2;

export interface ScenarioOptions {
  /** Ends as soon as the device has the time and answered a request. */
  readonly once: boolean;
  /** Of the device, 0 for a free one; where absent 5683, or a free one with `once`. */
  readonly port: number | undefined;
  /** JavaScript memory of the device, where it runs on XS. */
  readonly arenaBytes: number;
}

interface DeviceOptions {
  readonly port: number;
  readonly timeServer: string;
  readonly storage: string;
  readonly arenaBytes: number;
}

interface RunningDevice {
  /** Never settles for a device in this process. */
  readonly ended: Promise<number>;
  stop(): Promise<unknown>;
}

/** Runs it. @throws {FailureError} with the reason when the device does not get the time, or ends */
export async function runScenario(
  { once, port, arenaBytes }: ScenarioOptions,
  interruption: Interruption,
): Promise<void> {
  const wanted = port ?? (once ? ANY_PORT : COAP_PORT);
  await requireFreePort(wanted);
  const devicePort = wanted === ANY_PORT ? await findFreePort() : wanted;
  const platform = nodePlatform();
  const log = (text: string): void => platform.console.log(text);
  const server = startTimeServer(platform, new WallClock(Date.now), {
    address: LOOPBACK,
    limits: NODE_LIMITS,
  });
  const folder = mkdtempSync(join(tmpdir(), "coapsule-device-"));
  try {
    const timeServer = `${uriOfPort(server.port)}/${TIME_PATH}`;
    log(`time server: ${timeServer}`);
    const storage = join(folder, "flash");
    const device = await startDevice({ port: devicePort, timeServer, storage, arenaBytes }, log);
    try {
      const uri = uriOfPort(devicePort);
      await orEnd(device, interruption, () => waitForTime(server, uri, interruption.signal));
      if (interruption.signal.aborted) return;
      if (once) log(`device: ${await checkTime(server, uri)}`);
      else {
        log(whatToTry(uri));
        await orEnd(device, interruption, () => interruption.happened);
      }
    } finally {
      await device.stop();
    }
  } finally {
    server.close();
    rmSync(folder, { recursive: true, force: true });
    if (!once) interruption.settle();
  }
}

async function startDevice(options: DeviceOptions, log: (text: string) => void): Promise<RunningDevice> {
  if (hasXsHost()) {
    log(`device: starts on Moddable XS with ${options.arenaBytes} bytes for JavaScript`);
    return new XsDevice(options);
  }
  log("device: starts on Node.js, as no XS engine is built here");
  const { storage, arenaBytes: _arenaBytes, ...configuration } = options;
  const device = await startFirmware(nodePlatform({ flash: storage }), configuration);
  return { ended: new Promise(() => undefined), stop: () => device.stop() };
}

/** Waits for `work` or Ctrl-C. @throws {FailureError} when the device ends before */
async function orEnd(
  { ended }: RunningDevice,
  { happened }: Interruption,
  work: () => Promise<void>,
): Promise<void> {
  const code = await Promise.race([ended, happened, work()]);
  if (code !== undefined) throw new FailureError(`the device ended with code ${code}`);
}

/** Asks the device, as anybody may, until it says that it has the time. */
async function waitForTime({ client }: Endpoint, uri: string, signal: AbortSignal): Promise<void> {
  const startedMs = performance.now();
  let last = "it did not answer";
  while (!signal.aborted) {
    try {
      const response = await client.get(`${uri}/time/status`, { timeoutMs: ANSWER_LIMIT_MS, signal });
      last = response.text();
      if (/^synchronized true$/mu.test(last)) return;
    } catch (error) {
      if (!(error instanceof CoapError)) throw error;
      last = error.message;
    }
    if (performance.now() - startedMs > TIME_LIMIT_MS)
      throw new FailureError(`the device has no time after ${TIME_LIMIT_MS / 1000} s: ${last}`);
    await pause(CHECK_INTERVAL_MS, signal);
  }
}

/** Gets the time from the device. @throws {FailureError} when it is wrong */
async function checkTime({ client }: Endpoint, uri: string): Promise<string> {
  const response = await client.get(`${uri}/time`, { timeoutMs: ANSWER_LIMIT_MS });
  const text = response.text();
  const offS = Number(text) - Date.now() / 1000;
  if (!/^\d+$/u.test(text) || !(Math.abs(offS) <= TOLERANCE_S))
    throw new FailureError(
      `the device answered GET ${uri}/time with ${text}, expected the time of this machine`,
    );
  return `answered GET ${uri}/time with ${text}, which is right`;
}

function whatToTry(uri: string): string {
  const host = uri.slice("coap://".length);
  return `
The device has the time and answers anybody. Try in another terminal:

  ./bin/coapsule get ${uri}/time
  ./bin/coapsule get ${uri}/time --accept cbor
  ./bin/coapsule get ${uri}/time/status
  ./bin/coapsule observe ${uri}/time
  ./bin/coapsule discover ${host}
  ./bin/coapsule ping ${host}
  coap-client-notls -m get ${uri}/time        (Debian package libcoap3-bin)

Ctrl-C ends it.
`;
}
