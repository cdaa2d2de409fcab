/** What our client asks of every peer's server, whose resources are those of sample_server.py and SampleServer.java. */

import assert from "node:assert/strict";
import { encodeUtf8 } from "../../../src/bytes/utf8.js";
import type { Client } from "../../../src/coap/client/client.js";
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
} from "../../../src/coap/codec/code.js";
import { JSON_FORMAT, LINK_FORMAT } from "../../../src/coap/codec/content-format.js";
import { parseLinks } from "../../../src/coap/codec/link-format.js";
import { ACK, CON, NON } from "../../../src/coap/codec/message.js";
import type { RequestOptions } from "../../../src/coap/client/request-options.js";
import { BLOCK_SIZES, BODY_LENGTHS, bodyOf } from "../ours/bodies.js";
import { withEndpoint } from "../ours/endpoints.js";
import { nextPayload } from "../../notifications.js";
import { assertPutAndGet } from "./bodies.js";
import type { PeerServer, WithServer } from "./peer-request.js";

/** How all requests are to be sent. */
type Common = Pick<RequestOptions, "securityContext">;

/** PUT, GET, DELETE, and what is not there. */
export async function assertStores(client: Client, uri: string, common: Common = {}): Promise<void> {
  const target = `${uri}/store/h%C3%A9/%E2%82%AC`;
  const payload = encodeUtf8("[1]");
  const made = await client.put(target, { ...common, payload, contentFormat: JSON_FORMAT });
  assert.equal(made.code, CREATED);
  const read = await client.get(target, common);
  assert.deepEqual([read.code, read.text(), read.contentFormat], [CONTENT, "[1]", JSON_FORMAT]);
  assert.equal((await client.put(target, { ...common, payload: encodeUtf8("2") })).code, CHANGED);
  assert.equal((await client.delete(target, common)).code, DELETED);
  await assert.rejects(client.get(target, common), { code: NOT_FOUND });
}

/** All seven methods, with a query. */
export async function assertMethods(client: Client, uri: string, common: Common = {}): Promise<void> {
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
    const response = await client.request(method, `${uri}/methods?a=1&b%26c`, { ...common, ...body });
    assert.equal(response.text(), `${name} a=1&b&c ${hasBody ? "{}" : ""}`);
  }
}

export async function assertLinks(client: Client, uri: string): Promise<void> {
  const response = await client.get(`${uri}/.well-known/core`);
  assert.equal(response.contentFormat, LINK_FORMAT);
  const links = new Map(parseLinks(response.text()).map((link) => [link.target, link.attributes]));
  assert.ok(links.has("/separate"));
  assert.ok(links.get("/state")!.some(([name]) => name === "obs"));
}

/** States around the borders of blocks, until the end of the observation. @param other who changes them */
export async function assertNotifications(
  { uri, process }: PeerServer,
  client: Client,
  other: Client,
  common: Common = {},
): Promise<void> {
  const observation = await client.observe(`${uri}/state`, common);
  assert.deepEqual(await nextPayload(observation), encodeUtf8("first"));
  await process.waitFor(/observers: 1/u);
  for (const length of [10, 512, 513, 1024, 1025, 5000]) {
    const payload = bodyOf(length);
    await other.put(`${uri}/state`, { ...common, payload });
    assert.deepEqual(await nextPayload(observation), payload);
  }
  await observation.cancel();
  await process.waitFor(/observers: 0/u);
}

/** What a server over UDP is asked, beside what only that peer has. */
export function testOurClient(peer: string, withServer: WithServer): void {
  describe(`our client with ${peer}'s server`, () => {
    it("RFC 7252 §5.8: GET, PUT and DELETE, and 4.04", () =>
      withServer(({ uri }) => withEndpoint({}, ({ client }) => assertStores(client, uri))));

    it("RFC 7252 §5.8, RFC 8132: all seven methods, with a query", () =>
      withServer(({ uri }) => withEndpoint({}, ({ client }) => assertMethods(client, uri))));

    it("RFC 6690 §4: its /.well-known/core", () =>
      withServer(({ uri }) => withEndpoint({}, ({ client }) => assertLinks(client, uri))));

    it("RFC 7252 §4.3: answers a ping with a Reset", () =>
      withServer(({ uri }) =>
        withEndpoint({}, async ({ client }) => assert.ok((await client.ping(uri)) >= 0)),
      ));

    it("RFC 7252 §5.2.2: separate responses, Confirmable and Non-confirmable", () =>
      withServer(({ uri }) =>
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
      withServer((server) =>
        withEndpoint({}, ({ client: other }) =>
          withEndpoint({}, ({ client }) => assertNotifications(server, client, other)),
        ),
      ));

    for (const blockSize of BLOCK_SIZES)
      it(`RFC 7959 §2: bodies of ${BODY_LENGTHS.join(", ")} bytes, there and back in blocks of ${blockSize}`, () =>
        withServer(({ uri }) =>
          withEndpoint({}, ({ client }, recorder) => assertPutAndGet(client, uri, recorder, blockSize)),
        ));

    it("RFC 7959 §3.3: a body in blocks that is answered with a body in blocks", () =>
      withServer(({ uri }) =>
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
}
