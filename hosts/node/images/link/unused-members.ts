/**
 * Step 4: methods, accessors and fields of classes that nothing names are taken out. Only names count, not whose they
 * are: a method stays as long as any object's method of that name is called, or any text could name it.
 */

import type { Node } from "estree";
import { classesOf, membersOf, type Member } from "./classes.js";
import { nameOf, place, walk, type Module } from "./syntax.js";

/** What the language calls without naming it. */
const CALLED_BY_THE_LANGUAGE: ReadonlySet<string> = new Set([
  "constructor",
  // Conversions.
  "toString",
  "valueOf",
  "toJSON",
  // Iterators and thenables.
  "next",
  "return",
  "throw",
  "then",
  // What the host shows of an error that nobody handles.
  "name",
  "message",
  "cause",
  "stack",
]);

function isKey(node: Node, parent: Node | undefined): boolean {
  const isMember = parent?.type === "MethodDefinition" || parent?.type === "PropertyDefinition";
  return isMember && parent.key === node && !parent.computed;
}

/** Names that something uses; a private one begins with "#". */
function usedNames({ program }: Module): Set<string> {
  const used = new Set(CALLED_BY_THE_LANGUAGE);
  walk(program, (node, parent) => {
    if (isKey(node, parent)) return;
    if (node.type === "MemberExpression") {
      const name = nameOf(node.property, node.computed);
      if (name !== undefined) used.add(name);
    } else if (node.type === "Property" && parent?.type === "ObjectPattern") {
      const name = nameOf(node.key, node.computed);
      if (name !== undefined) used.add(name);
    } else if (node.type === "Literal" && typeof node.value === "string") used.add(node.value);
    else if (node.type === "TemplateElement") used.add(node.value.cooked ?? node.value.raw);
    else if (node.type === "PrivateIdentifier") used.add(`#${node.name}`);
  });
  return used;
}

function usedName({ key, computed }: Member): string | undefined {
  return key.type === "PrivateIdentifier" ? `#${key.name}` : nameOf(key, computed);
}

/** Whether nobody notices when it is not evaluated. */
function isPure(node: Node | null | undefined): boolean {
  switch (node?.type) {
    case undefined:
    case "Literal":
    case "Identifier":
    case "ThisExpression":
    case "ArrowFunctionExpression":
    case "FunctionExpression":
      return true;
    case "ArrayExpression":
      return node.elements.every((element) => element?.type !== "SpreadElement" && isPure(element));
    case "ObjectExpression":
      return node.properties.every(
        (property) => property.type === "Property" && !property.computed && isPure(property.value),
      );
    case "NewExpression":
      return (
        node.callee.type === "Identifier" &&
        (node.callee.name === "Map" || node.callee.name === "Set") &&
        node.arguments.length === 0
      );
    default:
      return false;
  }
}

/** Takes them out. @returns how many */
export function removeUnusedMembers(module: Module): number {
  const used = usedNames(module);
  let count = 0;
  for (const { node } of classesOf(module))
    for (const member of membersOf(node)) {
      const name = usedName(member);
      if (name === undefined || used.has(name)) continue;
      if (member.type === "PropertyDefinition" && !isPure(member.value)) continue;
      const { start, end } = place(member);
      module.edits.remove(start, end);
      count += 1;
    }
  return count;
}
