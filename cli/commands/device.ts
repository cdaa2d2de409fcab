import { Command, Option } from "commander";
import { DEVICE_ARENA } from "../../hosts/arenas.js";
import type { GivenKeys } from "../../services/credentials/device-keys.js";
import { resolveUri } from "../../hosts/node/resolve.js";
import { COAP_PORT } from "../../src/coap/codec/uri.js";
import { parseTarget } from "../client/destination.js";
import { FailureError, UsageError } from "../exit-code.js";
import { addExamples } from "../help.js";
import type { Interruption } from "../interruption.js";
import { requireFreePort } from "../local-port.js";
import type { Engine } from "../keys/device-keys.js";
import { amplificationOption, collectText, parseArena, parsePort } from "../option-values.js";
import type { RiscvDevice } from "../riscv-device.js";
import type { XsDevice } from "../xs-host.js";

interface DeviceFlags {
  readonly engine: Engine;
  readonly arena: number;
  readonly port: number;
  readonly time?: string;
  readonly amplificationFactor: number;
  readonly storage?: string;
  /** Files of security contexts. */
  readonly oscore?: readonly string[];
  /** File of a credential. */
  readonly edhoc?: string;
  /** Files of peers' credentials. */
  readonly edhocPeer?: readonly string[];
}

interface Configuration {
  readonly port: number;
  readonly timeServer?: string;
  readonly amplificationFactor: number;
}

/** `coapsule device` */
export function deviceCommand(interruption: Interruption): Command {
  const summary = "Run a device: the firmware on this machine";
  const command = new Command("device")
    .summary(summary)
    .description(`${summary}, until Ctrl-C, after which the exit code is 0.`)
    .addOption(
      new Option(
        "-e, --engine <name>",
        "JavaScript engine: Moddable XS here or on a RISC-V board in QEMU, or Node.js",
      )
        .choices(["xs", "node", "riscv"])
        .default("xs"),
    )
    .option("--arena <bytes>", "JavaScript memory of the device (XS and RISC-V)", parseArena, DEVICE_ARENA)
    .option("-p, --port <number>", "UDP port; 0 takes a free one", parsePort, COAP_PORT)
    .option("--time <uri>", "time server, such as coap://[::1]:5684/time; without one the device has no time")
    .addOption(amplificationOption())
    .option(
      "--storage <file>",
      "flash memory: what the device keeps when it is off; made where it is missing",
    )
    .option(
      "--oscore <path>",
      "give the device the security context in this file, for good: see coapsule key; repeatable",
      collectText,
    )
    .option(
      "--edhoc <path>",
      "give it the credential in this file, with which peers run EDHOC: see coapsule key",
    )
    .option(
      "--edhoc-peer <path>",
      "let it trust the peer whose credential is in this file; repeatable",
      collectText,
    );
  addExamples(command, [
    ["coapsule device", "on XS, at the default port, without time"],
    ["coapsule device --time coap://[::1]:5684/time --port 5685", "gets the time from a server"],
    ["coapsule device --arena 110592", "with less memory"],
    [
      "coapsule device --storage flash --oscore door.json",
      "with a key: who has the other reads /diagnostics",
    ],
    ["coapsule device --storage flash", "which it has kept"],
    ["coapsule device --engine node", "where XS is not built"],
    ["coapsule device --engine riscv", "on a bare microcontroller, after 'make firmware'"],
  ]);
  return command.action(() => run(command.opts<DeviceFlags>(), interruption));
}

async function run(flags: DeviceFlags, interruption: Interruption): Promise<void> {
  const { port, amplificationFactor, time } = flags;
  const timeServer = time === undefined ? undefined : await numericUri(time);
  const configuration = { port, amplificationFactor, ...(timeServer !== undefined && { timeServer }) };
  const keys = givenKeys(flags);
  await requireFreePort(port);
  // The device locks its memory itself; here is where a person is told why it cannot have it.
  if (flags.storage !== undefined) {
    const { prepareFlash } = await import("../keys/device-keys.js");
    prepareFlash(flags.engine, flags.storage, keys);
  }
  if (flags.engine === "node") await runOnNode(configuration, flags, interruption);
  else await runUntilEnd(await startOnXs(configuration, flags), interruption);
  interruption.settle();
}

/** @throws {UsageError} where there is no place for keys */
function givenKeys(flags: DeviceFlags): GivenKeys | undefined {
  const { storage, oscore, edhoc, edhocPeer } = flags;
  const option = oscore ? "--oscore" : edhoc ? "--edhoc" : edhocPeer && "--edhoc-peer";
  if (option === undefined) return undefined;
  if (storage === undefined)
    throw new UsageError(`expected --storage with ${option}: a device keeps its keys in its flash memory`);
  return { contexts: oscore, credential: edhoc, peers: edhocPeer };
}

/** A device has no resolver: it gets the address. */
async function numericUri(uri: string): Promise<string> {
  parseTarget(uri);
  const resolved = await resolveUri(uri);
  return resolved.uri;
}

async function runOnNode(
  configuration: Configuration,
  { storage }: DeviceFlags,
  interruption: Interruption,
): Promise<void> {
  const { nodePlatform } = await import("../../hosts/node/platform.js");
  const { startFirmware } = await import("../../src/main.js");
  const platform = nodePlatform({ flash: storage });
  const device = await startFirmware(platform, configuration);
  await interruption.happened;
  await device.stop();
  platform.close();
}

async function startOnXs(
  configuration: Configuration,
  { engine, arena, storage }: DeviceFlags,
): Promise<XsDevice | RiscvDevice> {
  const options = { ...configuration, storage, arenaBytes: arena };
  if (engine === "xs") {
    const { XsDevice } = await import("../xs-host.js");
    return new XsDevice(options);
  }
  const { RiscvDevice } = await import("../riscv-device.js");
  return new RiscvDevice(options);
}

async function runUntilEnd(device: XsDevice | RiscvDevice, interruption: Interruption): Promise<void> {
  const code = await Promise.race([device.ended, interruption.happened]);
  if (code === undefined) await device.stop();
  else throw new FailureError(`the device ended with code ${code}`);
}
