// @ts-check
import { noMutableStatic } from "../../../../tools/eslint/no-mutable-static.js";
import { testRule } from "./rule-tester.js";

testRule("coapsule/no-mutable-static", noMutableStatic, {
  valid: [
    "class A { static readonly limit = 8; }",
    "class A { static readonly #limit = 8; static limit() { return A.#limit; } }",
    "class A { count = 0; #list = []; next() { this.count++; this.#list.push(1); } }",
    "class A { static parse(text) { const a = new A(); a.text = text; return a; } }",
    "class A { static readonly names = new Map(); static { A.names.set(1, 2); this.names.set(3, 4); } }",
    "class A { static add() {} static start() { A.add(); this.add(); } }",
    "class A { static make() { return { n: 0, next() { this.n++; } }; } }",
  ],
  invalid: [
    { code: "class A { static count = 0; }", errors: ["field"] },
    { code: "class A { static #count = 0; }", errors: ["field"] },
    { code: "class A { static accessor count = 0; }", errors: ["field"] },
    { code: "class A { static readonly list = []; static add(x) { A.list.push(x); } }", errors: ["change"] },
    {
      code: "class A { static readonly list = []; static add(x) { this.list.push(x); } }",
      errors: ["change"],
    },
    {
      code: "class A { static readonly #map = new Map(); add(x) { A.#map.set(x, x); } }",
      errors: ["change"],
    },
    { code: "class A { static readonly add = (x) => { this.list.push(x); }; }", errors: ["change"] },
    { code: "class A { static reset() { [1].forEach(() => { this.count = 0; }); } }", errors: ["change"] },
    { code: "class A {} export function f() { A.count = 1; }", errors: ["change"] },
    { code: "const A = class B { static f() { B.count++; } };", errors: ["change"] },
  ],
});
