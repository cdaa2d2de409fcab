/** The XS host as its own tests start it: the reference engine, with a fixture of this folder as main module. */

import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join, dirname } from "node:path";
import { fileURLToPath } from "node:url";

import { runHost, type HostRun } from "../../cli/testing/run-host.js";
import { RunningProgram } from "./running-program.js";
import { HANG_MS } from "../hang.js";

const MODULES = join(dirname(fileURLToPath(import.meta.url)), "..", "..");

/** Path of the binary of a target of hosts/xs/Makefile. */
export function binaryOf(target: "linux32" | "linux32-debug"): string {
  return join(MODULES, "..", "xs", target, "coapsule-xs");
}

export interface FixtureOptions {
  /** Arguments of the host, before the module. */
  readonly host?: readonly string[];
  readonly target?: "linux32" | "linux32-debug";
  /** It is killed after so long; 20 s. */
  readonly timeLimitMs?: number;
}

function argumentsOf(fixture: string, args: readonly string[], options: FixtureOptions): string[] {
  return ["--modules", MODULES, ...(options.host ?? []), `test/boards/fixtures/${fixture}.js`, ...args];
}

/** Runs a fixture to its end. */
export function runFixture(
  fixture: string,
  args: readonly string[] = [],
  options: FixtureOptions = {},
): Promise<HostRun> {
  return runHost(binaryOf(options.target ?? "linux32"), argumentsOf(fixture, args, options));
}

/** A fixture that runs on. */
export class RunningFixture extends RunningProgram {
  readonly #process: ChildProcess;
  readonly #exit: Promise<unknown[]>;

  constructor(fixture: string, args: readonly string[] = [], options: FixtureOptions = {}) {
    const process = spawn(binaryOf(options.target ?? "linux32"), argumentsOf(fixture, args, options), {
      stdio: ["ignore", "pipe", "pipe"],
      timeout: options.timeLimitMs ?? HANG_MS,
      killSignal: "SIGKILL",
    });
    super(process.stdout, process.stderr);
    this.#process = process;
    this.#exit = once(process, "exit");
  }

  override report(): void {
    this.kill("SIGUSR1");
  }

  override stop(): Promise<number | null> {
    this.kill("SIGTERM");
    return this.code();
  }

  kill(signal: NodeJS.Signals): void {
    this.#process.kill(signal);
  }

  /** Waits for its end; gives the exit code. */
  async code(): Promise<number | null> {
    await this.#exit;
    return this.#process.exitCode;
  }
}
