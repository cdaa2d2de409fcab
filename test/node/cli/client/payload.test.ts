import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { withDemoServer } from "../demo-server.js";
import { RunningCli, runCli } from "../run-cli.js";
import { withFolder } from "../temporary-folder.js";

describe("the body of a request", () => {
  it("comes from the argument", async () => {
    await withDemoServer(async ({ uri }) => {
      const { code, stdout } = await runCli(["post", `${uri}/echo`, "22.5 °C"]);
      assert.equal(code, 0);
      assert.equal(stdout, "22.5 °C");
    });
  });

  it("comes from standard input: for -, and when something is piped in", async () => {
    await withDemoServer(async ({ uri }) => {
      const input = Buffer.from([0, 1, 2, 0xff, 0x0a]);
      for (const args of [
        ["post", `${uri}/echo`],
        ["post", `${uri}/echo`, "-"],
        ["post", `${uri}/echo`, "-f", "-"],
      ]) {
        const { code, bytes } = await runCli(args, { input });
        assert.equal(code, 0);
        assert.deepEqual(bytes, input);
      }
      const argument = await runCli(["post", `${uri}/echo`, "argument"], { input });
      assert.equal(argument.stdout, "argument");
    });
  });

  it("is empty without any of them", async () => {
    await withDemoServer(async ({ uri, received }) => {
      const { code, stdout } = await runCli(["post", `${uri}/echo`]);
      assert.equal(code, 0);
      assert.equal(stdout, "");
      assert.deepEqual(received, ['0 POST Uri-Path "echo"']);
    });
  });

  it("RFC 7959 §3.2: comes from a file, and goes block by block", async () => {
    await withDemoServer(({ uri, received }) =>
      withFolder(async (folder) => {
        const file = join(folder, "body");
        const body = Buffer.from(Array.from({ length: 2500 }, (_zero, index) => index % 251));
        writeFileSync(file, body);
        const put = await runCli(["put", `${uri}/store/a`, "-f", file, "-c", "42", "-b", "512"]);
        assert.equal(put.code, 0);
        assert.equal(received.filter((line) => /^0 PUT .*Block1 \d\/[01]\/512/u.test(line)).length, 5);
        assert.ok(received.every((line) => line.includes("Content-Format 42")));
        // RFC 7959 §4: the length of a file is known.
        assert.deepEqual(
          received.map((line) => line.includes("Size1 2500")),
          [true, false, false, false, false],
        );
        assert.deepEqual((await runCli(["get", `${uri}/store/a`])).bytes, body);
      }),
    );
  });

  it("is sent while it is read", async () => {
    await withDemoServer(async ({ uri, received }) => {
      const input = Buffer.alloc(3 * 1024 * 1024, "0123456789abcdef");
      const put = await runCli(["put", `${uri}/store/a`], { input });
      assert.equal(put.code, 0);
      assert.equal(received.length, 3 * 1024);
      const get = await runCli(["get", `${uri}/store/a`]);
      assert.equal(get.bytes.equals(input), true);
    });
  });

  it("cannot come from two sources, a folder, or a file that is not there", async () => {
    await withFolder(async (folder) => {
      const both = await runCli(["put", "coap://[::1]/a", "x", "-f", "y"]);
      assert.equal(both.code, 2);
      assert.equal(both.stderr, "coapsule: expected a payload or --file, got both\n");
      const directory = await runCli(["put", "coap://[::1]/a", "-f", folder]);
      assert.equal(directory.code, 2);
      const missing = await runCli(["put", "coap://[::1]/a", "-f", "nowhere"], { cwd: folder });
      assert.equal(missing.code, 1);
      assert.equal(missing.stderr, "coapsule: nowhere: no such file or directory\n");
    });
  });

  it("is not waited for after Ctrl-C", async () => {
    await withDemoServer(async ({ uri, received }) => {
      const cli = new RunningCli("main", ["put", `${uri}/store/a`, "-v"], {
        input: Buffer.alloc(1024 * 1024),
      });
      await cli.until(/^< /mu);
      cli.kill("SIGINT");
      assert.equal((await cli.result()).code, 130);
      assert.ok(received.length < 1024);
    });
  });
});
