import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodeUtf8 } from "../../src/bytes/utf8.js";
import { CHANGED, CONTENT, CREATED, FETCH, NOT_FOUND } from "../../src/coap/codec/code.js";
import { parseUri } from "../../src/coap/codec/uri.js";
import { OCTET_STREAM } from "../../src/coap/codec/content-format.js";
import { StoredState } from "../../src/oscore/contexts/context-state.js";
import { oscore } from "../../src/oscore/layer/oscore.js";
import { MemoryKeyValue } from "../../src/storage/memory.js";
import { BODY_LENGTHS, bodyOf } from "../interop/bodies.js";
import { withEndpoint } from "../interop/endpoints.js";
import { nextText } from "../notifications.js";
import { aiocoapProtectedRequests, withAiocoapClient, withAiocoapOscoreServer } from "./aiocoap/aiocoap.js";
import { assertClientReboots, assertServerReboots } from "./scenarios/reboots.js";
import { contextCredentials } from "./aiocoap/credentials.js";
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

/** Runs `use` with a folder that holds the other end of {@link ours}. */
async function withFolder<T>(idContext: string | undefined, use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "coapsule-oscore-"));
  const settings = {
    "sender-id_hex": THEIR_ID,
    "recipient-id_hex": OUR_ID,
    secret_hex: SECRET,
    salt_hex: SALT,
    ...(idContext !== undefined && { "id-context_hex": idContext }),
  };
  writeFileSync(join(folder, "settings.json"), JSON.stringify(settings));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe("OSCORE with aiocoap", () => {
  for (const idContext of ID_CONTEXTS) {
    const named = idContext === undefined ? "without an ID Context" : "with an ID Context";

    it(`RFC 8613 §8: our client with aiocoap's server, ${named}: requests, errors, bodies`, () =>
      withFolder(idContext, (folder) =>
        withAiocoapOscoreServer(
          () => contextCredentials(folder),
          ({ uri }) =>
            withEndpoint({ oscore: oscore({ contexts: ours(idContext) }) }, async ({ client }) => {
              assert.equal((await client.get(`${uri}/who`, PEER)).text(), ":peer");
              assert.equal((await client.get(`${uri}/who`)).text(), "nobody");
              const body = { ...PEER, payload: encodeUtf8("AB"), contentFormat: OCTET_STREAM };
              const fetched = await client.request(FETCH, `${uri}/methods?a=b`, body);
              assert.equal(fetched.text(), "FETCH a=b AB");
              await assert.rejects(client.get(`${uri}/nothing`, PEER), { code: NOT_FOUND });
              for (const [index, length] of BODY_LENGTHS.entries()) {
                const payload = bodyOf(length);
                const target = `${uri}/store/body`;
                const put = await client.put(target, { ...PEER, payload, contentFormat: OCTET_STREAM });
                assert.equal(put.code, index === 0 ? CREATED : CHANGED);
                assert.deepEqual((await client.get(target, PEER)).payload, payload);
              }
            }),
        ),
      ));

    it(`RFC 8613 §4.1.3.5: our client observes at aiocoap's server, ${named}`, () =>
      withFolder(idContext, (folder) =>
        withAiocoapOscoreServer(
          () => contextCredentials(folder),
          ({ uri }) =>
            withEndpoint({ oscore: oscore({ contexts: ours(idContext) }) }, async ({ client }) => {
              const observation = await client.observe(`${uri}/state`, PEER);
              assert.equal(await nextText(observation), "first");
              for (const state of ["a", "b", "c"]) {
                await client.put(`${uri}/state`, { ...PEER, payload: encodeUtf8(state) });
                assert.equal(await nextText(observation), state);
              }
              await observation.cancel();
            }),
        ),
      ));

    it(`RFC 8613 §8: aiocoap's client with our server, ${named}: requests, bodies, notifications`, () =>
      withFolder(idContext, (folder) =>
        withEndpoint(
          { site: protectedSite(), oscore: oscore({ contexts: ours(idContext) }) },
          async ({ port }) => {
            const server = `coap://[::1]:${port}`;
            const payload = bodyOf(3000);
            const answers = await aiocoapProtectedRequests(
              contextCredentials(folder, server),
              { method: "GET", uri: `${server}/who` },
              { method: "GET", uri: `${server}/nothing` },
              { method: "PUT", uri: `${server}/store/a`, payload, contentFormat: OCTET_STREAM },
              { method: "GET", uri: `${server}/store/a` },
              { method: "GET", uri: `${server}/counter`, notifications: 4 },
            );
            const codes = answers.map(({ code }) => code);
            assert.deepEqual(codes, ["2.05", "4.04", "2.04", "2.05", "2.05", "2.05", "2.05", "2.05"]);
            assert.equal(answers[0]!.payload.toString(), "peer");
            assert.deepEqual(new Uint8Array(answers[3]!.payload), payload);
            assertCounts(answers.slice(4));
          },
        ),
      ));
  }

  it("RFC 8613 §B.1: our server is killed while aiocoap observes it, and starts again", () =>
    withFolder(undefined, (folder) =>
      assertServerReboots((server, use) => withAiocoapClient(contextCredentials(folder, server), use)),
    ));

  it("RFC 8613 §B.1: our client is killed while it observes aiocoap, and starts again", () =>
    withFolder(undefined, (folder) =>
      withAiocoapOscoreServer(
        () => contextCredentials(folder),
        ({ uri }) =>
          withEndpoint({}, ({ client }) =>
            assertClientReboots(parseUri(uri).port, (state) =>
              client.put(`${uri}/state`, { payload: encodeUtf8(state) }),
            ),
          ),
      ),
    ));

  it("RFC 8613 §B.1.2: either server may restart: a request is repeated with its Echo value", () =>
    withFolder(undefined, async (folder) => {
      const storage = new MemoryKeyValue().open({ path: "oscore" });
      const contexts = ours(undefined, new StoredState(storage, "aiocoap"));
      await withEndpoint({ oscore: oscore({ contexts }) }, async ({ client }) => {
        for (let start = 0; start < 2; start += 1)
          await withAiocoapOscoreServer(
            () => contextCredentials(folder),
            async ({ uri }) => {
              assert.equal((await client.get(`${uri}/who`, PEER)).code, CONTENT);
            },
          );
      });
      for (let start = 0; start < 2; start += 1) {
        const restarted = ours(undefined, new StoredState(storage, "aiocoap"));
        await withEndpoint(
          { site: protectedSite(), oscore: oscore({ contexts: restarted }) },
          async ({ port }) => {
            const server = `coap://[::1]:${port}`;
            const [answer] = await aiocoapProtectedRequests(contextCredentials(folder, server), {
              method: "GET",
              uri: `${server}/who`,
            });
            assert.equal(answer!.code, "2.05");
          },
        );
      }
    }));
});
