import assert from "node:assert/strict";
import { nodePlatform } from "../../../../hosts/node/index.js";
import { encodeUtf8 } from "../../../../src/bytes/utf8.js";
import { SecurityContexts } from "../../../../src/oscore/contexts/security-contexts.js";
import { oscore } from "../../../../src/oscore/layer/oscore.js";
import { withEndpoint } from "../../ours/endpoints.js";
import { sendWithCalifornium, withCaliforniumClient, withCaliforniumServer } from "./californium.js";
import { testOscore } from "../../scenarios/oscore.js";
import { PEER, ourParameters, protectedSite, theirs } from "../../scenarios/shared-context.js";

const RENEWED = { ...theirs(undefined), isRenewed: true };

function renewed(): SecurityContexts {
  const { crypto, random } = nodePlatform();
  const contexts = new SecurityContexts(crypto);
  contexts.addRenewed(PEER.securityContext, ourParameters(undefined), random);
  return contexts;
}

testOscore({
  name: "Californium",
  withServer: (context, use) => withCaliforniumServer(1024, use, context),
  withClient: (context, _server, use) => withCaliforniumClient(context, use),
  send: (context, _server, requests) => sendWithCalifornium(context, requests),
});

/**
 * The server of cf-oscore 3.13.0 takes each request with a kid context for a request #1, so that ours, which always have
 * one, take two round trips; and its resource handles request #1, too, before that is answered with 4.01.
 */
describe("OSCORE with Californium, where a side has lost its security context", () => {
  it("RFC 8613 §B.2: our client, which starts again, with Californium's server", () =>
    withCaliforniumServer(
      1024,
      async ({ uri }) => {
        for (const state of ["a", "b"])
          await withEndpoint({ oscore: oscore({ contexts: renewed() }) }, async ({ client }) => {
            await client.put(`${uri}/state`, { ...PEER, payload: encodeUtf8(state) });
            assert.equal((await client.get(`${uri}/state`, PEER)).text(), state);
          });
      },
      RENEWED,
    ));

  it("RFC 8613 §B.2: Californium's client, which starts again, with our server", () =>
    withEndpoint({ site: protectedSite(), oscore: oscore({ contexts: renewed() }) }, async ({ port }) => {
      const who = { method: "GET", uri: `coap://[::1]:${port}/who` } as const;
      for (let start = 0; start < 2; start += 1) {
        const answers = await sendWithCalifornium(RENEWED, [who, who, who]);
        // That it has to ask again is left to the application.
        assert.deepEqual(
          answers.map(({ code, payload }) => `${code} ${payload.toString()}`),
          ["4.01 ", "2.05 peer", "2.05 peer"],
        );
      }
    }));
});
