import assert from "node:assert/strict";
import { encodeUtf8 } from "../../src/bytes/utf8.js";
import {
  CHANGED,
  CONTENT,
  CREATED,
  DELETE,
  DELETED,
  EMPTY,
  FETCH,
  GET,
  IPATCH,
  NOT_FOUND,
  PATCH,
  POST,
  PUT,
} from "../../src/coap/codec/code.js";
import { JSON_FORMAT, LINK_FORMAT } from "../../src/coap/codec/content-format.js";
import { parseLinks } from "../../src/coap/codec/link-format.js";
import { ACK, CON, NON } from "../../src/coap/codec/message.js";
import { BLOCK_SIZES, BODY_LENGTHS, bodyOf } from "../interop/bodies.js";
import { withEndpoint } from "../interop/endpoints.js";
import { withAiocoapServer } from "./aiocoap/aiocoap.js";
import { assertPutAndGet } from "./scenarios/bodies.js";
import { nextPayload } from "../notifications.js";

describe("our client with aiocoap's server", () => {
  it("RFC 7252 §5.8: GET, PUT and DELETE, and 4.04", () =>
    withAiocoapServer(({ uri }) =>
      withEndpoint({}, async ({ client }) => {
        const target = `${uri}/store/h%C3%A9/%E2%82%AC`;
        const made = await client.put(target, { payload: encodeUtf8("[1]"), contentFormat: JSON_FORMAT });
        assert.equal(made.code, CREATED);
        const read = await client.get(target);
        assert.deepEqual([read.code, read.text(), read.contentFormat], [CONTENT, "[1]", JSON_FORMAT]);
        assert.equal((await client.put(target, { payload: encodeUtf8("2") })).code, CHANGED);
        assert.equal((await client.delete(target)).code, DELETED);
        await assert.rejects(client.get(target), { code: NOT_FOUND });
      }),
    ));

  it("RFC 7252 §5.8, RFC 8132: all seven methods, with a query", () =>
    withAiocoapServer(({ uri }) =>
      withEndpoint({}, async ({ client }) => {
        for (const [method, name] of [
          [GET, "GET"],
          [POST, "POST"],
          [PUT, "PUT"],
          [DELETE, "DELETE"],
          [FETCH, "FETCH"],
          [PATCH, "PATCH"],
          [IPATCH, "iPATCH"],
        ] as const) {
          const hasBody = method !== GET && method !== DELETE;
          const body = hasBody ? { payload: encodeUtf8("{}"), contentFormat: JSON_FORMAT } : {};
          const response = await client.request(method, `${uri}/methods?a=1&b%26c`, body);
          assert.equal(response.text(), `${name} a=1&b&c ${hasBody ? "{}" : ""}`);
        }
      }),
    ));

  it("RFC 6690 §4: its /.well-known/core", () =>
    withAiocoapServer(({ uri }) =>
      withEndpoint({}, async ({ client }) => {
        const response = await client.get(`${uri}/.well-known/core`);
        assert.equal(response.contentFormat, LINK_FORMAT);
        const links = new Map(parseLinks(response.text()).map((link) => [link.target, link.attributes]));
        assert.ok(links.has("/separate"));
        assert.ok(links.get("/state")!.some(([name]) => name === "obs"));
      }),
    ));

  it("RFC 7252 §4.3: answers a ping with a Reset", () =>
    withAiocoapServer(({ uri }) =>
      withEndpoint({}, async ({ client }) => assert.ok((await client.ping(uri)) >= 0)),
    ));

  it("RFC 7252 §5.2.2: separate responses, Confirmable and Non-confirmable", () =>
    withAiocoapServer(({ uri }) =>
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
          const [nonConfirmable] = await Promise.all([
            client.get(`${uri}/separate`, { confirmable: false }),
            other.post(`${uri}/separate`),
          ]);
          assert.equal(nonConfirmable.text(), "later");
          assert.deepEqual(
            recorder.messages.slice(4).map(({ type }) => type),
            [NON, NON],
          );
        }),
      ),
    ));

  it("RFC 7641 §3, RFC 7959 §2.6: notifications, small and in blocks, until the end of the observation", () =>
    withAiocoapServer(({ uri, process }) =>
      withEndpoint({}, ({ client: other }) =>
        withEndpoint({}, async ({ client }) => {
          const observation = await client.observe(`${uri}/state`);
          assert.deepEqual(await nextPayload(observation), encodeUtf8("first"));
          await process.waitFor(/observers: 1/u);
          for (const length of [10, 1024, 1025, 5000]) {
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
      withAiocoapServer(({ uri }) =>
        withEndpoint({}, async ({ client }, recorder) => {
          await assertPutAndGet(client, uri, recorder, blockSize);
        }),
      ));

  it("RFC 7959 §3.3: a body in blocks that is answered with a body in blocks", () =>
    withAiocoapServer(({ uri }) =>
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
