/** The syntax tree of a module, its scopes, and edits of its text that keep a source map. */

import { parse } from "acorn";
import { analyze, type ScopeManager, type Variable } from "eslint-scope";
import type { Class, Node, Program } from "estree";
import MagicString from "magic-string";

/** A node with its place in the text, as acorn makes it. */
export type Placed<T extends Node = Node> = T & { readonly start: number; readonly end: number };

/** A source map, version 3. */
export interface SourceMap {
  version: number;
  sources: string[];
  names: string[];
  mappings: string;
}

/** A module's text, and where it comes from. */
export interface Text {
  readonly code: string;
  readonly map: SourceMap;
}

/** Something that a release image cannot have; it names the place. */
export class LinkError extends Error {
  override name = "LinkError";
}

/** A module that a transform reads and edits. */
export interface Module {
  readonly code: string;
  readonly program: Placed<Program>;
  readonly edits: MagicString;
}

/** @throws {LinkError} for what is no ES2022 module */
export function parseModule(code: string): Module {
  try {
    const program = parse(code, { ecmaVersion: 2022, sourceType: "module", ranges: true });
    return { code, program: program as unknown as Placed<Program>, edits: new MagicString(code) };
  } catch (error) {
    throw new LinkError(error instanceof Error ? error.message : String(error));
  }
}

/** Whose name each identifier is. */
export function scopesOf({ program }: Module): ScopeManager {
  return analyze(program, { ecmaVersion: 2022, sourceType: "module" });
}

/** What each identifier that is read or written stands for; the globals are not in it. */
export function variablesOf(scopes: ScopeManager): Map<Node, Variable> {
  const variables = new Map<Node, Variable>();
  for (const scope of scopes.scopes)
    for (const { identifier, resolved } of scope.references)
      // The scope analysis knows JSX, too.
      if (resolved) variables.set(identifier as Node, resolved);
  return variables;
}

export function place(node: Node): Placed {
  return node as Placed;
}

export function textOf({ code }: Module, node: Node): string {
  return code.slice(place(node).start, place(node).end);
}

/** "line:column" of a node, for messages. */
export function positionOf({ code }: Module, node: Node): string {
  const before = code.slice(0, place(node).start).split("\n");
  return `${before.length}:${before.at(-1)!.length + 1}`;
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && typeof (value as Node).type === "string";
}

/** The nodes directly below. */
export function childrenOf(node: Node): Node[] {
  const children: Node[] = [];
  for (const value of Object.values(node))
    if (Array.isArray(value)) {
      for (const item of value) if (isNode(item)) children.push(item);
    } else if (isNode(value)) children.push(value);
  return children;
}

/** Visits a tree from its root down. A visitor that returns false passes over what is below the node. */
export function walk(
  node: Node,
  visit: (node: Node, parent: Node | undefined) => unknown,
  parent?: Node,
): void {
  if (visit(node, parent) === false) return;
  for (const child of childrenOf(node)) walk(child, visit, node);
}

export function isClass(node: Node): node is Class {
  return node.type === "ClassDeclaration" || node.type === "ClassExpression";
}

/** The name of a property in `o.name`, `{ name: … }` or a class, undefined for what is only known at run time. */
export function nameOf(key: Node, computed: boolean): string | undefined {
  if (key.type === "Literal" && (typeof key.value === "string" || typeof key.value === "number"))
    return String(key.value);
  return key.type === "Identifier" && !computed ? key.name : undefined;
}
