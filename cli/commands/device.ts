import { Argument, Command, InvalidArgumentError, Option } from "commander";
import { DEVICE_ARENA } from "../../hosts/arenas.js";
import type { Engine, RunningDevice } from "../../hosts/node/devices/device.js";
import type { GivenKeys } from "../../services/credentials/device-keys.js";
import { resolveUri } from "../../hosts/node/resolve.js";
import type { Image } from "../../src/image.js";
import { parseTarget } from "../client/destination.js";
import { FailureError, UsageError } from "../exit-code.js";
import { startFirmware } from "../device/firmware.js";
import { imageOptions } from "../device/image-options.js";
import { DEFAULT_IMAGE, imageNames, loadImage } from "../device/images.js";
import type { OwnImage } from "../device/own-image.js";
import { isSource } from "../device/source.js";
import { addExamples } from "../help.js";
import type { Interruption } from "../interruption.js";
import { requireFreePort } from "../local-port.js";
import { collectText, parseArena } from "../option-values.js";

interface DeviceFlags {
  readonly engine: Engine;
  readonly watch?: boolean;
  readonly arena: number;
  readonly storage?: string;
  /** Files of security contexts. */
  readonly oscore?: readonly string[];
  /** File of a credential. */
  readonly edhoc?: string;
  /** Files of peers' credentials. */
  readonly edhocPeer?: readonly string[];
}

/** Values of the image's configuration. */
type Configuration = Readonly<Record<string, unknown>> & { readonly port: number };

/**
 * `coapsule device`: its options are those of the image that runs.
 * @param args behind `device`
 */
export async function deviceCommand(interruption: Interruption, args: readonly string[]): Promise<Command> {
  const summary = "Run a device: the firmware on this machine";
  const images = imageNames();
  const source = args.find(isSource);
  const own = source === undefined ? undefined : await buildOwnImage(source);
  const name = args.find((arg) => images.includes(arg)) ?? DEFAULT_IMAGE;
  const image = own?.image ?? (await loadImage(name));
  const command = new Command("device")
    .summary(summary)
    .description(`${summary}, until Ctrl-C, after which the exit code is 0.`)
    .addArgument(imageArgument(images))
    .addOption(
      new Option(
        "-e, --engine <name>",
        "JavaScript engine: Moddable XS here or on a RISC-V board in QEMU, or Node.js",
      )
        .choices(["xs", "node", "riscv"])
        .default("xs"),
    )
    .option("--watch", "of a source: build and start it again whenever it changes")
    .option("--arena <bytes>", "JavaScript memory of the device (XS and RISC-V)", parseArena, DEVICE_ARENA)
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
  const taken = ["help", ...command.options.map((option) => option.attributeName())];
  for (const option of imageOptions(image.configuration, taken)) command.addOption(option);
  addExamples(command, [
    ["coapsule device", "the standard image on XS, at the default port, without time"],
    ["coapsule device minimal --port 5685", "another image: without security"],
    ["coapsule device --time coap://[::1]:5684/time --port 5685", "gets the time from a server"],
    ["coapsule device ./device.ts --watch", "a device of your own: see coapsule new"],
    ["coapsule device --arena 110592", "with less memory"],
    [
      "coapsule device --storage flash --oscore door.json",
      "with a key: who has the other reads /diagnostics",
    ],
    ["coapsule device --storage flash", "which it has kept"],
    ["coapsule device --engine node", "where XS is not built"],
    ["coapsule device --engine riscv", "on a bare microcontroller, after 'make firmware'"],
  ]);
  return command.action(() => run({ name, image, own }, command.opts<DeviceFlags>(), interruption));
}

/** With compiler and bundler, which take a moment to load. */
async function buildOwnImage(source: string): Promise<OwnImage> {
  const module = await import("../device/own-image.js");
  return module.OwnImage.build(source);
}

/** One of ours by its name, or a source. */
function imageArgument(images: readonly string[]): Argument {
  const argument = new Argument(
    "[image]",
    "what the device can do: an image of the project, or a source such as ./device.ts",
  );
  return argument.default(DEFAULT_IMAGE).argParser((text) => {
    if (images.includes(text) || isSource(text)) return text;
    throw new InvalidArgumentError(`Expected ${images.join(", ")}, or a file that ends with .ts or .js.`);
  });
}

interface NamedImage {
  readonly name: string;
  readonly image: Image;
  /** Where it is made of a source. */
  readonly own: OwnImage | undefined;
}

async function run(
  { name, image, own }: NamedImage,
  flags: DeviceFlags,
  interruption: Interruption,
): Promise<void> {
  if (flags.watch === true && own === undefined)
    throw new UsageError("expected a source with --watch, such as ./device.ts");
  const configuration = await configure(image, flags as unknown as Configuration);
  const keys = givenKeys(flags);
  await requireFreePort(configuration.port);
  // The device locks its memory itself; here is where a person is told why it cannot have it.
  if (flags.storage !== undefined) {
    const { prepareFlash } = await import("../keys/device-keys.js");
    prepareFlash(flags.engine, flags.storage, keys);
  }
  const board = { arenaBytes: flags.arena, flash: flags.storage };
  if (own !== undefined) {
    const { engine } = flags;
    const ownRun = {
      ...board,
      engine,
      configure: (each: Image) => configure(each, flags as unknown as Configuration),
    };
    await (flags.watch === true ? own.watch(ownRun, interruption) : own.run(ownRun, interruption));
  } else {
    const device = await startFirmware(flags.engine, { name, image, configuration }, board);
    await runUntilEnd(device, interruption);
  }
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

/** The values of an image's settings. */
async function configure({ configuration }: Image, flags: Configuration): Promise<Configuration> {
  const values = { port: flags.port } as Record<string, unknown>;
  for (const [name, setting] of Object.entries(configuration)) {
    const { type } = setting;
    const value = flags[name] ?? setting.default;
    values[name] = type === "uri" && typeof value === "string" ? await numericUri(value) : value;
  }
  return values as Configuration;
}

/** A device has no resolver: it gets the address. */
async function numericUri(uri: string): Promise<string> {
  parseTarget(uri);
  const resolved = await resolveUri(uri);
  return resolved.uri;
}

async function runUntilEnd(device: RunningDevice, interruption: Interruption): Promise<void> {
  const code = await Promise.race([device.ended, interruption.happened]);
  if (code === undefined) await device.stop();
  else throw new FailureError(`the device ended with code ${code}`);
}
