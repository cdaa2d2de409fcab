/**
 * EDHOC with aiocoap 0.4.17, whose EDHOC is lakers 0.6.2. It has method 3 and cipher suite 2 only, takes and gives claims
 * sets only, and its server always sends message_4. Its client begins a session for each request, so that it has no
 * blocks; it does not answer a 4.01 with an Echo value. It does not reverse the roles. Where EDHOC fails it sends no error message.
 */

import assert from "node:assert/strict";
import { nodePlatform } from "../../../../hosts/node/index.js";
import { BAD_REQUEST, CHANGED, INTERNAL_SERVER_ERROR } from "../../../../src/coap/codec/code.js";
import { EDHOC_CBOR_SEQ, OCTET_STREAM } from "../../../../src/coap/codec/content-format.js";
import { EDHOC, OSCORE } from "../../../../src/coap/codec/option-number.js";
import type { Client } from "../../../../src/coap/client/client.js";
import { establishEdhoc, type EstablishOptions } from "../../../../src/security/edhoc/coap/establish.js";
import { EdhocServer, WELL_KNOWN_EDHOC } from "../../../../src/security/edhoc/coap/server.js";
import { decodeErrorMessage } from "../../../../src/security/edhoc/codec/error-message.js";
import { CombinedRequests } from "../../../../src/security/edhoc/combined/combined-requests.js";
import { KnownCredentials, type OwnCredential } from "../../../../src/security/edhoc/credential.js";
import { EdhocProcessingError, UnknownCredentialError } from "../../../../src/security/edhoc/errors.js";
import type { EdhocSession } from "../../../../src/security/edhoc/session.js";
import { SecurityContexts } from "../../../../src/security/oscore/contexts/security-contexts.js";
import { SessionContexts } from "../../../../src/security/oscore/contexts/session-contexts.js";
import { oscore } from "../../../../src/security/oscore/layer/oscore.js";
import { withEndpoint } from "../../ours/endpoints.js";
import type { Recorder } from "../../ours/recorder.js";
import { aiocoapProtectedRequests, withAiocoapOscoreServer } from "./aiocoap.js";
import { makeCredential } from "../../ours/edhoc-credential.js";
import { initiatorCredentials, responderCredentials, type EdhocIdentity } from "./credentials.js";
import type { ProgramServer } from "../../scenarios/peer.js";
import { assertNotifications, assertStores } from "../../scenarios/our-client.js";
import { PEER, assertCounts, protectedSite } from "../../scenarios/shared-context.js";

const platform = nodePlatform();
const { crypto, random } = platform;

/** Both ends. */
interface Ends {
  readonly ours: OwnCredential;
  readonly theirs: EdhocIdentity;
}

function makeEnds(style: EdhocIdentity["style"] = "by-key-id"): Ends {
  const ours = makeCredential("coapsule.example", 0x2b, style);
  return { ours, theirs: { own: makeCredential("aiocoap.example", 0x40, style), peer: ours, style } };
}

/** A credential with the same name and another key. */
function impostor({ kid }: OwnCredential, subject: string): OwnCredential {
  return makeCredential(subject, kid![0]!, "by-key-id");
}

interface OurClient {
  /** Runs EDHOC, and takes the keys. */
  readonly establish: (options?: Partial<EstablishOptions>) => Promise<EdhocSession>;
  readonly client: Client;
  /** Of their server. */
  readonly uri: string;
  readonly recorder: Recorder;
  readonly combined: CombinedRequests;
  readonly server: ProgramServer;
}

/** Our client and aiocoap's server. */
async function withTheirServer(
  { ours, theirs }: Ends,
  use: (client: OurClient) => Promise<void>,
): Promise<void> {
  const contexts = new SecurityContexts(crypto);
  const combined = new CombinedRequests();
  await withAiocoapOscoreServer(
    (uri) => responderCredentials(uri, theirs),
    (server) =>
      withEndpoint({ oscore: combined.around(oscore({ contexts })) }, ({ client }, recorder) => {
        const { uri } = server;
        const establish = async (options: Partial<EstablishOptions> = {}): Promise<EdhocSession> => {
          const session = await establishEdhoc(client, `${uri}/${WELL_KNOWN_EDHOC}`, {
            crypto,
            random,
            credentials: [ours],
            peers: new KnownCredentials(crypto, [theirs.own]),
            method: 3,
            ...options,
          });
          contexts.add(PEER.securityContext, session.oscore());
          return session;
        };
        return use({ establish, client, uri, recorder, combined, server });
      }),
  );
}

interface OurServer {
  readonly uri: string;
  readonly recorder: Recorder;
  readonly sessions: readonly EdhocSession[];
}

/** Our server, which knows aiocoap. @param combined whether message_3 may come with a request; otherwise message_4 follows */
async function withOurServer(
  { ours, theirs }: Ends,
  combined: boolean,
  use: (server: OurServer) => Promise<void>,
): Promise<void> {
  const contexts = new SecurityContexts(crypto);
  const sessionContexts = new SessionContexts(contexts);
  const sessions: EdhocSession[] = [];
  const edhoc = new EdhocServer({
    platform,
    credentials: [ours],
    peers: new KnownCredentials(crypto, [theirs.own]),
    message4: !combined,
    isTaken: (id) => contexts.find(id, undefined).length > 0,
    onSession: (session) => {
      sessions.push(session);
      sessionContexts.add(PEER.securityContext, session.oscore());
    },
  });
  const site = protectedSite();
  site.add(WELL_KNOWN_EDHOC, edhoc.resource);
  const protection = new CombinedRequests(edhoc).around(oscore({ contexts }));
  try {
    await withEndpoint({ site, oscore: protection }, ({ port }, recorder) =>
      use({ uri: `coap://[::1]:${port}`, recorder, sessions }),
    );
  } finally {
    edhoc.close();
  }
}

function countWith({ messages }: Recorder, option: number): number {
  return messages.filter(({ options }) => options.has(option)).length;
}

describe("EDHOC with aiocoap", () => {
  for (const style of ["by-key-id", "by-value"] as const) {
    for (const isCombined of [false, true]) {
      const how = isCombined
        ? "message_3 with the first request (RFC 9668 §3.2)"
        : "message_3 by itself, message_4";
      const title = `${how}, credentials ${style}`;

      it(`RFC 9528 §A.2.1: our client with aiocoap's server, ${title}: GET, PUT, Observe`, () =>
        withTheirServer(makeEnds(style), async ({ establish, client, uri, recorder, combined, server }) => {
          const session = await establish(isCombined ? { combined } : { message4: true });
          assert.deepEqual([session.method, session.suite.number], [3, 2]);
          assert.equal(countWith(recorder, OSCORE), 0);
          assert.equal((await client.get(`${uri}/who`, PEER)).text(), ":peer");
          await assertStores(client, uri, PEER);
          await assertNotifications(server, client, client, PEER);
          assert.equal(countWith(recorder, EDHOC), isCombined ? 1 : 0);
        }));

      it(`RFC 9528 §A.2.1: aiocoap's client with our server, ${title}: GET, PUT, Observe`, async () => {
        const ends = makeEnds(style);
        await withOurServer(ends, isCombined, async ({ uri, recorder, sessions }) => {
          const requests = [
            { method: "GET", uri: `${uri}/who` },
            { method: "PUT", uri: `${uri}/store/a`, payload: "text", contentFormat: OCTET_STREAM },
            { method: "GET", uri: `${uri}/store/a` },
            { method: "GET", uri: `${uri}/counter`, notifications: 3 },
          ] as const;
          const credentials = initiatorCredentials(uri, ends.theirs, isCombined);
          const answers = await aiocoapProtectedRequests(credentials, ...requests);
          assert.deepEqual(
            answers.slice(0, 3).map(({ code, payload }) => `${code} ${payload.toString()}`),
            ["2.05 peer", "2.04 ", "2.05 text"],
          );
          assertCounts(answers.slice(3));
          // It begins a session for each request.
          assert.equal(sessions.length, requests.length);
          assert.equal(countWith(recorder, EDHOC), isCombined ? requests.length : 0);
        });
      });
    }
  }

  it("RFC 9528 §3.2, §6.3: aiocoap's server has no other method and no other suite, and does not say which", () => {
    const ends = makeEnds();
    return withTheirServer(ends, async ({ establish }) => {
      const credentials = [ends.ours, { ...ends.ours, use: "signature" } as const];
      for (const method of [0, 1, 2])
        await assert.rejects(establish({ method, credentials }), { code: INTERNAL_SERVER_ERROR });
      await assert.rejects(establish({ suites: [3] }), { code: INTERNAL_SERVER_ERROR });
      await establish({ message4: true });
    });
  });
});

describe("EDHOC with aiocoap, with wrong credentials", () => {
  it("RFC 9528 §5.4.3, §6.4: aiocoap's server does not take our client", async () => {
    const { ours, theirs } = makeEnds();
    const unknown = makeCredential("stranger.example", 0x15, "by-key-id");
    await withTheirServer({ ours: unknown, theirs }, ({ establish }) =>
      // It should be answered with error message 3.
      assert.rejects(establish({ message4: true }), { code: BAD_REQUEST }),
    );
    await withTheirServer({ ours: impostor(ours, "coapsule.example"), theirs }, ({ establish }) =>
      // It should be answered with error message 1.
      assert.rejects(establish({ message4: true }), { code: INTERNAL_SERVER_ERROR }),
    );
  });

  it("RFC 9528 §5.3.3, §6.4: our client does not take aiocoap's server, and says so", async () => {
    const ends = makeEnds();
    for (const [known, error, code] of [
      [makeCredential("stranger.example", 0x15, "by-key-id"), UnknownCredentialError, 3],
      [impostor(ends.theirs.own, "aiocoap.example"), EdhocProcessingError, 1],
    ] as const)
      await withTheirServer(ends, async ({ establish, recorder, server }) => {
        const peers = new KnownCredentials(crypto, [known]);
        const giveUp = new AbortController();
        // An error message ends lakers 0.6.2: it takes it for a message_3 ("range end index 245 out of range").
        const panic = server.process.waitFor(/panicked/u).then(() => giveUp.abort());
        await assert.rejects(establish({ peers, request: { signal: giveUp.signal } }), error);
        await panic;
        // Behind C_R.
        assert.equal(decodeErrorMessage(recorder.sent.at(-1)!.payload.subarray(1)).code, code);
      });
  });

  for (const isCombined of [false, true])
    it(`RFC 9528 §5.4.3, RFC 9668 §3.3.1: our server does not take aiocoap's client, ${isCombined ? "combined" : "message_3 by itself"}`, async () => {
      const { ours, theirs } = makeEnds();
      const unknown = makeCredential("stranger.example", 0x15, "by-key-id");
      for (const [own, code] of [
        [unknown, isCombined ? 1 : 3],
        [impostor(theirs.own, "aiocoap.example"), 1],
      ] as const)
        await withOurServer({ ours, theirs }, isCombined, async ({ uri, recorder, sessions }) => {
          const credentials = initiatorCredentials(uri, { ...theirs, own }, isCombined);
          await assert.rejects(aiocoapProtectedRequests(credentials, { method: "GET", uri: `${uri}/who` }));
          const refusal = recorder.sent.find((message) => message.code === BAD_REQUEST)!;
          assert.equal(refusal.options.uint(12), EDHOC_CBOR_SEQ);
          assert.equal(decodeErrorMessage(refusal.payload).code, code);
          assert.equal(sessions.length, 0);
        });
    });

  it("RFC 9528 §5.3.3: aiocoap's client does not take our server", async () => {
    const { ours, theirs } = makeEnds();
    await withOurServer({ ours, theirs }, true, async ({ uri, recorder, sessions }) => {
      const mistaken = { ...theirs, peer: impostor(ours, "coapsule.example") };
      const credentials = initiatorCredentials(uri, mistaken, true);
      await assert.rejects(
        aiocoapProtectedRequests(credentials, { method: "GET", uri: `${uri}/who` }),
        /MacVerificationFailed/u,
      );
      assert.equal(sessions.length, 0);
      assert.deepEqual(
        recorder.sent.map(({ code }) => code),
        [CHANGED],
      );
    });
  });
});
