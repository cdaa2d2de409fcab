/** A device that runs, on whichever engine. */

import type { ChildProcess } from "node:child_process";
import { constants } from "node:os";

/** JavaScript engine of a device: Moddable XS on this machine, on a RISC-V board in QEMU, or Node.js. */
export type Engine = "xs" | "node" | "riscv";

/** A device that runs. */
export interface RunningDevice {
  /**
   * Its exit code, once it has ended; 128 and the signal's number after a signal.
   * @throws {DeviceStartError} when it could not be started
   */
  readonly ended: Promise<number>;
  /** Asks it to end. @returns its exit code */
  stop(): Promise<number>;
}

/** A program for an engine with a process of its own. */
export interface Program {
  /** Module whose default export is called with the platform and the arguments: a path below the folder of modules. */
  readonly main: string;
  readonly args: readonly string[];
  /** JavaScript memory of the application, in bytes; the 64-bit engine doubles it and says so. */
  readonly arenaBytes: number;
  /** File that is its flash memory, made where it is missing; without it, the device forgets at its end. */
  readonly flash?: string | undefined;
}

/** A device cannot be started: the message says what is missing or wrong, and what to run. */
export class DeviceStartError extends Error {
  override name = "DeviceStartError";
}

/** Added to the number of the signal that ended a process, as shells do. */
export const SIGNAL_BASE = 128;

/** The exit code of a process that has ended: 128 and the signal's number after a signal. */
export function exitCodeOf({ exitCode, signalCode }: Pick<ChildProcess, "exitCode" | "signalCode">): number {
  return exitCode ?? SIGNAL_BASE + (signalCode === null ? 0 : constants.signals[signalCode]);
}
