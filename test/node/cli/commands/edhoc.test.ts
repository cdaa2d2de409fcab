import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  createCredentialFiles,
  type CredentialChoice,
} from "../../../../services/credentials/credential-file.js";
import { AUTHORITY, TestAuthority, pemOf } from "../../services/credentials/x509/authority.js";
import { RunningCli, assertUsageErrors, runCli, type CliOptions, type CliResult } from "../run-cli.js";
import { withFolder } from "../temporary-folder.js";

type Run = (args: readonly string[], options?: CliOptions) => Promise<CliResult>;

interface EdhocScene {
  /** `coap://[::1]:…`, and the same over TCP. */
  readonly uri: string;
  readonly tcpUri: string;
  /** Runs a command where the files are. */
  readonly run: Run;
  readonly folder: string;
  readonly server: RunningCli;
}

/** As a phone that trusts the door. */
const PHONE = ["--edhoc", "phone.json", "--edhoc-peer", "door.pub.json"];

/** Each with a key identifier of its own, which random ones of a byte do not always have. */
const NAMES = ["phone", "door", "thief", "signing-phone", "signing-door", "old-phone", "old-door", "a", "b"];

function makeKey(folder: string, name: string, choice: CredentialChoice = {}): void {
  const kid = Uint8Array.of(NAMES.indexOf(name));
  createCredentialFiles(join(folder, `${name}.json`), join(folder, `${name}.pub.json`), { kid, ...choice });
}

/** Runs `use` while `coapsule serve` lets the phone and the signing phone in, and nobody else. */
async function withServer(use: (scene: EdhocScene) => Promise<void>): Promise<void> {
  await withFolder(async (cwd) => {
    const run: Run = (args, options) => runCli(args, { cwd, ...options });
    makeKey(cwd, "phone");
    makeKey(cwd, "door");
    makeKey(cwd, "thief");
    makeKey(cwd, "signing-phone", { use: "signature" });
    makeKey(cwd, "signing-door", { use: "signature" });
    makeKey(cwd, "old-phone", { curve: "Ed25519" });
    makeKey(cwd, "old-door", { curve: "X25519" });
    const own = ["door", "signing-door", "old-door"].flatMap((name) => ["--edhoc", `${name}.json`]);
    const peers = ["phone", "signing-phone", "old-phone"].flatMap((name) => [
      "--edhoc-peer",
      `${name}.pub.json`,
    ]);
    const args = ["serve", "--port", "0", "--tcp", "0", "--verbose", ...own, ...peers];
    const server = new RunningCli("main", args, { cwd });
    try {
      const [, uri = "", tcpUri = ""] = await server.until(/^serving at (coap:\S+), (coap\+tcp:\S+)\n/u);
      await use({ uri, tcpUri, run, folder: cwd, server });
    } finally {
      server.kill("SIGINT");
      assert.equal((await server.result()).code, 0);
    }
  });
}

/**
 * Runs `use` while a server, whose certificate is for ::1, lets those in whom its authority has certified.
 * @param phone for whom the certificate of the client is
 */
async function withCertified(
  phone: string,
  use: (uri: string, ask: (uri: string) => Promise<CliResult>) => Promise<void>,
): Promise<void> {
  await withFolder(async (cwd) => {
    const authority = new TestAuthority();
    try {
      const root = authority.issue("root", "P-256", AUTHORITY);
      writeFileSync(join(cwd, "root"), root.certificate.toString());
      for (const [name, holder] of [
        ["door", "IP:::1"],
        ["phone", phone],
      ] as const) {
        const issued = authority.issue(name, "P-256", `subjectAltName=${holder}`, root);
        writeFileSync(join(cwd, name), pemOf(issued), { mode: 0o600 });
      }
    } finally {
      authority.close();
    }
    const flags = ["--edhoc", "door", "--edhoc-peer", "root"];
    const server = new RunningCli("main", ["serve", "--port", "0", ...flags], { cwd });
    try {
      const [, uri = ""] = await server.until(/^serving at (coap:\S+)\n/u);
      await use(uri, (target) =>
        runCli(["get", `${target}/protected`, "--edhoc", "phone", "--edhoc-peer", "root", "-v"], { cwd }),
      );
    } finally {
      server.kill("SIGINT");
      assert.equal((await server.result()).code, 0);
    }
  });
}

describe("--edhoc", () => {
  it("RFC 9668 §3: keys and the protected response in two round trips, of which the wire shows no secret", () =>
    withServer(async ({ uri, run, server, folder }) => {
      const asked = await run(["get", `${uri}/protected`, ...PHONE, "--verbose"]);
      assert.deepEqual([asked.code, asked.stdout], [0, "Hello, Coapsule"]);
      const [edhoc, keys, ...rest] = asked.stderr.trimEnd().split("\n");
      assert.match(edhoc!, /^> .* CON POST .* Uri-Path "edhoc", Content-Format 65, 3\d bytes$/u);
      assert.match(keys!, /^< .* 2\.04 Changed .* Content-Format 64, 4\d bytes$/u);
      assert.equal(rest.length, 3);
      const authority = uri.slice("coap://".length);
      assert.equal(rest[0], `edhoc: ${authority} is door.pub.json, by method 3 and cipher suite 2`);
      assert.match(rest[1]!, /^> .* CON POST .*: OSCORE h'\w+', EDHOC, 3\d bytes$/u);
      assert.match(rest[2]!, /^< .* 2\.04 Changed .*: OSCORE h'/u);
      await server.until(/^edhoc: \[::1\]:\d+ is phone\.pub\.json, by method 3 and cipher suite 2$/mu);
      for (const file of ["phone.json", "door.json"]) {
        const [, secret] = /"d": "(\w+)"/u.exec(readFileSync(join(folder, file), "utf8"))!;
        assert.ok(!`${asked.stderr}${server.stderr}`.includes(secret!));
      }
    }));

  it("RFC 9528 §3.2: the method follows from the keys, the cipher suite from their curves", () =>
    withServer(async ({ uri, run }) => {
      const cases = [
        ["signing-phone", "signing-door", "0 and cipher suite 2"],
        ["signing-phone", "door", "1 and cipher suite 2"],
        ["phone", "signing-door", "2 and cipher suite 2"],
        ["old-phone", "old-door", "1 and cipher suite 0"],
      ] as const;
      for (const [own, peer, outcome] of cases) {
        const flags = ["--edhoc", `${own}.json`, "--edhoc-peer", `${peer}.pub.json`];
        const { code, stdout, stderr } = await run(["get", `${uri}/protected`, ...flags, "-v"]);
        assert.deepEqual([code, stdout], [0, "Hello, Coapsule"]);
        assert.ok(stderr.includes(` is ${peer}.pub.json, by method ${outcome}\n`), stderr);
      }
    }));

  it("is there over TCP, for bodies that come in pieces, observations and links", () =>
    withServer(async ({ uri, tcpUri, run }) => {
      assert.equal((await run(["get", `${tcpUri}/protected`, ...PHONE])).stdout, "Hello, Coapsule");
      const input = "0123456789abcdef".repeat(200);
      const put = await run(["put", `${uri}/store/a`, ...PHONE, "--verbose"], { input });
      assert.equal(put.code, 0);
      // What comes in pieces cannot be sent twice, so message_3 goes by itself.
      assert.doesNotMatch(put.stderr, /, EDHOC,/u);
      assert.equal((await run(["get", `${uri}/store/a`, ...PHONE])).stdout, input);
      const states = await run(["observe", `${uri}/counter`, "--count", "2", ...PHONE, "--json"]);
      assert.deepEqual([states.code, states.stdout.trimEnd().split("\n").length], [0, 2]);
      const links = await run(["discover", uri, ...PHONE, "--filter", "rt=core.edhoc"]);
      assert.match(links.stdout, /^\/\.well-known\/edhoc /u);
    }));

  it("leaves an observation as it is while the same peer begins other sessions", () =>
    withServer(async ({ uri, run, folder }) => {
      const watching = new RunningCli("main", ["observe", `${uri}/counter`, ...PHONE, "--count", "4"], {
        cwd: folder,
      });
      await watching.until(/^\d/u);
      for (let count = 0; count < 2; count += 1)
        assert.equal((await run(["get", `${uri}/protected`, ...PHONE])).code, 0);
      const { code, stdout } = await watching.result();
      assert.deepEqual([code, stdout.trimEnd().split("\n").length], [0, 4]);
    }));

  it("RFC 9528 §6: says who has ended a session, and why", () =>
    withServer(async ({ uri, run }) => {
      const unknown = "expected a credential that is known here, got a reference to another";
      const cases = [
        ["thief", "door", 4, "EDHOC: the peer ended the session: it does not know our credential"],
        ["phone", "thief", 1, `EDHOC: ${unknown}`],
        ["phone", "phone", 1, `EDHOC: ${unknown}`],
      ] as const;
      for (const [own, peer, exitCode, reason] of cases) {
        const flags = ["--edhoc", `${own}.json`, "--edhoc-peer", `${peer}.pub.json`];
        const { code, stdout, stderr } = await run(["get", `${uri}/protected`, ...flags]);
        assert.deepEqual([code, stdout, stderr], [exitCode, "", `coapsule: ${reason}\n`]);
      }
    }));

  it("RFC 9528 §6.3: says which cipher suites the server has, where none is ours, too", () =>
    withFolder(async (cwd) => {
      const run: Run = (args) => runCli(args, { cwd });
      makeKey(cwd, "phone", { curve: "X25519" });
      makeKey(cwd, "door");
      const flags = ["--edhoc", "door.json", "--edhoc-peer", "phone.pub.json"];
      const server = new RunningCli("main", ["rd", "--port", "0", ...flags], { cwd });
      const [, uri = ""] = await server.until(/^directory at (coap:\S+)\n/u);
      const { code, stderr } = await run(["get", `${uri}/rd-lookup/res`, ...PHONE, "--json"]);
      const { error, type, exitCode } = JSON.parse(stderr) as Record<string, unknown>;
      assert.deepEqual([code, type, exitCode], [4, "EdhocPeerError", 4]);
      assert.equal(error, "EDHOC: the peer ended the session: it supports cipher suite 2, 3");
      server.kill("SIGINT");
      assert.equal((await server.result()).code, 0);
    }));

  it("RFC 9528 §D.2: takes a certificate for that of the server only where it is for the host that was asked", () =>
    withCertified("IP:::2", async (uri, ask) => {
      const asked = await ask(uri);
      assert.deepEqual([asked.code, asked.stdout], [0, "Hello, Coapsule"]);
      assert.match(asked.stderr, / is CN=door, by method 0 and cipher suite 2$/mu);
      const { code, stderr } = await ask(uri.replace("[::1]", "127.0.0.1"));
      assert.equal(code, 1);
      const reason = "expected a certificate that is trusted: expected a peer that may connect, got CN=door";
      assert.ok(stderr.endsWith(`coapsule: EDHOC: ${reason}\n`), stderr);
    }));

  it("RFC 9668 §3.2.2: a message_3 with which no request fits goes by itself, in blocks", () => {
    const names = Array.from({ length: 40 }, (_, number) => `DNS:a-long-name-${number}.example.org`);
    return withCertified(names.join(","), async (uri, ask) => {
      const { code, stdout, stderr } = await ask(uri);
      assert.deepEqual([code, stdout], [0, "Hello, Coapsule"]);
      assert.match(stderr, /^> .* Uri-Path "edhoc", Content-Format 65, Block1 1\/0\/1024/mu);
      assert.doesNotMatch(stderr, /, EDHOC,/u);
    });
  });

  it("says that a server does not run EDHOC", () =>
    withFolder(async (cwd) => {
      makeKey(cwd, "phone");
      makeKey(cwd, "door");
      const server = new RunningCli("main", ["serve", "--port", "0"], { cwd });
      const [, uri = ""] = await server.until(/^serving at (coap:\S+)\n/u);
      const { code, stderr } = await runCli(["get", `${uri}/hello`, ...PHONE], { cwd });
      assert.deepEqual(
        [code, stderr],
        [4, `coapsule: ${uri}/.well-known/edhoc: the server does not run EDHOC\n`],
      );
      server.kill("SIGINT");
      await server.result();
    }));

  it("ends with the server, whoever has begun a session", () =>
    withServer(async ({ uri, run }) => {
      // message_1 of RFC 9529 §3.1.2, behind its prefix.
      const message1 = "f503025820" + "8af6f430ebe18d34184017a9a11bf511c8dff8f834730b96c1b7c8dbca2fc3b637";
      const input = Buffer.from(message1, "hex");
      const begun = await run(["post", `${uri}/.well-known/edhoc`, "-c", "65", "--json"], { input });
      assert.equal(begun.code, 0);
    }));

  it("ends with 2 where the command line is wrong, and trusts nobody unasked", async () => {
    const uri = "coap://[::1]/";
    const cases: readonly (readonly [args: readonly string[], reason: RegExp])[] = [
      [["get", uri, "--edhoc", "a"], /expected --edhoc-peer with whom to trust beside --edhoc, got none/u],
      [["serve", "--edhoc", "a"], /expected --edhoc-peer with whom to trust/u],
      [["get", uri, "--edhoc-peer", "a"], /expected --edhoc with our credential beside --edhoc-peer/u],
      [["get", uri, "--edhoc-flow", "combined"], /expected --edhoc with our credential beside --edhoc-flow/u],
      [["serve", "--edhoc-flow", "combined"], /expected --edhoc with our credential beside --edhoc-flow/u],
      [["get", uri, "--edhoc", "a", "--edhoc-flow", "reverse"], /combined, sequential, message-4/u],
      [["rd", "--edhoc-peer", "a"], /expected --edhoc with our credential/u],
      [["get", uri, "--oscore", "a", "--edhoc", "b"], /'--oscore <path>' cannot be used with .*--edhoc/u],
      [["put", uri, "a", "--edhoc", "a", "--q-block"], /'--edhoc <path>' cannot be used with .*--q-block/u],
      [["discover", "ff02::fd%lo", "--edhoc", "a"], /one host with --edhoc, got that of a group/u],
      [["ping", "[::1]", "--edhoc", "a"], /unknown option '--edhoc'/u],
    ];
    await assertUsageErrors(cases);
  });

  it("refuses files that are not what they should be, by name", () =>
    withFolder(async (cwd) => {
      makeKey(cwd, "a");
      makeKey(cwd, "b", { use: "signature" });
      writeFileSync(join(cwd, "open"), readFileSync(join(cwd, "a.json")), { mode: 0o644 });
      const cases = [
        [["open", "b.pub.json"], 1, "open: expected a secret that nobody but its owner can read; mend it"],
        [["a.json", "b.json"], 1, "b.json: expected what is public of a peer's credential, got one with"],
        [["a.json", "c"], 1, "c: no such file or directory"],
        [["a.json", "a.pub.json", "b.pub.json"], 2, "expected servers with keys of one use, got some for"],
      ] as const;
      for (const [[own, ...peers], exitCode, reason] of cases) {
        const flags = ["--edhoc", own, ...peers.flatMap((path) => ["--edhoc-peer", path])];
        const { code, stdout, stderr } = await runCli(["get", "coap://[::1]/", ...flags], { cwd });
        assert.deepEqual([code, stdout], [exitCode, ""]);
        assert.ok(stderr.startsWith(`coapsule: ${reason}`), stderr);
      }
    }));
});
