import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { withDemoServer } from "../demo-server.js";
import { runCli } from "../run-cli.js";
import { withFolder } from "../temporary-folder.js";

describe("coapsule get, put, post, delete, fetch, patch, ipatch", () => {
  it("send their methods", async () => {
    await withDemoServer(async ({ uri, received }) => {
      for (const name of ["get", "delete", "put", "post", "fetch", "patch", "ipatch"]) {
        const args = name === "get" || name === "delete" ? [`${uri}/echo?q`] : [`${uri}/echo`, "q"];
        const { code, stdout } = await runCli([name, ...args]);
        assert.equal(code, 0);
        assert.equal(stdout, "q");
      }
      const methods = received.map((line) => line.split(" ")[1]);
      assert.deepEqual(methods, ["GET", "DELETE", "PUT", "POST", "FETCH", "PATCH", "iPATCH"]);
    });
  });

  it("send what the options say", async () => {
    await withDemoServer(async ({ uri, received }) => {
      const args = ["put", `${uri}/echo`, "x", "-c", "application/json", "-a", "json", "--if-none-match"];
      await runCli([...args, "--etag", "0102", "--etag", "0xff", "--if-match", "abcd", "--if-match", "any"]);
      await runCli(["get", `${uri}/hello`, "--non", "-b", "64"]);
      assert.deepEqual(received, [
        "0 PUT If-Match h'abcd' If-Match h'' ETag h'0102' ETag h'ff' If-None-Match " +
          'Uri-Path "echo" Content-Format 50 Accept 50',
        '1 GET Uri-Path "hello" Block2 0/0/64',
      ]);
    });
  });

  it("RFC 7967 §2: need no response when none is asked for", async () => {
    await withDemoServer(async ({ uri, received }) => {
      for (const flags of [[], ["--non"]]) {
        const args = ["put", `${uri}/store/${flags.length}`, "x", "--no-response", "--status"];
        const { code, stdout, stderr } = await runCli([...args, ...flags]);
        assert.deepEqual([code, stdout, stderr], [0, "", ""]);
      }
      assert.equal((await runCli(["get", `${uri}/store/1`])).stdout, "x");
      assert.deepEqual(received.slice(0, 2), [
        '0 PUT Uri-Path "store" Uri-Path "0" No-Response 26',
        '1 PUT Uri-Path "store" Uri-Path "1" No-Response 26',
      ]);
    });
  });

  it("RFC 9177 §4: do not wait for each block with --q-block", async () => {
    await withDemoServer(async ({ uri, received }) => {
      const body = "0123456789".repeat(500);
      const put = await runCli(["put", `${uri}/store/a`, body, "--q-block", "-b", "256"]);
      assert.equal(put.code, 0);
      const get = await runCli(["get", `${uri}/store/a`, "--q-block"]);
      assert.equal(get.stdout, body);
      assert.ok(
        received.some((line) => /^1 PUT .* Q-Block1 19\/0\/256 Size1 5000/u.test(line)),
        received.join(),
      );
      assert.ok(
        received.some((line) => /^1 GET .* Q-Block2 0\/1\/1024/u.test(line)),
        received.join(),
      );
    });
  });

  it("keep the name in Uri-Host (RFC 7252 §6.4)", async () => {
    await withDemoServer(async ({ port, received }) => {
      assert.equal((await runCli(["get", `coap://LocalHost:${port}/hello`])).code, 0);
      assert.deepEqual(received, ['0 GET Uri-Host "localhost" Uri-Path "hello"']);
    });
  });

  it("show the response code with --status", async () => {
    await withDemoServer(async ({ uri }) => {
      const put = await runCli(["put", `${uri}/store/a`, "1", "--status"]);
      const [, tag = ""] = /^2\.01 Created \(ETag ([0-9a-f]{8})\)\n$/u.exec(put.stderr) ?? [];
      assert.notEqual(tag, "");
      assert.equal(
        (await runCli(["get", `${uri}/store/a`, "-s", "--etag", tag])).stderr,
        `2.03 Valid (ETag ${tag})\n`,
      );
      const post = await runCli(["post", `${uri}/store`, "x", "-s"]);
      assert.match(post.stderr, /^2\.01 Created \/store\/1 \(ETag [0-9a-f]{8}\)\n$/u);
      const changed = await runCli(["put", `${uri}/store/a`, "2", "-s", "--if-match", tag]);
      assert.match(changed.stderr, /^2\.04 Changed /u);
      const refused = await runCli(["put", `${uri}/store/a`, "3", "-s", "--if-match", tag]);
      assert.equal(refused.code, 4);
      assert.match(refused.stderr, /^coapsule: 4\.12 Precondition Failed: /u);
      assert.equal((await runCli(["delete", `${uri}/store/a`, "-s"])).stderr, "2.02 Deleted\n");
    });
  });

  it("RFC 7959 §2.4: read large bodies block by block, into a pipe or a file", async () => {
    await withDemoServer(({ uri, received }) =>
      withFolder(async (folder) => {
        const piped = await runCli(["get", `${uri}/large`]);
        assert.equal(piped.bytes.length, 1024 * 1024);
        assert.equal(received.length, 1024);
        const file = join(folder, "large");
        const saved = await runCli(["get", `${uri}/large`, "--output", file]);
        assert.deepEqual([saved.code, saved.stdout, saved.stderr], [0, "", ""]);
        assert.equal(readFileSync(file).equals(piped.bytes), true);
      }),
    );
  });

  it("leave a file alone when the server answers with an error", async () => {
    await withDemoServer(({ uri }) =>
      withFolder(async (folder) => {
        const file = join(folder, "kept");
        await runCli(["get", `${uri}/hello`, "-o", file]);
        assert.equal((await runCli(["get", `${uri}/nowhere`, "-o", file])).code, 4);
        assert.equal(readFileSync(file, "utf8"), "Hello, Coapsule");
      }),
    );
  });

  it("show bodies for people with --pretty, and pipe them as they are without", async () => {
    await withDemoServer(async ({ uri }) => {
      const cbor = Uint8Array.of(0xa1, 0x61, 0x61, 0xf9, 0x3c, 0x00);
      const cases: readonly (readonly [format: string, input: string | Uint8Array, shown: string])[] = [
        ["cbor", cbor, '{"a": 1.0}\n'],
        ["json", '{"a":[1,2]}', '{"a": [1, 2]}\n'],
        ["link-format", "</a>;obs", "/a  observable\n"],
        ["text/plain", "one\ntwo\n", "one\ntwo\n"],
      ];
      for (const [format, input, shown] of cases) {
        const args = ["fetch", `${uri}/echo`, "-", "-c", format];
        assert.equal((await runCli([...args, "--pretty"], { input })).stdout, shown);
        assert.deepEqual((await runCli(args, { input })).bytes, Buffer.from(input));
      }
      const binary = await runCli(["fetch", `${uri}/echo`, "-c", "42", "--pretty"], { input: cbor });
      assert.match(binary.stdout, /^00000000 {2}a1 61 61 f9 3c 00 .*\|\.aa\.<\.\|\n$/u);
      const wrong = await runCli(["fetch", `${uri}/echo`, "{", "-c", "json", "--pretty"]);
      assert.match(wrong.stderr, /^coapsule: this is not the json that its Content-Format says: /u);
    });
  });

  it("show what the server says without letting it write to the terminal", async () => {
    await withDemoServer(async ({ uri }) => {
      const { stdout } = await runCli(["fetch", `${uri}/echo`, "\u001b[2J", "-c", "0", "--pretty"]);
      assert.equal(stdout, "\\u{1b}[2J\n");
    });
  });
});
