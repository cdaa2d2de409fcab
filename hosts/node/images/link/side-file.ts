/**
 * Step 7: the side file of a release image, which has neither lines nor names of functions in it. It says which
 * function, file and line a place in the bytecode is of, and what the stubs stand for (strip/stubs.ts).
 */

import type { Node } from "estree";
import { membersOf } from "./classes.js";
import type { Place } from "./places.js";
import { isClass, nameOf, parseModule, place, walk } from "./syntax.js";

/** The form of the file. Numbers are places in the lists. */
export interface SideFile {
  readonly sources: readonly string[];
  /** Names of functions; the first one is that of what is outside of all. */
  readonly functions: readonly string[];
  /** Four numbers a place: offset in the archive, source, line, function. Offsets rise. */
  readonly places: readonly number[];
  /** By the number that the host reports. */
  readonly stubs: readonly string[];
}

const NUMBERS = 4;
const OUTSIDE = "(module)";

/** The name of a function, with that of its class. */
function namedFunctions(program: Node): Map<Node, string> {
  const names = new Map<Node, string>();
  walk(program, (node) => {
    if (node.type === "FunctionDeclaration") names.set(node, node.id.name);
    else if (node.type === "VariableDeclarator" && node.id.type === "Identifier" && node.init)
      names.set(node.init, node.id.name);
    else if (isClass(node)) {
      const own = node.id?.name ?? "(class)";
      for (const member of membersOf(node)) {
        const name = nameOf(member.key, member.computed) ?? "(computed)";
        if (member.value) names.set(member.value, name === "constructor" ? own : `${own}.${name}`);
      }
    }
  });
  return names;
}

/** How many of so many values, which rise, are at most `limit`. */
function countUpTo(limit: number, length: number, valueAt: (index: number) => number): number {
  let [low, high] = [0, length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (valueAt(middle) <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The function of each line of a module: the innermost that begins there, or is begun. */
function functionsOfLines(code: string): string[] {
  const { program } = parseModule(code);
  const names = namedFunctions(program);
  const lines = code.split("\n");
  const starts: number[] = [];
  let start = 0;
  for (const line of lines) {
    starts.push(start);
    start += line.length + 1;
  }
  const lineAt = (offset: number): number => countUpTo(offset, starts.length, (index) => starts[index]!) - 1;
  const found = lines.map(() => OUTSIDE);
  walk(program, (node, parent) => {
    const isFunction = node.type.endsWith("FunctionExpression") || node.type === "FunctionDeclaration";
    if (!isFunction) return;
    const name = names.get(node) ?? "(anonymous)";
    // A method's own text begins behind its name.
    const from = lineAt(place(parent?.type === "MethodDefinition" ? parent : node).start);
    found.fill(name, from, lineAt(place(node).end) + 1);
  });
  return found;
}

class List {
  readonly items: string[] = [];
  readonly #indexes = new Map<string, number>();

  index(item: string): number {
    const known = this.#indexes.get(item);
    if (known !== undefined) return known;
    this.#indexes.set(item, this.items.length);
    return this.items.push(item) - 1;
  }
}

/** @param code of the linked module @param stubs names by number */
export function makeSideFile(places: readonly Place[], code: string, stubs: readonly string[]): SideFile {
  const byLine = functionsOfLines(code);
  const sources = new List();
  const functions = new List();
  functions.index(OUTSIDE);
  const numbers = places.flatMap(({ offset, source, line, linkedLine }) => [
    offset,
    sources.index(source),
    line,
    functions.index(byLine[linkedLine - 1] ?? OUTSIDE),
  ]);
  return { sources: sources.items, functions: functions.items, places: numbers, stubs };
}

/** The sources of all places, in the order of the archive. */
export function placesOf({
  sources,
  places,
}: SideFile): { readonly offset: number; readonly source: string }[] {
  return Array.from({ length: places.length / NUMBERS }, (_, index) => ({
    offset: places[index * NUMBERS]!,
    source: sources[places[index * NUMBERS + 1]!]!,
  }));
}

/** "function (file:line)" of a byte of the archive; undefined for one that is before all places. */
export function describePlace({ sources, functions, places }: SideFile, offset: number): string | undefined {
  const count = countUpTo(offset, places.length / NUMBERS, (index) => places[index * NUMBERS]!);
  if (count === 0) return undefined;
  const [, source, line, name] = places.slice((count - 1) * NUMBERS, count * NUMBERS);
  return `${functions[name!]} (${sources[source!]}:${line})`;
}

/** A line of a stack, as hosts/xs/engine/stack-trace.c writes it. */
const FRAME = / at (?<name>[^\n]*?) ?\(module:(?<offset>\d+)\)/gu;
const STUB = /(a built-in that is not in this image: )number (\d+)/u;

/** Gives the lines of stacks in a device's output their sources. Other text stays as it is. */
export function nameSources(text: string, file: SideFile): string {
  return text
    .replaceAll(FRAME, (frame, _name: string, offset: string) => {
      const described = describePlace(file, Number(offset));
      return described === undefined ? frame : ` at ${described}`;
    })
    .replace(STUB, (all, before: string, number: string) => {
      const name = file.stubs[Number(number)];
      return name === undefined ? all : `${before}${name}`;
    });
}
