/**
 * EDHOC with the crate coap 0.29.0, on lakers 0.8.0: method 3 and cipher suite 2, credentials by key identifier. It ends with
 * keys for OSCORE, which the crate does not have: both ends are to have the same.
 */

import assert from "node:assert/strict";
import { nodePlatform } from "../../../../hosts/node/index.js";
import { toHex } from "../../../../src/bytes/hex.js";
import { establishEdhoc } from "../../../../src/security/edhoc/coap/establish.js";
import { EdhocServer, WELL_KNOWN_EDHOC } from "../../../../src/security/edhoc/coap/server.js";
import { KnownCredentials, type OwnCredential } from "../../../../src/security/edhoc/credential.js";
import { EdhocPeerError } from "../../../../src/security/edhoc/errors.js";
import { Site } from "../../../../src/coap/server/site.js";
import type { EdhocSession } from "../../../../src/security/edhoc/session.js";
import { makeCredential } from "../../ours/edhoc-credential.js";
import { withEndpoint } from "../../ours/endpoints.js";
import { runPeer } from "../peer-process.js";
import { CLIENT, withRustServer } from "./rust.js";

const platform = nodePlatform();
const { crypto, random } = platform;
const OURS = makeCredential("coapsule.example", 0x2b, "by-key-id");
const THEIRS = makeCredential("coap.example", 0x40, "by-key-id");
const STRANGER = makeCredential("stranger.example", 0x15, "by-key-id");

/** Arguments of their programs: their own credential, and the one that they know. */
function credentials(known: OwnCredential): string[] {
  return [toHex(THEIRS.privateKey), toHex(THEIRS.bytes), toHex(known.bytes)];
}

/** What their end prints of a session that has the other end of ours. */
function lineOf(session: EdhocSession): string {
  const { masterSecret, masterSalt, senderId, recipientId } = session.oscore();
  return `session: ${[masterSecret, masterSalt, recipientId, senderId].map((value) => toHex(value)).join(" ")}`;
}

/** Their Initiator at our server, which knows them; what it printed, and our sessions. */
async function initiate(
  known: OwnCredential,
): Promise<{ output: string; sessions: readonly EdhocSession[] }> {
  const sessions: EdhocSession[] = [];
  const edhoc = new EdhocServer({
    platform,
    credentials: [OURS],
    peers: new KnownCredentials(crypto, [THEIRS]),
    message4: true,
    isTaken: () => false,
    onSession: (session) => {
      sessions.push(session);
    },
  });
  const site = new Site();
  site.add(WELL_KNOWN_EDHOC, edhoc.resource);
  try {
    return await withEndpoint({ site }, async ({ port }) => {
      const uri = `coap://[::1]:${port}/${WELL_KNOWN_EDHOC}`;
      const { stdout } = await runPeer(CLIENT, [uri, ...credentials(known)]);
      return { output: stdout.toString().trim(), sessions };
    });
  } finally {
    edhoc.close();
  }
}

describe("EDHOC with Rust's coap and lakers", () => {
  it("RFC 9528 §A.1, §A.2.1: our client with its server, message_4 at the end: both have the same keys", () =>
    withRustServer(credentials(OURS), ({ uri, process }) =>
      withEndpoint({}, async ({ client }) => {
        const session = await establishEdhoc(client, `${uri}/${WELL_KNOWN_EDHOC}`, {
          crypto,
          random,
          credentials: [OURS],
          peers: new KnownCredentials(crypto, [THEIRS]),
          method: 3,
          message4: true,
        });
        assert.deepEqual([session.method, session.suite.number], [3, 2]);
        const [line] = await process.waitFor(/^session: .*$/mu);
        assert.equal(line, lineOf(session));
      }),
    ));

  it("RFC 9528 §A.1, §A.2.1: its client with our server, message_4 at the end: both have the same keys", async () => {
    const { output, sessions } = await initiate(OURS);
    assert.equal(sessions.length, 1);
    assert.equal(output, lineOf(sessions[0]!));
  });

  it("RFC 9528 §6.4: its server does not know our client, and says so", () =>
    withRustServer(credentials(STRANGER), ({ uri, process }) =>
      withEndpoint({}, async ({ client }) => {
        await assert.rejects(
          establishEdhoc(client, `${uri}/${WELL_KNOWN_EDHOC}`, {
            crypto,
            random,
            credentials: [OURS],
            peers: new KnownCredentials(crypto, [THEIRS]),
            method: 3,
            message4: true,
          }),
          (error) => error instanceof EdhocPeerError && error.received.code === 3,
        );
        assert.doesNotMatch(process.output, /session/u);
      }),
    ));

  it("RFC 9528 §5.3.3: its client does not know our server", async () => {
    const { output, sessions } = await initiate(STRANGER);
    assert.match(output, /^failed: /u);
    assert.equal(sessions.length, 0);
  });
});
