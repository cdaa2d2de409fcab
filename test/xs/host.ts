/** The XS host as its own tests start it: the reference engine, with a fixture of this folder as main module. */

import { spawn, type ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import { join, dirname } from "node:path";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";

import { runHost, type HostRun } from "./run-host.js";

const MODULES = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const TIME_LIMIT_MS = 20_000;

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
  return ["--modules", MODULES, ...(options.host ?? []), `test/xs/fixtures/${fixture}.js`, ...args];
}

/** Runs a fixture to its end. */
export function runFixture(
  fixture: string,
  args: readonly string[] = [],
  options: FixtureOptions = {},
): Promise<HostRun> {
  return runHost(binaryOf(options.target ?? "linux32"), argumentsOf(fixture, args, options), TIME_LIMIT_MS);
}

/** A fixture that runs on: its lines as they come. */
export class RunningFixture {
  readonly #process: ChildProcessByStdio<null, Readable, Readable>;
  readonly #lines: AsyncIterator<string>;
  readonly #errorLines: AsyncIterator<string>;
  readonly #exit: Promise<unknown[]>;

  constructor(fixture: string, args: readonly string[] = [], options: FixtureOptions = {}) {
    this.#process = spawn(binaryOf(options.target ?? "linux32"), argumentsOf(fixture, args, options), {
      stdio: ["ignore", "pipe", "pipe"],
      timeout: options.timeLimitMs ?? TIME_LIMIT_MS,
      killSignal: "SIGKILL",
    });
    this.#exit = once(this.#process, "exit");
    this.#lines = splitLines(this.#process.stdout);
    this.#errorLines = splitLines(this.#process.stderr);
  }

  /** The next line that it prints. */
  line(): Promise<string> {
    return nextOf(this.#lines);
  }

  /** The next line that fits; those before it are passed over. */
  async until(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const match = pattern.exec(await this.line());
      if (match) return match;
    }
  }

  /** The next line that it, or the host, writes to standard error. */
  errorLine(): Promise<string> {
    return nextOf(this.#errorLines);
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

async function nextOf(lines: AsyncIterator<string>): Promise<string> {
  const next = await lines.next();
  if (next.done === true) throw new Error("the fixture ended");
  return next.value;
}

async function* splitLines(stream: Readable): AsyncGenerator<string, undefined> {
  let rest = "";
  for await (const part of stream) {
    rest += String(part);
    const lines = rest.split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
  return undefined;
}
