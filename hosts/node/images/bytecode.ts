/** Compiles modules to an archive of bytecode, for an engine without a parser. */

import { spawnSync } from "node:child_process";
import { statSync } from "node:fs";
import { bytecodeCompiler } from "../engines/engine-folder.js";
import { XS_PLATFORM } from "./image-build.js";
import { SourceError } from "./source-error.js";

/**
 * @param folder of the modules @param mains those that the application starts with; what they import comes along
 * @param archive path of the file that is made @returns its bytes
 * @throws {SourceError} for what the engine's parser does not take
 */
export function compileBytecode(folder: string, mains: readonly string[], archive: string): number {
  const modules = [`${XS_PLATFORM}.js`, ...mains];
  const { status, stderr, error } = spawnSync(
    bytecodeCompiler(),
    ["--modules", folder, "--output", archive, ...modules],
    { encoding: "utf8", stdio: ["ignore", "ignore", "pipe"] },
  );
  if (error !== undefined) throw error;
  if (status !== 0) throw new SourceError([{ text: stderr.trim() }]);
  return statSync(archive).size;
}
