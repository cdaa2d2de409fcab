/**
 * Step 6: which of the engine's built-ins an image does without. A program finds a built-in by its name only: what no
 * bytecode names, nobody gets hold of. kept.ts has what the engine asks for itself.
 */

import type { BuiltIns } from "./engine.js";
import {
  ALWAYS,
  INTERNALS,
  LOOKED_UP,
  LOOKED_UP_IN,
  MADE_BY,
  MAKERS,
  OF_CONSTRUCTS,
  OTHER_NAMES,
  TABLES,
} from "./kept.js";
import type { EngineObjects } from "./objects.js";

/** What an image's bytecode asks for. */
export interface Uses {
  /** Names of properties and globals, and texts that could be one. */
  readonly names: ReadonlySet<string>;
  readonly constructs: ReadonlySet<string>;
}

/** @param text of `coapsule-xsc --uses` */
export function parseUses(text: string): Uses {
  const names = new Set<string>();
  const constructs = new Set<string>();
  for (const line of text.split("\n")) {
    const [, kind, what] = /^(\S+) (.*)$/u.exec(line) ?? [];
    if (kind === "construct") constructs.add(what!);
    else if (kind !== undefined) names.add(what!);
  }
  return { names, constructs };
}

/** A well-known symbol is asked for as a property of Symbol. */
function plainName(name: string): string {
  return name.replace(/^Symbol_/u, "");
}

/** The class in `fx_Map_prototype_get`. */
function classOf(builtIn: string): string {
  return /^fx_([^_]+)/u.exec(builtIn)![1]!;
}

/** Whether the engine may look for this built-in by this name. */
function isLookedUp(builtIn: string, name: string): boolean {
  if (!Object.hasOwn(LOOKED_UP, name)) return false;
  return (LOOKED_UP_IN[name] ?? classOf(builtIn)) === classOf(builtIn);
}

class Stripping {
  readonly #uses: Uses;
  readonly #builtIns: BuiltIns;
  readonly #objects: EngineObjects;

  constructor(uses: Uses, builtIns: BuiltIns, objects: EngineObjects) {
    this.#uses = uses;
    this.#builtIns = builtIns;
    this.#objects = objects;
  }

  /** Whether the program can have objects of a class. */
  #exists(name: string): boolean {
    const makers = MADE_BY[name];
    if (makers === undefined || this.#uses.names.has(name)) return true;
    const pattern = MAKERS[name];
    if (pattern && [...this.#uses.names].some((used) => pattern.test(used))) return true;
    return makers.some((construct) => this.#uses.constructs.has(construct));
  }

  #isNamed(builtIn: string, names: ReadonlySet<string>): boolean {
    const other = OTHER_NAMES[builtIn];
    if (other && [...this.#uses.names].some((name) => other.test(name))) return true;
    return [...names].some((name) => isLookedUp(builtIn, name) || this.#uses.names.has(plainName(name)));
  }

  /** Built-ins that a program may ask for. */
  #asked(): string[] {
    const ofConstructs = [...this.#uses.constructs].flatMap((construct) => OF_CONSTRUCTS[construct] ?? []);
    const named = [...this.#builtIns]
      .filter(([builtIn, names]) => this.#exists(classOf(builtIn)) && this.#isNamed(builtIn, names))
      .map(([builtIn]) => builtIn);
    return [...ALWAYS, ...ofConstructs, ...named];
  }

  #internals(): string[] {
    return [...this.#objects.functions].flatMap(([name, object]) => {
      const owner = Object.entries(INTERNALS).find(
        ([, internals]) => internals.object === object && internals.pattern.test(name),
      );
      return owner && !this.#exists(owner[0]) ? [name] : [];
    });
  }

  /** With what they refer to. */
  #reach(starts: readonly string[], stops: ReadonlySet<string>): Set<string> {
    const reached = new Set<string>();
    const rest = [...starts];
    for (let name = rest.pop(); name !== undefined; name = rest.pop()) {
      if (reached.has(name) || stops.has(name)) continue;
      reached.add(name);
      rest.push(...(this.#objects.references.get(name) ?? []));
    }
    return reached;
  }

  /** Tables of which all functions go. */
  tables(): string[] {
    return Object.entries(TABLES).flatMap(([name, table]) => (this.#exists(name) ? [] : [table]));
  }

  /** Functions that stubs take the place of, in the order of their names. */
  functions(): string[] {
    const internals = this.#internals();
    const candidates = [...this.#builtIns.keys()].filter((name) => this.#objects.functions.has(name));
    const known = new Set([...candidates, ...internals]);
    const others = [...this.#objects.references.keys()].filter((name) => !known.has(name));
    // What no candidate has to do with calls what it calls, whether anything calls it or not.
    const kept = this.#reach([...others, ...this.#asked()], new Set(internals));
    return [...candidates.filter((name) => !kept.has(name)), ...internals].sort();
  }
}

/** What an image does without, in the order of the stubs. */
export interface Stripped {
  readonly functions: readonly string[];
  readonly tables: readonly string[];
}

/** @throws {RangeError} for a program that may ask for anything */
export function strip(uses: Uses, builtIns: BuiltIns, objects: EngineObjects): Stripped {
  if (uses.constructs.has("eval")) throw new RangeError("expected no eval, which may ask for anything");
  const stripping = new Stripping(uses, builtIns, objects);
  return { functions: stripping.functions(), tables: stripping.tables() };
}
