/**
 * Step 2: what is known before the program runs is written where it is used. A constant of a module costs a slot in
 * each function that reads it, and those of other modules as much again.
 *
 * - `const LIMIT = 4 << 2;` and expressions of such constants become numbers.
 * - So do members of objects that nothing can change: `Code.CONTENT` of `const Code = { CONTENT: 69 }`.
 * - Short strings likewise: they take less than what it costs to refer to them.
 *
 * What would be -0, NaN or infinite stays as it is: engines for boards differ in -0.
 */

import type { Variable } from "eslint-scope";
import type { Expression, Identifier, MemberExpression, Node, ObjectExpression } from "estree";
import { nameOf, place, scopesOf, variablesOf, walk, type Module } from "./syntax.js";

/** Longer texts are cheaper in one place. */
const STRING_LENGTH_MAXIMUM = 16;

type Value = number | string;

const BINARY: Readonly<Record<string, (left: number, right: number) => number>> = {
  "+": (left, right) => left + right,
  "-": (left, right) => left - right,
  "*": (left, right) => left * right,
  "/": (left, right) => left / right,
  "%": (left, right) => left % right,
  "**": (left, right) => left ** right,
  "<<": (left, right) => left << right,
  ">>": (left, right) => left >> right,
  ">>>": (left, right) => left >>> right,
  "&": (left, right) => left & right,
  "|": (left, right) => left | right,
  "^": (left, right) => left ^ right,
};
const UNARY: Readonly<Record<string, (value: number) => number>> = {
  "-": (value) => -value,
  "+": (value) => value,
  "~": (value) => ~value,
};

function isPortable(value: number): boolean {
  return Number.isFinite(value) && !Object.is(value, -0);
}

/** What a `const` with one declaration is made of. */
function initialiserOf(variable: Variable): Expression | undefined {
  const [definition] = variable.defs;
  if (variable.defs.length !== 1 || definition?.type !== "Variable") return undefined;
  const { node, parent } = definition as unknown as {
    readonly node: { readonly id: Node; readonly init: Expression | null };
    readonly parent: { readonly kind?: string };
  };
  return parent.kind === "const" && node.id.type === "Identifier" ? (node.init ?? undefined) : undefined;
}

/** The object in `{ … }` or `Object.freeze({ … })`. */
function objectOf(
  node: Expression | undefined,
  isGlobal: (node: Node) => boolean,
): ObjectExpression | undefined {
  if (node?.type === "ObjectExpression") return node;
  if (node?.type !== "CallExpression" || node.callee.type !== "MemberExpression") return undefined;
  const { object, property, computed } = node.callee;
  const [argument] = node.arguments;
  const freezes = object.type === "Identifier" && object.name === "Object" && isGlobal(object);
  return freezes && nameOf(property, computed) === "freeze" && argument?.type === "ObjectExpression"
    ? argument
    : undefined;
}

class Constants {
  readonly #variables: ReadonlyMap<Node, Variable>;
  readonly #parents = new Map<Node, Node>();
  readonly #values = new Map<Variable, Value | undefined>();
  readonly #objects = new Map<Variable, ReadonlyMap<string, Expression> | undefined>();

  constructor(module: Module) {
    walk(module.program, (node, parent) => {
      if (parent !== undefined) this.#parents.set(node, parent);
    });
    this.#variables = variablesOf(scopesOf(module));
  }

  parentOf(node: Node): Node | undefined {
    return this.#parents.get(node);
  }

  /** The value of an expression, or undefined where it is not known. */
  evaluate(node: Node): Value | undefined {
    switch (node.type) {
      case "Literal":
        return typeof node.value === "number" || typeof node.value === "string" ? node.value : undefined;
      case "UnaryExpression": {
        const value = this.evaluate(node.argument);
        const operator = UNARY[node.operator];
        return typeof value === "number" && operator ? this.#portable(operator(value)) : undefined;
      }
      case "BinaryExpression": {
        const left = this.evaluate(node.left);
        const right = this.evaluate(node.right);
        const operator = BINARY[node.operator];
        if (typeof left !== "number" || typeof right !== "number" || !operator) return undefined;
        return this.#portable(operator(left, right));
      }
      case "Identifier":
        return this.#valueOfVariable(node);
      case "MemberExpression":
        return this.#valueOfMember(node);
      default:
        return undefined;
    }
  }

  #portable(value: number): number | undefined {
    return isPortable(value) ? value : undefined;
  }

  #valueOfVariable(node: Identifier): Value | undefined {
    const variable = this.#variables.get(node);
    if (variable === undefined) return undefined;
    if (!this.#values.has(variable)) {
      // Of one that is defined by itself.
      this.#values.set(variable, undefined);
      const initialiser = initialiserOf(variable);
      this.#values.set(variable, initialiser && this.evaluate(initialiser));
    }
    return this.#values.get(variable);
  }

  #valueOfMember(node: MemberExpression): Value | undefined {
    const name = nameOf(node.property, node.computed);
    if (node.object.type !== "Identifier" || node.optional || name === undefined) return undefined;
    const variable = this.#variables.get(node.object);
    const member = variable && this.#membersOf(variable)?.get(name);
    return member && this.evaluate(member);
  }

  #membersOf(variable: Variable): ReadonlyMap<string, Expression> | undefined {
    if (!this.#objects.has(variable)) {
      this.#objects.set(variable, undefined);
      this.#objects.set(variable, this.#findMembers(variable));
    }
    return this.#objects.get(variable);
  }

  #findMembers(variable: Variable): ReadonlyMap<string, Expression> | undefined {
    const initialiser = initialiserOf(variable);
    const object = objectOf(initialiser, (node) => !this.#variables.has(node));
    if (object === undefined) return undefined;
    const isFrozen = object !== initialiser;
    if (
      !isFrozen &&
      !variable.references.every(({ identifier, init }) => init === true || this.#isRead(identifier as Node))
    )
      return undefined;
    const members = new Map<string, Expression>();
    for (const property of object.properties) {
      if (property.type !== "Property" || property.kind !== "init" || property.method) return undefined;
      const name = nameOf(property.key, property.computed);
      if (name === undefined || name === "__proto__" || members.has(name)) return undefined;
      members.set(name, property.value as Expression);
    }
    return members;
  }

  /** Whether it is the object of `object.name`, and nothing is written there or called. */
  #isRead(identifier: Node): boolean {
    const member = this.parentOf(identifier);
    if (member?.type !== "MemberExpression" || member.object !== identifier) return false;
    if (nameOf(member.property, member.computed) === undefined) return false;
    return !this.isTarget(member) && !this.#isCalled(member);
  }

  #isCalled(node: Node): boolean {
    const parent = this.parentOf(node);
    if (parent?.type === "TaggedTemplateExpression") return parent.tag === node;
    return (parent?.type === "CallExpression" || parent?.type === "NewExpression") && parent.callee === node;
  }

  /** Whether something is written there, so that it cannot be replaced by its value. */
  isTarget(node: Node): boolean {
    const parent = this.parentOf(node);
    switch (parent?.type) {
      case "AssignmentExpression":
      case "AssignmentPattern":
      case "ForOfStatement":
      case "ForInStatement":
        return parent.left === node;
      case "VariableDeclarator":
        return parent.id === node;
      case "UpdateExpression":
      case "RestElement":
      case "ArrayPattern":
      case "ExportSpecifier":
      case "ExportDefaultDeclaration":
        return true;
      case "UnaryExpression":
        return parent.operator === "delete";
      case "Property":
        return parent.value === node && this.parentOf(parent)?.type === "ObjectPattern";
      default:
        return false;
    }
  }
}

function isExpression(node: Node): boolean {
  return ["BinaryExpression", "UnaryExpression", "Identifier", "MemberExpression"].includes(node.type);
}

function literal(value: Value): string {
  if (typeof value === "string") return JSON.stringify(value);
  return value < 0 || !Number.isInteger(value) ? `(${value})` : String(value);
}

/** An integer followed by `.name` would be read as a fraction. */
function isObjectOfMember(node: Node, parent: Node | undefined): boolean {
  return parent?.type === "MemberExpression" && parent.object === node;
}

/** `${…}` around an expression of a template, whose value becomes a part of the text. */
function substitutionAround(
  node: Node,
  parent: Node | undefined,
): { start: number; end: number } | undefined {
  if (parent?.type !== "TemplateLiteral") return undefined;
  const index = parent.expressions.indexOf(node as Expression);
  return { start: place(parent.quasis[index]!).end, end: place(parent.quasis[index + 1]!).start };
}

function templateText(value: Value): string {
  return String(value).replaceAll(/[\\`$]/gu, String.raw`\$&`);
}

/** Writes constants where they are used. Their declarations stay. */
export function inlineConstants(module: Module): void {
  const constants = new Constants(module);
  walk(module.program, (node, parent) => {
    if (!isExpression(node) || constants.isTarget(node)) return true;
    const value = constants.evaluate(node);
    if (value === undefined) return true;
    if (typeof value === "string" && value.length > STRING_LENGTH_MAXIMUM) return true;
    const isTagged = parent !== undefined && constants.parentOf(parent)?.type === "TaggedTemplateExpression";
    const substitution = isTagged ? undefined : substitutionAround(node, parent);
    if (substitution) {
      module.edits.overwrite(substitution.start, substitution.end, templateText(value));
      return false;
    }
    const text = isObjectOfMember(node, parent) ? `(${literal(value)})` : literal(value);
    const { start, end } = place(node);
    const isShorthand = parent?.type === "Property" && parent.shorthand;
    module.edits.overwrite(start, end, isShorthand ? `${(node as Identifier).name}: ${text}` : text);
    return false;
  });
}
