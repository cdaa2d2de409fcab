import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { skip } from "../../skip.js";
import type { RunnerLine } from "../../xs-runner.js";
import { fixture, LINUX, RISCV, type StartBoard } from "./boards.js";

const PORT = fixture("port");
const RUNNER = "test/xs-runner.js";

for (const board of [LINUX, RISCV])
  describe(`the key-value port in flash: ${board.name}`, function () {
    this.timeout(30_000);
    let folder = "";
    let start: StartBoard;

    before(function () {
      const missing = board.missing();
      if (missing !== undefined) skip(this, missing);
      folder = mkdtempSync(join(tmpdir(), "coapsule-"));
      start = board.prepare([PORT, RUNNER], folder);
    });

    after(() => {
      if (folder !== "") rmSync(folder, { recursive: true });
    });

    it("is as on every host", async () => {
      const run = start(join(folder, "flash"), ["--preload", PORT, RUNNER]);
      assert.equal(await run.code(), 0, run.stderr);
      const lines = run.lines.map((line) => JSON.parse(line) as RunnerLine);
      assert.deepEqual(
        lines.filter((line) => "failed" in line),
        [],
      );
      assert.ok(lines.filter((line) => "passed" in line).length >= 4);
    });
  });
