/**
 * Step 3: `#x` becomes a plain property, which takes a slot less in each object, and a method on the prototype in place
 * of one on each object. The type checker has seen to it that nobody else names it.
 *
 * Names are counted: `$0`, `$1`, …, and unrelated classes share them, as each costs flash. A class goes on counting
 * where the class that it extends stopped; one that extends what is not known has names that no other class has.
 *
 * `#x in object` is refused: it asks which class made an object, and a plain property does not say.
 */

import type { Node, PrivateIdentifier } from "estree";
import { classesOf, membersOf, type ClassOfModule } from "./classes.js";
import { LinkError, childrenOf, isClass, place, positionOf, walk, type Module } from "./syntax.js";

const RADIX = 36;

/** What properties are called in the module, and all of its texts, which could name one. */
function namesIn({ program }: Module): Set<string> {
  const names = new Set<string>();
  walk(program, (node) => {
    if (node.type === "Identifier") names.add(node.name);
    else if (node.type === "Literal" && typeof node.value === "string") names.add(node.value);
    else if (node.type === "TemplateElement") names.add(node.value.cooked ?? node.value.raw);
  });
  return names;
}

/** Counted names begin with what no other name does that could be taken for one. */
function prefixFor(module: Module): string {
  const names = [...namesIn(module)];
  let prefix = "$";
  while (names.some((name) => name.startsWith(prefix) && /^[\da-z]+$/u.test(name.slice(prefix.length))))
    prefix += "$";
  return prefix;
}

function privateNamesOf({ node }: ClassOfModule): string[] {
  const names = membersOf(node).flatMap(({ key }) => (key.type === "PrivateIdentifier" ? [key.name] : []));
  return [...new Set(names)];
}

/** The new names of each class's private members. */
function nameMembers(
  module: Module,
  classes: readonly ClassOfModule[],
): Map<Node, ReadonlyMap<string, string>> {
  const prefix = prefixFor(module);
  const ends = new Map<ClassOfModule, number>();
  const isKnown = ({ superclass }: ClassOfModule): boolean => superclass !== "unknown";
  const inOrder = [...classes.filter(isKnown), ...classes.filter((one) => !isKnown(one))];
  const named = new Map<Node, ReadonlyMap<string, string>>();
  let end = 0;
  function name(one: ClassOfModule): number {
    const known = ends.get(one);
    if (known !== undefined) return known;
    const { superclass } = one;
    // What extends the unknown may extend anything, and anything that.
    const start = typeof superclass === "object" ? name(superclass) : superclass === "unknown" ? end : 0;
    const names = privateNamesOf(one);
    named.set(one.node, new Map(names.map((old, index) => [old, prefix + (start + index).toString(RADIX)])));
    ends.set(one, start + names.length);
    end = Math.max(end, start + names.length);
    return start + names.length;
  }
  inOrder.forEach(name);
  return named;
}

/** @throws {LinkError} for `#x in object` */
export function lowerPrivateMembers(module: Module): void {
  const named = nameMembers(module, classesOf(module));
  /** The innermost first. */
  const around: ReadonlyMap<string, string>[] = [];
  function rename(node: PrivateIdentifier): void {
    const names = around.find((those) => those.has(node.name));
    const { start, end } = place(node);
    module.edits.overwrite(start, end, names!.get(node.name)!);
  }
  function visit(node: Node): void {
    if (node.type === "PrivateIdentifier") rename(node);
    if (node.type === "BinaryExpression" && node.left.type === "PrivateIdentifier")
      throw new LinkError(
        `${positionOf(module, node)}: expected no test for a private name, got #${node.left.name} in …`,
      );
    const names = named.get(node);
    if (!isClass(node) || names === undefined) {
      for (const child of childrenOf(node)) visit(child);
      return;
    }
    // What it extends is outside of it.
    if (node.superClass) visit(node.superClass);
    around.unshift(names);
    visit(node.body);
    around.shift();
  }
  visit(module.program);
}
