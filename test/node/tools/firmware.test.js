// @ts-check
import { checkLines, mainModule } from "../../../tools/firmware.js";
import { dirname, join } from "node:path";
import { featureNames, imageNames, reachedFeatures, reachedModules } from "../../../tools/images.js";
import { mkdirSync, writeFileSync } from "node:fs";
import assert from "node:assert/strict";
import { withTemporaryFolder } from "./temporary-folder.js";

/** @type {Record<string, string>} */
const FILES = {
  "firmware/small.ts": 'import { time } from "../src/applications/time/feature.js";',
  "firmware/large.ts":
    'import small from "./small.js"; export * from "../src/applications/rd/feature.js"; import type { A } from "../src/types.js";',
  "firmware/tsconfig.json": "{}",
  "src/types.ts": "export interface A {}",
  "src/applications/time/feature.ts": 'import { a } from "../../coap/a.js"; import "commander";',
  "src/applications/rd/feature.ts": "export const rd = 1;",
  "src/applications/rd/unused.ts": "",
  "src/coap/a.ts": 'export { a } from "./b.js";',
  "src/coap/b.ts": 'export { c } from "./a.js"; export const a = await import("./c.js");',
  "src/coap/c.ts": "",
};

/** @param {(root: string) => void} use */
function withFiles(use) {
  withTemporaryFolder((root) => {
    for (const [path, text] of Object.entries(FILES)) {
      mkdirSync(join(root, dirname(path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    use(root);
  });
}

describe("images of firmware/", () => {
  it("are a file each, and features a folder each", () => {
    withFiles((root) => {
      assert.deepEqual(imageNames(root), ["large", "small"]);
      assert.deepEqual(featureNames(root), ["rd", "time"]);
    });
  });

  it("reach what they import, and what that imports, in circles, too", () => {
    withFiles((root) => {
      const small = reachedModules(root, "firmware/small", ".ts");
      const ofTime = ["src/applications/time/feature", "src/coap/a", "src/coap/b", "src/coap/c"];
      assert.deepEqual(small, ["firmware/small", ...ofTime]);
      assert.deepEqual(reachedFeatures(small), ["time"]);
      const large = reachedModules(root, "firmware/large", ".ts");
      assert.deepEqual(
        large,
        ["firmware/large", "src/applications/rd/feature", "src/types", ...small].sort(),
      );
      assert.deepEqual(reachedFeatures(large), ["rd", "time"]);
    });
  });

  it("get the ports that their features need, and no others", () => {
    assert.equal(
      mainModule("small", new Set()),
      'import image from "../small.js";\nimport { deviceMain } from "../../hosts/xs/device-main.js";\n\nexport default deviceMain(image, {});\n',
    );
    const both = mainModule("large", new Set(/** @type {const} */ (["storage", "crypto"])));
    assert.match(both, /^import \{ crypto \} from "\.\.\/\.\.\/hosts\/xs\/crypto\.js";$/mu);
    assert.match(both, /^import \{ openKeyValue \} from "\.\.\/\.\.\/hosts\/xs\/storage\.js";$/mu);
    assert.match(both, /^export default deviceMain\(image, \{ crypto, openKeyValue \}\);$/mu);
  });
});

describe("budget lines of features", () => {
  const line = { flashBytes: 1024, idleBytes: 512, needs: [] };

  it("are there for each, and for nothing else", () => {
    assert.deepEqual(
      checkLines(["a"], { a: line }, () => 1),
      [],
    );
    assert.deepEqual(
      checkLines([], { a: line }, () => 1),
      ['firmware/budgets.json: "features" has a, which src/applications has not'],
    );
  });

  it("are said where one is missing", () => {
    const [message, ...others] = checkLines(["temperature"], {}, () => 1000);
    assert.deepEqual(others, []);
    const [what, toAdd] = (message ?? "").split("\n");
    assert.match(what ?? "", /^firmware\/budgets\.json: src\/applications\/temperature has no line; add/u);
    assert.deepEqual(JSON.parse(`{${toAdd}}`), {
      temperature: { flashBytes: 1024, idleBytes: 2048, needs: [] },
    });
  });
});
