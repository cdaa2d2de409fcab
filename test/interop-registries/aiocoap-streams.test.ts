import assert from "node:assert/strict";
import { encodeUtf8 } from "../../src/bytes/utf8.js";
import {
  CHANGED,
  CONTENT,
  CREATED,
  CSM,
  DELETE,
  DELETED,
  FETCH,
  GET,
  IPATCH,
  NOT_FOUND,
  PATCH,
  POST,
  PUT,
} from "../../src/coap/codec/code.js";
import { JSON_FORMAT, LINK_FORMAT } from "../../src/coap/codec/content-format.js";
import { OBSERVE } from "../../src/coap/codec/option-number.js";
import { DisconnectedError } from "../../src/coap/errors.js";
import { BODY_LENGTHS, bodyOf } from "../interop/bodies.js";
import { HELLO, LARGE_BYTES } from "../interop/sample-site.js";
import { withStreamClient, withStreamServer } from "../interop/tcp/stream-endpoints.js";
import { aiocoapRequests, withAiocoapServer } from "./aiocoap/aiocoap.js";
import { nextPayload } from "../notifications.js";

for (const scheme of ["coap+tcp", "coap+ws"] as const) {
  describe(`aiocoap's client with our server over ${scheme}`, () => {
    it("RFC 8323 §3.3, §4.3, RFC 8132: all seven methods, after a CSM from both sides", () =>
      withStreamServer(scheme, async ({ uri: server, sample, recorder }) => {
        const uri = `${server}/methods`;
        const body = { payload: "{}", contentFormat: JSON_FORMAT };
        const answers = await aiocoapRequests(
          { method: "GET", uri },
          { method: "POST", uri, ...body },
          { method: "PUT", uri, ...body },
          { method: "DELETE", uri },
          { method: "FETCH", uri, ...body },
          { method: "PATCH", uri, ...body },
          { method: "iPATCH", uri, ...body },
        );
        assert.deepEqual(
          answers.map(({ code, payload }) => `${code} ${payload.toString()}`),
          ["2.05 got", "2.01 posted", "2.04 put", "2.02 deleted", "2.05 {}", "2.04 patched", "2.04 ipatched"],
        );
        assert.deepEqual(
          sample.calls.map(({ method }) => method),
          [GET, POST, PUT, DELETE, FETCH, PATCH, IPATCH],
        );
        assert.deepEqual([recorder.sent[0]!.code, recorder.received[0]!.code], [CSM, CSM]);
      }));

    it("RFC 7252 §5.9.2, RFC 6690 §4: gets content, links and our errors", () =>
      withStreamServer(scheme, async ({ uri }) => {
        const [hello, links, missing] = await aiocoapRequests(
          { method: "GET", uri: `${uri}/hello` },
          { method: "GET", uri: `${uri}/.well-known/core?rt=sample.*` },
          { method: "GET", uri: `${uri}/nowhere` },
        );
        assert.equal(hello!.payload.toString(), HELLO);
        assert.equal(links!.payload.toString(), '</hello>;title="greeting";rt="sample.hello"');
        assert.equal(missing!.code, "4.04");
      }));

    it(`RFC 8323 §6: bodies of ${BODY_LENGTHS.join(", ")} bytes, there and back`, () =>
      withStreamServer(scheme, async ({ uri, sample }) => {
        const answers = await aiocoapRequests(
          ...BODY_LENGTHS.flatMap((length) => {
            const target = `${uri}/store/${length}`;
            return [
              { method: "PUT", uri: target, payload: bodyOf(length) } as const,
              { method: "GET", uri: target } as const,
            ];
          }),
          { method: "GET", uri: `${uri}/large` },
        );
        for (const [index, length] of BODY_LENGTHS.entries()) {
          assert.equal(answers[2 * index]!.code, "2.01");
          assert.deepEqual(sample.stored.get(String(length)), bodyOf(length));
          assert.ok(answers[2 * index + 1]!.payload.equals(bodyOf(length)), `${length} bytes differ`);
        }
        assert.ok(answers.at(-1)!.payload.equals(bodyOf(LARGE_BYTES)));
      }));

    it("RFC 8323 §7.1, §6: a notification that is larger than a block", () =>
      withStreamServer(scheme, async ({ uri, sample, recorder }) => {
        sample.setSeries(100);
        const requests = aiocoapRequests({ method: "GET", uri: `${uri}/series`, notifications: 2 });
        await recorder.waitFor(({ code, options }) => code === CONTENT && options.has(OBSERVE));
        sample.setSeries(3000);
        assert.deepEqual(
          (await requests).map(({ payload }) => payload.equals(bodyOf(payload.length)) && payload.length),
          [100, 3000],
        );
      }));
  });

  describe(`our client with aiocoap's server over ${scheme}`, () => {
    it("RFC 8323 §3.3, §4.3: GET, PUT and DELETE, and 4.04", () =>
      withAiocoapServer(
        ({ uri }) =>
          withStreamClient(scheme, async ({ client }, recorder) => {
            const target = `${uri}/store/h%C3%A9/%E2%82%AC`;
            const made = await client.put(target, { payload: encodeUtf8("[1]"), contentFormat: JSON_FORMAT });
            assert.equal(made.code, CREATED);
            const read = await client.get(target);
            assert.deepEqual([read.code, read.text(), read.contentFormat], [CONTENT, "[1]", JSON_FORMAT]);
            assert.equal((await client.put(target, { payload: encodeUtf8("2") })).code, CHANGED);
            assert.equal((await client.delete(target)).code, DELETED);
            await assert.rejects(client.get(target), { code: NOT_FOUND });
            assert.deepEqual([recorder.sent[0]!.code, recorder.received[0]!.code], [CSM, CSM]);
          }),
        scheme,
      ));

    it("RFC 7252 §5.8, RFC 8132: all seven methods, with a query", () =>
      withAiocoapServer(
        ({ uri }) =>
          withStreamClient(scheme, async ({ client }) => {
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
            const links = await client.get(`${uri}/.well-known/core`);
            assert.equal(links.contentFormat, LINK_FORMAT);
          }),
        scheme,
      ));

    it("RFC 8323 §5.4: answers a ping", () =>
      withAiocoapServer(
        ({ uri }) => withStreamClient(scheme, async ({ client }) => assert.ok((await client.ping(uri)) >= 0)),
        scheme,
      ));

    it("RFC 8323 §3.3, §4.3: answers come in any order", () =>
      withAiocoapServer(
        ({ uri }) =>
          withStreamClient(scheme, async ({ client }) => {
            const order: string[] = [];
            const separate = client.get(`${uri}/separate`).then((response) => order.push(response.text()));
            await client.get(`${uri}/state`).then((response) => order.push(response.text()));
            await client.post(`${uri}/separate`);
            await separate;
            assert.deepEqual(order, ["first", "later"]);
          }),
        scheme,
      ));

    it("RFC 8323 §7.1, §7.4: notifications, until the end of the observation", () =>
      withAiocoapServer(
        ({ uri, process }) =>
          withStreamClient(scheme, ({ client: other }) =>
            withStreamClient(scheme, async ({ client }) => {
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
        scheme,
      ));

    it(`RFC 8323 §6: bodies of ${BODY_LENGTHS.join(", ")} bytes, there and back`, () =>
      withAiocoapServer(
        ({ uri }) =>
          withStreamClient(scheme, async ({ client }) => {
            for (const length of BODY_LENGTHS)
              for (const options of [{}, { blockSize: 256 }]) {
                const payload = bodyOf(length);
                await client.put(`${uri}/store/${length}`, { payload, ...options });
                const get = await client.get(`${uri}/store/${length}`, options);
                assert.ok(Buffer.from(get.payload).equals(payload), `${length} bytes came back differently`);
              }
          }),
        scheme,
      ));

    it("RFC 8323 §3.4: a request ends with the connection", () =>
      withAiocoapServer(
        ({ uri, process }) =>
          withStreamClient(scheme, async ({ client }) => {
            await client.get(`${uri}/state`);
            const failed = assert.rejects(client.get(`${uri}/separate`), DisconnectedError);
            await process.kill();
            await failed;
          }),
        scheme,
      ));
  });
}
