/** OSCORE between a peer and us, in both roles: what the tests of all peers have in common. */

import assert from "node:assert/strict";
import { encodeUtf8 } from "../../../src/bytes/utf8.js";
import { BAD_REQUEST, EMPTY } from "../../../src/coap/codec/code.js";
import { OCTET_STREAM } from "../../../src/coap/codec/content-format.js";
import { OSCORE } from "../../../src/coap/codec/option-number.js";
import type { Endpoint } from "../../../src/coap/endpoint.js";
import { oscore } from "../../../src/security/oscore/layer/oscore.js";
import { BODY_LENGTHS, bodyOf } from "../ours/bodies.js";
import { withEndpoint } from "../ours/endpoints.js";
import type { Recorder } from "../ours/recorder.js";
import { assertMethods, assertNotifications, assertStores } from "./our-client.js";
import { sendAll, type PeerServer, type RunningClient } from "./peer.js";
import { assertClientReboots, assertServerReboots } from "./reboots.js";
import {
  ID_CONTEXTS,
  OTHER_SECRET,
  PEER,
  assertCounts,
  ours,
  protectedSite,
  theirs,
  type ContextInHex,
} from "./shared-context.js";

/** A peer with the other end of our security context. */
export interface OscorePeer {
  readonly name: string;
  /** Runs `use` with its server. */
  withServer<T>(context: ContextInHex, use: (server: PeerServer) => Promise<T>): Promise<T>;
  /** Runs `use` with its client. @param server of which it asks */
  withClient<T>(
    context: ContextInHex,
    server: string,
    use: (client: RunningClient) => Promise<T>,
  ): Promise<T>;
}

function assertAllProtected({ messages }: Recorder): void {
  for (const { code, options } of messages) assert.ok(code === EMPTY || options.has(OSCORE));
}

/** Runs `use` with an endpoint of ours, of which all that matters is protected. */
function withOurEnd(
  idContext: string | undefined,
  use: (endpoint: Endpoint, recorder: Recorder) => Promise<void>,
): Promise<void> {
  const contexts = ours(idContext);
  return withEndpoint({ site: protectedSite(), oscore: oscore({ contexts }) }, use);
}

export function testOscore(peer: OscorePeer): void {
  const { name } = peer;

  describe(`OSCORE with ${name}`, () => {
    for (const idContext of ID_CONTEXTS) {
      const named = idContext === undefined ? "without an ID Context" : "with an ID Context";

      it(`RFC 8613 §8, §4.1.3.4: our client with ${name}'s server, ${named}: requests, errors, bodies`, () =>
        peer.withServer(theirs(idContext), ({ uri }) =>
          withOurEnd(idContext, async ({ client }, recorder) => {
            await assertStores(client, uri, PEER);
            await assertMethods(client, uri, PEER);
            for (const length of BODY_LENGTHS) {
              const payload = bodyOf(length);
              const target = `${uri}/store/${length}`;
              const body = { payload, contentFormat: OCTET_STREAM };
              await client.put(target, { ...PEER, ...body, blockSize: 256 });
              assert.deepEqual((await client.get(target, { ...PEER, blockSize: 256 })).payload, payload);
            }
            assertAllProtected(recorder);
          }),
        ));

      it(`RFC 8613 §4.1.3.5: our client observes at ${name}'s server, ${named}`, () =>
        peer.withServer(theirs(idContext), (server) =>
          withOurEnd(idContext, async ({ client }, recorder) => {
            await assertNotifications(server, client, client, PEER);
            assertAllProtected(recorder);
          }),
        ));

      it(`RFC 8613 §8: ${name}'s client with our server, ${named}: requests, bodies, notifications`, () =>
        withOurEnd(idContext, async ({ port }, recorder) => {
          const server = `coap://[::1]:${port}`;
          const stored = `${server}/store/a`;
          const payload = bodyOf(3000);
          const answers = await peer.withClient(theirs(idContext), server, async (client) => {
            await sendAll(client, [
              { method: "GET", uri: `${server}/who` },
              { method: "GET", uri: `${server}/nothing` },
              { method: "PUT", uri: stored, payload, contentFormat: OCTET_STREAM, blockSize: 256 },
              { method: "GET", uri: stored, blockSize: 256 },
              { method: "GET", uri: stored },
            ]);
            client.send({ method: "GET", uri: `${server}/counter`, notifications: 4 });
            return client.answers(9);
          });
          const codes = answers.slice(0, 5).map(({ code }) => code);
          assert.deepEqual(codes, ["2.05", "4.04", "2.04", "2.05", "2.05"]);
          assert.equal(answers[0]!.payload.toString(), PEER.securityContext);
          for (const answer of answers.slice(3, 5)) assert.deepEqual(new Uint8Array(answer.payload), payload);
          assertCounts(answers.slice(5));
          assertAllProtected(recorder);
        }));
    }

    it(`RFC 8613 §B.1: our server is killed while ${name} observes it, and starts again`, () =>
      assertServerReboots((server, use) => peer.withClient(theirs(undefined), server, use)));

    it(`RFC 8613 §B.1: our client is killed while it observes ${name}, and starts again`, () =>
      peer.withServer(theirs(undefined), assertClientReboots));

    it("RFC 8613 §8.2: with another Master Secret, neither server takes the other's request", async () => {
      const context = theirs(undefined, OTHER_SECRET);
      await peer.withServer(context, ({ uri }) =>
        withOurEnd(undefined, async ({ client }) => {
          const put = client.put(`${uri}/state`, { ...PEER, payload: encodeUtf8("x") });
          await assert.rejects(put, { code: BAD_REQUEST });
          assert.equal((await client.get(`${uri}/state`)).text(), "first");
        }),
      );
      await withOurEnd(undefined, async ({ port }, recorder) => {
        const server = `coap://[::1]:${port}`;
        // The refusal is not protected: a client may tell of it or fail.
        await peer.withClient(context, server, (client) =>
          sendAll(client, [{ method: "GET", uri: `${server}/who` }]).catch(() => undefined),
        );
        const answers = recorder.sent.filter(({ code }) => code !== EMPTY);
        assert.deepEqual(
          answers.map(({ code }) => code),
          [BAD_REQUEST],
        );
      });
    });
  });
}
