// @ts-check
import { noModuleRegexp } from "../../../../tools/eslint/no-module-regexp.js";
import { testRule } from "./rule-tester.js";

testRule("coapsule/no-module-regexp", noModuleRegexp, {
  valid: [
    "export function isDigits(text) { return /^[0-9]+$/u.test(text); }",
    "export const isDigits = (text) => /^[0-9]+$/u.test(text);",
    "class A { pattern = /a/u; matches(text) { return /a/u.test(text); } }",
    'const make = () => new RegExp("a");',
    'describe("a", () => { it("b", () => { assert.ok(/a/u.test("a")); }); });',
  ],
  invalid: [
    { code: "const DIGITS = /^[0-9]+$/u;", errors: ["regexp"] },
    { code: "export const patterns = { digits: /^[0-9]+$/u, hex: [/a/u] };", errors: ["regexp", "regexp"] },
    { code: 'const DIGITS = new RegExp("[0-9]");', errors: ["regexp"] },
    { code: 'const DIGITS = RegExp("[0-9]");', errors: ["regexp"] },
    { code: "class A { static readonly pattern = /a/u; }", errors: ["regexp"] },
    { code: "class A { static { A.test(/a/u); } }", errors: ["regexp"] },
    { code: 'describe("a", () => { const pattern = /a/u; });', errors: ["regexp"] },
    { code: "const test = (() => { const pattern = /a/u; return () => pattern; })();", errors: ["regexp"] },
  ],
});
