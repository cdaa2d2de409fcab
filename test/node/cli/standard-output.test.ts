import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, openSync } from "node:fs";
import { text } from "node:stream/consumers";
import { skip } from "../../skip.js";
import { withDemoServer } from "./demo-server.js";
import { cliModule } from "./run-cli.js";

const FULL = "/dev/full";

/** A command, one of whose outputs is a full disk. @returns its exit code, and what the other output got */
async function run(full: "stdout" | "stderr", ...args: readonly string[]): Promise<[number, string]> {
  const file = openSync(FULL, "w");
  try {
    const child = spawn(process.execPath, [cliModule("main"), ...args], {
      stdio: ["ignore", full === "stdout" ? file : "pipe", full === "stderr" ? file : "pipe"],
    });
    const other = (full === "stdout" ? child.stderr : child.stdout)!;
    const [written, [code]] = await Promise.all([text(other), once(child, "close") as Promise<[number]>]);
    return [code, written];
  } finally {
    closeSync(file);
  }
}

describe("a command whose output is full", () => {
  before(function () {
    if (!existsSync(FULL)) skip(this, `needs ${FULL}`);
  });

  it("fails, and says why in a line", () =>
    withDemoServer(async ({ uri }) => {
      const reason = "standard output: no space left on device";
      for (const args of [["--help"], ["get", `${uri}/large`], ["get", `${uri}/hello`, "--pretty"]])
        assert.deepEqual(await run("stdout", ...args), [1, `coapsule: ${reason}\n`]);
      const [code, written] = await run("stdout", "observe", `${uri}/counter`, "--json");
      assert.deepEqual([code, JSON.parse(written)], [1, { error: reason, type: "Error", exitCode: 1 }]);
    }));

  it("ends as it would, where that is standard error", () =>
    withDemoServer(async ({ uri }) => {
      const [code, body] = await run("stderr", "get", `${uri}/hello`, "--verbose");
      assert.deepEqual([code, body !== ""], [0, true]);
      assert.deepEqual(await run("stderr", "get", `${uri}/nothing`), [4, ""]);
      assert.deepEqual(await run("stderr", "get"), [2, ""]);
    }));
});
