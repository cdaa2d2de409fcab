import assert from "node:assert/strict";
import { CONTENT } from "../../../../src/coap/codec/code.js";
import { StoredState } from "../../../../src/security/oscore/contexts/context-state.js";
import type { SecurityContexts } from "../../../../src/security/oscore/contexts/security-contexts.js";
import { oscore } from "../../../../src/security/oscore/layer/oscore.js";
import { MemoryKeyValue } from "../../../../src/storage/memory.js";
import { withEndpoint } from "../../ours/endpoints.js";
import { aiocoapProtectedRequests, withAiocoapOscoreServer } from "./aiocoap.js";
import { withContext } from "./contexts.js";
import { contextCredentials } from "./credentials.js";
import { PEER, ours, protectedSite, theirs } from "../../scenarios/shared-context.js";

describe("OSCORE with aiocoap, further", () => {
  it("RFC 8613 §3.3: aiocoap's server knows whose request is protected", () =>
    withContext(theirs(undefined), (folder) =>
      withAiocoapOscoreServer(
        () => contextCredentials(folder),
        ({ uri }) =>
          withEndpoint({ oscore: oscore({ contexts: ours(undefined) }) }, async ({ client }) => {
            assert.equal((await client.get(`${uri}/who`, PEER)).text(), ":peer");
            assert.equal((await client.get(`${uri}/who`)).text(), "nobody");
          }),
      ),
    ));

  it("RFC 8613 §B.1.2: either server may restart: a request is repeated with its Echo value", () =>
    withContext(theirs(undefined), async (folder) => {
      const storage = new MemoryKeyValue().open({ path: "oscore" });
      const restarted = (): SecurityContexts => ours(undefined, new StoredState(storage, "aiocoap"));
      await withEndpoint({ oscore: oscore({ contexts: restarted() }) }, async ({ client }) => {
        for (let start = 0; start < 2; start += 1)
          await withAiocoapOscoreServer(
            () => contextCredentials(folder),
            async ({ uri }) => {
              assert.equal((await client.get(`${uri}/who`, PEER)).code, CONTENT);
            },
          );
      });
      for (let start = 0; start < 2; start += 1)
        await withEndpoint(
          { site: protectedSite(), oscore: oscore({ contexts: restarted() }) },
          async ({ port }) => {
            const server = `coap://[::1]:${port}`;
            const who = { method: "GET", uri: `${server}/who` } as const;
            const [answer] = await aiocoapProtectedRequests(contextCredentials(folder, server), who);
            assert.equal(answer!.code, "2.05");
          },
        );
    }));
});
