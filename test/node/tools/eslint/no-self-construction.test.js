// @ts-check
import { noSelfConstruction } from "../../../../tools/eslint/no-self-construction.js";
import { testRule } from "./rule-tester.js";

testRule("coapsule/no-self-construction", noSelfConstruction, {
  valid: [
    "class A { x = 1; } const ZERO = new A();",
    "class A { static readonly other = new B(); }",
    "class A { static of() { return new A(); } }",
    "class A { static readonly make = () => new A(); }",
    "class A { copy() { return new A(); } static readonly n = A.count(); static count() { return 1; } }",
  ],
  invalid: [
    { code: "class A { x = 1; static readonly zero = new A(); }", errors: ["self"] },
    { code: "class A { static readonly zero = new this(); }", errors: ["self"] },
    { code: "class A { static readonly all = [new A(), { a: new A() }]; }", errors: ["self", "self"] },
    { code: "class A { static { this.zero = new A(); } }", errors: ["self"] },
    { code: "class A { static readonly zero = (() => new A())(); }", errors: ["self"] },
    { code: "const A = class { static readonly zero = new A(); };", errors: ["self"] },
    { code: "class A { static readonly zero = A.of(); static of() { return new A(); } }", errors: ["self"] },
    {
      code: "class A { static of() { return new this(); } static { this.zero = this.of(); } }",
      errors: ["self"],
    },
  ],
});
