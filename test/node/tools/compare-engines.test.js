// @ts-check
import assert from "node:assert/strict";
import { compareEngines } from "../../../tools/compare-engines.js";

/** @typedef {import("../../../tools/mocha-reporter.js").EngineResult} EngineResult */
/** @typedef {import("../../../tools/mocha-reporter.js").TestResult} TestResult */

/**
 * @param {string} engine
 * @param {[title: string, state?: TestResult["state"], file?: string][]} tests
 * @returns {EngineResult}
 */
function result(engine, tests) {
  return {
    engine,
    tests: tests.map(([title, state = "passed", file = "test/portable/a.test.ts"]) => ({
      file,
      title,
      state,
    })),
  };
}

describe("comparison of engines", () => {
  it("is content when the same tests ran, in any order, passed or failed", () => {
    const node = result("node", [["a › b"], ["a › c", "failed"]]);
    const xs = result("xs", [["a › c"], ["a › b"]]);
    assert.deepEqual(compareEngines([node, xs]), []);
  });

  it("looks at portable tests only", () => {
    const node = result("node", [["a"], ["b", "passed", "test/node/cli/b.test.ts"]]);
    assert.deepEqual(compareEngines([node, result("xs", [["a"]])]), []);
  });

  it("finds a test that one engine did not run, whichever it is", () => {
    const both = result("xs", [["a"], ["b"]]);
    assert.deepEqual(compareEngines([result("node", [["a"]]), both]), [
      "test/portable/a.test.ts: b: ran 0 × on node, 1 × on xs",
    ]);
    assert.deepEqual(compareEngines([both, result("riscv", [["b"]])]), [
      "test/portable/a.test.ts: a: ran 1 × on xs, 0 × on riscv",
    ]);
  });

  it("tells tests of the same title in different files apart", () => {
    const node = result("node", [["a"], ["a", "passed", "test/portable/b.test.ts"]]);
    const xs = result("xs", [["a"], ["a"]]);
    assert.deepEqual(compareEngines([node, xs]), [
      "test/portable/a.test.ts: a: ran 1 × on node, 2 × on xs",
      "test/portable/b.test.ts: a: ran 1 × on node, 0 × on xs",
    ]);
  });

  it("asks an engine that was to run some files about those alone", () => {
    const node = result("node", [["a"], ["b", "passed", "test/portable/b.test.ts"]]);
    const part = { ...result("riscv", [["a"]]), parts: ["a.test"] };
    assert.deepEqual(compareEngines([node, part]), []);
    const empty = { ...result("riscv", [["b", "passed", "test/portable/b.test.ts"]]), parts: ["a.", "b."] };
    assert.deepEqual(compareEngines([node, empty]), [
      "test/portable/a.test.ts: a: ran 1 × on node, 0 × on riscv",
    ]);
  });

  it("counts a skipped test as one that did not run", () => {
    const node = result("node", [["a"], ["b", "skipped"]]);
    assert.deepEqual(compareEngines([node, result("xs", [["a"], ["b"]])]), [
      "test/portable/a.test.ts: b: ran 0 × on node, 1 × on xs",
    ]);
  });

  it("does not take nothing for agreement", () => {
    assert.deepEqual(compareEngines([result("node", []), result("xs", [])]), [
      "node: no portable test ran",
      "xs: no portable test ran",
    ]);
  });
});
