import assert from "node:assert/strict";

import { shortenFields } from "../../../../../../hosts/node/images/link/fields.js";
import { assertSame, edited } from "./edited.js";

function shortened(code: string): string {
  return edited(code, shortenFields).replaceAll(/\s+/gu, " ");
}

describe("linker: fields", () => {
  it("drops fields without an initialiser, or with undefined", () => {
    assert.equal(shortened("class A { x; y = undefined; m() {} }"), "class A { m() {} }");
  });

  it("keeps those that hide something: of a class above or below, of a prototype, static ones", async () => {
    for (const code of [
      "class A { x = 1; } class B extends A { x; }",
      "class A { get x() { return 1; } } class B extends A { x; }",
      "class A { x() {} } class B extends A { x; }",
      "class A { x; } class B extends A { get x() { return 1; } }",
      "class A { x; x() {} }",
      "class A { toString; }",
      "class A extends Error { message; }",
      "class A extends Map { x; }",
      "class A extends f() { x; }",
      "class A { static x; }",
      "class A { [x]; }",
      'class A { "x-y" = 1; }',
    ])
      assert.equal(shortened(code), code);
    await assertSame(
      "class A { x = 1; } class B extends A { x; } export default [new B().x, 'x' in new B()];",
      [undefined, true],
      shortenFields,
    );
  });

  it("moves initialisers to the start of the constructor, in their order", async () => {
    const text = await assertSame(
      `const log = [];
      class A {
        a = log.push("a");
        b = log.push("b" + this.a)
        c = () => this.b;
        constructor(value) { log.push("body" + this.b); this.value = value; }
      }
      export default [new A(7).value, new A(8).c(), log];`,
      [7, 5, ["a", "b1", "body2", "a", "b4", "body5"]],
      shortenFields,
    );
    assert.match(text, /constructor\(value\) \{ this\.a = log/u);
  });

  it("moves them behind super(…), where that is a statement of the constructor", async () => {
    const text = await assertSame(
      `const log = [];
      class A { constructor() { log.push("A"); } }
      class B extends A { x = log.push("x"); constructor() { log.push("before"); super(); log.push(this.x); } }
      new B();
      export default log;`,
      ["before", "A", "x", 3],
      shortenFields,
    );
    assert.match(text, /super\(\); this\.x =/u);
    for (const body of ["if (f()) super(); else super(1);", "const g = () => super(); g();"]) {
      const code = `class A {} class B extends A { x = 1; constructor() { ${body} } }`;
      assert.equal(shortened(code), code);
    }
  });

  it("makes a constructor where there is none, but not below another class", async () => {
    const code =
      "class A { x = 1; m() { return this.y; } y = this.x + 1; z = 3 } export default [new A().m(), new A().z];";
    assert.match(await assertSame(code, [2, 3], shortenFields), /constructor\(\) \{/u);
    assert.match(
      await assertSame("class A {x=1;y=2;z=3} export default new A().z;", 3, shortenFields),
      /constructor/u,
    );
    const below = "class A {} class B extends A { x = 1; }";
    assert.equal(shortened(below), below);
  });

  it("stays away from a constructor that has other things under names that initialisers use", () => {
    for (const constructor of [
      "constructor(size) {}",
      "constructor({ size }) {}",
      "constructor() { const size = 2; }",
      "constructor() { { var size = 2; } }",
      "constructor() { function size() {} }",
    ]) {
      const code = `const size = 1; class A { x = size; ${constructor} }`;
      assert.equal(shortened(code), code);
    }
    assert.match(
      shortened("const size = 1; class A { x = size; constructor() { { let size = 2; } } }"),
      /this\.x = size/u,
    );
  });

  it("leaves a field with a literal where it is, and none moves beside one that may need it", () => {
    assert.equal(
      shortened("class A { x = f(); toString = 2; constructor() {} }"),
      "class A { toString = 2; constructor() { this.x = f();} }",
    );
    for (const toString of ["toString = f();", "toString = this.x;", "[key] = 1;"]) {
      const code = `class A { x = 1; ${toString} constructor() {} }`;
      assert.equal(shortened(code), code);
    }
  });

  it("moves name and message of what is no error", () => {
    assert.match(
      shortened("class A { name = 1; message = 2; constructor() {} }"),
      /this\.name = 1; this\.message = 2;/u,
    );
  });

  it("defines fields of errors, which inherit name and message", async () => {
    await assertSame(
      `class MyError extends Error { name = "MyError"; code = 5; constructor(text) { super(text); } }
      const error = new MyError("text");
      export default [String(error), error.code, Object.hasOwn(error, "name")];`,
      ["MyError: text", 5, true],
      shortenFields,
    );
  });
});
