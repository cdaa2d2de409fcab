/** The firmware on a RISC-V microcontroller in QEMU, as a process. */

import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Machine, QEMU, type MachineOptions } from "../hosts/node/qemu/machine.js";
import { FailureError, SIGNAL_BASE } from "./exit-code.js";
import { deviceArguments, type DeviceOptions } from "./xs-host.js";

const IMAGE = fileURLToPath(new URL("../../riscv/coapsule.elf", import.meta.url));
const SIGTERM = 15;

/** Whether there is an image to run. */
export function hasRiscvImage(): boolean {
  return existsSync(IMAGE);
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
    if (!hasRiscvImage()) throw new FailureError("the image for RISC-V is not built: run 'make firmware'");
    const args = ["--arena", String(arenaBytes), ...deviceArguments(firmware)];
    this.#machine = startMachine({ image: IMAGE, args, flash: storage });
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
