/** The classes of a module, and which is made of which. */

import type { Variable } from "eslint-scope";
import type { Class, MethodDefinition, Node, PropertyDefinition } from "estree";
import { isClass, nameOf, scopesOf, variablesOf, walk, type Module } from "./syntax.js";

/** The language's own errors; another class of its own, such as Map; or what only running the program tells. */
export type Foreign = "error" | "built-in" | "unknown";

export interface ClassOfModule {
  readonly node: Class;
  /** Undefined where it extends nothing. */
  readonly superclass: ClassOfModule | Foreign | undefined;
}

export type Member = MethodDefinition | PropertyDefinition;

export function membersOf({ body }: Class): Member[] {
  return body.body.filter((member) => member.type !== "StaticBlock");
}

/** The class that a variable stands for and keeps to. */
function classNodeOf(variable: Variable): Class | undefined {
  const [definition] = variable.defs;
  if (variable.defs.length !== 1 || definition === undefined) return undefined;
  const isReassigned = variable.references.some((reference) => reference.isWrite() && !reference.init);
  if (isReassigned) return undefined;
  const node = definition.node as Node;
  if (definition.type === "ClassName") return isClass(node) ? node : undefined;
  if (node.type !== "VariableDeclarator" || node.id.type !== "Identifier") return undefined;
  return node.init && isClass(node.init) ? node.init : undefined;
}

/** All classes, each behind the one that it extends. */
export function classesOf(module: Module): ClassOfModule[] {
  const variables = variablesOf(scopesOf(module));
  const classes = new Map<Class, ClassOfModule>();
  function superclassOf(node: Class): ClassOfModule | Foreign | undefined {
    const { superClass } = node;
    if (!superClass) return undefined;
    if (superClass.type !== "Identifier") return "unknown";
    const variable = variables.get(superClass);
    if (!variable) return superClass.name.endsWith("Error") ? "error" : "built-in";
    const found = classNodeOf(variable);
    return found ? add(found) : "unknown";
  }
  function add(node: Class): ClassOfModule {
    const known = classes.get(node);
    if (known) return known;
    const superclass = superclassOf(node);
    const added = { node, superclass };
    classes.set(node, added);
    return added;
  }
  walk(module.program, (node) => {
    if (isClass(node)) add(node);
  });
  return [...classes.values()];
}

/** Those that it extends, the nearest first. */
export function ancestorsOf(one: ClassOfModule): ClassOfModule[] {
  const { superclass } = one;
  return typeof superclass === "object" ? [superclass, ...ancestorsOf(superclass)] : [];
}

/** Where the classes known end: what the last of the ancestors extends. */
export function foreignRootOf(one: ClassOfModule): Foreign | undefined {
  const { superclass } = one;
  return typeof superclass === "object" ? foreignRootOf(superclass) : superclass;
}

/** Names of its own public members, not those of the class itself (`static`). */
export function namesOfInstances({ node }: ClassOfModule): string[] {
  return membersOf(node).flatMap((member) => {
    const name = member.static ? undefined : nameOf(member.key, member.computed);
    return name === undefined ? [] : [name];
  });
}
