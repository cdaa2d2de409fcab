// @ts-check
import {
  checkStandard,
  collectRuns,
  countStatuses,
  judge,
  toIndex,
  toPage,
} from "../../../tools/conformance.js";
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { spawnSync } from "node:child_process";
import { withTemporaryFolder } from "./temporary-folder.js";

/** @typedef {import("../../../tools/mocha-reporter.js").TestResult} TestResult */
/** @typedef {import("../../../tools/conformance.js").Clause} Clause */

/**
 * @param {string} engine
 * @param {[title: string, state?: TestResult["state"], file?: string][]} tests
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

/** @param {...Partial<Clause>} parts */
function standard(...parts) {
  const clauses = parts.map((part, index) => {
    /** @type {Clause} */
    const clause = {
      id: `1-2-${index + 1}`,
      section: "2",
      level: "MUST",
      role: "both",
      text: "Is.",
      ...part,
    };
    return clause;
  });
  return { document: "RFC 1", title: "One", notApplicable: [], clauses };
}

const runs = collectRuns([
  result("node", [["g › one"], ["g › two"], ["g › other", "failed"], ["h › three"], ["h › late", "skipped"]]),
  result("xs", [["g › one"], ["g › two", "failed"], ["h › late", "skipped"]]),
]);

/** @param {string[]} tests */
const judgeTests = (...tests) => judge(standard({ tests }), runs)[0];

describe("conformance tables", () => {
  it("hold a clause when all its tests passed on the engines that ran them", () => {
    const held = judgeTests("portable/a: one", "portable/a: h › three");
    assert.deepEqual([held?.status, held?.problems], ["held", []]);
  });

  it("say which test did not run, failed on one engine, or cannot be told from another", () => {
    const cases = [
      ["portable/a: gone", "no such test ran"],
      ["portable/b: one", "no such test ran"],
      ["one", "no such test ran"],
      ["portable/a: …", "no such test ran"],
      ["portable/a: two", "failed"],
      ["portable/a: g › ", "fits 3 tests: write more of the title, or … behind it"],
      ["portable/a: g › …", "failed"],
    ];
    for (const [reference, message] of cases) {
      const judged = judgeTests(reference ?? "");
      assert.deepEqual(
        [judged?.status, judged?.problems],
        ["not held", [`1-2-1: ${reference}: ${message}`]],
        reference,
      );
    }
  });

  it("take several tests where a reference says so", () => {
    assert.equal(judgeTests("portable/a: o…")?.status, "not held", "one of them failed");
    const passed = collectRuns([result("node", [["g › one"], ["g › two"]])]);
    assert.equal(judge(standard({ tests: ["portable/a: g › …"] }), passed)[0]?.status, "held");
  });

  it("want one test that ran: others may be skipped on a machine that cannot run them", () => {
    assert.equal(judgeTests("portable/a: one", "portable/a: late")?.status, "held");
    const alone = judgeTests("portable/a: late");
    assert.deepEqual([alone?.status, alone?.problems], ["not held", ["1-2-1: portable/a: late: skipped"]]);
  });

  it("count what is held, not held and not done", () => {
    const judged = judge(
      standard({ tests: ["portable/a: one"] }, { notHeld: "wrong" }, { notDone: "later" }),
      runs,
    );
    assert.deepEqual(countStatuses(judged), { held: 1, "not held": 1, "not done": 1 });
    assert.deepEqual(
      judged.flatMap(({ problems }) => problems),
      [],
    );
  });

  it("check ids, levels, roles, and that a clause has tests or a reason", () => {
    assert.deepEqual(checkStandard(standard({ notDone: "later" }, { tests: ["a: b"] })), []);
    const bad = standard(
      { notDone: "later" },
      { id: "1-2-1", notDone: "later" },
      { id: "1-3-1", notDone: "later" },
      { level: "MAY", notDone: "later" },
      { role: /** @type {"both"} */ ("proxy"), notDone: "later" },
      { text: "", notDone: "later" },
      { tests: [] },
      { tests: ["a: b"], notHeld: "wrong" },
      {},
    );
    assert.deepEqual(checkStandard(bad), [
      "1-2-1: the id appears twice",
      "1-3-1: expected an id like 1-2-1",
      "1-2-4: expected a level of MUST, MUST NOT, SHOULD, SHOULD NOT",
      "1-2-5: expected a role of client, server, both",
      "1-2-6: expected a text",
      "1-2-7: expected a test",
      "1-2-8: expected one of tests, notDone, notHeld",
      "1-2-9: expected one of tests, notDone, notHeld",
    ]);
  });

  it("write a page for each document, and an index", () => {
    const one = {
      ...standard({ tests: ["portable/a: one", "portable/a: <`|>"], note: "a|b" }, { notDone: "later <b>" }),
      notApplicable: [{ sections: "9", reason: "DTLS" }],
    };
    const more = collectRuns([result("node", [["g › one"], ["<`|>"]])]);
    const judged = judge(one, more);
    assert.equal(
      toPage(one, judged),
      [
        "# RFC 1: One",
        "",
        "Written by `make conformance` from `conformance/` and the tests that ran. 2 clauses: 1 held, 0 not held, 1 not done.",
        "",
        "| clause | section | level | role | what it asks for | state | tests, or the reason |",
        "| --- | --- | --- | --- | --- | --- | --- |",
        "| 1-2-1 | §2 | MUST | both | Is. | held | `portable/a: one`<br>`portable/a: <'\\|>`<br>Note: a\\|b |",
        "| 1-2-2 | §2 | MUST | both | Is. | not done | later &lt;b> |",
        "",
        "## Not applicable",
        "",
        "| sections | reason |",
        "| --- | --- |",
        "| 9 | DTLS |",
        "",
      ].join("\n"),
    );
    const index = toIndex([{ name: "rfc1", standard: one, judged }]);
    assert.ok(index.endsWith("\n| [RFC 1](rfc1.md) | One | 2 | 1 | 0 | 1 |\n"), index);
  });

  it("are not written, but asked for, where no test ran", () => {
    const tool = fileURLToPath(new URL("../../../tools/conformance.js", import.meta.url));
    withTemporaryFolder((folder) => {
      const { status, stdout, stderr } = spawnSync(process.execPath, [tool, "--results", folder], {
        encoding: "utf8",
      });
      assert.deepEqual([status, stdout], [1, ""]);
      assert.equal(stderr, `no results in ${folder}: run 'make test' first\n`);
    });
  });
});
