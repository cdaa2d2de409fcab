/**
 * A time server, and a device without a clock that gets the time from it. Who asks the device has a security context with
 * it, in a file, and a credential that it trusts in another.
 */

import { mkdirSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { createContextFiles } from "../../services/credentials/context-file.js";
import { createCredentialFiles } from "../../services/credentials/credential-file.js";
import { NODE_LIMITS } from "../../hosts/node/limits.js";
import type { RunningDevice } from "../../hosts/node/devices/device.js";
import { loopbackAddress } from "../../hosts/node/loopback.js";
import { nodePlatform } from "../../hosts/node/platform.js";
import { TIME_PATH, startTimeServer } from "../../services/time-server.js";
import { COAP_PORT } from "../../src/coap/codec/uri.js";
import { defaultConfiguration } from "../../src/configuration.js";
import { WallClock } from "../../src/applications/time/source.js";
import { startFirmware } from "../device/firmware.js";
import { DEFAULT_IMAGE, loadImage } from "../device/images.js";
import { FailureError } from "../exit-code.js";
import type { Interruption } from "../interruption.js";
import { findFreePort, requireFreePort, uriOfPort } from "../local-port.js";
import { prepareFlash } from "../keys/device-keys.js";
import { hasXsHost } from "../../hosts/node/devices/xs-device.js";
import { checkDiagnostics, checkRefusal, checkTime, waitForTime } from "./checks.js";

/** Lets the system choose. */
const ANY_PORT = 0;
/** Has a folder for each port of a device that runs. */
const FOLDER = fileURLToPath(new URL("../../../run/", import.meta.url));

export interface ScenarioOptions {
  /** Ends as soon as the device has the time and answered requests. */
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
    // Only this machine can ask it.
    address: loopbackAddress(),
    limits: NODE_LIMITS,
  });
  // Nobody else has the port, and so the folder.
  const folder = join(FOLDER, String(devicePort));
  try {
    const timeServer = `${uriOfPort(server.port)}/${TIME_PATH}`;
    log(`time server: ${timeServer}`);
    const { storage, user } = prepareFolder(folder);
    const device = await startDevice({ port: devicePort, timeServer, storage, arenaBytes }, log);
    try {
      const uri = uriOfPort(devicePort);
      await orEnd(device, interruption, () => waitForTime(server.client, uri, interruption.signal));
      if (interruption.signal.aborted) return;
      if (once) {
        log(`device: ${await checkTime(server.client, uri)}`);
        log(`device: ${await checkRefusal(server.client, uri)}`);
        for (const keys of [user.context, user.credentials])
          log(`device: ${await checkDiagnostics(uri, keys, interruption.signal)}`);
      } else {
        log(whatToTry(uri, user));
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

/** What the user can ask the device with. */
interface UserKeys {
  readonly context: { readonly oscore: string };
  readonly credentials: { readonly edhoc: string; readonly edhocPeer: readonly [string] };
}

interface PreparedFolder {
  /** The device's flash memory, with its keys in it. */
  readonly storage: string;
  readonly user: UserKeys;
}

function prepareFolder(folder: string): PreparedFolder {
  // What a run that was killed has left.
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = (name: string): string => join(folder, name);
  const contexts = { user: path("user-context.json"), device: path("device-context.json") };
  createContextFiles(contexts.user, contexts.device, {});
  for (const name of ["user", "device"])
    createCredentialFiles(path(`${name}.json`), path(`${name}.pub.json`), {});
  prepareFlash("xs", path("flash"), {
    contexts: [contexts.device],
    credential: path("device.json"),
    peers: [path("user.pub.json")],
  });
  const user: UserKeys = {
    context: { oscore: contexts.user },
    credentials: { edhoc: path("user.json"), edhocPeer: [path("device.pub.json")] },
  };
  return { storage: path("flash"), user };
}

async function startDevice(
  { arenaBytes, storage, port, timeServer }: DeviceOptions,
  log: (text: string) => void,
): Promise<RunningDevice> {
  const engine = hasXsHost() ? "xs" : "node";
  log(
    engine === "xs"
      ? `device: starts on Moddable XS with ${arenaBytes} bytes for JavaScript`
      : "device: starts on Node.js, as no XS engine is built here",
  );
  const image = await loadImage(DEFAULT_IMAGE);
  const configuration = { ...defaultConfiguration(image.configuration), port, time: timeServer };
  const firmware = { name: DEFAULT_IMAGE, image, configuration };
  return startFirmware(engine, firmware, { arenaBytes, flash: storage });
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

function whatToTry(uri: string, { context, credentials }: UserKeys): string {
  const host = uri.slice("coap://".length);
  return `
The device has the time and tells anybody. Try in another terminal:

  ./bin/coapsule get ${uri}/time
  ./bin/coapsule get ${uri}/time --accept cbor
  ./bin/coapsule get ${uri}/time/status
  ./bin/coapsule observe ${uri}/time
  ./bin/coapsule discover ${host}
  ./bin/coapsule ping ${host}
  coap-client-notls -m get ${uri}/time        (Debian package libcoap3-bin)

How it is it tells only those who have a key (OSCORE), or whom it trusts (EDHOC):

  ./bin/coapsule get ${uri}/diagnostics        (refused: 4.01)
  ./bin/coapsule get ${uri}/diagnostics --oscore ${relative("", context.oscore)}
  ./bin/coapsule get ${uri}/diagnostics --edhoc ${relative("", credentials.edhoc)} \\
      --edhoc-peer ${relative("", credentials.edhocPeer[0])}

Ctrl-C ends it.
`;
}
