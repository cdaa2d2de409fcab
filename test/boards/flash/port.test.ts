import assert from "node:assert/strict";

import type { RunnerLine } from "../../../simulators/testing/run.js";
import { fixture, LINUX, RISCV } from "./boards.js";
import { prepareBoard } from "./prepared-board.js";

const PORT = fixture("port");
const RUNNER = "test/boards/xs-runner.js";

for (const board of [LINUX, RISCV])
  describe(`the key-value port in flash: ${board.name}`, function () {
    const prepared = prepareBoard(board, [PORT, RUNNER]);

    it("is as on every host", async () => {
      const run = prepared.start(prepared.flash, ["--preload", PORT, RUNNER]);
      assert.equal(await run.code(), 0, run.stderr);
      const lines = run.lines.map((line) => JSON.parse(line) as RunnerLine);
      assert.deepEqual(
        lines.filter((line) => "failed" in line),
        [],
      );
      assert.ok(lines.filter((line) => "passed" in line).length >= 4);
    });
  });
