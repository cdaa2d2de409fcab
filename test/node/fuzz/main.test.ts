import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runScript } from "./run-script.js";

function run(...args: string[]): ReturnType<typeof runScript> {
  return runScript("../../../fuzz/main.js", args);
}

describe("make fuzz", () => {
  it("says of each target how often it ran, and ends with 0 where nothing was found", () => {
    const { status, stdout } = run("--target", "utf8", "--target", "address", "--executions", "1000");
    assert.match(
      stdout,
      /^utf8: 1,000 executions, [\d,]+\/s, \d+ % accepted, \d+ inputs reach \d+ characters/u,
    );
    assert.match(stdout, /\naddress: 1,000 executions, .*, 0 findings\n$/u);
    assert.equal(status, 0);
  });

  it("ends by the clock", () => {
    const { status, stdout } = run("--target", "utf8", "--seconds", "1");
    assert.match(stdout, /^utf8: [\d,]+ executions/u);
    assert.equal(status, 0);
  });

  it("gives one input to a target", () => {
    const folder = mkdtempSync(join(tmpdir(), "coapsule-"));
    try {
      const path = join(folder, "input");
      for (const [bytes, outcome] of [
        [[0x61], "accepted\n"],
        [[0xff], "rejected\n"],
      ] as const) {
        writeFileSync(path, Uint8Array.from(bytes));
        const { status, stdout } = run("--target", "utf8", "--reproduce", path);
        assert.deepEqual([stdout, status], [outcome, 0]);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("names the targets where there is none of that name", () => {
    const { status, stderr } = run("--target", "nothing");
    assert.match(stderr, /expected one of utf8, .*, got nothing/u);
    assert.notEqual(status, 0);
  });
});
