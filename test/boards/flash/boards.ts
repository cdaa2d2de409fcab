/** The boards that have raw flash, as processes that a test may kill at any time. */

import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

import { Machine, type StandardStream } from "../../../hosts/node/devices/qemu/machine.js";
import { binaryOf } from "../host.js";
import { compileModules, isBuilt, MODULES, pathOf } from "../runner/target.js";

/** A program on a board, with all that it prints. */
export class BoardRun {
  readonly #process: ChildProcess;
  readonly #closed: Promise<unknown>;
  #stdout = "";
  #stderr = "";
  #onLine: () => void = () => undefined;

  constructor(process: ChildProcess) {
    this.#process = process;
    this.#closed = once(process, "close");
    process.stderr!.setEncoding("utf8").on("data", (text: string) => (this.#stderr += text));
    process.stdout!.setEncoding("utf8").on("data", (text: string) => {
      this.#stdout += text;
      this.#onLine();
    });
  }

  /** The lines that it has printed whole. */
  get lines(): string[] {
    return this.#stdout.split("\n").slice(0, -1);
  }

  get stderr(): string {
    return this.#stderr;
  }

  /** Waits until it has printed so many lines. @throws {Error} when it ends before */
  async printed(count: number): Promise<void> {
    const enough = new Promise<boolean>((resolve) => {
      this.#onLine = () => {
        if (this.lines.length >= count) resolve(true);
      };
      this.#onLine();
    });
    if (await Promise.race([enough, this.#closed.then(() => this.lines.length >= count)])) return;
    throw new Error(`expected ${count} lines, got ${this.lines.length}: ${this.#stderr}`);
  }

  /** Cuts its power. */
  async kill(): Promise<void> {
    this.#process.kill("SIGKILL");
    await this.#closed;
  }

  /** Waits for its end. @returns the exit code */
  async code(): Promise<number | null> {
    await this.#closed;
    return this.#process.exitCode;
  }
}

/** Runs a module. @param flash path of the file that is its flash memory; undefined where it has none */
export type StartBoard = (flash: string | undefined, args: readonly string[]) => BoardRun;

export interface FlashBoard {
  readonly name: string;
  /** What must be built, where it is not. */
  readonly missing: () => string | undefined;
  /** Makes the modules ready that will run, in a folder of the test. */
  readonly prepare: (modules: readonly string[], folder: string) => StartBoard;
}

const PIPES: StandardStream[] = ["ignore", "pipe", "pipe"];

export const LINUX: FlashBoard = {
  name: "XS on Linux",
  missing: () => undefined,
  prepare: () => (flash, args) => {
    const option = flash === undefined ? [] : ["--flash", flash];
    const command = ["--modules", MODULES, ...option, ...args];
    return new BoardRun(spawn(binaryOf("linux32"), command, { stdio: PIPES }));
  },
};

export const RISCV: FlashBoard = {
  name: "XS on RISC-V, with the flash commands of QEMU's machine",
  missing: () => (isBuilt("riscv") && isBuilt("compiler") ? undefined : "not built: make riscv"),
  prepare: (names, folder) => {
    const image = pathOf("riscv", "coapsule-xs");
    const modules = join(folder, "modules.xsb");
    compileModules(modules, names);
    return (flash, args) => new BoardRun(new Machine({ image, modules, args, flash }, PIPES).process);
  },
};

/** Path of a fixture below the modules folder. */
export const fixture = (name: string): string => join("test", "boards", "flash", "fixtures", `${name}.js`);
