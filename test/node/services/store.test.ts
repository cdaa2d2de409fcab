import assert from "node:assert/strict";
import { NODE_LIMITS } from "../../../hosts/node/limits.js";
import { mountStore, type StoreLimits } from "../../../services/store.js";
import { World } from "../../../simulators/world.js";
import { encodeUtf8 } from "../../../src/bytes/utf8.js";
import type { Client } from "../../../src/coap/client/client.js";
import {
  CHANGED,
  CREATED,
  DELETED,
  METHOD_NOT_ALLOWED,
  NOT_ACCEPTABLE,
  NOT_FOUND,
  PRECONDITION_FAILED,
  REQUEST_ENTITY_TOO_LARGE,
  SERVICE_UNAVAILABLE,
  VALID,
} from "../../../src/coap/codec/code.js";
import { Endpoint } from "../../../src/coap/endpoint.js";
import { ResponseError } from "../../../src/coap/errors.js";
import { Site } from "../../../src/coap/server/site.js";

interface StoreWorld {
  readonly client: Client;
  /** Waits in virtual time. */
  readonly until: <T>(promise: Promise<T>) => Promise<T>;
}

function createStore(limits: Partial<StoreLimits> = {}): StoreWorld {
  const world = new World({ seed: 1 });
  const site = new Site();
  mountStore(site, "store", limits);
  new Endpoint(world.host("fd00::1"), { port: 5683, site, limits: NODE_LIMITS });
  const { client } = new Endpoint(world.host("fd00::2"), { limits: NODE_LIMITS });
  return { client, until: (promise) => world.time.until(promise) };
}

function uri(path: string): string {
  return `coap://[fd00::1]/store${path}`;
}

function body(text: string): { payload: Uint8Array } {
  return { payload: encodeUtf8(text) };
}

async function assertRefused(code: number, work: Promise<unknown>): Promise<void> {
  await assert.rejects(work, (error) => error instanceof ResponseError && error.code === code);
}

describe("/store", () => {
  it("RFC 7252 §5.8.3: PUT creates with 2.01, then changes with 2.04", async () => {
    const { client, until } = createStore();
    assert.equal((await until(client.put(uri("/a/b"), body("1")))).code, CREATED);
    assert.equal((await until(client.put(uri("/a/b"), body("2")))).code, CHANGED);
    assert.equal((await until(client.get(uri("/a/b")))).text(), "2");
  });

  it("RFC 7252 §5.8.4: DELETE answers 2.02 whether or not there was something", async () => {
    const { client, until } = createStore();
    await until(client.put(uri("/a"), body("1")));
    assert.equal((await until(client.delete(uri("/a")))).code, DELETED);
    assert.equal((await until(client.delete(uri("/a")))).code, DELETED);
    await assertRefused(NOT_FOUND, until(client.get(uri("/a"))));
  });

  it("RFC 7252 §5.8.2: POST creates under a new name and says where", async () => {
    const { client, until } = createStore();
    await until(client.put(uri("/2"), body("taken")));
    const first = await until(client.post(uri(""), body("one")));
    const second = await until(client.post(uri(""), body("two")));
    assert.equal(first.code, CREATED);
    assert.deepEqual(first.locationPath, ["store", "1"]);
    assert.deepEqual(second.locationPath, ["store", "3"]);
    assert.equal((await until(client.get(uri("/3")))).text(), "two");
  });

  it("keeps the Content-Format, and RFC 7252 §5.10.4: refuses another with 4.06", async () => {
    const { client, until } = createStore();
    await until(client.put(uri("/a"), { ...body("{}"), contentFormat: 50 }));
    assert.equal((await until(client.get(uri("/a"), { accept: 50 }))).contentFormat, 50);
    await assertRefused(NOT_ACCEPTABLE, until(client.get(uri("/a"), { accept: 60 })));
  });

  it("RFC 7252 §5.10.8.1: If-Match acts only on the tag given, the empty one on any", async () => {
    const { client, until } = createStore();
    const none = client.put(uri("/a"), { ...body("0"), ifMatch: [new Uint8Array(0)] });
    await assertRefused(PRECONDITION_FAILED, until(none));
    const { etag } = await until(client.put(uri("/a"), body("1")));
    assert.ok(etag);
    const tag = etag.slice();
    assert.equal((await until(client.put(uri("/a"), { ...body("2"), ifMatch: [tag] }))).code, CHANGED);
    await assertRefused(PRECONDITION_FAILED, until(client.put(uri("/a"), { ...body("3"), ifMatch: [tag] })));
    await assertRefused(PRECONDITION_FAILED, until(client.delete(uri("/a"), { ifMatch: [tag] })));
    const any = { ...body("4"), ifMatch: [new Uint8Array(0)] };
    assert.equal((await until(client.put(uri("/a"), any))).code, CHANGED);
    assert.equal((await until(client.get(uri("/a")))).text(), "4");
  });

  it("RFC 7252 §5.10.8.2: If-None-Match acts only where there is nothing", async () => {
    const { client, until } = createStore();
    const put = (): Promise<unknown> => until(client.put(uri("/a"), { ...body("1"), ifNoneMatch: true }));
    await put();
    await assertRefused(PRECONDITION_FAILED, put());
  });

  it("RFC 7252 §5.10.6.2: answers 2.03 to who has the current representation", async () => {
    const { client, until } = createStore();
    const { etag } = await until(client.put(uri("/a"), body("1")));
    assert.ok(etag);
    const response = await until(client.get(uri("/a"), { etags: [etag.slice()] }));
    assert.equal(response.code, VALID);
    assert.equal(response.payload.length, 0);
  });

  it("lists its entries in link format, any characters in their names", async () => {
    const { client, until } = createStore();
    await until(client.put(uri("/a%2Fb/%C3%A9"), { ...body("123"), contentFormat: 0 }));
    await until(client.put(uri("/c"), body("")));
    const response = await until(client.get(uri("")));
    assert.equal(response.contentFormat, 40);
    assert.equal(response.text(), "</store/a%2Fb/%C3%A9>;ct=0;sz=3,</store/c>;sz=0");
    await assertRefused(NOT_FOUND, until(client.get(uri("/a/b/%C3%A9"))));
  });

  it("is not itself put, deleted or posted below", async () => {
    const { client, until } = createStore();
    await assertRefused(METHOD_NOT_ALLOWED, until(client.put(uri(""), body("1"))));
    await assertRefused(METHOD_NOT_ALLOWED, until(client.delete(uri("/"))));
    await assertRefused(METHOD_NOT_ALLOWED, until(client.post(uri("/a"), body("1"))));
  });

  it("holds `entries` entries, and refuses one more with 5.03", async () => {
    const { client, until } = createStore({ entries: 2 });
    await until(client.put(uri("/a"), body("1")));
    await until(client.put(uri("/b"), body("1")));
    await assertRefused(SERVICE_UNAVAILABLE, until(client.put(uri("/c"), body("1"))));
    await assertRefused(SERVICE_UNAVAILABLE, until(client.post(uri(""), body("1"))));
    assert.equal((await until(client.put(uri("/b"), body("2")))).code, CHANGED);
    await until(client.delete(uri("/a")));
    assert.equal((await until(client.put(uri("/c"), body("1")))).code, CREATED);
  });

  it("holds `totalBytes` bytes, and refuses one more with 5.03", async () => {
    const { client, until } = createStore({ totalBytes: 10 });
    await until(client.put(uri("/a"), body("12345")));
    await assertRefused(SERVICE_UNAVAILABLE, until(client.put(uri("/b"), body("123456"))));
    assert.equal((await until(client.put(uri("/b"), body("12345")))).code, CREATED);
    await assertRefused(SERVICE_UNAVAILABLE, until(client.put(uri("/b"), body("123456"))));
    assert.equal((await until(client.get(uri("/b")))).text(), "12345");
    await until(client.put(uri("/a"), body("1234")));
    assert.equal((await until(client.put(uri("/b"), body("123456")))).code, CHANGED);
  });

  it("takes bodies of `entryBytes` bytes, and refuses a larger one with 4.13 (RFC 7959 §2.9.3)", async () => {
    const { client, until } = createStore({ entryBytes: 3000 });
    assert.equal((await until(client.put(uri("/a"), { payload: new Uint8Array(3000) }))).code, CREATED);
    const larger = client.put(uri("/a"), { payload: new Uint8Array(3001) });
    await assertRefused(REQUEST_ENTITY_TOO_LARGE, until(larger));
  });
});
