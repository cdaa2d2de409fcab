import { Machine, type MachineOptions } from "../../../hosts/node/devices/qemu/machine.js";
import { RunningProgram } from "../running-program.js";

/** Exit code of what SIGTERM ends, as the command line has it. */
const TERMINATED = 143;

/** A program that runs on, on a board in QEMU with a network. */
export class RunningBoard extends RunningProgram {
  readonly #machine: Machine;

  constructor(options: Omit<MachineOptions, "gatewayPort">) {
    const machine = new Machine(options, ["ignore", "pipe", "pipe"]);
    super(machine.process.stdout!, machine.process.stderr!);
    this.#machine = machine;
  }

  override report(): void {
    this.#machine.report();
  }

  override stop(): Promise<number | null> {
    return this.#machine.stop(TERMINATED);
  }
}
