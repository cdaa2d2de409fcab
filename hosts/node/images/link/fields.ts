/**
 * Step 4, too: a field without an initialiser says nothing to an engine that gives undefined for what is not there; and
 * initialisers go into the constructor, as each class with fields has a function of its own that sets them.
 *
 * A field is defined whatever a prototype has under its name, an assignment is not: so only those move whose name no
 * class above or below has, nor a built-in that it extends.
 */

import type { Class, MethodDefinition, Node, PropertyDefinition } from "estree";
import {
  ancestorsOf,
  classesOf,
  foreignRootOf,
  membersOf,
  namesOfInstances,
  type ClassOfModule,
} from "./classes.js";
import { nameOf, place, scopesOf, textOf, walk, type Module } from "./syntax.js";

/** What every object inherits. */
const OF_OBJECTS: ReadonlySet<string> = new Set([
  ...["constructor", "toString", "toLocaleString", "valueOf", "hasOwnProperty", "isPrototypeOf"],
  ...["propertyIsEnumerable", "__proto__"],
]);
/** What errors have besides. */
const OF_ERRORS: ReadonlySet<string> = new Set(["name", "message", "stack", "cause"]);

type Field = PropertyDefinition;

function instanceFieldsOf(node: Class): Field[] {
  return membersOf(node).filter(
    (member): member is Field => member.type === "PropertyDefinition" && !member.static,
  );
}

function constructorOf(node: Class): MethodDefinition | undefined {
  return membersOf(node).find(
    (member): member is MethodDefinition =>
      member.type === "MethodDefinition" && member.kind === "constructor",
  );
}

/** Names that another class has for what belongs to the same object. */
class Relatives {
  readonly #names = new Map<ClassOfModule, Set<string>>();
  /** Of classes that may extend any other. */
  readonly #namesOfStrangers = new Set<string>();

  constructor(classes: readonly ClassOfModule[]) {
    for (const one of classes) this.#names.set(one, new Set());
    for (const one of classes) {
      const names = namesOfInstances(one);
      if (foreignRootOf(one) === "unknown") for (const name of names) this.#namesOfStrangers.add(name);
      for (const ancestor of ancestorsOf(one)) {
        for (const name of names) this.#names.get(ancestor)!.add(name);
        for (const name of namesOfInstances(ancestor)) this.#names.get(one)!.add(name);
      }
    }
  }

  /** Whether the name is the object's own from this class alone. */
  isOwn(one: ClassOfModule, name: string): boolean {
    const root = foreignRootOf(one);
    const methods = membersOf(one.node).some(
      (member) =>
        member.type === "MethodDefinition" && !member.static && nameOf(member.key, member.computed) === name,
    );
    return (
      (root === undefined || root === "error") &&
      !methods &&
      !OF_OBJECTS.has(name) &&
      !(root === "error" && OF_ERRORS.has(name)) &&
      !this.#namesOfStrangers.has(name) &&
      !this.#names.get(one)!.has(name)
    );
  }
}

/** Whether it needs no other field, and none needs it to come later. */
function isIndependent({ key, value, computed }: Field): boolean {
  return !computed && key.type !== "PrivateIdentifier" && (!value || value.type === "Literal");
}

/** `super(…);` as a statement of the constructor, where it is its only call of it. */
function superCallOf(constructor: MethodDefinition): Node | undefined {
  let count = 0;
  walk(constructor.value, (node) => {
    if (node.type === "Super") count += 1;
  });
  const statement = constructor.value.body.body.find(
    (node) =>
      node.type === "ExpressionStatement" &&
      node.expression.type === "CallExpression" &&
      node.expression.callee.type === "Super",
  );
  return count === 1 ? statement : undefined;
}

/** Where initialisers go in the constructor: undefined where they cannot. */
function placeIn(one: Class, constructor: MethodDefinition): number | undefined {
  if (!one.superClass) return place(constructor.value.body).start + 1;
  const call = superCallOf(constructor);
  return call && place(call).end;
}

class Fields {
  readonly #module: Module;
  readonly #relatives: Relatives;
  /** Names that a function declares for its body: parameters and variables. */
  readonly #declared = new Map<Node, Set<string>>();

  constructor(module: Module, classes: readonly ClassOfModule[]) {
    this.#module = module;
    this.#relatives = new Relatives(classes);
    for (const scope of scopesOf(module).scopes)
      if (scope.type === "function") this.#declared.set(scope.block, new Set(scope.set.keys()));
  }

  #canMove(one: ClassOfModule, { key, computed }: Field): boolean {
    const name = nameOf(key, computed);
    return key.type === "Identifier" && name !== undefined && this.#relatives.isOwn(one, name);
  }

  /** Whether the constructor has other things under names that the initialisers use. */
  #clashes(constructor: MethodDefinition, fields: readonly Field[]): boolean {
    const declared = this.#declared.get(constructor.value)!;
    let clash = false;
    for (const { value } of fields)
      walk(value!, (node) => {
        clash ||= node.type === "MetaProperty" || (node.type === "Identifier" && declared.has(node.name));
      });
    return clash;
  }

  #remove(field: Field): void {
    const { start, end } = place(field);
    this.#module.edits.remove(start, end);
  }

  /** @returns those that are left */
  #drop(one: ClassOfModule): Field[] {
    return instanceFieldsOf(one.node).filter((field) => {
      const isEmpty = !field.value || (field.value.type === "Identifier" && field.value.name === "undefined");
      if (!isEmpty || !this.#canMove(one, field)) return true;
      this.#remove(field);
      return false;
    });
  }

  shorten(one: ClassOfModule): void {
    const left = this.#drop(one);
    const fields = left.filter((field) => field.value && this.#canMove(one, field));
    const stays = left.filter((field) => !fields.includes(field));
    // Those that stay are set before the others then: they must not mind.
    if (fields.length === 0 || !stays.every(isIndependent)) return;
    const constructor = constructorOf(one.node);
    if (constructor === undefined) {
      if (!one.node.superClass && stays.length === 0) this.#moveToNew(fields);
      return;
    }
    const at = placeIn(one.node, constructor);
    if (at === undefined || this.#clashes(constructor, fields)) return;
    for (const field of fields) this.#move(field, at);
  }

  /** The initialiser itself moves, so that the source map still knows it. */
  #move(field: Field, at: number): void {
    const { edits } = this.#module;
    const { start, end } = place(field);
    edits.prependRight(start, " this.");
    if (!textOf(this.#module, field).endsWith(";")) edits.appendLeft(end, ";");
    if (start !== at) edits.move(start, end, at);
  }

  /** The first of them becomes a constructor. */
  #moveToNew(fields: readonly Field[]): void {
    const { edits } = this.#module;
    const first = place(fields[0]!);
    const last = place(fields.at(-1)!);
    let at = first.end;
    for (const field of fields) {
      const { start, end } = place(field);
      this.#move(field, field === fields[0] ? start : at);
      if (start === at) at = end;
    }
    edits.prependRight(first.start, "constructor() {");
    edits.appendLeft(last.end, " }");
  }
}

export function shortenFields(module: Module): void {
  const classes = classesOf(module);
  const fields = new Fields(module, classes);
  for (const one of classes) fields.shorten(one);
}
