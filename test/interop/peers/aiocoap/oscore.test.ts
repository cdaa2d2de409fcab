import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { CONTENT } from "../../../../src/coap/codec/code.js";
import { StoredState } from "../../../../src/oscore/contexts/context-state.js";
import type { SecurityContexts } from "../../../../src/oscore/contexts/security-contexts.js";
import { oscore } from "../../../../src/oscore/layer/oscore.js";
import { MemoryKeyValue } from "../../../../src/storage/memory.js";
import { withFolder } from "../../../cli/temporary-folder.js";
import { withEndpoint } from "../../ours/endpoints.js";
import { aiocoapProtectedRequests, withAiocoapClient, withAiocoapOscoreServer } from "./aiocoap.js";
import { contextCredentials } from "./credentials.js";
import { testOscore } from "../../scenarios/oscore.js";
import { PEER, ours, protectedSite, theirs, type ContextInHex } from "../../scenarios/shared-context.js";

/** Runs `use` with a folder that holds a security context as aiocoap stores it. */
function withContext<T>(context: ContextInHex, use: (folder: string) => Promise<T>): Promise<T> {
  const { senderId, recipientId, masterSecret, masterSalt, idContext } = context;
  const settings = {
    "sender-id_hex": senderId,
    "recipient-id_hex": recipientId,
    secret_hex: masterSecret,
    salt_hex: masterSalt,
    ...(idContext !== undefined && { "id-context_hex": idContext }),
  };
  return withFolder((folder) => {
    writeFileSync(join(folder, "settings.json"), JSON.stringify(settings));
    return use(folder);
  });
}

testOscore({
  name: "aiocoap",
  withServer: (context, use) =>
    withContext(context, (folder) => withAiocoapOscoreServer(() => contextCredentials(folder), use)),
  withClient: (context, server, use) =>
    withContext(context, (folder) => withAiocoapClient(contextCredentials(folder, server), use)),
  send: (context, server, requests) =>
    withContext(context, (folder) =>
      aiocoapProtectedRequests(contextCredentials(folder, server), ...requests),
    ),
});

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
