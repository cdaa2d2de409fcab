// @ts-check
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import assert from "node:assert/strict";
import { join } from "node:path";
import { repositoryRoot } from "../../../tools/repository.js";
import { spawnSync } from "node:child_process";
import { withTemporaryFolder } from "./temporary-folder.js";

/**
 * @param {string} root folder with a copy of bin/coapsule
 * @param {string[]} args
 */
function start(root, args) {
  const { status, stdout, stderr } = spawnSync(join(root, "bin/coapsule"), args, { encoding: "utf8" });
  return { status, stdout, stderr };
}

/** @param {string} root */
function copyCommand(root) {
  mkdirSync(join(root, "bin"));
  writeFileSync(join(root, "package.json"), '{ "type": "module" }');
  copyFileSync(join(repositoryRoot, "bin/coapsule"), join(root, "bin/coapsule"));
}

describe("bin/coapsule", () => {
  it("asks for make where nothing is built", () => {
    withTemporaryFolder((root) => {
      copyCommand(root);
      assert.deepEqual(start(root, []), {
        status: 2,
        stdout: "",
        stderr: "coapsule: nothing is built yet: run 'make' first\n",
      });
    });
  });

  it("starts the command line with its arguments", () => {
    withTemporaryFolder((root) => {
      copyCommand(root);
      mkdirSync(join(root, "build/js/cli"), { recursive: true });
      writeFileSync(
        join(root, "build/js/cli/main.js"),
        "console.log(process.argv.slice(2).join()); process.exitCode = 5;",
      );
      assert.deepEqual(start(root, ["get", "x"]), { status: 5, stdout: "get,x\n", stderr: "" });
    });
  });
});
