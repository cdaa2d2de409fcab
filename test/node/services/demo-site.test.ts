import assert from "node:assert/strict";
import { DELETE, FETCH, GET, IPATCH, PATCH, POST, PUT } from "../../../src/coap/codec/code.js";
import { CHANGED, CONTENT, DELETED } from "../../../src/coap/codec/code.js";
import { parseLinks } from "../../../src/coap/codec/link-format.js";
import { createDemoWorld, START_S } from "./demo-world.js";

const LARGE_BYTES = 1_048_576;

describe("the resources of coapsule serve", () => {
  it("RFC 6690 §4: are listed in /.well-known/core", async () => {
    const { world, client, uri } = createDemoWorld();
    const response = await world.time.until(client.get(uri(".well-known/core")));
    const targets = parseLinks(response.text()).map(({ target }) => target);
    assert.deepEqual(targets.sort(), [
      "/counter",
      "/echo",
      "/hello",
      "/large",
      "/protected",
      "/separate",
      "/store",
      "/time",
    ]);
  });

  it("/hello is a text of 15 bytes", async () => {
    const { world, client, uri } = createDemoWorld();
    const response = await world.time.until(client.get(uri("hello")));
    assert.equal(response.payload.length, 15);
    assert.equal(response.contentFormat, 0);
  });

  it("/protected is for protected requests alone", async () => {
    const { world, client, uri } = createDemoWorld();
    await assert.rejects(world.time.until(client.get(uri("protected"))), /^ClientErrorResponse: 4\.01 /u);
  });

  it("/time is the time of its source", async () => {
    const { world, client, uri } = createDemoWorld();
    await world.time.advance(5500);
    const response = await world.time.until(client.get(uri("time")));
    assert.equal(response.text(), String(START_S + 5));
  });

  it("/large is 1 MiB, each line its own offset", async () => {
    const { world, client, uri } = createDemoWorld();
    const { payload } = await world.time.until(client.get(uri("large")));
    assert.equal(payload.length, LARGE_BYTES);
    const lines = Buffer.from(payload).toString("latin1").trimEnd().split("\n");
    assert.equal(lines.length, LARGE_BYTES / 16);
    assert.ok(lines.every((line, index) => Number(line) === index * 16));
  });

  it("/separate answers after a second, separately (RFC 7252 §5.2.2)", async () => {
    const { world, client, uri } = createDemoWorld();
    const startedMs = world.time.nowMs;
    const response = await world.time.until(client.get(uri("separate")));
    assert.ok(world.time.nowMs - startedMs >= 1000);
    assert.ok(world.time.nowMs - startedMs < 1100);
    assert.equal(response.code, CONTENT);
  });

  it("/counter counts once a second and tells its observers (RFC 7641 §4.2)", async () => {
    const { world, client, uri } = createDemoWorld();
    const observation = await world.time.until(client.observe(uri("counter")));
    const seen: string[] = [];
    for (let left = 4; left > 0; left -= 1) {
      const { value } = await world.time.until(observation.next());
      seen.push(value?.text() ?? "ended");
    }
    assert.deepEqual(seen, ["0", "1", "2", "3"]);
    assert.ok(world.time.nowMs >= 3000 && world.time.nowMs < 3100);
    await world.time.until(observation.cancel());
  });

  it("stand still after close", async () => {
    const { world, client, demo, uri } = createDemoWorld();
    await world.time.advance(2500);
    demo.close();
    await world.time.advance(2000);
    const response = await world.time.until(client.get(uri("counter")));
    assert.equal(response.text(), "2");
  });
});

describe("/echo", () => {
  it("gives the body back with every method that has one", async () => {
    const { world, client, uri } = createDemoWorld();
    const payload = Uint8Array.of(0xa1, 0x61, 0x61, 0x01);
    const expected = [
      [POST, CHANGED],
      [PUT, CHANGED],
      [FETCH, CONTENT],
      [PATCH, CHANGED],
      [IPATCH, CHANGED],
    ] as const;
    for (const [method, code] of expected) {
      const options = { payload, contentFormat: 60 };
      const response = await world.time.until(client.request(method, uri("echo"), options));
      assert.equal(response.code, code);
      assert.equal(response.contentFormat, 60);
      assert.deepEqual(response.payload.slice(), payload);
    }
  });

  it("gives the query back with GET and DELETE", async () => {
    const { world, client, uri } = createDemoWorld();
    for (const [method, code] of [
      [GET, CONTENT],
      [DELETE, DELETED],
    ] as const) {
      const response = await world.time.until(client.request(method, uri("echo?a=1&b")));
      assert.equal(response.code, code);
      assert.equal(response.text(), "a=1&b");
    }
  });

  it("gives back a body in blocks (RFC 7959 §3.3)", async () => {
    const { world, client, uri } = createDemoWorld();
    const payload = new Uint8Array(5000).map((_zero, index) => index);
    const response = await world.time.until(client.post(uri("echo"), { payload, blockSize: 64 }));
    assert.deepEqual(response.payload, payload);
  });
});
