/** Which names the engine's built-in functions have, by its own sources. */

import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** Names in JavaScript of each built-in in C; a symbol is `Symbol_iterator`. Those without a name have no entry in it. */
export type BuiltIns = ReadonlyMap<string, ReadonlySet<string>>;

/** In `fxNextHostFunctionProperty(the, slot, mxCallback(fx_…), 1, mxID(_…), …)` and its like: one or two functions, a name. */
const FUNCTION = /mxCallback\((fx_\w+)\)/gu;
const NAME = /mxID\(_(\w+)\)/u;

/** `fxNextSlotProperty(the, slot, property, mxID(_…), …)`: another name of a function that is in a variable. */
const ALIAS = /fxNextSlotProperty\(the, slot, (property|slot), mxID\(_(\w+)\)/u;
const ASSIGNS_PROPERTY = /\bproperty = /u;

/** Where a name would be one that C or its libraries have, the engine's name in C ends in an underscore: `_finally_`. */
function inJavaScript(name: string): string {
  return /^[a-z]\w*_$/iu.test(name) ? name.slice(0, -1) : name;
}

/** Reads one file. */
class Builders {
  readonly #builtIns: Map<string, Set<string>>;
  /** The functions in the variables of C. */
  #slot: string | undefined;
  #property: string | undefined;

  constructor(builtIns: Map<string, Set<string>>) {
    this.#builtIns = builtIns;
  }

  #name(builtIn: string, name: string | undefined): void {
    const names = this.#builtIns.get(builtIn) ?? new Set<string>();
    if (name !== undefined) names.add(inJavaScript(name));
    this.#builtIns.set(builtIn, names);
  }

  read(line: string): void {
    if (line.trimStart().startsWith("//")) return;
    const functions = [...line.matchAll(FUNCTION)].map(([, builtIn]) => builtIn!);
    for (const builtIn of functions) this.#name(builtIn, NAME.exec(line)?.[1]);
    const [, variable, alias] = ALIAS.exec(line) ?? [];
    const aliased = variable === "slot" ? this.#slot : this.#property;
    if (variable !== undefined && aliased !== undefined) this.#name(aliased, alias);
    if (functions.length > 0) this.#slot = functions[0];
    if (ASSIGNS_PROPERTY.test(line)) this.#property = functions[0];
  }
}

/** @param folder of the engine's sources in C */
export function readBuiltIns(folder: string): BuiltIns {
  const builtIns = new Map<string, Set<string>>();
  for (const file of readdirSync(folder)
    .filter((name) => name.endsWith(".c"))
    .sort()) {
    const builders = new Builders(builtIns);
    for (const line of readFileSync(join(folder, file), "latin1").split("\n")) builders.read(line);
  }
  return builtIns;
}

/** Names that the engine looks up in objects by itself. @param folder of its sources */
export function readLookups(folder: string): Set<string> {
  const lookups = new Set<string>();
  for (const file of readdirSync(folder).filter((name) => name.endsWith(".c"))) {
    // Parts that are in no image: the debugger, and what Makefile leaves out.
    if (/^xs(?:Debug|Lockdown|Snapshot)\.c$/u.test(file)) continue;
    const text = readFileSync(join(folder, file), "latin1");
    const pattern =
      /(?:mxGetID|mxHasID|fxGetID|fxHasID|mxBehavior(?:Get|Has|GetOwn)Property)\([^;\n]*mxID\(_(\w+)\)/gu;
    for (const [, name] of text.matchAll(pattern)) lookups.add(name!);
  }
  return lookups;
}
