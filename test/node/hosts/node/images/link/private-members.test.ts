import assert from "node:assert/strict";

import { lowerPrivateMembers } from "../../../../../../hosts/node/images/link/private-members.js";
import { LinkError } from "../../../../../../hosts/node/images/link/syntax.js";
import { assertSame, edited } from "./edited.js";

function lowered(code: string): string {
  return edited(code, lowerPrivateMembers);
}

async function sameLowered(code: string, expected: unknown): Promise<string> {
  const text = await assertSame(code, expected, lowerPrivateMembers);
  assert.doesNotMatch(text, /#/u);
  return text;
}

describe("linker: private members", () => {
  it("counts names, which unrelated classes share", () => {
    assert.equal(
      lowered("class A { #x = 1; #y() { return this.#x; } } class B { #z; }"),
      "class A { $0 = 1; $1() { return this.$0; } } class B { $0; }",
    );
  });

  it("gives a subclass names of its own, for the same names, too", async () => {
    await sameLowered(
      `class Base { #x = 1; #m() { return this.#x; } base() { return this.#m(); } }
      class Middle extends Base {}
      class Derived extends Middle { #x = 2; #m() { return this.#x; } derived() { return this.#m(); } }
      const d = new Derived();
      export default [d.base(), d.derived()];`,
      [1, 2],
    );
  });

  it("knows classes by their variables: constants, redefinition further in, later definition", async () => {
    await sameLowered(
      `const Base = class { #x = 1; x() { return this.#x; } };
      function inner() {
        class Base { #x = 3; x() { return this.#x; } }
        return new (class extends Base { #x = 4; y() { return this.#x; } })();
      }
      class Derived extends Base { #x = 2; y() { return this.#x; } }
      const [d, i] = [new Derived(), inner()];
      export default [d.x(), d.y(), i.x(), i.y()];`,
      [1, 2, 3, 4],
    );
  });

  it("gives a class that extends what is not known names that no other class has", async () => {
    await sameLowered(
      `class Base { #x = 1; x() { return this.#x; } }
      const mixin = (Super) => class extends Super { #x = 2; y() { return this.#x; } };
      let Again = class extends mixin(Base) { #x = 3; z() { return this.#x; } };
      class Last extends Again { #x = 4; last() { return this.#x; } }
      const o = new Last();
      export default [o.x(), o.y(), o.z(), o.last()];`,
      [1, 2, 3, 4],
    );
  });

  it("keeps clear of names and texts of the program", async () => {
    const text = await sameLowered(
      `class A { $0 = 1; #x = 2; x() { return this.#x; } }
      const key = "$$1";
      const a = new A();
      a[key] = 3;
      export default [a.$0, a.x(), a[key]];`,
      [1, 2, 3],
    );
    assert.match(text, /\$\$\$0 = 2/u);
  });

  it("lowers accessors, static members, static blocks, generators and asynchronous methods", async () => {
    await sameLowered(
      `class A {
        static #count = 1;
        static { this.#count += 1; }
        static get #twice() { return this.#count * 2; }
        static of() { return [this.#count, this.#twice, A.#count]; }
        #value = 5;
        get #v() { return this.#value; }
        set #v(value) { this.#value = value * 2; }
        *#items() { yield this.#v; this.#v = 4; yield this.#v; }
        async #later() { return this.#v; }
        all() { return [...this.#items()]; }
        later() { return this.#later(); }
      }
      const a = new A();
      export default [A.of(), a.all(), await a.later()];`,
      [[2, 4, 2], [5, 8], 8],
    );
  });

  it("sees which class a name belongs to: nested classes, computed names, what a class extends", async () => {
    await sameLowered(
      `class Outer {
        #x = "outer";
        #only = "only";
        inner() {
          const outer = this;
          return new (class {
            #x = "inner";
            [outer.#only]() { return [this.#x, outer.#only]; }
          })().only();
        }
        extended() {
          const outer = this;
          class E extends (outer.#x === "outer" ? Object : Array) { #x = "e"; x() { return this.#x; } }
          return [new E().x(), Array.isArray(new E())];
        }
      }
      const o = new Outer();
      export default [o.inner(), o.extended()];`,
      [
        ["inner", "only"],
        ["e", false],
      ],
    );
  });

  it("lowers optional chains, destructuring targets, updates and calls", async () => {
    await sameLowered(
      `class A {
        #x = 1;
        #f = function () { return this === undefined ? "none" : "object"; };
        run(other) {
          this.#x += 1; this.#x++; this.#x ??= 9;
          [this.#x, other] = [this.#x * 2, undefined];
          ({ a: this.#x } = { a: this.#x + 1 });
          return [this.#x, other?.#x, this?.#x, this.#f(), (0, this.#f)()];
        }
      }
      export default new A().run(null);`,
      [7, undefined, 7, "object", "none"],
    );
  });

  it("refuses to ask which class made an object, and says where", () => {
    assert.throws(
      () => lowered("class A { #x;\n  static is(o) { return #x in o; } }"),
      new LinkError("2:25: expected no test for a private name, got #x in …"),
    );
  });
});
