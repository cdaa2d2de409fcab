/** Starts a built image on an engine. */

import { fork } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Engine, Program, RunningDevice } from "../devices/device.js";
import { ProcessDevice } from "../devices/process-device.js";
import { engineFile } from "../engines/engine-folder.js";
import { compileBytecode } from "./bytecode.js";
import { XS_MAIN, type BuiltImage } from "./image-build.js";

const NODE_MAIN = fileURLToPath(new URL("node-main.js", import.meta.url));

/** How it is run. */
export interface ImageRun extends Omit<Program, "main"> {
  readonly engine: Engine;
  /** Is told what it takes of a board's flash memory, in bytes, where it is made for one. */
  readonly onFlashBytes?: (bytes: number) => void;
}

/** Starts it. @throws {DeviceStartError} @throws {SourceError} for what the engine's parser does not take */
export async function startBuiltImage(
  { folder, nodeModule }: Pick<BuiltImage, "folder" | "nodeModule">,
  { engine, onFlashBytes, ...program }: ImageRun,
): Promise<RunningDevice> {
  switch (engine) {
    case "node":
      return startNodeProcess(nodeModule, program);
    case "xs": {
      const { XsDevice } = await import("../devices/xs-device.js");
      return new XsDevice({ ...program, modulesFolder: folder, main: XS_MAIN });
    }
    case "riscv": {
      const { RiscvDevice } = await import("../devices/riscv-device.js");
      const modules = join(folder, "modules.xsb");
      onFlashBytes?.(compileBytecode(folder, [XS_MAIN], modules));
      return new RiscvDevice({ ...program, image: engineFile("riscv"), modules, main: XS_MAIN });
    }
  }
}

/** On Node.js in a process of its own: what its image does wrong ends nobody else. */
function startNodeProcess(module: string, { args, flash = "" }: Omit<Program, "main">): RunningDevice {
  const child = fork(NODE_MAIN, [module, flash, ...args], {
    detached: true,
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  return new ProcessDevice(child);
}
