import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { binaryOf, runFixture } from "./host.js";

const MODULES = join(dirname(fileURLToPath(import.meta.url)), "..", "..");

describe("XS host: console", () => {
  it("keeps lines of two programs whole that write into one file", async () => {
    const folder = mkdtempSync(join(tmpdir(), "coapsule-"));
    const path = join(folder, "log");
    const output = openSync(path, "a");
    const start = async (character: string): Promise<void> => {
      const args = ["--modules", MODULES, "test/boards/fixtures/print.js", "2000", "120", character];
      await once(spawn(binaryOf("linux32"), args, { stdio: ["ignore", output, "inherit"] }), "close");
    };
    await Promise.all([start("a"), start("b")]);
    const lines = readFileSync(path, "utf8").trimEnd().split("\n");
    rmSync(folder, { recursive: true });
    assert.equal(lines.length, 4000);
    assert.ok(lines.every((line) => /^(a{120}|b{120})$/.test(line)));
  });

  it("brings lines through a pipe whole, however long, in UTF-8", async () => {
    const run = await runFixture("print", ["5", "20000", "ü"]);
    assert.deepEqual(run.stdout.split("\n"), [...Array<string>(5).fill("ü".repeat(20000)), ""]);
  });
});
