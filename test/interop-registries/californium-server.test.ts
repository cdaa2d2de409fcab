import assert from "node:assert/strict";
import { encodeUtf8 } from "../../src/bytes/utf8.js";
import { CHANGED, CONTENT, CREATED, DELETE, DELETED, EMPTY } from "../../src/coap/codec/code.js";
import { FETCH, GET, IPATCH, NOT_FOUND, PATCH, POST, PUT } from "../../src/coap/codec/code.js";
import { JSON_FORMAT, LINK_FORMAT } from "../../src/coap/codec/content-format.js";
import { parseLinks } from "../../src/coap/codec/link-format.js";
import { ACK, CON, NON } from "../../src/coap/codec/message.js";
import { BLOCK_SIZES, BODY_LENGTHS, bodyOf } from "../interop/bodies.js";
import { withEndpoint } from "../interop/endpoints.js";
import { withCaliforniumServer } from "./californium/californium.js";
import { assertPutAndGet } from "./scenarios/bodies.js";
import { nextPayload } from "../notifications.js";

describe("our client with Californium's server", () => {
  it("RFC 7252 §5.8, RFC 8132: all seven methods, and 4.04", () =>
    withCaliforniumServer(1024, ({ uri }) =>
      withEndpoint({}, async ({ client }) => {
        const target = `${uri}/store/h%C3%A9/%E2%82%AC`;
        const made = await client.put(target, { payload: encodeUtf8("[1]"), contentFormat: JSON_FORMAT });
        assert.equal(made.code, CREATED);
        const read = await client.get(target);
        assert.deepEqual([read.code, read.text(), read.contentFormat], [CONTENT, "[1]", JSON_FORMAT]);
        assert.equal((await client.put(target, { payload: encodeUtf8("2") })).code, CHANGED);
        assert.equal((await client.delete(target)).code, DELETED);
        await assert.rejects(client.get(target), { code: NOT_FOUND, diagnostic: "nothing is stored here" });
        for (const [method, name] of [
          [GET, "GET"],
          [POST, "POST"],
          [PUT, "PUT"],
          [DELETE, "DELETE"],
          [FETCH, "FETCH"],
          [PATCH, "PATCH"],
          [IPATCH, "IPATCH"],
        ] as const) {
          const hasBody = method !== GET && method !== DELETE;
          const body = hasBody ? { payload: encodeUtf8("{}"), contentFormat: JSON_FORMAT } : {};
          const response = await client.request(method, `${uri}/methods?a=1&b`, body);
          assert.equal(response.text(), `${name} a=1&b ${hasBody ? "{}" : ""}`);
        }
      }),
    ));

  it("RFC 6690 §4, RFC 7252 §4.3: its /.well-known/core, and a ping", () =>
    withCaliforniumServer(1024, ({ uri }) =>
      withEndpoint({}, async ({ client }) => {
        const response = await client.get(`${uri}/.well-known/core`);
        assert.equal(response.contentFormat, LINK_FORMAT);
        const links = new Map(parseLinks(response.text()).map((link) => [link.target, link.attributes]));
        assert.ok(links.has("/separate"));
        assert.ok(links.get("/state")!.some(([name]) => name === "obs"));
        assert.ok((await client.ping(uri)) >= 0);
      }),
    ));

  it("RFC 7252 §5.2.2: separate responses, Confirmable and Non-confirmable", () =>
    withCaliforniumServer(1024, ({ uri }) =>
      withEndpoint({}, ({ client: other }) =>
        withEndpoint({}, async ({ client }, recorder) => {
          const separate = client.get(`${uri}/separate`);
          await recorder.waitFor(({ direction, code }) => direction === "in" && code === EMPTY);
          await other.post(`${uri}/separate`);
          assert.equal((await separate).text(), "later");
          assert.deepEqual(
            recorder.messages.map(({ type }) => type),
            [CON, ACK, CON, ACK],
          );
          const response = await client.get(`${uri}/methods`, { confirmable: false });
          assert.equal(response.text(), "GET  ");
          assert.deepEqual(
            recorder.messages.slice(4).map(({ type }) => type),
            [NON, NON],
          );
        }),
      ),
    ));

  it("RFC 7641 §3, RFC 7959 §2.6: notifications, small and in blocks, until the end of the observation", () =>
    withCaliforniumServer(512, ({ uri, process }) =>
      withEndpoint({}, ({ client: other }) =>
        withEndpoint({}, async ({ client }) => {
          const observation = await client.observe(`${uri}/state`);
          assert.deepEqual(await nextPayload(observation), encodeUtf8("first"));
          await process.waitFor(/observers: 1/u);
          for (const length of [10, 512, 513, 5000]) {
            const payload = bodyOf(length);
            await other.put(`${uri}/state`, { payload });
            assert.deepEqual(await nextPayload(observation), payload);
          }
          await observation.cancel();
          await process.waitFor(/observers: 0/u);
        }),
      ),
    ));

  for (const blockSize of BLOCK_SIZES)
    it(`RFC 7959 §2: bodies of ${BODY_LENGTHS.join(", ")} bytes, there and back in blocks of ${blockSize}`, () =>
      withCaliforniumServer(1024, ({ uri }) =>
        withEndpoint({}, async ({ client }, recorder) => {
          await assertPutAndGet(client, uri, recorder, blockSize);
        }),
      ));

  it("RFC 7959 §2.3, §2.4: blocks as small as the server wants them, though the client would take larger ones", () =>
    withCaliforniumServer(64, ({ uri }) =>
      withEndpoint({}, async ({ client }) => {
        const payload = bodyOf(3000);
        assert.equal((await client.put(`${uri}/store/late`, { payload })).code, CREATED);
        assert.deepEqual((await client.get(`${uri}/store/late`)).payload, payload);
      }),
    ));

  it("RFC 7959 §3.3: a body in blocks that is answered with a body in blocks", () =>
    withCaliforniumServer(1024, ({ uri }) =>
      withEndpoint({}, async ({ client }) => {
        const payload = bodyOf(3000);
        const response = await client.fetch(`${uri}/methods`, {
          payload,
          contentFormat: JSON_FORMAT,
          blockSize: 256,
        });
        assert.ok(Buffer.from(response.payload).equals(Buffer.concat([encodeUtf8("FETCH  "), payload])));
      }),
    ));
});
