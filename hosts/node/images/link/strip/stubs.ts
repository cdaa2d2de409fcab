/** Writes what takes the place of functions that an image does without: hosts/xs/preload/strip.c. */

import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { EngineObjects } from "./objects.js";
import type { Stripped } from "./strip.js";

const WORD_BYTES = 4;

/** Each stub is one jump of four bytes, which leaves behind where it is. */
function stub(name: string): string {
  return `\t.globl ${name}\n${name}:\tjal t0, stripped_called\n`;
}

function entryOf(table: string): string {
  return `${table}_entry`;
}

function tableOf(name: string, bytes: number): string {
  const entries = `\t.rept ${bytes / WORD_BYTES}\n\t.word ${entryOf(name)}\n\t.endr\n`;
  return `\t.section .rodata.${name},"a"\n\t.balign ${WORD_BYTES}\n\t.globl ${name}\n${name}:\n${entries}`;
}

/** What the stubs are called, in their order. */
function stubNames({ functions, tables }: Stripped): string[] {
  return [...functions, ...tables.map(entryOf)];
}

function assembly(stripped: Stripped, objects: EngineObjects): string {
  return `\t.section .text.stripped,"ax"
\t.option norvc
\t.option norelax
\t.balign ${WORD_BYTES}
\t.globl stripped_stubs
stripped_stubs:
${stubNames(stripped).map(stub).join("")}\t.globl stripped_stubs_end
stripped_stubs_end:
stripped_called:
\tmv a0, t0
\ttail strippedCalled
${stripped.tables.map((name) => tableOf(name, objects.tables.get(name)!.bytes)).join("")}`;
}

function lines(names: readonly string[]): string {
  return names.map((name) => `${name}\n`).join("");
}

/**
 * Copies the engine's object files, in which the functions give way to the stubs.
 *
 * @param folder of the object files @param output a folder that is made anew, with stubs.S in it and the objects
 * @param prefix of the tools
 */
export function writeStubs(
  stripped: Stripped,
  objects: EngineObjects,
  { folder, output, prefix }: { readonly folder: string; readonly output: string; readonly prefix: string },
): void {
  rmSync(output, { recursive: true, force: true });
  mkdirSync(output, { recursive: true });
  const weak = join(output, "weak.txt");
  for (const file of readdirSync(folder).filter((name) => name.endsWith(".o"))) {
    const { functions, tables } = objects;
    const own = [
      ...stripped.functions.filter((name) => `${functions.get(name)}.o` === file),
      ...stripped.tables.filter((name) => `${tables.get(name)!.object}.o` === file),
    ];
    const copy = join(output, file);
    copyFileSync(join(folder, file), copy);
    if (own.length === 0) continue;
    writeFileSync(weak, lines(own));
    execFileSync(`${prefix}objcopy`, [`--weaken-symbols=${weak}`, copy]);
  }
  writeFileSync(join(output, "stubs.S"), assembly(stripped, objects));
  writeFileSync(join(output, "stripped.txt"), lines(stubNames(stripped)));
}
