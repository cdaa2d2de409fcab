import assert from "node:assert/strict";
import { CREATED, NOT_FOUND } from "../../../../src/coap/codec/code.js";
import { bodyOf } from "../../ours/bodies.js";
import { withEndpoint } from "../../ours/endpoints.js";
import { withCaliforniumServer } from "./californium.js";

describe("our client with Californium's server, further", () => {
  it("RFC 7252 §5.5.2: an error says why", () =>
    withCaliforniumServer(1024, ({ uri }) =>
      withEndpoint({}, ({ client }) =>
        assert.rejects(client.get(`${uri}/store/x`), {
          code: NOT_FOUND,
          diagnostic: "nothing is stored here",
        }),
      ),
    ));

  it("RFC 7959 §2.3, §2.4: blocks as small as the server wants them, though the client would take larger ones", () =>
    withCaliforniumServer(64, ({ uri }) =>
      withEndpoint({}, async ({ client }) => {
        const payload = bodyOf(3000);
        assert.equal((await client.put(`${uri}/store/late`, { payload })).code, CREATED);
        assert.deepEqual((await client.get(`${uri}/store/late`)).payload, payload);
      }),
    ));
});
