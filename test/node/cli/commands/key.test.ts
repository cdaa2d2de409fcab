import assert from "node:assert/strict";
import { chmodSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { RunningCli, assertUsageErrors, runCli, type CliResult } from "../run-cli.js";
import { withFolder } from "../temporary-folder.js";

/** The COSE_Key in the file of a credential. */
function coseKeyIn(path: string): Record<string, string> {
  const { cnf } = JSON.parse(readFileSync(path, "utf8")) as { cnf: { COSE_Key: Record<string, string> } };
  return cnf.COSE_Key;
}

describe("coapsule key", () => {
  it("makes a context for two sides, and shows what of it is public", () =>
    withFolder(async (cwd) => {
      const ids = ["--sender-id", "01", "--recipient-id", "0a0b", "--id-context", "37cb"];
      const made = await runCli(["key", "context", "phone.json", "door.json", ...ids], { cwd });
      assert.deepEqual([made.code, made.stderr], [0, ""]);
      assert.equal(
        made.stdout,
        `Sender ID     01
Recipient ID  0a0b
ID Context    37cb
algorithm     AES-CCM-16-64-128, SHA-256
replay window 32
`,
      );
      assert.equal((await runCli(["key", "show", "phone.json"], { cwd })).stdout, made.stdout);
      const { stdout } = await runCli(["key", "show", "door.json", "--json"], { cwd });
      assert.deepEqual(JSON.parse(stdout), {
        senderId: "0a0b",
        recipientId: "01",
        idContext: "37cb",
        algorithm: "AES-CCM-16-64-128",
        hash: "SHA-256",
        replayWindow: 32,
      });
    }));

  it("makes a key for EDHOC, and shows what of it is public", () =>
    withFolder(async (cwd) => {
      const made = await runCli(["key", "new", "phone.json", "--kid", "0A0b"], { cwd });
      assert.deepEqual([made.code, made.stderr], [0, ""]);
      const { d, x, y } = coseKeyIn(join(cwd, "phone.json"));
      const shown = `subject       phone
key ID        0a0b
key           P-256, for static Diffie-Hellman
credential    {2: "phone", 8: {1: {1: 2, 2: h'0a0b', -1: 1, -2: h'${x}', -3: h'${y}'}}}
`;
      const secret = "private key   in the file, which is a secret\n";
      assert.equal(made.stdout, `${shown}${secret}for the peers phone.pub.json\n`);
      assert.equal((await runCli(["key", "show", "phone.json"], { cwd })).stdout, `${shown}${secret}`);
      const theirs = await runCli(["key", "show", "phone.pub.json"], { cwd });
      assert.equal(theirs.stdout, `${shown}private key   none: the file is for everybody\n`);
      const { stdout } = await runCli(["key", "show", "phone.pub.json", "--json"], { cwd });
      assert.ok(!stdout.includes(d!));
      assert.deepEqual(JSON.parse(stdout), {
        subject: "phone",
        kid: "0a0b",
        curve: "P-256",
        use: "static-dh",
        credential: `a2026570686f6e6508a101a5010202420a0b2001215820${x}225820${y}`,
        hasPrivateKey: false,
      });
    }));

  it("makes keys of all curves, under the names that it is told", () =>
    withFolder(async (cwd) => {
      const run = (...args: readonly string[]): Promise<CliResult> =>
        runCli(["key", "new", ...args], { cwd });
      const signing = await run("a", "--curve", "Ed25519", "--subject", "node 7", "--json");
      assert.match(signing.stdout, /"subject":"node 7",.*"curve":"Ed25519","use":"signature"/u);
      assert.match(signing.stdout, /"publicPath":"a\.pub"/u);
      assert.match((await run("b", "c", "--curve", "X25519")).stdout, /X25519, for static Diffie-Hellman/u);
      assert.match((await run("d", "--use", "signature")).stdout, /P-256, for signatures/u);
      assert.deepEqual(readdirSync(cwd).sort(), ["a", "a.pub", "b", "c", "d", "d.pub"]);
      const again = await run("e", "c");
      assert.deepEqual([again.code, again.stdout], [1, ""]);
      assert.equal(
        again.stderr,
        "coapsule: c: expected a new file, got one that is there: keys are not overwritten\n",
      );
    }));

  it("prints no secret, whatever is asked and however it fails", () =>
    withFolder(async (cwd) => {
      const [path, keyPath] = [join(cwd, "a"), join(cwd, "k")];
      const made = await runCli(["key", "context", "a", "b", "--json"], { cwd });
      const madeKey = await runCli(["key", "new", "k", "--json"], { cwd });
      const [text, keyText] = [readFileSync(path, "utf8"), readFileSync(keyPath, "utf8")];
      const { masterSecret, masterSalt } = JSON.parse(text) as Record<string, string>;
      const { d } = coseKeyIn(keyPath);
      writeFileSync(path, text.slice(1));
      writeFileSync(keyPath, keyText.slice(1));
      const results = [
        made,
        madeKey,
        await runCli(["key", "show", "b"], { cwd }),
        await runCli(["key", "show", "a"], { cwd }),
        await runCli(["key", "show", "k"], { cwd }),
      ];
      assert.deepEqual(
        results.map(({ code }) => code),
        [0, 0, 0, 1, 1],
      );
      for (const { stdout, stderr } of results)
        for (const secret of [masterSecret!, masterSalt!, d!])
          assert.ok(!`${stdout}${stderr}`.includes(secret));
    }));

  it("refuses a file that others may read, and says how to mend it", () =>
    withFolder(async (cwd) => {
      await runCli(["key", "context", "a", "b"], { cwd });
      chmodSync(join(cwd, "a"), 0o644);
      const shown = await runCli(["key", "show", "a", "--json"], { cwd });
      assert.deepEqual([shown.code, shown.stdout], [1, ""]);
      const { error, type } = JSON.parse(shown.stderr) as Record<string, unknown>;
      assert.equal(type, "SecretFileError");
      assert.match(String(error), /^a: .*; mend it with: chmod 600 a$/u);
      const asked = await runCli(["get", "coap://[::1]/hello", "--oscore", "a"], { cwd });
      assert.deepEqual([asked.code, asked.stderr], [1, `coapsule: ${String(error)}\n`]);
    }));

  it("ends with 2 where the command line is wrong, and shows the command by its full name", async () => {
    const cases: readonly (readonly [args: readonly string[], reason: RegExp])[] = [
      [["key"], /^Usage: coapsule key/u],
      [["key", "make"], /unknown command 'make'/u],
      [["key", "new"], /^coapsule key new: missing required argument 'path'/u],
      [["key", "new", "a", "--curve", "P-384"], /Allowed choices are P-256, X25519, Ed25519/u],
      [["key", "new", "a", "--use", "both"], /Allowed choices are static-dh, signature/u],
      [
        ["key", "new", "a", "--curve", "X25519", "--use", "signature"],
        /expected static-dh as --use of X25519, got signature/u,
      ],
      [["key", "new", "a", "--kid", ""], /Expected 1 to 32 bytes in hexadecimal/u],
      [["key", "new", "a", "--kid", "00".repeat(33)], /Expected 1 to 32 bytes in hexadecimal/u],
      [["key", "context", "a"], /^coapsule key context: missing required argument 'peer-path'/u],
      [["key", "context", "a", "b", "--sender-id", "1"], /Expected 0 to 7 bytes in hexadecimal/u],
      [["key", "context", "a", "b", "--id-context", "00".repeat(129)], /Expected 0 to 128 bytes/u],
      [["key", "context", "a", "b", "--algorithm", "A256GCM"], /Allowed choices are AES-CCM-16-64-128/u],
      [
        ["get", "coap://[::1]/", "--oscore", "a", "--q-block"],
        /'--oscore <path>' cannot be used with option '--q-block'/u,
      ],
      [["discover", "ff02::fd%lo", "--oscore", "a"], /one host with --oscore, got that of a group/u],
      [["ping", "[::1]", "--oscore", "a"], /unknown option '--oscore'/u],
    ];
    await assertUsageErrors(cases);
  });
});

interface ProtectedServer {
  /** `coap://[::1]:…`, and the same over TCP. */
  readonly uri: string;
  readonly tcpUri: string;
  /** Runs a command where the files are: phone, the client's context, and stranger, one that the server has not. */
  readonly run: (...args: readonly string[]) => Promise<CliResult>;
  readonly folder: string;
  /** Ends the server and starts another. */
  readonly restart: () => Promise<string>;
}

/** Runs `use` while `coapsule serve --oscore door` runs. */
async function withProtectedServer(use: (server: ProtectedServer) => Promise<void>): Promise<void> {
  await withFolder(async (cwd) => {
    const run = (...args: readonly string[]): Promise<CliResult> => runCli(args, { cwd });
    await run("key", "context", "phone", "door");
    await run("key", "context", "stranger", "nobody");
    let server: RunningCli;
    const start = async (): Promise<RegExpExecArray> => {
      server = new RunningCli("main", ["serve", "--port", "0", "--tcp", "0", "--oscore", "door"], { cwd });
      return server.until(/^serving at (coap:\S+), (coap\+tcp:\S+)\n/u);
    };
    const stop = async (): Promise<void> => {
      server.kill("SIGINT");
      assert.equal((await server.result()).code, 0);
    };
    const [, uri = "", tcpUri = ""] = await start();
    const restart = async (): Promise<string> => {
      await stop();
      const [, newUri = ""] = await start();
      return newUri;
    };
    try {
      await use({ uri, tcpUri, run, folder: cwd, restart });
    } finally {
      await stop();
    }
  });
}

describe("--oscore", () => {
  it("RFC 8613 §8: protects requests and responses, of which the wire shows neither path nor body", () =>
    withProtectedServer(async ({ uri, run }) => {
      const { code, stdout, stderr } = await run("get", `${uri}/protected`, "--oscore", "phone", "--verbose");
      assert.deepEqual([code, stdout], [0, "Hello, Coapsule"]);
      assert.match(stderr, /^> .* CON POST .*: OSCORE h'\w+', \d+ bytes\n< .* 2\.04 Changed .*: OSCORE h'/u);
      assert.doesNotMatch(stderr, /Uri-Path/u);
    }));

  it("reaches over TCP what it reaches over UDP", () =>
    withProtectedServer(async ({ tcpUri, run }) => {
      const { code, stdout } = await run("get", `${tcpUri}/protected`, "--oscore", "phone");
      assert.deepEqual([code, stdout], [0, "Hello, Coapsule"]);
    }));

  it("is there for bodies in blocks, observations and links, with --json, too", () =>
    withProtectedServer(async ({ uri, run }) => {
      const body = "0123456789abcdef".repeat(200);
      assert.equal((await run("put", `${uri}/store/a`, body, "--oscore", "phone")).code, 0);
      assert.equal((await run("get", `${uri}/store/a`, "--oscore", "phone")).stdout, body);
      const states = await run("observe", `${uri}/counter`, "--count", "2", "--oscore", "phone", "--json");
      assert.deepEqual([states.code, states.stdout.trimEnd().split("\n").length], [0, 2]);
      const links = await run("discover", uri, "--oscore", "phone", "--json");
      assert.match(links.stdout, /"target":"\/protected"/u);
    }));

  it("RFC 8613 §8.2: says why the server did not take a request", () =>
    withProtectedServer(async ({ uri, run, folder }) => {
      const made = JSON.parse(readFileSync(join(folder, "phone"), "utf8")) as Record<string, string>;
      const { checksum: _, ...phone } = made;
      const masterSecret = "00".repeat(16);
      writeFileSync(join(folder, "wrong"), JSON.stringify({ ...phone, masterSecret }), { mode: 0o600 });
      const cases = [
        [[], "4.01 Unauthorized: this resource takes protected requests only"],
        [["--oscore", "stranger"], "4.01 Unauthorized: Security context not found"],
        [["--oscore", "wrong"], "4.00 Bad Request: Decryption failed"],
      ] as const;
      for (const [args, reason] of cases) {
        const { code, stdout, stderr } = await run("get", `${uri}/protected`, ...args);
        assert.deepEqual([code, stdout, stderr], [4, "", `coapsule: ${reason}\n`]);
      }
      const missing = await run("get", `${uri}/protected`, "--oscore", "nothing", "--json");
      assert.deepEqual(
        [missing.code, JSON.parse(missing.stderr)],
        [1, { error: "nothing: no such file or directory", type: "Error", exitCode: 1 }],
      );
    }));

  it("RFC 8613 §B.1: goes on after a restart of either side", () =>
    withProtectedServer(async ({ uri, run, restart }) => {
      const ask = (target: string): Promise<CliResult> =>
        run("get", `${target}/protected`, "--oscore", "phone", "--verbose");
      assert.equal((await ask(uri)).code, 0);
      const again = await ask(await restart());
      assert.deepEqual([again.code, again.stdout], [0, "Hello, Coapsule"]);
      // The server has asked for an Echo value first.
      assert.equal([...again.stderr.matchAll(/^> /gmu)].length, 2);
    }));

  it("is for one program at a time", () =>
    withProtectedServer(async ({ uri, run }) => {
      const { code, stderr } = await run("get", `${uri}/protected`, "--oscore", "door");
      assert.equal(code, 1);
      assert.match(
        stderr,
        /^coapsule: door: expected a security context that no other program uses, got one in use\n$/u,
      );
    }));

  it("RFC 8613 §7.2: sends no Partial IV twice, by commands at once and after one that was killed", () =>
    withProtectedServer(async ({ uri, run, folder }) => {
      const ask = (): Promise<CliResult> => run("get", `${uri}/protected`, "--oscore", "phone", "--verbose");
      const watching = new RunningCli("main", ["observe", `${uri}/counter`, "--oscore", "phone"], {
        cwd: folder,
      });
      await watching.until(/^\d/u);
      watching.kill("SIGKILL");
      await assert.rejects(watching.result(), /killed by SIGKILL/u);
      const results = await Promise.all([ask(), ask(), ask(), ask()]);
      for (const { code, stderr } of results) if (code !== 0) assert.match(stderr, /no other program uses/u);
      const last = await ask();
      assert.equal(last.code, 0);
      const sent = [...results, last].flatMap(({ stderr }) => [
        ...stderr.matchAll(/^> .*OSCORE (h'\w+')/gmu),
      ]);
      const options = sent.map(([, option]) => option);
      assert.equal(new Set(options).size, options.length);
    }));

  it("is an option of coapsule rd, too", () =>
    withFolder(async (cwd) => {
      await runCli(["key", "context", "phone", "door"], { cwd });
      const directory = new RunningCli("main", ["rd", "--port", "0", "--oscore", "door"], { cwd });
      const [, uri = ""] = await directory.until(/^directory at (coap:\S+)\n/u);
      const links = await runCli(["discover", uri, "--oscore", "phone", "--filter", "rt=core.rd"], { cwd });
      assert.match(links.stdout, /^\/rd /u);
      directory.kill("SIGINT");
      assert.equal((await directory.result()).code, 0);
    }));
});
