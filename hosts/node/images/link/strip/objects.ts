/** Which functions the engine's object files define, and which of them refer to which. */

import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { basename, join } from "node:path";

const BUFFER_BYTES = 1 << 28;
/** Functions that only build the engine's objects: that they refer to a built-in does not mean that anything calls it. */
const BUILDER = "fxBuild";

export interface EngineObjects {
  /** The object file of each function that others can refer to. */
  readonly functions: ReadonlyMap<string, string>;
  /** Bytes of each table of constants that others can refer to, and its object file. */
  readonly tables: ReadonlyMap<string, { readonly object: string; readonly bytes: number }>;
  /** What each function refers to; of data and of functions that are the file's own, too. */
  readonly references: ReadonlyMap<string, ReadonlySet<string>>;
}

function run(tool: string, args: readonly string[]): string {
  return execFileSync(tool, args, { encoding: "utf8", maxBuffer: BUFFER_BYTES });
}

/** @param folder of the object files, a section a function @param prefix of the tools */
export function readObjects(folder: string, prefix: string): EngineObjects {
  const functions = new Map<string, string>();
  const tables = new Map<string, { readonly object: string; readonly bytes: number }>();
  const references = new Map<string, Set<string>>();
  const files = readdirSync(folder).filter((name) => name.endsWith(".o"));
  for (const file of files.sort()) {
    const path = join(folder, file);
    const object = basename(file, ".o");
    for (const [, size, kind, name] of run(`${prefix}nm`, ["-S", path]).matchAll(
      /^\S+ (\S+) ([TR]) (\S+)$/gmu,
    ))
      if (kind === "T") functions.set(name!, object);
      else tables.set(name!, { object, bytes: Number.parseInt(size!, 16) });
    let section = "";
    for (const line of run(`${prefix}objdump`, ["-r", path]).split("\n")) {
      section = /^RELOCATION RECORDS FOR \[(.*)\]/u.exec(line)?.[1] ?? section;
      const target = /^[\da-f]+ +R_RISCV_\w+ +([\w$]+)/u.exec(line)?.[1];
      if (target === undefined) continue;
      const owner = section.replace(/^\.text\./u, "");
      if (owner.startsWith(BUILDER)) continue;
      const targets = references.get(owner) ?? new Set<string>();
      references.set(owner, targets.add(target));
    }
  }
  return { functions, tables, references };
}
