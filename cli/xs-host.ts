/** The host on the XS engine (hosts/xs), as a process. */

import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { configurationArguments } from "../src/configuration.js";
import { FailureError, SIGNAL_BASE } from "./exit-code.js";

/** The reference engine first; the other is built where the compiler has no 32-bit library. */
const TARGETS = ["linux32", "linux64"] as const;

const MODULES = new URL("../", import.meta.url);

/** What runs on a device. */
export interface FirmwareOptions {
  /** Name of an image of firmware/. */
  readonly image: string;
  /** Values of its configuration. */
  readonly configuration: Readonly<Record<string, unknown>>;
}

/** What a device is made of. */
export interface DeviceOptions extends FirmwareOptions {
  /** JavaScript memory of the application, in bytes; the 64-bit engine doubles it and says so. */
  readonly arenaBytes: number;
  /** File that is its flash memory, made where it is missing; without it, the device forgets at its end. */
  readonly storage?: string | undefined;
}

function findBuilt(): string | undefined {
  const paths = TARGETS.map((target) => fileURLToPath(new URL(`../xs/${target}/coapsule-xs`, MODULES)));
  return paths.find((each) => existsSync(each));
}

/** Whether there is an XS engine to run devices on. */
export function hasXsHost(): boolean {
  return findBuilt() !== undefined;
}

function findBinary(): string {
  const path = findBuilt();
  if (path === undefined)
    throw new FailureError("the XS engine is not built: run 'make' on Linux, or take --engine node");
  return path;
}

/** The image's main module and its arguments. */
export function deviceArguments({ image, configuration }: FirmwareOptions): string[] {
  return [`firmware/${image}/xs.js`, ...configurationArguments(configuration)];
}

function hostArguments({ arenaBytes, storage, ...firmware }: DeviceOptions): string[] {
  return [
    ...["--modules", fileURLToPath(MODULES), "--arena", String(arenaBytes)],
    ...(storage === undefined ? [] : ["--flash", storage]),
    ...deviceArguments(firmware),
  ];
}

/** A device that runs in a process of its own. */
export class XsDevice {
  readonly #process: ChildProcess;
  /** Its exit code, once it has ended; 128 and more after a signal. */
  readonly ended: Promise<number>;

  /** Starts it. @throws {FailureError} when the engine is not built */
  constructor(options: DeviceOptions) {
    // A process group of its own: Ctrl-C reaches it through us, once.
    const child = spawn(findBinary(), hostArguments(options), {
      stdio: ["ignore", "inherit", "inherit"],
      detached: true,
    });
    this.#process = child;
    this.ended = once(child, "exit").then(() => child.exitCode ?? SIGNAL_BASE);
    process.once("exit", () => child.kill("SIGKILL"));
  }

  /** Asks it to end. @returns its exit code */
  stop(): Promise<number> {
    this.#process.kill("SIGTERM");
    return this.ended;
  }
}
