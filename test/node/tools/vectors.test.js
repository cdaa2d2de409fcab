// @ts-check
import { VectorError, check, generate, moduleText } from "../../../tools/vectors.js";
import { mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import assert from "node:assert/strict";
import { join } from "node:path";
import { withTemporaryFolder } from "./temporary-folder.js";

/** @param {string} json */
async function load(json) {
  const module = await import(`data:text/javascript,${encodeURIComponent(moduleText("x.json", json))}`);
  return module.vectors;
}

describe("test vectors as modules", () => {
  it("holds what the JSON holds", async () => {
    const json =
      '{"a": [1, -2, 1.5, 1e300, true, null, "\\u2028\\ud83d\\ude00"], "1": {"b": 9007199254740991}}';
    assert.deepEqual(await load(json), JSON.parse(json));
  });

  it("keeps negative zero", async () => {
    assert.ok(Object.is((await load('{"decoded": -0.0}')).decoded, -0));
  });

  it("refuses a number that a double cannot hold, with its line", () => {
    for (const number of ["9007199254740992", "-18446744073709551616", "1e400", "1e-400"])
      assert.throws(
        () => {
          check("x.json", `{\n "a": ${number}}`);
        },
        new VectorError(`x.json:2: ${number} does not survive as a number, write it as a string`),
      );
  });

  it("takes digits in strings for what they are", () => {
    assert.doesNotThrow(() => {
      check("x.json", '{"a": "18446744073709551616", "b\\": 1e400": "\\\\"}');
    });
  });

  it("refuses a key that would set the prototype", () => {
    assert.throws(() => {
      check("x.json", '{"__proto__" : 1}');
    }, VectorError);
    assert.throws(() => {
      check("x.json", '{"\\u005f_proto__": 1}');
    }, VectorError);
    assert.doesNotThrow(() => {
      check("x.json", '{"a": "__proto__"}');
    });
  });

  it("refuses what is no JSON", () => {
    assert.throws(() => {
      check("x.json", "{a: 1}");
    }, /x\.json: /u);
  });

  it("writes what changed, leaves the rest untouched, and removes what is gone", () => {
    withTemporaryFolder((folder) => {
      const from = join(folder, "from");
      const to = join(folder, "to");
      mkdirSync(from);
      writeFileSync(join(from, "a.json"), "[1]");
      writeFileSync(join(from, "b.json"), "[2]");
      assert.deepEqual(generate(from, to), ["a.ts", "b.ts"]);
      const { mtimeMs } = statSync(join(to, "a.ts"));
      writeFileSync(join(from, "b.json"), "[3]");
      assert.deepEqual(generate(from, to), ["b.ts"]);
      assert.match(readFileSync(join(to, "b.ts"), "utf8"), /\[3\]/u);
      assert.equal(statSync(join(to, "a.ts")).mtimeMs, mtimeMs);
      rmSync(join(from, "a.json"));
      assert.deepEqual(generate(from, to), ["a.ts"]);
      assert.deepEqual(readdirSync(to), ["b.ts"]);
    });
  });
});
