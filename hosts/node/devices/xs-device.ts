/** The host on the XS engine (hosts/xs), as a process. */

import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { findEngine } from "../engines/provide-engine.js";
import { DeviceStartError, exitCodeOf, type Program, type RunningDevice } from "./device.js";

export interface XsDeviceOptions extends Program {
  /** Folder of the modules, as text. */
  readonly modulesFolder: string;
}

/** Whether there is an XS engine to run devices on. */
export function hasXsHost(): boolean {
  return findEngine("xs") !== undefined;
}

function findBinary(): string {
  const path = findEngine("xs");
  if (path === undefined)
    throw new DeviceStartError("the XS engine is not built: run 'make' on Linux, or take --engine node");
  return path;
}

function hostArguments({ modulesFolder, main, args, arenaBytes, flash }: XsDeviceOptions): string[] {
  return [
    ...["--modules", modulesFolder, "--arena", String(arenaBytes)],
    ...(flash === undefined ? [] : ["--flash", flash]),
    main,
    ...args,
  ];
}

/** A device that runs in a process of its own. */
export class XsDevice implements RunningDevice {
  readonly #process: ChildProcess;
  readonly ended: Promise<number>;

  /** Starts it. @throws {DeviceStartError} when the engine is not built */
  constructor(options: XsDeviceOptions) {
    // A process group of its own: Ctrl-C reaches it through us, once.
    const child = spawn(findBinary(), hostArguments(options), {
      stdio: ["ignore", "inherit", "inherit"],
      detached: true,
    });
    this.#process = child;
    this.ended = this.#waitForEnd();
  }

  stop(): Promise<number> {
    this.#process.kill("SIGTERM");
    return this.ended;
  }

  async #waitForEnd(): Promise<number> {
    const kill = (): void => void this.#process.kill("SIGKILL");
    process.once("exit", kill);
    try {
      await once(this.#process, "exit");
      return exitCodeOf(this.#process);
    } finally {
      process.off("exit", kill);
    }
  }
}
