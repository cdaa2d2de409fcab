/** The firmware on a RISC-V microcontroller in QEMU, as a process. */

import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Machine, QEMU, type MachineOptions } from "../hosts/node/devices/qemu/machine.js";
import { FailureError, SIGNAL_BASE } from "./exit-code.js";
import { deviceArguments, type DeviceOptions } from "./xs-host.js";

const FOLDER = new URL("../../riscv/", import.meta.url);
const SIGTERM = 15;

function pathOf(image: string): string {
  return fileURLToPath(new URL(`${image}.elf`, FOLDER));
}

/** Whether an image of firmware/ is built. */
export function hasRiscvImage(image = "standard"): boolean {
  return existsSync(pathOf(image));
}

function startMachine(options: MachineOptions): Machine {
  try {
    return new Machine(options, ["ignore", "inherit", "inherit"]);
  } catch (error) {
    throw new FailureError(error instanceof Error ? error.message : String(error));
  }
}

/** A device that runs in QEMU. */
export class RiscvDevice {
  readonly #machine: Machine;
  /** Its exit code, once it has ended; 128 and more after a signal. */
  readonly ended: Promise<number>;

  /** Starts it. @throws {FailureError} when the image is not built, or its storage cannot be used */
  constructor({ arenaBytes, storage, ...firmware }: DeviceOptions) {
    const { image } = firmware;
    if (!hasRiscvImage(image))
      throw new FailureError(`the image ${image} is not built for RISC-V: run 'make firmware'`);
    const args = ["--arena", String(arenaBytes), ...deviceArguments(firmware)];
    this.#machine = startMachine({ image: pathOf(image), args, flash: storage });
    this.ended = this.#waitForEnd();
  }

  /** Asks it to end. @returns its exit code */
  async stop(): Promise<number> {
    await this.#machine.stop(SIGNAL_BASE + SIGTERM);
    return this.ended;
  }

  async #waitForEnd(): Promise<number> {
    try {
      return (await this.#machine.ended) ?? SIGNAL_BASE;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
      throw new FailureError(`${QEMU} is not installed; it is in Debian's package qemu-system-misc`);
    }
  }
}
