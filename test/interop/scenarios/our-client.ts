/** What our client asks of every peer's server, whose resources are those of sample_server.py and SampleServer.java. */

import assert from "node:assert/strict";
import { encodeUtf8 } from "../../../src/bytes/utf8.js";
import type { Client } from "../../../src/coap/client/client.js";
import type { RequestOptions } from "../../../src/coap/request-options.js";
import {
  CHANGED,
  CONTENT,
  CREATED,
  DELETE,
  DELETED,
  FETCH,
  GET,
  IPATCH,
  NOT_FOUND,
  PATCH,
  POST,
  PUT,
} from "../../../src/coap/codec/code.js";
import { JSON_FORMAT, LINK_FORMAT, OCTET_STREAM } from "../../../src/coap/codec/content-format.js";
import { parseLinks } from "../../../src/coap/codec/link-format.js";
import { nextPayload } from "../../notifications.js";
import { bodyOf } from "../ours/bodies.js";
import type { PeerServer } from "./peer.js";

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

/** Methods of RFC 7252 §5.8. */
export const METHODS = [
  [GET, "GET"],
  [POST, "POST"],
  [PUT, "PUT"],
  [DELETE, "DELETE"],
] as const;

export const METHODS_OF_RFC_8132 = [
  [FETCH, "FETCH"],
  [PATCH, "PATCH"],
  [IPATCH, "IPATCH"],
] as const;

/** Methods with a query; all seven where nothing else is said. */
export async function assertMethods(
  client: Client,
  uri: string,
  common: Common = {},
  methods: readonly (readonly [method: number, name: string])[] = [...METHODS, ...METHODS_OF_RFC_8132],
): Promise<void> {
  for (const [method, name] of methods) {
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

/** Bytes of states that fit into a message, and of larger ones. */
export const SMALL_STATES = [10, 512, 513, 1024] as const;
export const LARGE_STATES = [1025, 5000] as const;

/** States around the borders of blocks, until the end of the observation. @param other who changes them */
export async function assertNotifications(
  server: PeerServer,
  client: Client,
  other: Client,
  common: Common = {},
  lengths: readonly number[] = [...SMALL_STATES, ...LARGE_STATES],
): Promise<void> {
  const { uri } = server;
  const observation = await client.observe(`${uri}/state`, common);
  assert.deepEqual(await nextPayload(observation), encodeUtf8("first"));
  await server.observers?.(1);
  for (const length of lengths) {
    const payload = bodyOf(length);
    await other.put(`${uri}/state`, { ...common, payload, contentFormat: OCTET_STREAM });
    assert.deepEqual(await nextPayload(observation), payload);
  }
  await observation.cancel();
  await server.observers?.(0);
}
