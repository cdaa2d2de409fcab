import assert from "node:assert/strict";
import { join } from "node:path";
import { nodeCrypto } from "../../../../hosts/node/crypto/node-crypto.js";
import { createCredentialFiles } from "../../../../services/credentials/credential-file.js";
import { FileCredentials } from "../../../../services/credentials/file-credentials.js";
import { NODE_EDHOC_LIMITS } from "../../../../hosts/node/limits.js";
import { nodePlatform } from "../../../../hosts/node/platform.js";
import { METHOD_NOT_ALLOWED } from "../../../../src/coap/codec/code.js";
import { Endpoint } from "../../../../src/coap/endpoint.js";
import { text } from "../../../../src/coap/server/response.js";
import { Site } from "../../../../src/coap/server/site.js";
import { EdhocServer, WELL_KNOWN_EDHOC } from "../../../../src/security/edhoc/coap/server.js";
import { SecurityContexts } from "../../../../src/security/oscore/contexts/security-contexts.js";
import { oscore } from "../../../../src/security/oscore/layer/oscore.js";
import { RunningCli, runCli } from "../run-cli.js";
import { withFolder } from "../temporary-folder.js";

/** As a phone that trusts the door. */
const PHONE = ["--edhoc", "phone.json", "--edhoc-peer", "door.pub.json"];

/** Runs `use` in a folder with keys of a phone and a door, that have key identifiers of their own. */
function withKeys(use: (cwd: string) => Promise<void>): Promise<void> {
  return withFolder((cwd) => {
    ["phone", "door"].forEach((name, index) =>
      createCredentialFiles(join(cwd, `${name}.json`), join(cwd, `${name}.pub.json`), {
        kid: Uint8Array.of(index),
      }),
    );
    return use(cwd);
  });
}

/** What a command has sent, by its --verbose. */
function sentOf(stderr: string): string[] {
  return [...stderr.matchAll(/^> .*: (?<options>.*)$/gmu)].map(({ groups }) => {
    const { options } = groups as { options: string };
    if (options.includes(", EDHOC")) return "combined";
    return options.includes("OSCORE") ? "OSCORE" : "EDHOC";
  });
}

describe("--edhoc-flow", () => {
  it("RFC 9668 §3.2: where the server does not know combined requests, message_3 goes by itself", () =>
    withKeys(async (cwd) => {
      const endpoint = serverWithoutCombinedRequests(
        new FileCredentials([join(cwd, "door.json")], [join(cwd, "phone.pub.json")]),
      );
      try {
        const uri = `coap://[::1]:${endpoint.port}/hello`;
        const { code, stdout, stderr } = await runCli(["get", uri, ...PHONE, "-v"], { cwd });
        assert.deepEqual([code, stdout], [0, "hello"]);
        assert.deepEqual(sentOf(stderr), ["EDHOC", "combined", "EDHOC", "OSCORE"]);
      } finally {
        endpoint.close();
      }
    }));

  it("RFC 9528 §5.5, RFC 9668 §5: --edhoc-flow says how message_3 goes, and whether message_4 comes", () =>
    withKeys(async (cwd) => {
      const own = ["--edhoc", "door.json", "--edhoc-peer", "phone.pub.json"];
      // Which requests are sent, and whether the last but one is answered with message_4, of 9 bytes.
      const [combined, both] = [
        ["EDHOC", "combined"],
        ["EDHOC", "combined", "EDHOC", "OSCORE"],
      ];
      const sequential = ["EDHOC", "EDHOC", "OSCORE"];
      const cases = [
        ["combined", "combined", combined, false],
        ["combined", "sequential", sequential, false],
        ["combined", "message-4", undefined, false],
        ["sequential", "combined", both, false],
        ["sequential", "sequential", sequential, false],
        ["message-4", "combined", combined, false],
        ["message-4", "sequential", sequential, true],
        ["message-4", "message-4", sequential, true],
      ] as const;
      for (const [servers, clients, expected, hasMessage4] of cases) {
        const args = ["serve", "--port", "0", ...own, "--edhoc-flow", servers];
        const server = new RunningCli("main", args, { cwd });
        try {
          const [, uri = ""] = await server.until(/^serving at (coap:\S+)\n/u);
          const asking = ["get", `${uri}/protected`, ...PHONE, "--edhoc-flow", clients, "-v"];
          const { code, stdout, stderr } = await runCli(asking, { cwd });
          assert.deepEqual([code, stdout], expected ? [0, "Hello, Coapsule"] : [1, ""], stderr);
          if (expected === undefined) assert.match(stderr, /^coapsule: EDHOC: message_4: /mu);
          assert.deepEqual(sentOf(stderr), expected ?? ["EDHOC", "EDHOC", "EDHOC"], stderr);
          assert.equal(/Content-Format 64, 9 bytes$/mu.test(stderr), hasMessage4);
        } finally {
          server.kill("SIGINT");
          assert.equal((await server.result()).code, 0);
        }
      }
    }));

  it("RFC 9668 §3.3.1: says what happened where a server takes message_3 in no way", () =>
    withKeys(async (cwd) => {
      const files = new FileCredentials([join(cwd, "door.json")], [join(cwd, "phone.pub.json")]);
      const endpoint = serverWithoutMessage3(files);
      try {
        const uri = `coap://[::1]:${endpoint.port}/hello`;
        const { code, stdout, stderr } = await runCli(["get", uri, ...PHONE], { cwd });
        assert.deepEqual([code, stdout], [4, ""]);
        assert.match(
          stderr,
          /^coapsule: EDHOC: expected the server to take message_3 with the first request, got 4\.02 Bad Option: [^;]*OSCORE[^;]*; then message_3 by itself: 4\.05 Method Not Allowed\n$/u,
        );
      } finally {
        endpoint.close();
      }
    }));
});

/** Answers message_1 as it should, and nothing else. */
function serverWithoutMessage3({ credentials, peers, suites }: FileCredentials): Endpoint {
  const platform = nodePlatform();
  const edhoc = new EdhocServer({
    platform: { ...platform, crypto: nodeCrypto },
    credentials,
    peers,
    suites,
    limits: NODE_EDHOC_LIMITS,
    onSession: () => {},
  });
  const { post } = edhoc.resource;
  const site = new Site();
  site.add(WELL_KNOWN_EDHOC, {
    post: (request) => (request.payload[0] === 0xf5 ? post!(request) : { code: METHOD_NOT_ALLOWED }),
  });
  return new Endpoint(platform, { port: 0, site });
}

function serverWithoutCombinedRequests({ credentials, peers, suites }: FileCredentials): Endpoint {
  const platform = nodePlatform();
  const contexts = new SecurityContexts(nodeCrypto);
  const site = new Site();
  const edhoc = new EdhocServer({
    platform: { ...platform, crypto: nodeCrypto },
    credentials,
    peers,
    suites,
    limits: NODE_EDHOC_LIMITS,
    onSession: (session) => void contexts.add("phone", session.oscore()),
  });
  site.add(WELL_KNOWN_EDHOC, edhoc.resource);
  site.add("hello", { protectedBy: ["phone"], get: () => text("hello") });
  return new Endpoint(platform, { port: 0, site, oscore: oscore({ contexts }) });
}
