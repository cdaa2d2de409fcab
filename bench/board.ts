/**
 * The RISC-V board of the benchmark: release build with cryptography, all modules preloaded. QEMU counts instructions
 * one by one, so what else runs on this machine changes nothing.
 */

import { execFileSync } from "node:child_process";
import { DEVICE_ARENA } from "../hosts/arenas.js";
import { linkImage } from "../hosts/node/images/link/image.js";
import { Machine } from "../hosts/node/devices/qemu/machine.js";
import { BackgroundProgram } from "./programs.js";

const COMPILER = "build/xs/compiler/coapsule-xsc";
const IMAGE = "build/xs/riscv/coapsule-xs-crypto";
const LINKED = "build/bench/board";
const BYTECODE = "build/bench/board.xsb";

/** The board's clock goes on by a nanosecond with each instruction. */
export const INSTRUCTIONS_PER_MS = 1_000_000;

/** Links and compiles what boards will run, as release images are made, until it is called again. */
export async function compileForBoard(modules: readonly string[]): Promise<void> {
  const starts = ["hosts/xs/platform.js", ...modules];
  await linkImage({ modules: "build/js", starts, output: LINKED });
  execFileSync(COMPILER, ["--anonymous", "--modules", LINKED, "--output", BYTECODE, ...starts], {
    stdio: ["ignore", "ignore", "inherit"],
  });
}

/** A board that runs. */
export class Board {
  readonly #machine: Machine;
  readonly #program: BackgroundProgram;

  /** @param args a module that was compiled, and its arguments */
  constructor(args: readonly string[], arenaBytes = DEVICE_ARENA) {
    const options = ["--arena", String(arenaBytes), ...args];
    const machine = { image: IMAGE, modules: BYTECODE, args: options, countInstructions: true };
    this.#machine = new Machine(machine, ["ignore", "pipe", "pipe"]);
    this.#program = new BackgroundProgram(this.#machine.process);
  }

  /** When it has ended. */
  get ended(): Promise<unknown> {
    return this.#program.ended;
  }

  /** Waits until it has written a match. */
  output(pattern: RegExp): Promise<RegExpExecArray> {
    return this.#program.waitFor(pattern);
  }

  /** Has it print its statistics, and waits for a match. */
  report(pattern: RegExp): Promise<RegExpExecArray> {
    this.#program.output = "";
    this.#machine.report();
    return this.output(pattern);
  }

  /** Instructions so far, those of waiting left out. */
  async instructions(): Promise<number> {
    return Number((await this.report(/^instructions: (\d+)\n/mu))[1]);
  }

  /** Instructions for one more of what `work` does `count` times; what it does once, and the questions, cancel out. */
  async instructionsEach(count: number, work: (count: number) => Promise<unknown>): Promise<number> {
    const first = await this.instructions();
    await work(count);
    const second = await this.instructions();
    await work(2 * count);
    const third = await this.instructions();
    return (third - second - (second - first)) / count;
  }

  stop(): Promise<unknown> {
    return this.#machine.stop(0);
  }
}

/** Runs a board for as long as it is used. */
export async function withBoard<T>(board: Board, use: (board: Board) => Promise<T>): Promise<T> {
  try {
    return await use(board);
  } finally {
    await board.stop();
  }
}
