/**
 * Builds the engines of the npm package when they are needed first, into the user's cache. Whoever else needs one
 * meanwhile waits; a build that was cut off goes on where it stopped, as make puts a program in its place when it is
 * whole.
 */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, constants, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as wait } from "node:timers/promises";
import { LockedError, openLocked } from "../files/lock.js";
import { ENGINE_SOURCES, bytecodeCompiler, engineFile, engineFolder, isCheckout } from "./engine-folder.js";
import {
  NATIVE_REQUIREMENTS,
  QEMU_REQUIREMENTS,
  RISCV_REQUIREMENTS,
  makes32BitPrograms,
  missingPackages,
  type Requirement,
} from "./requirements.js";

/** An engine that a device, or a test, runs on. */
export type EngineName = "xs" | "xs-debug" | "riscv";

/** What a person is told meanwhile. */
export interface BuildListener {
  /** One line. */
  readonly onMessage: (line: string) => void;
  /** How many files are compiled, of how many. */
  readonly onProgress: (done: number, total: number) => void;
  readonly signal?: AbortSignal | undefined;
}

/** An engine is not there and cannot be built: the message says why, and what to do. */
export class EngineError extends Error {
  override name = "EngineError";
}

interface Plan {
  readonly title: string;
  /** Of hosts/xs/Makefile. */
  readonly targets: readonly string[];
  readonly requirements: readonly Requirement[];
  /** What to run in a checkout. */
  readonly command: string;
}

const XS_TARGETS = ["linux32", "linux64"];
const LOCK_POLL_MS = 250;
/** Of what make says, when it fails. */
const SHOWN_LINES = 12;

function planOf(engine: EngineName): Plan {
  const native = { requirements: NATIVE_REQUIREMENTS, command: "make" };
  if (engine === "riscv")
    return {
      title: "the XS engine for RISC-V",
      targets: ["compiler", "riscv"],
      requirements: RISCV_REQUIREMENTS,
      command: "make firmware",
    };
  const target = makes32BitPrograms() ? "linux32" : "linux64";
  if (engine === "xs-debug")
    return {
      ...native,
      title: "the XS engine with lines in its stacks",
      targets: [`${target}-debug`],
      command: `make -C hosts/xs ${target}-debug`,
    };
  return { ...native, title: "the XS engine", targets: [target] };
}

/** Path of the engine's program, where it is built. */
export function findEngine(engine: EngineName): string | undefined {
  if (engine === "riscv") {
    const isBuilt = existsSync(engineFile("riscv")) && existsSync(bytecodeCompiler());
    return isBuilt ? engineFile("riscv") : undefined;
  }
  const ending = engine === "xs-debug" ? "-debug" : "";
  return XS_TARGETS.map((target) => engineFile(`${target}${ending}`)).find((path) => existsSync(path));
}

/**
 * Path of the engine's program; it is built where it is missing.
 * @throws {EngineError} where it cannot be built @throws {Error} that is an abort, by the signal
 */
export async function provideEngine(engine: EngineName, listener: BuildListener): Promise<string> {
  if (engine === "riscv") requirePackages("RISC-V runs in QEMU", QEMU_REQUIREMENTS);
  const found = findEngine(engine);
  if (found !== undefined) return found;
  if (process.platform !== "linux")
    throw new EngineError("the XS engine is built on Linux only: here, devices run with --engine node");
  const plan = planOf(engine);
  if (isCheckout()) throw new EngineError(`${plan.title} is not built: run '${plan.command}'`);
  requirePackages(`${plan.title} cannot be built`, plan.requirements);
  await buildAlone(engine, plan, listener);
  const built = findEngine(engine);
  if (built === undefined) throw new EngineError(`${plan.title} is not there after its build`);
  return built;
}

/** @throws {EngineError} that names what is missing */
function requirePackages(what: string, requirements: readonly Requirement[]): void {
  const missing = missingPackages(requirements);
  if (missing.length === 0) return;
  const command = `apt-get install --no-install-recommends ${missing.join(" ")}`;
  throw new EngineError(
    `${what}: missing, by the names of Debian's packages: ${missing.join(", ")} (${command})`,
  );
}

async function buildAlone(engine: EngineName, plan: Plan, listener: BuildListener): Promise<void> {
  const lock = await takeLock(listener);
  try {
    // Another program may have built it while we waited.
    if (findEngine(engine) === undefined) await build(plan, lock, listener);
  } finally {
    closeSync(lock);
  }
}

/** @returns the descriptor that holds it */
async function takeLock({ onMessage, signal }: BuildListener): Promise<number> {
  const folder = engineFolder();
  mkdirSync(folder, { recursive: true });
  for (let isTold = false; ; isTold = true) {
    try {
      return openLocked(join(folder, "lock"), constants.O_CREAT);
    } catch (error) {
      if (!(error instanceof LockedError)) throw error;
    }
    if (!isTold) onMessage("another program builds the XS engine: waiting for it");
    await wait(LOCK_POLL_MS, undefined, signal === undefined ? {} : { signal });
  }
}

async function build({ title, targets }: Plan, lock: number, listener: BuildListener): Promise<void> {
  listener.onMessage(
    `building ${title}, once: it takes a minute or two, and needs the network for its sources`,
  );
  const startedMs = performance.now();
  await withPlainPath(engineFolder(), async (folder) => {
    const make = (args: readonly string[], onLine: (line: string) => void): Promise<void> =>
      runMake([`BUILD=${folder}`, ...args], lock, onLine, listener.signal);
    await make(["fetch", "fetch-crypto"], (line) => listener.onMessage(line));
    const isCompilation = (line: string): boolean => /^(?:echo ")? {2}CC /u.test(line);
    let total = 0;
    await make(["--dry-run", ...targets], (line) => {
      if (isCompilation(line)) total += 1;
    });
    let done = 0;
    await make(["--jobs=2", ...targets], (line) => {
      if (isCompilation(line)) listener.onProgress((done += 1), total);
    });
  });
  const seconds = Math.round((performance.now() - startedMs) / 1000);
  listener.onMessage(`built ${title} in ${seconds} s: ${engineFolder()}`);
}

/** make takes no path with a space: it gets one by a link. */
async function withPlainPath(folder: string, use: (folder: string) => Promise<void>): Promise<void> {
  if (/^[\w./-]+$/u.test(folder)) {
    await use(folder);
    return;
  }
  const links = mkdtempSync(join(tmpdir(), "coapsule-build-"));
  try {
    symlinkSync(folder, join(links, "xs"));
    await use(join(links, "xs"));
  } finally {
    rmSync(links, { recursive: true, force: true });
  }
}

async function runMake(
  args: readonly string[],
  lock: number,
  onLine: (line: string) => void,
  signal: AbortSignal | undefined,
): Promise<void> {
  // It inherits the lock: where we are killed, it is held until make has ended.
  const child = spawn("make", ["-C", ENGINE_SOURCES, "--no-print-directory", ...args], {
    stdio: ["ignore", "pipe", "pipe", lock],
    env: { ...process.env, LC_ALL: "C", MAKEFLAGS: "", MAKELEVEL: "" },
    ...(signal !== undefined && { signal }),
  });
  const last: string[] = [];
  const keep = (line: string): void => {
    last.push(line);
    if (last.length > SHOWN_LINES) last.shift();
  };
  createInterface({ input: child.stdout! }).on("line", onLine);
  createInterface({ input: child.stderr! }).on("line", keep);
  const [code] = (await once(child, "close")) as [number | null];
  if (code !== 0) throw new EngineError(`the XS engine could not be built:\n${last.join("\n")}`);
}
