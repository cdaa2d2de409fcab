/** Our commands with aiocoap, by EDHOC with credentials in files. */

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { readPeerCredential } from "../../../../services/credentials/index.js";
import { RunningCli, runCli } from "../../../node/cli/run-cli.js";
import { withFolder } from "../../../node/cli/temporary-folder.js";
import { freePort } from "../free-port.js";
import { aiocoapProtectedRequests, withAiocoapOscoreServer } from "./aiocoap.js";
import { makeCredential } from "../../ours/edhoc-credential.js";
import { claims, initiatorCredentials, responderCredentials, type EdhocIdentity } from "./credentials.js";
import { assertCounts } from "../../scenarios/shared-context.js";

/** Runs `use` with what our commands are told of keys, which `coapsule key new` has made, and with aiocoap's. */
function withKeys(use: (edhoc: readonly string[], theirs: EdhocIdentity) => Promise<void>): Promise<void> {
  return withFolder(async (folder) => {
    const [ours, theirs] = [join(folder, "ours.json"), join(folder, "theirs.diag")];
    const made = await runCli(["key", "new", ours]);
    assert.equal(made.code, 0, made.stderr);
    const own = makeCredential("aiocoap.example", 0x40, "by-key-id");
    writeFileSync(theirs, claims(own));
    const peer = readPeerCredential(join(folder, "ours.pub.json"));
    await use(["--edhoc", ours, "--edhoc-peer", theirs], { own, peer, style: "by-key-id" });
  });
}

describe("coapsule with aiocoap, by EDHOC", () => {
  it("RFC 9528 §A.2.1: coapsule get and observe with aiocoap's server", () =>
    withKeys((edhoc, theirs) =>
      withAiocoapOscoreServer(
        (uri) => responderCredentials(uri, theirs),
        async ({ uri }) => {
          const who = await runCli(["get", `${uri}/who`, ...edhoc]);
          assert.equal(who.stdout.trimEnd(), ":peer", who.stderr);
          const states = await runCli(["observe", `${uri}/state`, "--count", "1", ...edhoc]);
          assert.equal(states.stdout.trimEnd(), "first", states.stderr);
        },
      ),
    ));

  it("RFC 9528 §5.5: coapsule get --edhoc-flow with aiocoap's server, which always sends message_4", () =>
    withKeys((edhoc, theirs) =>
      withAiocoapOscoreServer(
        (uri) => responderCredentials(uri, theirs),
        async ({ uri }) => {
          for (const flow of ["sequential", "message-4"]) {
            const who = await runCli(["get", `${uri}/who`, ...edhoc, "--edhoc-flow", flow, "-v"]);
            assert.equal(who.stdout.trimEnd(), ":peer", who.stderr);
            assert.doesNotMatch(who.stderr, /, EDHOC/u);
          }
        },
      ),
    ));

  it("RFC 9528 §5.5: aiocoap's client, which wants message_4, with coapsule serve --edhoc-flow message-4", () =>
    withKeys(async (edhoc, theirs) => {
      const port = await freePort();
      const flow = ["--edhoc-flow", "message-4"];
      const server = new RunningCli("main", ["serve", "--port", String(port), ...edhoc, ...flow]);
      await server.until(/^serving/mu);
      const uri = `coap://[::1]:${port}`;
      try {
        for (const isCombined of [false, true]) {
          const credentials = initiatorCredentials(uri, theirs, isCombined);
          const [greeting] = await aiocoapProtectedRequests(credentials, {
            method: "GET",
            uri: `${uri}/protected`,
          });
          assert.equal(greeting!.payload.toString(), "Hello, Coapsule");
        }
      } finally {
        server.kill("SIGINT");
      }
      assert.equal((await server.result()).code, 0);
    }));

  it("RFC 9528 §A.2.1: aiocoap's client with coapsule serve", () =>
    withKeys(async (edhoc, theirs) => {
      const port = await freePort();
      const server = new RunningCli("main", ["serve", "--port", String(port), ...edhoc]);
      await server.until(/^serving/mu);
      const uri = `coap://[::1]:${port}`;
      const [greeting, ...counts] = await aiocoapProtectedRequests(
        initiatorCredentials(uri, theirs, true),
        { method: "GET", uri: `${uri}/protected` },
        { method: "GET", uri: `${uri}/counter`, notifications: 2 },
      ).finally(() => server.kill("SIGINT"));
      assert.equal(greeting!.payload.toString(), "Hello, Coapsule");
      assert.equal(counts.length, 2);
      assertCounts(counts);
      assert.equal((await server.result()).code, 0);
    }));
});
