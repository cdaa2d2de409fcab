// @ts-check
import { mkdirSync, writeFileSync } from "node:fs";
import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { listFiles } from "../../../tools/sources.js";
import { prune } from "../../../tools/prune.js";
import { withTemporaryFolder } from "./temporary-folder.js";

describe("pruning of compiled files", () => {
  it("removes what has lost its source, and nothing else", () => {
    withTemporaryFolder((root) => {
      const output = join(root, "build/js");
      const generated = [
        "build/js/firmware/a/xs.js",
        "build/js/firmware/b/xs.js",
        "build/js/firmware/a/rest.js",
      ];
      const files = [
        "src/a.ts",
        "firmware/a.ts",
        ...generated,
        ...["src/a", "src/b"].flatMap(compiledFiles),
        "build/js/src/notes.txt",
      ];
      for (const file of files) {
        mkdirSync(dirname(join(root, file)), { recursive: true });
        writeFileSync(join(root, file), "");
      }
      const stale = ["firmware/a/rest.js", "firmware/b/xs.js", "src/b.d.ts", "src/b.js", "src/b.js.map"];
      assert.deepEqual(prune(root, output), stale);
      assert.deepEqual(listFiles(output), [
        "firmware/a/xs.js",
        ...["src/a.d.ts", "src/a.js", "src/a.js.map", "src/notes.txt"],
      ]);
    });
  });

  it("has nothing to do before the first build", () => {
    withTemporaryFolder((root) => {
      assert.deepEqual(prune(root, join(root, "build/js")), []);
    });
  });
});

/** @param {string} name */
function compiledFiles(name) {
  return [".js", ".js.map", ".d.ts"].map((extension) => `build/js/${name}${extension}`);
}
