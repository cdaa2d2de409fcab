import assert from "node:assert/strict";
import { withDemoServer } from "../demo-server.js";
import { RunningCli, runCli } from "../run-cli.js";

describe("coapsule serve", () => {
  it("says where and what it serves, and ends with 0 on Ctrl-C", async () => {
    const server = new RunningCli("main", ["serve", "--port", "0"]);
    const [, uri = ""] = await server.until(/^serving at (coap:\/\/\[::1\]:\d+)\n/u);
    await server.until(/^ {2}\/counter .*observable$/mu);
    const response = await runCli(["get", `${uri}/hello`]);
    assert.equal(response.stdout, "Hello, Coapsule");
    server.kill("SIGINT");
    const { code, stderr } = await server.result();
    assert.equal(code, 0);
    assert.equal(stderr, "");
  });

  it("shows messages with --verbose", async () => {
    const server = new RunningCli("main", ["serve", "--port", "0", "--verbose"]);
    const [, uri = ""] = await server.until(/^serving at (coap:\/\/\[::1\]:\d+)\n/u);
    await runCli(["get", `${uri}/hello`]);
    await server.until(/^< .*GET.*\n> .*2\.05 Content/mu);
    server.kill("SIGINT");
    assert.equal((await server.result()).code, 0);
  });

  it("ends with 1 where it cannot join a group", async () => {
    const server = new RunningCli("main", ["serve", "--port", "0", "--group", "not-a-group"]);
    const { code, stderr } = await server.result();
    assert.equal(code, 1);
    assert.match(stderr, /^coapsule: expected a multicast group/u);
  });

  it("says so when the port is taken, and ends with 1", async () => {
    await withDemoServer(async ({ port }) => {
      const { code, stdout, stderr } = await runCli(["serve", "--port", String(port)]);
      assert.equal(code, 1);
      assert.equal(stdout, "");
      assert.match(stderr, new RegExp(`^coapsule: UDP port ${port} is taken by another program`, "u"));
    });
  });
});
