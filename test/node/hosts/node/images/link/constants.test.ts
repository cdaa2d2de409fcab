import assert from "node:assert/strict";

import { inlineConstants } from "../../../../../../hosts/node/images/link/constants.js";
import { assertSame, edited } from "./edited.js";

function inlined(code: string): string {
  return edited(code, inlineConstants);
}

describe("linker: constants", () => {
  it("writes numbers and short strings where they are used, and keeps the declaration", () => {
    assert.equal(
      inlined('const LIMIT = 4; const NAME = "x"; f(LIMIT, NAME);'),
      'const LIMIT = 4; const NAME = "x"; f(4, "x");',
    );
    const long = JSON.stringify("a string that is longer");
    assert.equal(inlined(`const NAME = ${long}; f(NAME);`), `const NAME = ${long}; f(NAME);`);
  });

  it("works out expressions, and constants made of others, whatever their order", async () => {
    assert.match(inlined("f(BOTH); const BOTH = ONE | TWO << 2; const ONE = 1, TWO = 2;"), /^f\(9\);/u);
    const code =
      "const A = -1; const B = 3 / 2; export default [A, B, A * 2, -A, 2 ** A, ~A, A >>> 0, 5 - -A];";
    const text = await assertSame(code, [-1, 1.5, -2, 1, 0.5, 0, 4294967295, 4], inlineConstants);
    assert.match(text, /\[\(-1\), \(1.5\), \(-2\), 1, \(0.5\), 0, 4294967295, 4\]/u);
  });

  it("leaves what engines do not agree on: -0, NaN and infinity", () => {
    assert.equal(inlined("f(0 * -1);"), "f(0 * (-1));");
    for (const expression of ["-0", "0 / 0", "1 / 0", "2 ** 5000"])
      assert.equal(inlined(`f(${expression});`), `f(${expression});`);
  });

  it("sees which variable a name stands for: shadowing", async () => {
    await assertSame(
      `const X = 1;
      function parameter(X) { return X; }
      function local() { const X = 3; return X; }
      function block() { { let X = 4; X += 1; return X; } }
      function caught() { try { throw 6; } catch (X) { return X; } }
      const named = function X() { return typeof X; };
      class Own { X() { return X; } static X = X + 10; }
      const arrow = ({ X }) => X;
      export default [X, parameter(2), local(), block(), caught(), named(), new Own().X(), Own.X, arrow({ X: 7 })];`,
      [1, 2, 3, 5, 6, "function", 1, 11, 7],
      inlineConstants,
    );
  });

  it("takes no let, no parameter with a default, no variable of a loop, none that is defined by itself", () => {
    for (const code of [
      "let x = 1; f(x);",
      "function g(x = 1) { return x; }",
      "for (const x of y) f(x);",
      "const { x } = y; f(x);",
      "const a = b + 1; const b = a + 1; f(a);",
    ])
      assert.equal(inlined(code), code);
  });

  it("names properties as before", async () => {
    const text = await assertSame(
      "const X = 1; const o = { X, [X]: 2, y: { X: 3 } }; export default [o, o.y.X, o[X], 5 .constructor === Number];",
      [{ X: 1, 1: 2, y: { X: 3 } }, 3, 2, true],
      inlineConstants,
    );
    assert.match(text, /\{ X: 1, \[1\]: 2, y: \{ X: 3 \} \}/u);
    assert.equal(inlined("const X = 1; f(X.toString());"), "const X = 1; f((1).toString());");
    assert.equal(
      inlined("const X = 1; export { X }; export { X as Y };"),
      "const X = 1; export { X }; export { X as Y };",
    );
  });

  it("puts values into templates, but not into those with a tag", async () => {
    const text = await assertSame(
      `const X = 1, S = '\`\${\\\\'; const tag = (texts, value) => [...texts.raw, value];
      export default [\`a\${X}b\${S}c\${[X]}\`, tag\`a\${X}\`];`,
      ["a1b`${\\c1", ["a", "", 1]],
      inlineConstants,
    );
    assert.match(text, /`a1b/u);
    assert.match(text, /tag`a\$\{1\}`/u);
  });

  it("reads members of objects that nothing can change", async () => {
    const text = await assertSame(
      `const FROZEN = Object.freeze({ A: 1, "b-c": 2, D: 3 + 4 });
      const ONLY_READ = { A: 5, B: "six" };
      export default [FROZEN.A, FROZEN["b-c"], FROZEN.D, ONLY_READ.A, ONLY_READ.B, Object.keys(FROZEN).length];`,
      [1, 2, 7, 5, "six", 3],
      inlineConstants,
    );
    assert.match(text, /\[1, 2, 7, 5, "six", Object.keys\(FROZEN\).length\]/u);
  });

  it("reads none of an object that something may change", () => {
    const uses = [
      "O.A = 2",
      "O.A += 1",
      "O.A++",
      "delete O.A",
      "f(O)",
      "[O.A] = [2]",
      "({ x: O.A } = { x: 2 })",
      "for (O.A of [2]);",
      "O[key] = 2",
      "O.A()",
      "O.A``",
    ];
    for (const use of uses) {
      const code = `const O = { A: 1 }; ${use}; f(O.A);`;
      assert.match(inlined(code), /f\(O\.A\);$/u, use);
    }
    const freeze = "const Object = { freeze: (o) => o }; const O = Object.freeze({ A: 1 }); f(O); f(O.A);";
    assert.equal(inlined(freeze), freeze);
    for (const object of [
      "{ ...other, A: 1 }",
      "{ get A() { return 1; } }",
      "{ A: 1, A: f() }",
      "{ [key]: 1, A: 1 }",
      "{ __proto__: 1, A: 1 }",
    ])
      assert.equal(inlined(`const O = ${object}; f(O.A);`), `const O = ${object}; f(O.A);`);
  });
});
