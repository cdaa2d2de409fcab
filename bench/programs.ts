/** Programs that are measured, or that measure. */

import { ChildProcess, spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { existsSync, readFileSync } from "node:fs";
import { cpus } from "node:os";
import { ADDRESS } from "./workload.js";

/** What bench/load/ was compiled to. */
export const LOAD = "build/bench/load";
export const TRANSFER = "build/bench/transfer";
export const RELAY = "build/bench/relay";

/** Where `make interop` installs peers. */
const AIOCOAP_PYTHON = "build/peers/aiocoap/venv/bin/python";
const CALIFORNIUM = "build/peers/californium";

/**
 * Who is measured and who measures have a processor each. Left to the scheduler they meet on one or not, which makes
 * a factor of two of a round trip.
 */
function onProcessor(processor: number, command: readonly string[]): [program: string, ...args: string[]] {
  return ["taskset", "--cpu-list", String(processor % cpus().length), ...command];
}

/** A UDP port that nobody has at the moment. */
export async function freePort(): Promise<number> {
  const socket = createSocket("udp4");
  await new Promise<void>((resolve) => socket.bind(0, ADDRESS, resolve));
  const { port } = socket.address();
  await new Promise<void>((resolve) => socket.close(resolve));
  return port;
}

/** Command of a module of bench/subjects/. */
export function nodeProgram(name: string, ...args: readonly (string | number)[]): string[] {
  return [process.execPath, `build/js/bench/subjects/${name}.js`, ...args.map(String)];
}

/** Command of a script of bench/subjects/ that uses aiocoap. */
export function aiocoapProgram(name: string, ...args: readonly (string | number)[]): string[] {
  return [AIOCOAP_PYTHON, `bench/subjects/${name}.py`, ...args.map(String)];
}

/** Why aiocoap is not there; undefined where it is. */
export function aiocoapAbsent(): string | undefined {
  return existsSync(AIOCOAP_PYTHON) ? undefined : "not installed: make interop does";
}

/** Command of the server that Californium has in `make interop`. @param properties of Java */
export function californiumServer(properties: readonly string[], port: number): string[] {
  const classes = `${CALIFORNIUM}/classes:${CALIFORNIUM}/lib/*`;
  return ["java", "-cp", classes, ...properties, "SampleServer", ADDRESS, String(port), "1024"];
}

/** Why Californium is not there; undefined where it is. */
export function californiumAbsent(): string | undefined {
  return existsSync(`${CALIFORNIUM}/classes`) ? undefined : "not installed: make interop does";
}

/** Time that a process has had on processors, to a hundredth of a second, in µs. */
export function processorUs(pid: number): number {
  // Behind the name in parentheses: utime and stime are the 14th and 15th fields (proc(5)).
  const fields = readFileSync(`/proc/${pid}/stat`, "latin1").split(") ").at(-1)!.split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10_000;
}

/** Runs a program to its end. @throws {Error} with its messages when it fails */
export function runProgram(command: readonly string[]): Promise<string> {
  const [program, ...args] = onProcessor(1, command);
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  let messages = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (messages += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve(output);
      else reject(new Error(`${command.join(" ")} ended with ${code}: ${messages}${output}`));
    });
  });
}

/** Runs a program that prints one JSON object. */
export async function runMeasuring<T>(command: readonly string[]): Promise<T> {
  return JSON.parse(await runProgram(command)) as T;
}

/** They end with this process, however it ends. */
const running = new Set<ChildProcess>();
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

function startProgram([program, ...args]: readonly string[]): ChildProcess {
  return spawn(program!, args, { stdio: ["ignore", "pipe", "pipe"] });
}

/** A program in the background. */
export class BackgroundProgram {
  readonly #child: ChildProcess;
  /** When it has ended. */
  readonly ended: Promise<unknown>;
  #onOutput: (() => void) | undefined;
  /** What it wrote on both its outputs. */
  output = "";

  /** @param program a command, or what it was started as with pipes for both outputs */
  constructor(program: readonly string[] | ChildProcess) {
    this.#child = program instanceof ChildProcess ? program : startProgram(onProcessor(0, program));
    const read = (chunk: Buffer): void => {
      this.output += chunk.toString();
      this.#onOutput?.();
    };
    this.#child.stdout!.on("data", read);
    this.#child.stderr!.on("data", read);
    running.add(this.#child);
    this.#child.on("close", () => running.delete(this.#child));
    this.ended = new Promise((resolve) => {
      this.#child.on("close", resolve);
      this.#child.on("error", resolve);
    });
  }

  get pid(): number {
    return this.#child.pid!;
  }

  /** Resolves when it has written a match. @throws {Error} when it ends before */
  async waitFor(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const match = pattern.exec(this.output);
      if (match) return match;
      const next = new Promise<void>((resolve) => (this.#onOutput = resolve));
      const ended = this.ended.then(() => "ended");
      if ((await Promise.race([next, ended])) === "ended")
        throw new Error(
          `expected ${String(pattern)} from ${this.#child.spawnargs.join(" ")}: ${this.output}`,
        );
    }
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  async stop(signal: NodeJS.Signals = "SIGKILL"): Promise<void> {
    this.#child.kill(signal);
    await this.ended;
  }
}
