// @ts-check
import { join, relative } from "node:path";
import { readFileSync, writeFileSync } from "node:fs";
import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import { repositoryRoot } from "../../../tools/repository.js";
import { spawnSync } from "node:child_process";
import { withTemporaryFolder } from "./temporary-folder.js";

/**
 * Runs mocha with our reporter on a file of tests.
 *
 * @param {string} tests
 */
function report(tests) {
  /** @type {{ status: number | null, stdout: string, tests: import("../../../tools/mocha-reporter.js").TestResult[] } | undefined} */
  let result;
  withTemporaryFolder((folder) => {
    const file = join(folder, "subject.test.mjs");
    const output = join(folder, "result.json");
    writeFileSync(file, tests);
    const args = [
      "--no-config",
      "--reporter",
      "tools/mocha-reporter.js",
      "--reporter-option",
      `output=${output}`,
      file,
    ];
    const mocha = join(repositoryRoot, "node_modules/mocha/bin/mocha.js");
    const { status, stdout } = spawnSync(process.execPath, [mocha, ...args], {
      cwd: repositoryRoot,
      encoding: "utf8",
    });
    const { tests: results } = JSON.parse(readFileSync(output, "utf8"));
    const path = relative(repositoryRoot, file);
    for (const test of results) {
      assert.equal(test.file, path);
      delete test.file;
    }
    result = { status, stdout, tests: results };
  });
  if (result === undefined) throw new Error("mocha did not run");
  return result;
}

describe("mocha reporter", () => {
  it("lists what passed and failed, with the titles of all groups", () => {
    const { status, stdout, tests } = report(`
      describe("a", () => { describe("b", () => { it("c", () => {}); it("d", () => { throw new Error("oops"); }); }); });
      describe("e", () => { it("f", () => {}); });`);
    assert.equal(status, 1);
    assert.deepEqual(tests, [
      { title: "a › b › c", state: "passed" },
      { title: "a › b › d", state: "failed" },
      { title: "e › f", state: "passed" },
    ]);
    assert.match(stdout, /FAIL a \(2 tests, /u);
    assert.match(stdout, /ok   e \(1 tests, /u);
    assert.match(stdout, /Error: oops/u);
  });

  it("counts a hook that failed", () => {
    const { status, tests } = report(
      `describe("a", () => { before(() => { throw 1; }); it("b", () => {}); });`,
    );
    assert.equal(status, 1);
    assert.deepEqual(tests, [{ title: 'a › "before all" hook for "b"', state: "failed" }]);
  });

  it("prints why a test was skipped, from the test itself or from a hook of a suite around it", () => {
    const { status, stdout, tests } = report(`
      import { skip } from ${JSON.stringify(pathToFileURL(join(repositoryRoot, "build/js/test/skip.js")))};
      describe("a", () => {
        it("b", function () { skip(this, "no network"); });
        it.skip("c", () => {});
        describe("d", () => { before(function () { skip(this, "no root"); }); it("e", () => {}); });
        describe("f", () => { beforeEach(function () { skip(this, "no IPv6"); }); it("g", () => {}); });
      });`);
    assert.equal(status, 0);
    assert.deepEqual(tests, [
      { title: "a › b", state: "skipped", reason: "no network" },
      { title: "a › c", state: "skipped" },
      { title: "a › d › e", state: "skipped", reason: "no root" },
      { title: "a › f › g", state: "skipped", reason: "no IPv6" },
    ]);
    assert.match(stdout, /skipped: a › b: no network/u);
    assert.match(stdout, /skipped: a › c: no reason given/u);
  });

  it("fails a run that leaves something open, instead of waiting for ever", () => {
    const { status, stdout } = report(`
      import { createServer } from "node:net";
      describe("a", () => { it("b", () => { createServer().listen(0); }); });`);
    assert.equal(status, 1);
    assert.match(stdout, /left something open: .*TCP/u);
  });
});
