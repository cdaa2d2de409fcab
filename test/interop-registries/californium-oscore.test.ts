import assert from "node:assert/strict";
import { encodeUtf8 } from "../../src/bytes/utf8.js";
import {
  BAD_REQUEST,
  CHANGED,
  CREATED,
  DELETED,
  EMPTY,
  FETCH,
  NOT_FOUND,
} from "../../src/coap/codec/code.js";
import { parseUri } from "../../src/coap/codec/uri.js";
import { OCTET_STREAM } from "../../src/coap/codec/content-format.js";
import { OSCORE } from "../../src/coap/codec/option-number.js";
import { oscore } from "../../src/oscore/layer/oscore.js";
import { BODY_LENGTHS, bodyOf } from "../interop/bodies.js";
import { withEndpoint } from "../interop/endpoints.js";
import type { Recorder } from "../interop/recorder.js";
import { nextPayload } from "../notifications.js";
import {
  californiumProtectedRequests,
  withCaliforniumClient,
  withCaliforniumServer,
  type CaliforniumContext,
} from "./californium/californium.js";
import { assertClientReboots, assertServerReboots } from "./scenarios/reboots.js";
import {
  ID_CONTEXTS,
  OUR_ID,
  PEER,
  SALT,
  SECRET,
  THEIR_ID,
  assertCounts,
  ours,
  protectedSite,
} from "./scenarios/shared-context.js";

/** The other end of {@link ours}. */
function theirs(idContext: string | undefined, masterSecret = SECRET): CaliforniumContext {
  return { senderId: THEIR_ID, recipientId: OUR_ID, masterSecret, masterSalt: SALT, idContext };
}

const OTHER_SECRET = SECRET.replace("01", "00");

function assertAllProtected({ messages }: Recorder): void {
  for (const { code, options } of messages) assert.ok(code === EMPTY || options.has(OSCORE));
}

describe("OSCORE with Californium", () => {
  for (const idContext of ID_CONTEXTS) {
    const named = idContext === undefined ? "without an ID Context" : "with an ID Context";

    it(`RFC 8613 §8, §4.1.3.4: our client with Californium's server, ${named}: requests, errors, bodies`, () =>
      withCaliforniumServer(
        1024,
        ({ uri }) =>
          withEndpoint({ oscore: oscore({ contexts: ours(idContext) }) }, async ({ client }, recorder) => {
            const octets = { ...PEER, contentFormat: OCTET_STREAM };
            const body = { ...octets, payload: encodeUtf8("AB") };
            const fetched = await client.request(FETCH, `${uri}/methods?a=b`, body);
            assert.equal(fetched.text(), "FETCH a=b AB");
            const target = `${uri}/store/body`;
            for (const [index, length] of BODY_LENGTHS.entries()) {
              const payload = bodyOf(length);
              const put = await client.put(target, { ...octets, payload, blockSize: 256 });
              assert.equal(put.code, index === 0 ? CREATED : CHANGED);
              const get = await client.get(target, { ...PEER, blockSize: 256 });
              assert.deepEqual(get.payload, payload);
            }
            assert.equal((await client.delete(target, PEER)).code, DELETED);
            await assert.rejects(client.get(target, PEER), { code: NOT_FOUND });
            assertAllProtected(recorder);
          }),
        theirs(idContext),
      ));

    it(`RFC 8613 §4.1.3.5: our client observes at Californium's server, ${named}`, () =>
      withCaliforniumServer(
        512,
        ({ uri, process }) =>
          withEndpoint({ oscore: oscore({ contexts: ours(idContext) }) }, async ({ client }, recorder) => {
            const observation = await client.observe(`${uri}/state`, PEER);
            assert.deepEqual(await nextPayload(observation), encodeUtf8("first"));
            await process.waitFor(/observers: 1/u);
            for (const length of [10, 512, 513, 5000]) {
              const payload = bodyOf(length);
              await client.put(`${uri}/state`, { ...PEER, payload });
              assert.deepEqual(await nextPayload(observation), payload);
            }
            await observation.cancel();
            await process.waitFor(/observers: 0/u);
            assertAllProtected(recorder);
          }),
        theirs(idContext),
      ));

    it(`RFC 8613 §8: Californium's client with our server, ${named}: requests, bodies, notifications`, () =>
      withEndpoint(
        { site: protectedSite(), oscore: oscore({ contexts: ours(idContext) }) },
        async ({ port }, recorder) => {
          const server = `coap://[::1]:${port}`;
          const payload = bodyOf(3000);
          const answers = await californiumProtectedRequests(
            theirs(idContext),
            { method: "GET", uri: `${server}/who` },
            { method: "GET", uri: `${server}/nothing` },
            { method: "PUT", uri: `${server}/store/a`, payload, contentFormat: OCTET_STREAM, blockSize: 256 },
            { method: "GET", uri: `${server}/store/a`, blockSize: 256 },
            { method: "GET", uri: `${server}/store/a` },
            { method: "GET", uri: `${server}/counter`, notifications: 4 },
          );
          const codes = answers.map(({ code }) => code);
          assert.deepEqual(codes, ["2.05", "4.04", "2.04", "2.05", "2.05", "2.05", "2.05", "2.05", "2.05"]);
          assert.equal(answers[0]!.payload.toString(), "peer");
          for (const answer of answers.slice(3, 5)) assert.deepEqual(new Uint8Array(answer.payload), payload);
          assertCounts(answers.slice(5));
          assertAllProtected(recorder);
        },
      ));
  }

  it("RFC 8613 §B.1: our server is killed while Californium observes it, and starts again", () =>
    assertServerReboots((_server, use) => withCaliforniumClient(theirs(undefined), use)));

  it("RFC 8613 §B.1: our client is killed while it observes Californium, and starts again", () =>
    withCaliforniumServer(
      1024,
      ({ uri }) =>
        withEndpoint({}, ({ client }) =>
          assertClientReboots(parseUri(uri).port, (state) =>
            client.put(`${uri}/state`, { payload: encodeUtf8(state) }),
          ),
        ),
      theirs(undefined),
    ));

  it("RFC 8613 §8.2: with another Master Secret, neither server takes the other's request", async () => {
    const context = theirs(undefined, OTHER_SECRET);
    await withCaliforniumServer(
      1024,
      ({ uri }) =>
        withEndpoint({ oscore: oscore({ contexts: ours(undefined) }) }, async ({ client }) => {
          await assert.rejects(client.put(`${uri}/state`, { ...PEER, payload: encodeUtf8("x") }), {
            code: BAD_REQUEST,
          });
          assert.equal((await client.get(`${uri}/state`)).text(), "first");
        }),
      context,
    );
    await withEndpoint(
      { site: protectedSite(), oscore: oscore({ contexts: ours(undefined) }) },
      async ({ port }) => {
        const uri = `coap://[::1]:${port}/who`;
        const [answer] = await californiumProtectedRequests(context, { method: "GET", uri });
        assert.equal(answer!.code, "4.00");
      },
    );
  });
});
