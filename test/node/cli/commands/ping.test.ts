import assert from "node:assert/strict";
import { withDemoServer } from "../demo-server.js";
import { runCli } from "../run-cli.js";

describe("coapsule ping", () => {
  it("RFC 7252 §4.3: sends an Empty message and shows when the Reset came", async () => {
    await withDemoServer(async ({ port, received }) => {
      const { code, stdout } = await runCli(["ping", `[::1]:${port}`]);
      assert.equal(code, 0);
      assert.match(stdout, new RegExp(`^\\[::1\\]:${port} answered after \\d+\\.\\d ms\n$`, "u"));
      assert.deepEqual(received, ["0 Empty"]);
    });
  });

  it("asks --count times", async () => {
    await withDemoServer(async ({ uri, received }) => {
      const { code, stdout } = await runCli(["ping", `${uri}/ignored`, "--count", "2"]);
      assert.equal(code, 0);
      assert.equal(stdout.trimEnd().split("\n").length, 2);
      assert.equal(received.length, 2);
    });
  });
});
