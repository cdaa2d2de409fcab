// @ts-check
import { importCircles } from "../../../tools/import-circles.js";
import assert from "node:assert/strict";

/** @param {Record<string, string>} texts by path */
function circlesOf(texts) {
  return importCircles(Object.entries(texts).map(([path, text]) => ({ path, text })));
}

describe("circles of imports", () => {
  it("are found, however long, and whatever they begin with", () => {
    const texts = {
      "src/c.ts": 'import { a } from "./folder/a.js";\n',
      "src/folder/a.ts": '/** About. */\n\nimport {\n  b,\n  type B,\n} from "../b.js";\n',
      "src/b.ts": 'export * from "./c.js";\n',
    };
    assert.deepEqual(circlesOf(texts), [["src/b.ts", "src/c.ts", "src/folder/a.ts"]]);
  });

  it("are those of values: what imports a type is gone when the program runs", () => {
    const back = {
      "src/b.ts": 'import type { A } from "./a.js";\nexport type { A } from "./a.js";\n',
    };
    assert.deepEqual(circlesOf({ "src/a.ts": 'import { b } from "./b.js";\n', ...back }), []);
    assert.deepEqual(
      circlesOf({ "src/a.ts": 'import { b } from "./b.js";\n', "src/b.ts": 'import "./a.js";\n' }),
      [["src/a.ts", "src/b.ts"]],
    );
  });

  it("are told apart from modules that two others import", () => {
    const texts = {
      "a.js": 'import b from "./b.js";\nimport * as c from "./c.js";\n',
      "b.js": 'import { c } from "./c.js";\n',
      "c.js": 'export const text = "import { a } from \'./a.js\'";\nexport const other = f("./a.js");\n',
    };
    assert.deepEqual(circlesOf(texts), []);
  });
});
