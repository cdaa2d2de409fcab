/** Where the engines lie that devices run on: in build/ of a checkout, else in the user's cache. */

import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";
import { PACKAGE, packageVersion } from "../package.js";

/** Folder of hosts/xs, with the Makefile that builds engines. */
export const ENGINE_SOURCES = join(PACKAGE, "hosts/xs");

/** Whether this is a checkout, in which `make` builds the engines; the npm package has no Makefile. */
export function isCheckout(): boolean {
  return existsSync(join(PACKAGE, "Makefile"));
}

/** The user's folder for what can be made again (XDG Base Directory Specification). */
function cacheFolder(): string {
  const { XDG_CACHE_HOME: folder } = process.env;
  return folder !== undefined && isAbsolute(folder) ? folder : join(homedir(), ".cache");
}

/** Folder of all engines: one of hosts/xs/Makefile's targets a folder. */
export function engineFolder(): string {
  return isCheckout() ? join(PACKAGE, "build/xs") : join(cacheFolder(), "coapsule", packageVersion(), "xs");
}

/** Path of a file of a target of hosts/xs/Makefile, built or not. */
export function engineFile(target: string, file = "coapsule-xs"): string {
  return join(engineFolder(), target, file);
}

/** Path of the compiler of bytecode, which is built with the engine for RISC-V. */
export function bytecodeCompiler(): string {
  return engineFile("compiler", "coapsule-xsc");
}
