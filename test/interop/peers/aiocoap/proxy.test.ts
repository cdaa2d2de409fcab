/** A proxy between two endpoints of ours that cannot read what it forwards, and cuts it. */

import assert from "node:assert/strict";
import { OCTET_STREAM } from "../../../../src/coap/codec/content-format.js";
import { BLOCK1, BLOCK2, OSCORE } from "../../../../src/coap/codec/option-number.js";
import { fromHex } from "../../../../src/bytes/hex.js";
import { nodePlatform } from "../../../../hosts/node/index.js";
import { SecurityContexts } from "../../../../src/security/oscore/contexts/security-contexts.js";
import { oscore } from "../../../../src/security/oscore/layer/oscore.js";
import { bodyOf } from "../../ours/bodies.js";
import { withEndpoint } from "../../ours/endpoints.js";
import { withAiocoapProxy } from "./aiocoap.js";
import { OUR_ID, PEER, SALT, SECRET, THEIR_ID, ours, protectedSite } from "../../scenarios/shared-context.js";

/** The other end of {@link ours}. */
function theirs(): SecurityContexts {
  const contexts = new SecurityContexts(nodePlatform().crypto);
  contexts.add(PEER.securityContext, {
    masterSecret: fromHex(SECRET),
    masterSalt: fromHex(SALT),
    senderId: fromHex(THEIR_ID),
    recipientId: fromHex(OUR_ID),
  });
  return contexts;
}

describe("OSCORE through aiocoap's proxy", () => {
  it("RFC 8613 §4.1.3.4.2: requests and responses that it cuts into outer blocks are put together at the other end", () =>
    withEndpoint({ site: protectedSite(), oscore: oscore({ contexts: theirs() }) }, (server, atServer) =>
      withAiocoapProxy(`coap://[::1]:${server.port}`, ({ uri }) =>
        withEndpoint({ oscore: oscore({ contexts: ours(undefined) }) }, async ({ client }, atClient) => {
          const payload = bodyOf(5000);
          await client.put(`${uri}/store/body`, { ...PEER, payload, contentFormat: OCTET_STREAM });
          assert.deepEqual((await client.get(`${uri}/store/body`, PEER)).payload, payload);
          assert.ok(atServer.received.some(({ options }) => options.has(OSCORE) && options.has(BLOCK1)));
          assert.ok(atClient.received.some(({ options }) => options.has(OSCORE) && options.has(BLOCK2)));
        }),
      ),
    ));
});
