/** The real command, where it has to be in a process of its own. */

import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { runHere } from "./run-here.js";
import { HANG_MS } from "../../hang.js";

/** Of output in messages of failed tests. */
const SHOWN_CHARACTERS = 1000;

/** What a finished command left. */
export interface CliResult {
  /** Exit code; 128 and the signal's number where a signal ended it. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Standard output as bytes. */
  readonly bytes: Buffer;
}

export interface CliOptions {
  /** Piped into standard input; without it there is none (/dev/null). */
  readonly input?: string | Uint8Array;
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
}

/** Path of a compiled module of cli/. */
export function cliModule(name: "main" | "run"): string {
  return fileURLToPath(new URL(`../../../cli/${name}.js`, import.meta.url));
}

/** A command that runs. */
export class RunningCli {
  readonly #process: ChildProcess;
  readonly #stdout: Buffer[] = [];
  readonly #stderr: Buffer[] = [];
  readonly #closed: Promise<unknown>;
  #onOutput: (() => void) | undefined;

  constructor(module: "main" | "run", args: readonly string[], { input, env, cwd }: CliOptions = {}) {
    const child = spawn(process.execPath, [cliModule(module), ...args], {
      stdio: [input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
      env: { ...process.env, ...env },
      ...(cwd !== undefined && { cwd }),
      timeout: HANG_MS,
      killSignal: "SIGKILL",
    });
    this.#process = child;
    this.#closed = once(child, "close");
    child.stdin?.on("error", () => undefined);
    if (input !== undefined) child.stdin?.end(input);
    child.stdout?.on("data", (chunk: Buffer) => {
      this.#stdout.push(chunk);
      this.#onOutput?.();
    });
    child.stderr?.on("data", (chunk: Buffer) => {
      this.#stderr.push(chunk);
      this.#onOutput?.();
    });
  }

  get stdout(): string {
    return Buffer.concat(this.#stdout).toString();
  }

  get stderr(): string {
    return Buffer.concat(this.#stderr).toString();
  }

  /** Waits until standard output or standard error fits `pattern`. */
  async until(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const found = pattern.exec(this.stdout) ?? pattern.exec(this.stderr);
      if (found) return found;
      const output = new Promise<void>((resolve) => {
        this.#onOutput = resolve;
      });
      const ended = await Promise.race([output, this.#closed]);
      if (ended !== undefined)
        throw new Error(
          `expected ${String(pattern)} before its end, got ${`${this.stdout}${this.stderr}`.slice(0, SHOWN_CHARACTERS)}`,
        );
    }
  }

  kill(signal: NodeJS.Signals): void {
    this.#process.kill(signal);
  }

  /** Kills what it has started, which has no time left to do anything, or itself where that is nothing. Linux only. */
  cutPower(): void {
    const children = this.children();
    for (const one of children.length > 0 ? children : [this.#process.pid!]) process.kill(one, "SIGKILL");
  }

  /** The processes that it has started. Linux only. */
  children(): readonly number[] {
    const { pid } = this.#process;
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
    return children === "" ? [] : children.split(" ").map(Number);
  }

  /** Stops reading what it prints, as `head` does. */
  closeOutput(): void {
    this.#process.stdout?.destroy();
  }

  /** Waits for its end, by whatever it ends. */
  async ended(): Promise<void> {
    await this.#closed;
  }

  /** Waits for its end. */
  async result(): Promise<CliResult> {
    await this.#closed;
    const { exitCode, signalCode } = this.#process;
    if (exitCode === null) throw new Error(`killed by ${signalCode}: ${this.stdout}${this.stderr}`);
    return {
      code: exitCode,
      stdout: this.stdout,
      stderr: this.stderr,
      bytes: Buffer.concat(this.#stdout),
    };
  }
}

/** Runs `coapsule` to its end: in a process of its own where it needs one, for its folder, input or environment. */
export function runCli(args: readonly string[], options?: CliOptions): Promise<CliResult> {
  return options === undefined ? runHere(args) : new RunningCli("main", args, options).result();
}

/** Runs command lines that are wrong: each ends with 2 and its reason, which is no stack, and prints nothing. */
export async function assertUsageErrors(
  cases: readonly (readonly [args: readonly string[], reason: RegExp])[],
): Promise<void> {
  const results = await Promise.all(cases.map(([args]) => runCli(args)));
  results.forEach(({ code, stdout, stderr }, index) => {
    const [args, reason] = cases[index]!;
    assert.deepEqual([code, stdout], [2, ""], args.join(" "));
    assert.match(stderr, reason);
    assert.doesNotMatch(stderr, /^\s+at /mu);
  });
}
