/** Starts a built image on an engine. */

import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { exitCodeOf, type Engine, type Program, type RunningDevice } from "../devices/device.js";
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
      return new NodeProcess(nodeModule, program);
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

/** A device on Node.js in a process of its own: what its image does wrong ends nobody else. */
class NodeProcess implements RunningDevice {
  readonly #process: ChildProcess;
  readonly ended: Promise<number>;

  constructor(module: string, { args, flash = "" }: Omit<Program, "main">) {
    // A process group of its own: Ctrl-C reaches it through us, once.
    this.#process = fork(NODE_MAIN, [module, flash, ...args], {
      detached: true,
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    this.ended = this.#waitForEnd();
  }

  stop(): Promise<number> {
    this.#process.kill("SIGTERM");
    return this.ended;
  }

  async #waitForEnd(): Promise<number> {
    await once(this.#process, "exit");
    return exitCodeOf(this.#process);
  }
}
