import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { DEFAULT_STORE_LIMITS } from "../../../services/store.js";
import { withDemoServer } from "./demo-server.js";
import { RunningCli, runCli } from "./run-cli.js";

/** Runs `use` with the URI of a port that takes datagrams and says nothing. */
async function withSilence(use: (uri: string) => Promise<void>): Promise<void> {
  const socket = createSocket("udp6");
  socket.bind(0, "::1");
  await once(socket, "listening");
  try {
    await use(`coap://[::1]:${socket.address().port}`);
  } finally {
    socket.close();
  }
}

describe("exit codes", () => {
  it("4 for a response of class 4, with its diagnostic payload (RFC 7252 §5.5.2)", async () => {
    await withDemoServer(async ({ uri }) => {
      const { code, stdout, stderr } = await runCli(["get", `${uri}/nowhere`]);
      assert.equal(code, 4);
      assert.equal(stdout, "");
      assert.equal(stderr, "coapsule: 4.04 Not Found: no such resource\n");
    });
  });

  it("5 for a response of class 5", async () => {
    await withDemoServer(async ({ uri, client }) => {
      for (let left = DEFAULT_STORE_LIMITS.entries; left > 0; left -= 1) await client.post(`${uri}/store`);
      const { code, stderr } = await runCli(["post", `${uri}/store`, "one more"]);
      assert.equal(code, 5);
      assert.match(stderr, /^coapsule: 5\.03 Service Unavailable: limit entries/u);
    });
  });

  it("3 without an answer, for every command that asks", async () => {
    await withSilence(async (uri) => {
      const commands = [
        ["get", uri],
        ["put", uri, "x"],
        ["get", uri, "--output", "/dev/null"],
        ["observe", uri],
        ["discover", uri],
        ["ping", uri],
      ];
      const results = await Promise.all(commands.map((args) => runCli([...args, "--timeout", "0.3"])));
      for (const { code, stderr } of results) {
        assert.equal(code, 3);
        assert.match(stderr, /^coapsule: no (?:answer|response) .*within (?:0\.3 s|300 ms)\n$/u);
      }
    });
  });

  it("3 for a name without an address", async () => {
    const { code, stderr } = await runCli(["get", "coap://nowhere.invalid/"]);
    assert.equal(code, 3);
    assert.equal(stderr, 'coapsule: expected an address for host "nowhere.invalid", found none\n');
  });

  it("1 for a file that cannot be written", async () => {
    await withDemoServer(async ({ uri }) => {
      const { code, stderr } = await runCli(["get", `${uri}/hello`, "--output", "/nowhere/file"]);
      assert.equal(code, 1);
      assert.equal(stderr, "coapsule: /nowhere/file: no such file or directory\n");
    });
  });

  it("130 after Ctrl-C, and not a word", async () => {
    await withSilence(async (uri) => {
      for (const args of [
        ["get", uri],
        ["ping", uri],
        ["observe", uri],
        ["put", uri, "-"],
      ]) {
        const cli = new RunningCli("main", [...args, "--verbose"], {});
        await cli.until(/^> .*\n/u);
        cli.kill("SIGINT");
        const { code, stderr } = await cli.result();
        assert.equal(code, 130);
        assert.match(stderr, /^(?:> .*\n)+$/u);
      }
    });
  });

  it("143 after SIGTERM", async () => {
    await withSilence(async (uri) => {
      const cli = new RunningCli("main", ["get", uri, "--verbose"]);
      await cli.until(/^> /u);
      cli.kill("SIGTERM");
      assert.equal((await cli.result()).code, 143);
    });
  });
});
