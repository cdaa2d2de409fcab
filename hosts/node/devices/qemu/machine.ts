/** A RISC-V microcontroller in QEMU: what it is made of (hosts/xs/riscv), and a program that runs on it. */

import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { closeSync } from "node:fs";
import type { Stream } from "node:stream";
import { lockFlashFile } from "./flash-file.js";
import { Gateway } from "./gateway.js";

/** QEMU's command; in Debian's package qemu-system-misc. */
export const QEMU = "qemu-system-riscv32";

/** Where memory.ld has the bytecode that does not lie in the image itself. */
const MODULES_ADDRESS = 0x80400000;
/** How long a board may take to end when it is told to. */
const STOP_TIMEOUT_MS = 5000;

export interface MachineOptions {
  /** Path of the image. */
  readonly image: string;
  /** Path of bytecode, for an image without modules. */
  readonly modules?: string;
  /** Options of the host, a module and its arguments, none with a space: hosts/xs/riscv/main.c. */
  readonly args: readonly string[];
  /** Path of the file that is its flash memory, made where it is missing; without it, it has none. */
  readonly flash?: string | undefined;
  /** Gateway to the network; without one it has no network. */
  readonly gatewayPort?: number;
  /** An instruction takes one nanosecond of the board's time, so that its clock and its statistics count them. */
  readonly countInstructions?: boolean;
}

/** A comma in a value is written twice. */
function escape(value: string): string {
  return value.replaceAll(",", ",,");
}

/** The command line of QEMU. The serial line is its standard output, reports of the host its standard error. */
export function qemuArguments(options: MachineOptions): string[] {
  const { image, modules, args, flash, gatewayPort, countInstructions } = options;
  const semihosting = ["enable=on", "target=native", ...args.map((arg) => `arg=${escape(arg)}`)];
  const loader = [`addr=${MODULES_ADDRESS}`, "force-raw=on"];
  const offloading = ["csum", "guest_csum", "gso", "mrg_rxbuf"].map((name) => `${name}=off`);
  const link = [
    ...["local.type=inet", "local.host=127.0.0.1", "local.port=0"],
    ...["remote.type=inet", "remote.host=127.0.0.1", `remote.port=${gatewayPort}`],
  ];
  return [
    // As a kernel it would not be started beside a flash memory.
    ...["-machine", "virt", "-m", "128M", "-bios", image],
    ...["-display", "none", "-monitor", "none"],
    ...(countInstructions ? ["-icount", "shift=0"] : []),
    ...["-chardev", "stdio,id=serial,signal=off", "-serial", "chardev:serial"],
    ...["-semihosting-config", semihosting.join(",")],
    ...["-global", "virtio-mmio.force-legacy=false"],
    ...["-object", "rng-random,id=entropy,filename=/dev/urandom"],
    ...["-device", "virtio-rng-device,rng=entropy"],
    ...(modules === undefined ? [] : ["-device", `loader,file=${escape(modules)},${loader.join(",")}`]),
    ...(flash === undefined ? [] : ["-drive", `if=pflash,unit=1,format=raw,file=${escape(flash)}`]),
    ...(gatewayPort === undefined
      ? ["-nic", "none"]
      : [
          ...["-netdev", `dgram,id=net,${link.join(",")}`],
          ...["-device", `virtio-net-device,netdev=net,${offloading.join(",")}`],
        ]),
  ];
}

/** What standard input, output or error is. */
export type StandardStream = "ignore" | "inherit" | "pipe" | Stream;

/** A board that runs, with its network. */
export class Machine {
  readonly process: ChildProcess;
  /** Its exit code, or null when a signal ended QEMU. @throws {Error} when QEMU cannot be started */
  readonly ended: Promise<number | null>;
  readonly #gateway: Gateway;

  /** @throws {RangeError} for a flash memory of the wrong size @throws as {@link lockFlashFile} */
  constructor(options: Omit<MachineOptions, "gatewayPort">, streams: readonly StandardStream[]) {
    const lock = options.flash === undefined ? undefined : lockFlashFile(options.flash);
    try {
      this.#gateway = new Gateway();
      // A process group of its own: Ctrl-C reaches the board as an order, not QEMU as a signal.
      this.process = spawn(QEMU, qemuArguments({ ...options, gatewayPort: this.#gateway.port }), {
        // QEMU inherits the lock, and has it for as long as it runs, even where we are killed.
        stdio: lock === undefined ? [...streams] : [...streams, lock],
        detached: true,
      });
    } finally {
      if (lock !== undefined) closeSync(lock);
    }
    this.ended = this.#waitForEnd();
  }

  /** Tells it to end, and ends QEMU when it does not. @param code its exit code then */
  async stop(code: number): Promise<number | null> {
    this.#gateway.stop(code);
    const timer = setTimeout(() => this.process.kill("SIGKILL"), STOP_TIMEOUT_MS);
    try {
      return await this.ended;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Tells the board to print the statistics. */
  report(): void {
    this.#gateway.report();
  }

  async #waitForEnd(): Promise<number | null> {
    const kill = (): void => void this.process.kill("SIGKILL");
    process.once("exit", kill);
    try {
      await once(this.process, "exit");
      return this.process.exitCode;
    } finally {
      process.off("exit", kill);
      this.#gateway.close();
    }
  }
}
