import assert from "node:assert/strict";

import { binaryOf } from "../host.js";
import { runFile } from "./run-file.js";
import { MODULES, runBinary } from "./target.js";

const FIXTURES = "test/boards/runner/fixtures";

describe("XS runner of portable tests", () => {
  it("reports each test, with message, file and line of what failed", async () => {
    const result = await runFile(runBinary(binaryOf("linux32-debug"), MODULES), [], `${FIXTURES}/mixed.js`);
    assert.deepEqual(result.passed, ["group › passes", "group › passes later"]);
    assert.deepEqual(
      result.failed.map(({ title }) => title),
      ["group › fails", "group › rejects"],
    );
    assert.match(result.failed[0]!.error, /^AssertionError: expected 2, got 1\n/);
    assert.match(result.failed[0]!.error, /at \(?.*test\/boards\/runner\/fixtures\/mixed\.ts:\d+\)/);
    assert.match(result.failed[1]!.error, /^TypeError: later\n/);
  });

  for (const [fixture, title, pattern] of [
    ["endless-wait", "waits for what never comes", /exit code 0/],
    ["too-large", "takes more than a device has", /exit code 11\nout of memory/],
    ["no-tests", "(the file)", /it declares no test/],
    ["absent", "(the file)", /exit code 1\na module cannot be loaded/],
  ] as const)
    it(`counts a run that does not reach its end as failed: ${fixture}`, async () => {
      const result = await runFile(runBinary(binaryOf("linux32"), MODULES), [], `${FIXTURES}/${fixture}.js`);
      assert.deepEqual(
        result.failed.map((failure) => failure.title),
        [title],
      );
      assert.match(result.failed[0]!.error, pattern);
    });
});
