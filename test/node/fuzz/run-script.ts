/** Starts a program of its own: one that counts coverage would take it from those who measure that of the tests. */

import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

export interface ScriptResult {
  readonly status: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** @param module compiled, relative to this one */
export function runScript(module: string, args: readonly string[]): ScriptResult {
  const { NODE_V8_COVERAGE: _coverage, ...env } = process.env;
  const script = fileURLToPath(new URL(module, import.meta.url));
  return spawnSync(process.execPath, [script, ...args], { encoding: "utf8", env });
}
