import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import {
  readBuiltIns,
  readLookups,
  type BuiltIns,
} from "../../../../../../hosts/node/images/link/strip/engine.js";
import {
  ALWAYS,
  LOOKED_UP,
  MADE_BY,
  NOT_KEPT,
  OF_CONSTRUCTS,
  OTHER_NAMES,
} from "../../../../../../hosts/node/images/link/strip/kept.js";
import type { EngineObjects } from "../../../../../../hosts/node/images/link/strip/objects.js";
import { parseUses, strip } from "../../../../../../hosts/node/images/link/strip/strip.js";
import { skip } from "../../../../../skip.js";

const SOURCES = "build/xs/engine/sources";

const BUILT_INS: BuiltIns = new Map(
  Object.entries({
    fx_Array_prototype_at: ["at"],
    fx_Array_prototype_values: ["values", "Symbol_iterator"],
    fx_Date_now: ["now"],
    fx_Date_parse: ["parse"],
    fx_JSON_parse: ["parse"],
    fx_Map: ["Map"],
    fx_Map_prototype_at: ["at"],
    fx_Object_copy: [],
    fx_Proxy: ["Proxy"],
    fx_RegExp: ["RegExp"],
    fx_RegExp_prototype_exec: ["exec"],
    fx_String_prototype_at: ["at"],
    fx_String_prototype_called: ["called"],
    fx_TypedArray: [],
  }).map(([name, names]) => [name, new Set(names)]),
);
const OBJECTS: EngineObjects = {
  functions: new Map([
    ...[...BUILT_INS.keys()].map((name) => [name, "xsAll"] as const),
    ["fxInitializeRegExp", "xsRegExp"],
    ["fxRun", "xsRun"],
  ]),
  tables: new Map([["gxProxyBehavior", { object: "xsProxy", bytes: 60 }]]),
  references: new Map([
    ["fxRun", new Set(["fx_String_prototype_called"])],
    ["fx_Map_prototype_at", new Set(["fx_Date_now"])],
  ]),
};

/** What goes. @param uses lines of `coapsule-xsc --uses` */
function stripped(...uses: readonly string[]): readonly string[] {
  return strip(parseUses(uses.join("\n")), BUILT_INS, OBJECTS).functions;
}

describe("linker: built-ins that nothing names", () => {
  it("keeps what a name, a text or the engine asks for", () => {
    assert.deepEqual(
      stripped(),
      [
        "fxInitializeRegExp",
        "fx_Array_prototype_at",
        "fx_Date_now",
        "fx_Date_parse",
        "fx_JSON_parse",
        "fx_Map",
        "fx_Map_prototype_at",
        "fx_Object_copy",
        "fx_Proxy",
        "fx_RegExp",
        "fx_RegExp_prototype_exec",
        "fx_String_prototype_at",
      ].sort(),
    );
    for (const kind of ["name", "text"])
      for (const name of ["fx_Array_prototype_at", "fx_String_prototype_at"])
        assert.ok(!stripped(`${kind} at`).includes(name), kind);
  });

  it("takes methods of a class whose name and constructs are not there, whatever is named", () => {
    assert.ok(stripped("name at").includes("fx_Map_prototype_at"));
    assert.ok(!stripped("name at", "name Map").includes("fx_Map_prototype_at"));
    assert.ok(stripped("name exec").includes("fx_RegExp_prototype_exec"));
    for (const uses of [["construct regexp"], ["name RegExp"], ["name match"]]) {
      assert.ok(!stripped(...uses).includes("fx_RegExp_prototype_exec"), uses[0]);
      assert.ok(!stripped(...uses).includes("fxInitializeRegExp"), uses[0]);
    }
  });

  it("keeps a name that the engine looks up in one class for that class alone", () => {
    const gone = stripped("name Date", "name JSON");
    assert.ok(!gone.includes("fx_Date_parse"));
    assert.ok(gone.includes("fx_JSON_parse"));
    assert.ok(!stripped("name JSON", "name parse").includes("fx_JSON_parse"));
  });

  it("keeps what a function that stays refers to", () => {
    assert.ok(!stripped().includes("fx_String_prototype_called"));
    assert.ok(!stripped("name at", "name Map").includes("fx_Date_now"));
  });

  it("keeps what a construct calls, and what makes all typed arrays", () => {
    assert.ok(!stripped("construct object-spread").includes("fx_Object_copy"));
    assert.ok(!stripped("name Uint8Array").includes("fx_TypedArray"));
  });

  it("takes a class's table of functions with it", () => {
    const tables = (...uses: string[]): readonly string[] =>
      strip(parseUses(uses.join("\n")), BUILT_INS, OBJECTS).tables;
    assert.deepEqual(tables(), ["gxTypeAtomics", "gxProxyBehavior"]);
    assert.deepEqual(tables("name Proxy", "name Atomics"), []);
  });

  it("refuses eval", () => {
    assert.throws(() => stripped("construct eval"), RangeError);
  });

  it("has each name that the engine looks up in one table: kept, or why not", function () {
    if (!existsSync(SOURCES)) skip(this, "the engine's sources are not there: make -C hosts/xs fetch");
    const known = new Set([...Object.keys(LOOKED_UP), ...Object.keys(NOT_KEPT)]);
    const lookups = readLookups(SOURCES);
    assert.deepEqual(
      [...lookups].filter((name) => !known.has(name)),
      [],
    );
    assert.deepEqual(
      Object.keys(LOOKED_UP).filter((name) => Object.hasOwn(NOT_KEPT, name)),
      [],
    );
  });

  it("names functions and classes that the engine has", function () {
    if (!existsSync(SOURCES)) skip(this, "the engine's sources are not there: make -C hosts/xs fetch");
    const builtIns = readBuiltIns(SOURCES);
    assert.deepEqual(builtIns.get("fx_Array_prototype_values"), new Set(["values", "Symbol_iterator"]));
    assert.deepEqual(builtIns.get("fx_Set_prototype_values"), new Set(["values", "keys", "Symbol_iterator"]));
    assert.deepEqual(builtIns.get("fx_Promise_prototype_finally"), new Set(["finally"]));
    assert.deepEqual(builtIns.get("fx_Object_prototype___proto__get"), new Set(["__proto__"]));
    assert.deepEqual(builtIns.get("fx_String_prototype_trimEnd"), new Set(["trimEnd", "trimRight"]));
    const strings = readFileSync(join(SOURCES, "xsCommon.c"), "latin1");
    const names = [...builtIns.values()].flatMap((each) => [...each]);
    // Those of symbols are spelt otherwise.
    const unknown = names.filter((name) => !name.startsWith("Symbol_") && !strings.includes(`"${name}"`));
    assert.deepEqual(unknown, []);
    const named = [...ALWAYS, ...Object.keys(OTHER_NAMES), ...Object.values(OF_CONSTRUCTS).flat()];
    assert.deepEqual(
      named.filter((name) => !builtIns.has(name)),
      [],
    );
    const functions = [...builtIns.keys()];
    assert.deepEqual(
      Object.keys(MADE_BY).filter((name) => !functions.some((each) => each.startsWith(`fx_${name}`))),
      [],
    );
  });
});
