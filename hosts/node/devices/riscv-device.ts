/** A program on a RISC-V microcontroller in QEMU, as a process. */

import { existsSync } from "node:fs";
import { basename } from "node:path";
import { namedStacks } from "../images/link/named-stacks.js";
import { DeviceStartError, exitCodeOf, SIGNAL_BASE, type Program, type RunningDevice } from "./device.js";
import { Machine, QEMU, type MachineOptions } from "./qemu/machine.js";

const SIGTERM = 15;

export interface RiscvDeviceOptions extends Program {
  /** Path of the image. */
  readonly image: string;
  /** Path of an archive of bytecode, for an image without modules. */
  readonly modules?: string;
}

/** Reports of a release image have places in its bytecode: its side file makes them source lines. */
function startMachine(options: MachineOptions): Machine {
  const named = namedStacks(options.image);
  try {
    const machine = new Machine(options, ["ignore", "inherit", named ? "pipe" : "inherit"]);
    if (named) machine.process.stderr?.pipe(named).pipe(process.stderr, { end: false });
    return machine;
  } catch (error) {
    throw new DeviceStartError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

/** A device that runs in QEMU. */
export class RiscvDevice implements RunningDevice {
  readonly #machine: Machine;
  readonly ended: Promise<number>;

  /** Starts it. @throws {DeviceStartError} when the image is not built, or its flash memory cannot be used */
  constructor({ main, args, arenaBytes, ...board }: RiscvDeviceOptions) {
    const { image } = board;
    if (!existsSync(image))
      throw new DeviceStartError(
        `the image ${basename(image, ".elf")} is not built for RISC-V: run 'make firmware'`,
      );
    this.#machine = startMachine({ ...board, args: ["--arena", String(arenaBytes), main, ...args] });
    this.ended = this.#waitForEnd();
  }

  async stop(): Promise<number> {
    await this.#machine.stop(SIGNAL_BASE + SIGTERM);
    return this.ended;
  }

  async #waitForEnd(): Promise<number> {
    try {
      await this.#machine.ended;
      return exitCodeOf(this.#machine.process);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
      throw new DeviceStartError(`${QEMU} is not installed; it is in Debian's package qemu-system-misc`, {
        cause: error,
      });
    }
  }
}
