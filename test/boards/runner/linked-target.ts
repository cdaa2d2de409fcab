/**
 * Engines that run portable tests as a release image runs its modules: each file linked to one module with what it
 * imports, and on the board with an engine that lacks the built-ins which no file names.
 */

import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { LINKED_MODULE, linkImage } from "../../../hosts/node/images/link/image.js";
import {
  MODULES,
  PLATFORM,
  PORTABLE_CRYPTO,
  built,
  compileModules,
  engineOf,
  openTarget,
  runBinary,
  runImage,
  temporaryFolder,
  type RunTarget,
  type Target,
} from "./target.js";

const RUNNER = "test/boards/xs-runner.js";

/** Linked tests: engines share them, as it takes longer to link a file than to run it. */
const LINKED = join(dirname(MODULES), "linked");

/** When the last module was compiled. */
function newestModuleMs(): number {
  const modules = readdirSync(MODULES, { recursive: true, encoding: "utf8" }).filter((path) =>
    path.endsWith(".js"),
  );
  return Math.max(...modules.map((path) => statSync(join(MODULES, path)).mtimeMs));
}

function isCurrent(folder: string, newestMs: number): boolean {
  const { mtimeMs } = statSync(join(folder, LINKED_MODULE), { throwIfNoEntry: false }) ?? { mtimeMs: 0 };
  return mtimeMs > newestMs;
}

/**
 * Links a file of tests, where no other run has done so since the modules were compiled.
 * @param newestMs when the last of them was @returns the folder of its modules
 */
async function link(file: string, newestMs: number): Promise<string> {
  const folder = join(LINKED, file.replaceAll("/", "-"));
  if (isCurrent(folder, newestMs)) return folder;
  mkdirSync(LINKED, { recursive: true });
  const output = mkdtempSync(join(LINKED, "new-"));
  await linkImage({ modules: MODULES, starts: [PLATFORM, RUNNER], loaded: [PORTABLE_CRYPTO, file], output });
  // Another run may link the same file meanwhile, and have tests that read what it has made.
  if (!isCurrent(folder, newestMs)) rmSync(folder, { recursive: true, force: true });
  try {
    renameSync(output, folder);
  } catch (error) {
    rmSync(output, { recursive: true });
    if (!isCurrent(folder, newestMs)) throw error;
  }
  return folder;
}

/** @param folder of a linked file @param output folder for its archive @returns the archive; beside it is what the code asks for */
function compile(folder: string, output: string): string {
  mkdirSync(output);
  const archive = join(output, "image.xsb");
  compileModules(archive, [RUNNER], ["--anonymous", "--uses", join(output, "uses.txt")], folder);
  return archive;
}

/** The file that the arguments of a run preload, and the others. */
function splitPreload(args: readonly string[]): { readonly file: string; readonly rest: readonly string[] } {
  const at = args.indexOf("--preload");
  return { file: args[at + 1]!, rest: [...args.slice(0, at), ...args.slice(at + 2)] };
}

/** On Linux: each file is linked when its turn comes. */
function openLinux(target: string): RunTarget {
  const binary = built(target, "coapsule-xs-crypto");
  const newestMs = newestModuleMs();
  return async (args, onOutput) => {
    const { file, rest } = splitPreload(args);
    return runBinary(binary, await link(file, newestMs))(rest, onOutput);
  };
}

/** On the board: what all files ask for together is what the engine has. */
async function openBoard(
  target: string,
  files: readonly string[],
  onLinked: (count: number) => void,
): Promise<RunTarget> {
  built(target, "coapsule-xs-crypto");
  const folder = temporaryFolder();
  const newestMs = newestModuleMs();
  const archives = new Map<string, string>();
  for (const file of files) {
    archives.set(file, compile(await link(file, newestMs), join(folder, String(archives.size))));
    onLinked(archives.size);
  }
  const uses = [...archives.values()].map((archive) => join(archive, "..", "uses.txt"));
  const stripped = join(folder, "engine");
  execFileSync(
    "make",
    ["-C", "hosts/xs", `TARGET=${target}`, "stripped", `STRIPPED=${stripped}`, `USES=${uses.join(" ")}`],
    { cwd: join(MODULES, "..", ".."), stdio: ["ignore", "ignore", "inherit"] },
  );
  const image = join(stripped, "coapsule-xs-crypto");
  return (args, onOutput) => {
    const { file, rest } = splitPreload(args);
    return runImage(image, archives.get(file)!)(rest, onOutput);
  };
}

/**
 * @param target of hosts/xs/Makefile: linux32, linux64, riscv, built with cryptography @param files of tests
 * @param onLinked is called with how many have been linked, where that comes first
 * @throws {Error} when it is not built @throws {LinkError} for what cannot be linked
 */
export async function openLinkedTarget(
  target: string,
  files: readonly string[],
  onLinked: (count: number) => void,
): Promise<Target> {
  const { runDebug } = openTarget(target, [RUNNER, ...files]);
  // What runs on a board is linked: there these are the tests of that engine.
  if (target.startsWith("riscv"))
    return { engine: engineOf(target), run: await openBoard(target, files, onLinked), runDebug };
  return { engine: `${engineOf(target)}-linked`, run: openLinux(target), runDebug };
}
