import assert from "node:assert/strict";
import { nodePlatform } from "../../../../hosts/node/index.js";
import { encodeUtf8 } from "../../../../src/bytes/utf8.js";
import { EMPTY, codeClass } from "../../../../src/coap/codec/code.js";
import { ClientErrorResponse } from "../../../../src/coap/errors.js";
import { SecurityContexts } from "../../../../src/security/oscore/contexts/security-contexts.js";
import { oscore } from "../../../../src/security/oscore/layer/oscore.js";
import { withEndpoint } from "../../ours/endpoints.js";
import type { Recorder } from "../../ours/recorder.js";
import { freePort } from "../free-port.js";
import { withCaliforniumClient, withCaliforniumServer } from "./californium.js";
import { sendAll } from "../../scenarios/peer.js";
import { PEER, ourParameters, protectedSite, theirs } from "../../scenarios/shared-context.js";

const RENEWED = { ...theirs(undefined), isRenewed: true };

/** How many requests there were, without retransmissions. */
function countRequests(recorder: Recorder): number {
  const requests = recorder.messages.filter(({ code }) => code !== EMPTY && codeClass(code) === 0);
  return new Set(requests.map(({ messageId }) => messageId)).size;
}

function renewed(): SecurityContexts {
  const { crypto, random } = nodePlatform();
  const contexts = new SecurityContexts(crypto);
  contexts.addRenewed(PEER.securityContext, ourParameters(undefined), random);
  return contexts;
}

/** In the server of cf-oscore 3.13.0 the resource handles request #1, too, before that is answered with 4.01. */
describe("OSCORE with Californium, where a side has lost its security context", () => {
  it("RFC 8613 §B.2: our client, which starts again, with Californium's server", () =>
    withCaliforniumServer(
      1024,
      async ({ uri }) => {
        for (const state of ["a", "b"])
          await withEndpoint({ oscore: oscore({ contexts: renewed() }) }, async ({ client }, recorder) => {
            await client.put(`${uri}/state`, { ...PEER, payload: encodeUtf8(state) });
            for (let count = 0; count < 2; count += 1)
              assert.equal((await client.get(`${uri}/state`, PEER)).text(), state);
            // Requests #1 and #2, and one for each GET: what was made is not made again.
            assert.equal(countRequests(recorder), 4);
          });
      },
      RENEWED,
    ));

  it("RFC 8613 §B.2: our client with Californium's server, which starts again", async () => {
    const port = await freePort();
    await withEndpoint({ oscore: oscore({ contexts: renewed() }) }, async ({ client }, recorder) => {
      const uri = `coap://[::1]:${port}/hello`;
      const get = (): Promise<string> => client.get(uri, PEER).then((response) => response.text());
      await withCaliforniumServer(1024, async () => assert.equal(await get(), "hello, world"), RENEWED, port);
      await withCaliforniumServer(
        1024,
        async () => {
          // It takes only a wrapped ID Context for one that it does not know.
          await assert.rejects(get(), ClientErrorResponse);
          assert.equal(await get(), "hello, world");
          assert.equal(await get(), "hello, world");
        },
        RENEWED,
        port,
      );
      assert.equal(countRequests(recorder), 2 + 1 + 2 + 1);
    });
  });

  it("RFC 8613 §B.2: Californium's client, which starts again, with our server", () =>
    withEndpoint(
      { site: protectedSite(), oscore: oscore({ contexts: renewed() }) },
      async ({ port }, recorder) => {
        const who = { method: "GET", uri: `coap://[::1]:${port}/who` } as const;
        for (let start = 0; start < 2; start += 1) {
          const answers = await withCaliforniumClient(RENEWED, (client) => sendAll(client, [who, who, who]));
          // That it has to ask again is left to the application.
          assert.deepEqual(
            answers.map(({ code, payload }) => `${code} ${payload.toString()}`),
            ["4.01 ", "2.05 peer", "2.05 peer"],
          );
          assert.equal(countRequests(recorder), 3 * (start + 1));
        }
      },
    ));
});
