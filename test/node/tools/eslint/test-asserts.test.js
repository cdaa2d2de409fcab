// @ts-check
import { testAsserts } from "../../../../tools/eslint/test-asserts.js";
import { testRule } from "./rule-tester.js";

testRule("coapsule/test-asserts", testAsserts, {
  valid: [
    'it("a", () => { assert.equal(1, 1); });',
    'it("a", async () => { await assert.rejects(p, Error); });',
    'function same(a) { assert.ok(a); } it("a", () => { same(1); });',
    'const same = (a) => { both(a); }; function both(a) { assert.ok(a); } it("a", () => same(1));',
    'import { checkRoundTrip } from "./round-trip.js"; it("a", () => { checkRoundTrip(); });',
    'const body = () => { assert.ok(1); }; it("a", body);',
    'it("pending");',
  ],
  invalid: [
    { code: 'it("a", () => {});', errors: ["none"] },
    { code: 'it("a", () => { parse("x"); });', errors: ["none"] },
    { code: 'function again() { again(); } it("a", () => { again(); });', errors: ["none"] },
    { code: 'describe("x", () => { assert.ok(1); it("a", () => { parse(); }); });', errors: ["none"] },
  ],
});
