// @ts-check
import { MAX_LINES, checkHouse } from "../../../tools/house.js";
import assert from "node:assert/strict";

describe("rules of the house", () => {
  const text = (/** @type {number} */ lines) => "x\n".repeat(lines);

  it("takes a source of 400 lines, and refuses one of 401", () => {
    assert.deepEqual(checkHouse([{ path: "src/a.ts", text: text(MAX_LINES) }]), []);
    assert.deepEqual(checkHouse([{ path: "hosts/xs/a.c", text: text(MAX_LINES + 1) }]), [
      "hosts/xs/a.c: 401 lines, at most 400",
    ]);
    assert.deepEqual(checkHouse([{ path: "README.md", text: text(MAX_LINES + 1) }]), []);
  });

  it("refuses the path of one machine, with its line", () => {
    for (const folder of ["home", "root", "Users", "work"])
      assert.deepEqual(checkHouse([{ path: "a.md", text: `x\nsee /${folder}/me/a` }]), [
        "a.md:2: a path of one machine",
      ]);
    assert.deepEqual(
      checkHouse([{ path: "a.md", text: "coap://host/root/a ./work/a $HOME/home/a /work" }]),
      [],
    );
  });

  it("refuses a lock file that names servers", () => {
    const resolved = { path: "package-lock.json", text: '{ "resolved": "x" }' };
    assert.equal(checkHouse([resolved]).length, 1);
    assert.deepEqual(checkHouse([{ path: "package-lock.json", text: '{ "integrity": "x" }' }]), []);
  });

  it("refuses a circle of imports", () => {
    const files = [
      { path: "src/a.ts", text: 'import { b } from "./b.js";\n' },
      { path: "src/b.ts", text: 'import { a } from "./a.js";\n' },
    ];
    assert.deepEqual(checkHouse(files), ["a circle of imports: src/a.ts → src/b.ts → src/a.ts"]);
  });
});
