import assert from "node:assert/strict";

import { findEngine } from "../../../../hosts/node/engines/provide-engine.js";
import { skip } from "../../../skip.js";
import { withSources } from "../../hosts/node/images/source-folder.js";
import { runCli } from "../run-cli.js";

const MIXED = `import { assert, describe, it } from "coapsule/testing";

describe("group", () => {
  it("passes", () => assert.equal(1, 1));
  it("fails", () => {
    assert.equal(1, 2);
  });
});
`;

describe("coapsule test", () => {
  it("ends with 1 and tells message, file and line of what failed on Node.js", async () => {
    await withSources({ "a.test.ts": MIXED }, async (folder) => {
      const { code, stdout, stderr } = await runCli(["test", folder, "--engine", "node"]);
      assert.deepEqual([code, stderr], [1, "coapsule: 1 test failed\n"]);
      assert.match(stdout, /✗ group › fails\n\s+AssertionError: expected 2, got 1\n/u);
      assert.match(stdout, /a\.test\.ts:6:\d+/u);
      assert.match(stdout, /^node: 1 passed, 1 failed, 0 skipped$/mu);
    });
  });

  it("does so on XS, by the engine whose stacks have lines", async function () {
    if (findEngine("xs") === undefined || findEngine("xs-debug") === undefined)
      skip(this, "the XS engine is not built: make engines");
    await withSources({ "a.test.ts": MIXED }, async (folder) => {
      const { code, stdout } = await runCli(["test", folder, "--engine", "xs"]);
      assert.equal(code, 1);
      assert.match(stdout, /✗ group › fails\n\s+AssertionError: expected 2, got 1\n/u);
      assert.match(stdout, /a\.test\.ts:6\b/u);
      assert.match(stdout, /^xs: 1 passed, 1 failed, 0 skipped$/mu);
    });
  });

  it("counts a file without tests, and one that throws while it is loaded, as failed", async () => {
    const files = {
      "none.test.ts": "export {};\n",
      "throws.test.ts": 'throw new Error("early");\nexport {};\n',
    };
    await withSources(files, async (folder) => {
      const { code, stdout } = await runCli(["test", folder, "--engine", "node"]);
      assert.equal(code, 1);
      assert.match(stdout, /none\.test\.ts on node\n\s+✗ \(the file\)\n\s+it declares no test/u);
      assert.match(stdout, /throws\.test\.ts on node\n\s+✗ \(the file\)[^]*Error: early/u);
      assert.match(stdout, /^node: 0 passed, 2 failed, 0 skipped$/mu);
    });
  });

  it("says so where there are no tests, or no such file", async () => {
    await withSources({ "device.ts": "export {};\n" }, async (folder) => {
      assert.match((await runCli(["test", folder])).stderr, /there are no tests here/u);
      assert.match((await runCli(["test", `${folder}/absent.test.ts`])).stderr, /there is no such file/u);
    });
  });
});
