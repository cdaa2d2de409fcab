// @ts-check
import { noModuleLet } from "../../../../tools/eslint/no-module-let.js";
import { testRule } from "./rule-tester.js";

testRule("coapsule/no-module-let", noModuleLet, {
  valid: [
    "const limit = 8;",
    "function next() { let count = 0; count++; return count; }",
    "const next = () => { let count = 0; return count; };",
    "class A { next() { let count = 0; return count; } field = () => { let a = 1; return a; }; }",
    "const table = new Uint8Array(8); for (let i = 0; i < 8; i++) table[i] = i;",
    "const sum = (() => { let total = 0; for (const n of [1, 2]) total += n; return total; })();",
    'describe("a", () => { it("b", () => { let count = 0; count++; assert.equal(count, 1); }); });',
    'describe("a", () => { for (let i = 0; i < 3; i++) it(String(i), () => { assert.ok(i); }); });',
    "declare let ambient: number;",
  ],
  invalid: [
    { code: "let count = 0;", errors: ["module"] },
    { code: "export let count = 0;", errors: ["module"] },
    { code: "var count = 0;", errors: ["module"] },
    { code: "let a: number | undefined, b = 1;", errors: ["module"] },
    {
      code: 'describe("a", () => { let count = 0; it("b", () => { count++; assert.equal(count, 1); }); });',
      errors: ["later"],
    },
    { code: "export const next = (() => { let count = 0; return () => ++count; })();", errors: ["later"] },
    {
      code: "class A { static { let count = 0; A.prototype.next = () => { count = 1; }; } }",
      errors: ["later"],
    },
    { code: "{ let count = 0; function next() { count++; } }", errors: ["later"] },
  ],
});
