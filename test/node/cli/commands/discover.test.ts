import assert from "node:assert/strict";
import { withDemoServer } from "../demo-server.js";
import { runCli } from "../run-cli.js";

describe("coapsule discover", () => {
  it("RFC 6690 §4: shows the links of /.well-known/core, of a URI or a host", async () => {
    await withDemoServer(async ({ uri, port, received }) => {
      for (const target of [uri, `${uri}/`, `[::1]:${port}`, `127.0.0.1:${port}`, `localhost:${port}`]) {
        const { code, stdout } = await runCli(["discover", target]);
        assert.equal(code, 0);
        assert.match(stdout, /^\/hello +Greeting +text\/plain$/mu);
        assert.match(stdout, /^\/counter +.* +text\/plain, observable$/mu);
      }
      assert.ok(received.every((line) => line.includes('Uri-Path ".well-known" Uri-Path "core"')));
    });
  });

  it("RFC 6690 §4.1: filters", async () => {
    await withDemoServer(async ({ uri, received }) => {
      const { stdout } = await runCli(["discover", uri, "--filter", "title=Count*", "--filter", "obs"]);
      assert.match(stdout, /^\/counter .*\n$/u);
      assert.ok(received[0]?.endsWith('Uri-Query "title=Count*" Uri-Query "obs"'));
      const none = await runCli(["discover", uri, "--filter", "rt=nothing"]);
      assert.deepEqual([none.code, none.stdout, none.stderr], [0, "", "no links\n"]);
    });
  });

  it("shows any list of links, and link format itself with --raw", async () => {
    await withDemoServer(async ({ uri }) => {
      await runCli(["put", `${uri}/store/a`, "{}", "-c", "json"]);
      assert.equal(
        (await runCli(["discover", `${uri}/store`])).stdout,
        "/store/a  application/json, 2 bytes\n",
      );
      assert.equal((await runCli(["discover", `${uri}/store`, "--raw"])).stdout, "</store/a>;ct=50;sz=2");
    });
  });

  it("RFC 8288 §3: takes white space, line ends and a comma at the end", async () => {
    await withDemoServer(async ({ uri }) => {
      const list = '</a>; rt="b c",\r\n</d> ;obs,\n';
      await runCli(["put", `${uri}/store/list`, list, "-c", "link-format"]);
      const { code, stdout } = await runCli(["discover", `${uri}/store/list`]);
      assert.deepEqual([code, stdout], [0, "/a  rt=b c\n/d  observable\n"]);
    });
  });

  it("ends with 4 where there is no list, with 1 where it is not one", async () => {
    await withDemoServer(async ({ uri }) => {
      assert.equal((await runCli(["discover", `${uri}/nowhere`])).code, 4);
      await runCli(["put", `${uri}/store/a`, "no links", "-c", "link-format"]);
      const { code, stdout, stderr } = await runCli(["discover", `${uri}/store/a`]);
      assert.deepEqual([code, stdout], [1, "no links\n"]);
      assert.match(stderr, /^coapsule: this is not the links that its Content-Format says: expected '<'/u);
    });
  });
});
