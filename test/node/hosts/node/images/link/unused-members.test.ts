import assert from "node:assert/strict";

import { removeUnusedMembers } from "../../../../../../hosts/node/images/link/unused-members.js";
import { parseModule } from "../../../../../../hosts/node/images/link/syntax.js";
import { edited } from "./edited.js";

/** The members that are left, by their text. */
function left(code: string): string {
  return edited(code, removeUnusedMembers);
}

describe("linker: unused members", () => {
  it("takes out methods, accessors and fields that nothing names, and counts them", () => {
    const code =
      "class A { used() {} unused() {} get g() {} set g(v) {} static s() {} f = 1; #p = 2; } new A().used();";
    assert.equal(left(code).replaceAll(/ +/gu, " "), "class A { used() {} } new A().used();");
    assert.equal(removeUnusedMembers(parseModule(code)), 6);
  });

  it("keeps what is named for any object, by a text, by destructuring or in brackets", () => {
    for (const use of [
      "other.m();",
      "other.m = 1;",
      'f("m");',
      "f(`m`);",
      'other["m"]();',
      "const { m } = other;",
      "const { m: x } = other;",
      "({ m: x } = other);",
      '"m" in other;',
      "other?.m?.();",
      "super_.x = class { n() { return super.m(); } };",
    ]) {
      const code = `class A { m() {} } ${use}`;
      assert.match(left(code), /class A \{ m\(\) \{\} \}/u, use);
    }
  });

  it("takes a key of an object, or another member of the name, for no use", () => {
    assert.match(left("class A { m() {} } f({ m: 1 });"), /class A \{ {2}\}/u);
    assert.match(left("class A { m() {} } class B { m = 1; }"), /class A \{ {2}\}/u);
  });

  it("keeps what the language calls, computed names, and what its own initialiser does", () => {
    for (const member of [
      "constructor() {}",
      "toString() {}",
      "valueOf() {}",
      "toJSON() {}",
      "then() {}",
      "next() {}",
      "return() {}",
      "throw() {}",
      "[Symbol.iterator]() {}",
      "[key]() {}",
      "static { f(); }",
      "field = f();",
      "field = new Thing();",
      "field = [f()];",
      "field = { a: f() };",
    ])
      assert.equal(left(`class A { ${member} }`), `class A { ${member} }`);
  });

  it("keeps a private member by its use in any class", () => {
    const code = "class A { #x = 1; #y = 2; } class B { #x = 1; get() { return this.#x; } } new B().get();";
    assert.match(left(code), /class A \{ #x = 1; {2}\}/u);
  });
});
