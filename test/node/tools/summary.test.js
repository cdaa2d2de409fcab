// @ts-check
import { count, failedFiles, summary } from "../../../tools/summary.js";
import assert from "node:assert/strict";

describe("summary of make test", () => {
  const five = { passed: 5, failed: 0, skipped: 1 };

  it("counts results by their state", () => {
    /** @type {("passed" | "failed" | "skipped")[]} */
    const states = ["passed", "failed", "skipped", "passed"];
    assert.deepEqual(count(states.map((state) => ({ file: "a", title: "b", state }))), {
      passed: 2,
      failed: 1,
      skipped: 1,
    });
  });

  /**
   * @param {string} engine
   * @param {import("../../../tools/summary.js").Counts} counts
   * @param {Partial<import("../../../tools/summary.js").Run>} [more]
   * @returns {import("../../../tools/summary.js").Run}
   */
  const run = (engine, counts, more = {}) => ({
    ...{ engine, report: engine, counts, ok: true, failed: [], command: `run ${engine}` },
    ...more,
  });

  it("finds the files in which tests failed", () => {
    const tests = /** @type {const} */ ([
      ["a", "failed"],
      ["b", "passed"],
      ["c", "failed"],
      ["a", "failed"],
    ]);
    assert.deepEqual(failedFiles(tests.map(([file, state]) => ({ file, title: "t", state }))), [
      { file: "a", tests: 2 },
      { file: "c", tests: 1 },
    ]);
  });

  it("says what failed and how to repeat it, has a line an engine and closes with the total, without prefix", () => {
    const failed = [{ file: "test/a.test.ts", tests: 1, command: "mocha a" }];
    const runs = [run("node", five), run("xs", { passed: 2, failed: 1, skipped: 0 }, { ok: false, failed })];
    assert.deepEqual(summary(runs, []), [
      "failed: test/a.test.ts on xs (1 test): mocha a",
      "node: 5 passed, 0 failed, 1 skipped",
      "xs: 2 passed, 1 failed, 0 skipped",
      "7 passed, 1 failed, 1 skipped",
    ]);
  });

  it("never says 0 failed when an engine ended badly without a failed test", () => {
    assert.deepEqual(summary([run("xs", five, { ok: false })], []), [
      "failed: tests on xs: run xs",
      "xs: 5 passed, 1 failed, 1 skipped",
      "5 passed, 1 failed, 1 skipped",
    ]);
  });

  it("names failed checks and counts them", () => {
    assert.deepEqual(summary([run("xs", five)], [{ name: "lint", command: "make lint" }]), [
      "failed: lint: make lint",
      "xs: 5 passed, 0 failed, 1 skipped",
      "5 passed, 1 failed, 1 skipped",
    ]);
  });

  it("names ten failed files at the most", () => {
    const failed = Array.from({ length: 12 }, (_, i) => ({ file: `f${i}`, tests: 2, command: `mocha ${i}` }));
    const lines = summary([run("node", { passed: 0, failed: 24, skipped: 0 }, { ok: false, failed })], []);
    assert.deepEqual(lines.slice(9), [
      "failed: f9 on node (2 tests): mocha 9",
      "failed: 2 more",
      "node: 0 passed, 24 failed, 0 skipped",
      "0 passed, 24 failed, 0 skipped",
    ]);
  });
});
