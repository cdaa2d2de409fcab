import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { WebSocket } from "ws";
import { makeCertificate } from "../../certificates.js";
import { RunningCli, runCli } from "./run-cli.js";
import { withFolder } from "./temporary-folder.js";

const SCHEMES = ["coap+tcp", "coap+ws", "coaps+tcp", "coaps+ws"] as const;
type Scheme = (typeof SCHEMES)[number];

interface StreamServer {
  readonly server: RunningCli;
  /** Without a path, such as `coap+tcp://[::1]:40000`. */
  readonly uris: Readonly<Record<Scheme, string>>;
  /** What a client needs beside the URI. */
  readonly trust: Readonly<Record<Scheme, readonly string[]>>;
  readonly folder: string;
}

/** Runs `use` with `coapsule serve`, or another command, at free ports of all kinds. */
function withServer(use: (server: StreamServer) => Promise<void>, command = "serve"): Promise<void> {
  return withFolder(async (folder) => {
    const { certificate, privateKey } = makeCertificate("DNS:localhost", "IP:::1");
    const [certificatePath, keyPath] = [join(folder, "certificate.pem"), join(folder, "key.pem")];
    writeFileSync(certificatePath, certificate);
    writeFileSync(keyPath, privateKey);
    const ports = ["--port", "0", "--tcp", "0", "--ws", "0", "--tls", "0", "--wss", "0"];
    const secrets = ["--tls-cert", certificatePath, "--tls-key", keyPath];
    const server = new RunningCli("main", [command, ...ports, ...secrets, "--verbose"]);
    const [, line = ""] = await server.until(/^\w+ at (coap:.*)\n/u);
    const uris = Object.fromEntries(
      SCHEMES.map((scheme) => [scheme, line.split(", ").find((uri) => uri.startsWith(`${scheme}:`))]),
    ) as Record<Scheme, string>;
    const ca = ["--ca", certificatePath];
    const trust = { "coap+tcp": [], "coap+ws": [], "coaps+tcp": ca, "coaps+ws": ca };
    try {
      await use({ server, uris, trust, folder });
    } finally {
      server.kill("SIGINT");
      assert.equal((await server.result()).code, 0);
    }
  });
}

describe("coapsule over TCP, TLS and WebSockets", () => {
  for (const scheme of SCHEMES)
    it(`RFC 8323 §8: asks with ${scheme}, large bodies included`, () =>
      withServer(async ({ uris, trust }) => {
        const uri = uris[scheme];
        const run = (...args: readonly string[]): ReturnType<typeof runCli> =>
          runCli([...args, ...trust[scheme]]);
        const body = "0123456789".repeat(10_000);
        const [hello, put, observed, missing, links] = await Promise.all([
          run("get", `${uri}/hello`),
          run("put", `${uri}/store/large`, body),
          run("observe", `${uri}/counter`, "--count", "2"),
          run("get", `${uri}/nowhere`),
          run("discover", uri),
        ]);
        assert.deepEqual([hello.code, hello.stdout, hello.stderr], [0, "Hello, Coapsule", ""]);
        assert.deepEqual([put.code, missing.code], [0, 4]);
        assert.match(observed.stdout, /^\d+\n\d+\n$/u);
        assert.match(links.stdout, /^\/hello /mu);
        assert.equal((await run("get", `${uri}/store/large`)).stdout, body);
      }));

  it("RFC 8323 §5.3, §5.4: --verbose shows signaling, on both sides", () =>
    withServer(async ({ server, uris }) => {
      for (const scheme of ["coap+tcp", "coap+ws"] as const) {
        const { stdout, stderr } = await runCli(["ping", uris[scheme], "--verbose"]);
        assert.match(stdout, /^\[::1\]:\d+ answered after \d+\.\d ms\n$/u);
        assert.match(stderr, /^> \S+ 7\.01 CSM: Max-Message-Size \d+, Block-Wise-Transfer/mu);
        assert.match(stderr, /^> \S+ 7\.02 Ping/mu);
        assert.match(stderr, /^< \S+ 7\.03 Pong/mu);
      }
      await server.until(/^< \S+ 7\.02 Ping.*\n> \S+ 7\.03 Pong/mu);
    }));

  it("RFC 8323 §9.1: does not ask a server whose certificate it cannot verify, unless told to", () =>
    withServer(async ({ uris }) => {
      for (const scheme of ["coaps+tcp", "coaps+ws"] as const) {
        const refused = await runCli(["get", `${uris[scheme]}/hello`]);
        assert.equal(refused.code, 3);
        assert.match(refused.stderr, /its certificate cannot be trusted: self-signed certificate/u);
        const careless = await runCli(["get", `${uris[scheme]}/hello`, "--insecure"]);
        assert.equal(careless.stdout, "Hello, Coapsule");
      }
    }));

  it("RFC 8323 §8.5: a name goes into SNI, and the certificate has to be for it", () =>
    withServer(async ({ uris, trust }) => {
      for (const scheme of ["coaps+tcp", "coaps+ws"] as const) {
        const named = uris[scheme].replace("[::1]", "localhost");
        assert.equal((await runCli(["get", `${named}/hello`, ...trust[scheme]])).code, 0);
        const other = uris[scheme].replace("[::1]", "127.0.0.1");
        const refused = await runCli(["get", `${other}/hello`, ...trust[scheme]]);
        assert.equal(refused.code, 3);
        assert.match(refused.stderr, /127\.0\.0\.1 is not in the cert's list/u);
      }
    }));

  it("RFC 8323 §9.1: clients show a certificate where the server wants one", () =>
    withFolder(async (folder) => {
      const { certificate, privateKey } = makeCertificate("IP:::1");
      const [certificatePath, keyPath] = [join(folder, "certificate.pem"), join(folder, "key.pem")];
      writeFileSync(certificatePath, certificate);
      writeFileSync(keyPath, privateKey);
      const secrets = [
        "--tls-cert",
        certificatePath,
        "--tls-key",
        keyPath,
        "--tls-client-ca",
        certificatePath,
      ];
      const server = new RunningCli("main", ["serve", "--port", "0", "--tls", "0", ...secrets]);
      const [uri = ""] = await server.until(/coaps\+tcp:\/\/\S+/u);
      const client = ["get", `${uri}/hello`, "--ca", certificatePath];
      assert.equal((await runCli([...client, "--cert", certificatePath, "--key", keyPath])).code, 0);
      assert.equal((await runCli(client)).code, 3);
      server.kill("SIGINT");
      assert.equal((await server.result()).code, 0);
    }));

  it("RFC 6455 §10.2: lets no web page in but those of --ws-origin", async () => {
    const origin = ["--ws-origin", "https://example.com"];
    const server = new RunningCli("main", ["serve", "--port", "0", "--ws", "0", ...origin]);
    const [, port] = await server.until(/coap\+ws:\S+:(\d+)/u);
    const statusFor = (claimed: string): Promise<number> =>
      new Promise((resolve) => {
        const socket = new WebSocket(`ws://[::1]:${port}/.well-known/coap`, "coap", { origin: claimed });
        socket.on("error", () => {});
        socket.once("open", () => resolve(101));
        socket.once("unexpected-response", (_request, response) => resolve(response.statusCode!));
      });
    assert.equal(await statusFor("https://example.org"), 403);
    assert.equal(await statusFor("https://example.com"), 101);
    server.kill("SIGINT");
    assert.equal((await server.result()).code, 0);
  });

  it("a directory answers there, too", () =>
    withServer(async ({ uris }) => {
      const links = await runCli(["discover", uris["coap+tcp"]]);
      assert.match(links.stdout, /^\/rd /mu);
    }, "rd"));

  it("says what is wrong with options and files", () =>
    withFolder(async (folder) => {
      const path = join(folder, "no.pem");
      writeFileSync(path, "no certificate");
      const cases: readonly (readonly [args: readonly string[], code: number, error: RegExp])[] = [
        [["get", "coap+tcp://[::1]/", "--insecure"], 2, /expected coaps\+tcp or coaps\+ws/u],
        [["get", "coaps+tcp://[::1]/", "--cert", path], 2, /expected --cert and --key/u],
        [["get", "coaps+tcp://[::1]/", "--ca", path], 1, /no\.pem: expected certificates in PEM format/u],
        [["get", "coaps+tcp://[::1]/", "--ca", path, "--insecure"], 2, /expected --ca or --insecure/u],
        [["get", "coaps+tcp://[::1]/", "--ca", "/nowhere.pem"], 1, /nowhere\.pem: no such file/u],
        [["serve", "--port", "0", "--ws-origin", "*"], 2, /expected --ws or --wss with --ws-origin/u],
        [["serve", "--port", "0", "--ws", "0", "--ws-origin", "a.example"], 2, /Expected an origin such as/u],
        [["serve", "--port", "0", "--tls", "0"], 2, /--tls and --wss need --tls-cert/u],
        [["serve", "--port", "0", "--tls-cert", path, "--tls-key", path], 1, /no\.pem: expected/u],
      ];
      for (const [args, code, error] of cases) {
        const result = await runCli(args);
        assert.equal(result.code, code);
        assert.match(result.stderr, error);
      }
    }));

  it("says so when nobody listens, and ends with 3", async () => {
    for (const scheme of SCHEMES) {
      // Port 9 is that of the discard protocol, which nobody offers.
      const { code, stderr } = await runCli(["get", `${scheme}://[::1]:9/`]);
      assert.equal(code, 3);
      assert.equal(stderr, "coapsule: ::1 port 9: nobody listens there (ECONNREFUSED)\n");
    }
  });

  it("says so when the port is taken, and ends with 1", () =>
    withServer(async ({ uris }) => {
      const { port } = new URL(uris["coap+tcp"]);
      for (const option of ["--tcp", "--ws"]) {
        const { code, stderr } = await runCli(["serve", "--port", "0", option, port]);
        assert.equal(code, 1);
        assert.match(stderr, new RegExp(`^coapsule: TCP port ${port} is taken by another program`, "u"));
      }
    }));

  it("answers over TCP at the port of UDP where no other is asked for", async () => {
    const server = new RunningCli("main", ["serve", "--port", "0", "--tcp"]);
    const [, udp, tcp] = await server.until(/coap:\S+:(\d+), coap\+tcp:\S+:(\d+)/u);
    assert.equal(tcp, udp);
    server.kill("SIGINT");
    assert.equal((await server.result()).code, 0);
  });

  it("RFC 8323 §3.4: an observation ends with its connection", async () => {
    const server = new RunningCli("main", ["serve", "--port", "0", "--tcp", "0"]);
    const [uri = ""] = await server.until(/coap\+tcp:\/\/\S+/u);
    const observer = new RunningCli("main", ["observe", `${uri}/counter`]);
    await observer.until(/^\d+\n/u);
    server.kill("SIGINT");
    assert.equal((await server.result()).code, 0);
    const { code, stderr } = await observer.result();
    assert.equal(code, 3);
    assert.match(stderr, /^coapsule: ::1 port \d+: /u);
  });
});
