import assert from "node:assert/strict";
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { withDemoServer } from "../demo-server.js";
import { RunningCli, runCli } from "../run-cli.js";
import { withFolder } from "../temporary-folder.js";

/** Starts a directory; gives its URI. */
async function start(...args: readonly string[]): Promise<{ directory: RunningCli; uri: string }> {
  const directory = new RunningCli("main", ["rd", "--port", "0", ...args]);
  const [, uri = ""] = await directory.until(/^directory at (coap:\/\/\[::1\]:\d+)\n/u);
  return { directory, uri };
}

async function end(directory: RunningCli): Promise<void> {
  directory.kill("SIGINT");
  const { code } = await directory.result();
  assert.equal(code, 0);
}

describe("coapsule rd", () => {
  it("says where it is and what it offers, and keeps registrations in --storage", async () => {
    await withFolder(async (folder) => {
      const first = await start("--storage", folder);
      await first.directory.until(/^ {2}\/rd-lookup\/res .*observable$/mu);
      const links = "</temp>;rt=temperature-c";
      const post = await runCli([
        "post",
        `${first.uri}/rd?ep=node1&base=coap://h`,
        links,
        "-c",
        "link-format",
      ]);
      assert.equal(post.code, 0, post.stderr);
      await end(first.directory);
      const second = await start("--storage", folder, "--verbose");
      const found = await runCli(["get", `${second.uri}/rd-lookup/res?rt=temp*`]);
      assert.match(found.stdout, /coap:\/\/h\/temp/u);
      await second.directory.until(/^< .*GET.*\n> .*2\.05 Content/mu);
      await end(second.directory);
    });
  });

  it("has --storage alone, until it ends", async () => {
    await withFolder(async (folder) => {
      const [storage, link] = [join(folder, "directory"), join(folder, "link")] as const;
      const first = await start("--storage", storage);
      symlinkSync(storage, link);
      for (const name of [storage, link]) {
        const { code, stderr } = await runCli(["rd", "--port", "0", "--storage", name]);
        assert.deepEqual([code, stderr], [1, `coapsule: another program uses ${name}\n`]);
      }
      first.directory.kill("SIGKILL");
      await first.directory.ended();
      const second = await start("--storage", link);
      await end(second.directory);
    });
  });

  it("RFC 9176 §5.1: asks simple registrants for Echo, unless told not to", async () => {
    for (const [option, answer] of [
      ["--sender-check", /4\.01 Unauthorized/u],
      ["--no-sender-check", /< .*2\.05 Content/u],
    ] as const) {
      const { directory, uri } = await start("--verbose", ...(option === "--sender-check" ? [] : [option]));
      const { code } = await runCli(["post", `${uri}/.well-known/rd?ep=a`]);
      assert.equal(code, 0);
      await directory.until(answer);
      await end(directory);
    }
  });

  it("ends with 1 where it cannot join a group", async () => {
    const { code, stderr } = await runCli(["rd", "--port", "0", "--group", "not-a-group"]);
    assert.equal(code, 1);
    assert.match(stderr, /^coapsule: expected a multicast group/u);
  });

  it("says so when the port is taken, and ends with 1", async () => {
    await withDemoServer(async ({ port }) => {
      const { code, stderr } = await runCli(["rd", "--port", String(port)]);
      assert.equal(code, 1);
      assert.match(stderr, new RegExp(`^coapsule: UDP port ${port} is taken by another program`, "u"));
    });
  });
});
