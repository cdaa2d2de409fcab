/** The engines that portable tests run on, by the targets of hosts/xs/Makefile. */

import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

import { QEMU, qemuArguments } from "../../../hosts/node/devices/qemu/machine.js";
import { QEMU_SILENCE_MS, runHost, type HostRun } from "../../../cli/testing/run-host.js";

/** Folder of the modules. */
export const MODULES = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "..");

/**
 * Runs the host with its options, a module and the module's arguments to the end, or until it was silent for too long.
 * `onOutput` is called whenever it has written something.
 */
export type RunTarget = (args: readonly string[], onOutput?: () => void) => Promise<HostRun>;

export interface Target {
  /** The engine's name in summary and report. */
  readonly engine: string;
  readonly run: RunTarget;
  /** The same engine with file and line in its stacks, where it is built. */
  readonly runDebug: RunTarget | undefined;
}

/** The name in summary and report; the reference engine and what differs from it in its modules only are `xs`. */
export function engineOf(target: string): string {
  if (target.startsWith("riscv")) return "riscv";
  return target.startsWith("linux64") ? "xs64" : "xs";
}

/** What gives portable tests the crypto port. */
export const PORTABLE_CRYPTO = "test/boards/crypto/portable-crypto.js";

/** A host and the modules that are loaded before the tests. */
interface Program {
  readonly path: string;
  readonly preloads: readonly string[];
}

/** Path of a file of a target of hosts/xs/Makefile. */
export function pathOf(target: string, file: string): string {
  return join(MODULES, "..", "xs", target, file);
}

/** Whether a target's program is there. */
export function isBuilt(target: string): boolean {
  return existsSync(pathOf(target, target === "compiler" ? "coapsule-xsc" : "coapsule-xs"));
}

/** @throws {Error} where it is not built */
export function built(target: string, file: string): string {
  const path = pathOf(target, file);
  if (!existsSync(path)) throw new Error(`build/xs/${target}/${file} is missing: make -C hosts/xs ${target}`);
  return path;
}

/** The host with cryptography where it is built; without it, the tests of cryptography say what is missing. */
function programOf(target: string): Program {
  const plain = built(target, "coapsule-xs");
  const withCrypto = `${plain}-crypto`;
  return existsSync(withCrypto)
    ? { path: withCrypto, preloads: [PORTABLE_CRYPTO] }
    : { path: plain, preloads: [] };
}

/** The module that the host loads first. */
export const PLATFORM = "hosts/xs/platform.js";

/**
 * Compiles modules, and what they import, for an engine without a parser.
 * @param archive the file that is made @param options of coapsule-xsc @param folder of the modules
 */
export function compileModules(
  archive: string,
  modules: readonly string[],
  options: readonly string[] = [],
  folder = MODULES,
): void {
  // From here, so that stacks name sources by a path that a reader can open.
  const args = [...options, "--modules", relative(process.cwd(), folder), "--output", archive];
  execFileSync(built("compiler", "coapsule-xsc"), [...args, PLATFORM, ...modules], {
    stdio: ["ignore", "ignore", "pipe"],
  });
}

/** @param modules the modules folder, or their bytecode for an engine without a parser */
export function runBinary(binary: string, modules: string): RunTarget {
  return (args, onOutput) => runHost(binary, ["--modules", modules, ...args], { onOutput });
}

/** A board in QEMU, without a network. @param modules their bytecode */
export function runImage(image: string, modules: string): RunTarget {
  return (args, onOutput) =>
    runHost(QEMU, qemuArguments({ image, modules, args }), { silenceMs: QEMU_SILENCE_MS, onOutput });
}

/** A folder of this process, gone at its end: several may run at once, with other tests. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "coapsule-tests-"));
  process.once("exit", () => rmSync(folder, { recursive: true }));
  return folder;
}

function openProgram(target: string, modules: readonly string[]): RunTarget {
  const { path, preloads } = programOf(target);
  const isBoard = target.startsWith("riscv");
  let where = MODULES;
  if (isBoard || target.endsWith("-bytecode")) {
    where = join(temporaryFolder(), `${target}.xsb`);
    compileModules(where, [...preloads, ...modules], target.endsWith("-debug") ? ["--lines"] : []);
  }
  const run = isBoard ? runImage(path, where) : runBinary(path, where);
  const options = preloads.flatMap((module) => ["--preload", module]);
  return (args, onOutput) => run([...options, ...args], onOutput);
}

/**
 * @param target of hosts/xs/Makefile: linux32, linux64, linux32-bytecode, riscv
 * @param modules that will run; for an engine without a parser they are compiled here
 * @throws {Error} when the target is not built
 */
export function openTarget(target: string, modules: readonly string[]): Target {
  const debugTarget = `${target}-debug`;
  return {
    engine: engineOf(target),
    run: openProgram(target, modules),
    runDebug: isBuilt(debugTarget) ? openProgram(debugTarget, modules) : undefined,
  };
}
