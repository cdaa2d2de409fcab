/** The host on the XS engine (hosts/xs), as a process. */

import { spawn } from "node:child_process";
import { findEngine } from "../engines/provide-engine.js";
import { DeviceStartError, type Program } from "./device.js";
import { ProcessDevice } from "./process-device.js";

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

/** A device on the XS engine of this machine. */
export class XsDevice extends ProcessDevice {
  /** Starts it. @throws {DeviceStartError} when the engine is not built */
  constructor(options: XsDeviceOptions) {
    super(
      spawn(findBinary(), hostArguments(options), {
        stdio: ["ignore", "inherit", "inherit"],
        detached: true,
      }),
    );
  }
}
