// @ts-check
import { noChangedModuleState } from "../../../../tools/eslint/no-changed-module-state.js";
import { testRule } from "./rule-tester.js";

testRule("coapsule/no-changed-module-state", noChangedModuleState, {
  valid: [
    'const NAMES = new Map([[1, "GET"]]); export const name = (code) => NAMES.get(code);',
    "const TABLE = [1, 2, 3]; export const sorted = () => [...TABLE].sort();",
    "const TABLE = new Uint8Array(256); for (let i = 0; i < 256; i++) TABLE[i] = i;",
    "const NAMES = new Map(); for (const [n, name] of LIST) NAMES.set(n, name);",
    "const TABLE = (() => { const table = []; table.push(1); return table; })();",
    "export function f() { const list = []; list.push(1); return list; }",
    "class A { #map = new Map(); add(x) { this.#map.set(x, x); } }",
    "const EMPTY = []; const NONE = {}; export const f = (list = EMPTY) => list.length;",
    'import { Message } from "./message.js"; export const f = () => Message.set();',
    'import * as site from "./site.js"; export const f = () => { site.add("x"); };',
    'import { add } from "./add.js"; export const f = () => add(1).push(2);',
    "const base = { a: 1 }; export const f = () => Object.assign({}, base);",
    "const base = { a: 1 }; export const f = () => { const copy = { ...base }; copy.a = 2; return copy; };",
    "const key = 1; export const f = (object) => { object[key] = 2; };",
    'describe("a", () => { const table = [1]; it("b", () => { assert.equal(table.length, 1); }); });',
    "function set() {} export const f = () => { set(); };",
  ],
  invalid: [
    { code: "const seen = new Set([0]); export const f = (x) => { seen.add(x); };", errors: ["changed"] },
    { code: "const cache = new Map(); export function f(x) { cache.set(x, x); }", errors: ["changed"] },
    { code: "const list: number[] = []; export const f = (x) => { list.push(x); };", errors: ["changed"] },
    { code: "const list = [3, 1]; export const f = () => list.sort();", errors: ["changed"] },
    { code: "const list = [3, 1]; export const f = () => { list[0] = 1; };", errors: ["changed"] },
    { code: "const list = [3, 1]; export const f = () => { list[0]!++; };", errors: ["changed"] },
    { code: "const list = [3, 1]; export const f = () => { list.length = 0; };", errors: ["changed"] },
    {
      code: "const list = [3, 1]; export const f = () => { [list[0], list[1]] = [1, 2]; };",
      errors: ["changed", "changed"],
    },
    { code: "const list = [3, 1]; export const f = () => { ({ a: list[0] } = x); };", errors: ["changed"] },
    { code: "const state = { n: 0 }; export const f = () => state.n++;", errors: ["changed"] },
    { code: "const state = { n: 0 }; export const f = () => { delete state.n; };", errors: ["changed"] },
    {
      code: "const state = { list: [] }; export const f = () => { state.list.push(1); };",
      errors: ["changed"],
    },
    {
      code: "const state = { n: 0 }; export const f = () => { (state as any).n = 1; };",
      errors: ["changed"],
    },
    {
      code: "const state = { n: 0 }; export const f = () => Object.assign(state, { n: 1 });",
      errors: ["changed"],
    },
    { code: "const state = {}; export const f = () => Reflect.set(state, 'n', 1);", errors: ["changed"] },
    {
      code: "const state = { n: 0 }; export const f = () => { for (state.n of [1]); };",
      errors: ["changed"],
    },
    {
      code: "const bytes = new Uint8Array(4); export const f = (x) => { bytes.set(x); };",
      errors: ["changed"],
    },
    {
      code: "const view = new DataView(b); export const f = (x) => { view.setUint16(0, x); };",
      errors: ["changed"],
    },
    { code: "export function f() { f.calls = 1; }", errors: ["changed"] },
    {
      code: 'import { registry } from "./r.js"; export const f = () => { registry.add(1); };',
      errors: ["changed"],
    },
    { code: 'import { TABLE } from "./r.js"; TABLE.push(1);', errors: ["changed"] },
    {
      code: 'import { Message } from "./m.js"; export const f = () => { Message.all.push(1); };',
      errors: ["changed"],
    },
    { code: "export const cache = new Map();", errors: ["empty"] },
    { code: "const cache = new WeakMap(); export const f = (x) => cache.get(x);", errors: ["empty"] },
    {
      code: 'describe("a", () => { const list = []; it("b", () => { list.push(1); assert.ok(list); }); });',
      errors: ["changed"],
    },
    { code: "const f = (() => { const list = []; return () => list.push(1); })();", errors: ["changed"] },
  ],
});
