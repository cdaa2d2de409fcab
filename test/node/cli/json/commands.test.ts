import assert from "node:assert/strict";
import { withDemoServer } from "../demo-server.js";
import { RunningCli, runCli } from "../run-cli.js";

/** The objects of a text, one a line. */
function readLines(text: string): unknown[] {
  assert.match(text, /^(?:\{.*\}\n)+$/u);
  return text
    .trimEnd()
    .split("\n")
    .map((line): unknown => JSON.parse(line));
}

/** The only one. */
function readLine(text: string): Record<string, unknown> {
  const records = readLines(text);
  assert.equal(records.length, 1);
  return records[0] as Record<string, unknown>;
}

describe("--json", () => {
  it("writes a response as one object", async () => {
    await withDemoServer(async ({ uri, port }) => {
      const { code, stdout, stderr } = await runCli([
        "fetch",
        `${uri}/echo`,
        '{"a":1}',
        "-c",
        "json",
        "--json",
      ]);
      assert.deepEqual([code, stderr], [0, ""]);
      const { roundTripMs, ...rest } = readLine(stdout);
      assert.equal(typeof roundTripMs, "number");
      assert.deepEqual(rest, {
        code: "2.05",
        name: "Content",
        remote: `[::1]:${port}`,
        contentFormat: 50,
        contentType: "application/json",
        maxAge: 60,
        size: 7,
        text: '{"a":1}',
        value: { a: 1 },
      });
    });
  });

  it("says where something was created, and its ETag", async () => {
    await withDemoServer(async ({ uri }) => {
      const { code, name, location, etag, size } = readLine(
        (await runCli(["post", `${uri}/store`, "x", "--json"])).stdout,
      );
      assert.deepEqual([code, name, location, size], ["2.01", "Created", "/store/1", 0]);
      assert.match(String(etag), /^[0-9a-f]{8}$/u);
    });
  });

  it("writes nothing where no response was asked for (RFC 7967)", async () => {
    await withDemoServer(async ({ uri }) => {
      const { code, stdout } = await runCli(["put", `${uri}/store/a`, "x", "--no-response", "--json"]);
      assert.deepEqual([code, stdout], [0, ""]);
    });
  });

  it("keeps control characters of others from the terminal, and their text whole", async () => {
    await withDemoServer(async ({ uri }) => {
      const text = "\u001b[2J \u009b1m \u202e\u007f";
      const { stdout } = await runCli(["fetch", `${uri}/echo`, text, "-c", "0", "--json"]);
      assert.doesNotMatch(stdout, /[^\P{Cc}\n]|\u202e/u);
      assert.equal(readLine(stdout)["text"], text);
    });
  });

  it("writes each state of an observed resource on a line", async () => {
    await withDemoServer(async ({ uri }) => {
      const { stdout } = await runCli(["observe", `${uri}/counter`, "--count", "2", "--json"]);
      const [first, second] = readLines(stdout).map((record) => Number((record as { text: string }).text));
      assert.equal(second, first! + 1);
    });
  });

  it("RFC 6690 §2: writes each link on a line, with its server", async () => {
    await withDemoServer(async ({ uri }) => {
      await runCli(["put", `${uri}/store/a`, "{}", "-c", "json"]);
      assert.deepEqual(readLines((await runCli(["discover", `${uri}/store`, "--json"])).stdout), [
        { server: `${uri}/`, target: "/store/a", attributes: { ct: "50", sz: "2" } },
      ]);
    });
  });

  it("writes how long a ping took", async () => {
    await withDemoServer(async ({ port }) => {
      const { remote, roundTripMs } = readLine((await runCli(["ping", `[::1]:${port}`, "--json"])).stdout);
      assert.equal(remote, `[::1]:${port}`);
      assert.ok(Number(roundTripMs) > 0);
    });
  });

  it("says where and what is served, once it is", async () => {
    const server = new RunningCli("main", ["serve", "--port", "0", "--json"]);
    const [line] = await server.until(/^.*\n/u);
    const { uris, links } = readLine(line) as { uris: string[]; links: { target: string }[] };
    assert.equal((await runCli(["get", `${uris[0]}/hello`])).stdout, "Hello, Coapsule");
    assert.ok(links.some(({ target }) => target === "/hello"));
    server.kill("SIGINT");
    const { code, stdout } = await server.result();
    assert.deepEqual([code, stdout], [0, line]);
  });

  it("writes a failure as an object on standard error; the exit code stays", async () => {
    await withDemoServer(async ({ uri }) => {
      const { code, stdout, stderr } = await runCli(["get", `${uri}/nowhere`, "--json"]);
      assert.deepEqual([code, stdout], [4, ""]);
      const { response, ...failure } = readLine(stderr);
      assert.deepEqual(failure, {
        error: "4.04 Not Found: no such resource",
        type: "ClientErrorResponse",
        exitCode: 4,
      });
      const { code: responseCode, text } = response as { code: string; text: string };
      assert.deepEqual([responseCode, text], ["4.04", "no such resource"]);
    });
    const unknown = await runCli(["get", "coap://nowhere.invalid/", "--json"]);
    assert.equal(unknown.code, 3);
    assert.deepEqual(readLine(unknown.stderr), {
      error: 'expected an address for host "nowhere.invalid", found none',
      type: "ResolveError",
      exitCode: 3,
    });
  });

  it("goes with no other form of output", async () => {
    for (const other of [["--pretty"], ["--raw"], ["--status"], ["--output", "file"]]) {
      const { code, stderr } = await runCli(["get", "coap://[::1]/", "--json", ...other]);
      assert.equal(code, 2);
      assert.match(stderr, /^coapsule get: option '--json' cannot be used with option/u);
    }
  });
});
