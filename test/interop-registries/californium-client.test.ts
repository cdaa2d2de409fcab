import assert from "node:assert/strict";
import { encodeUtf8 } from "../../src/bytes/utf8.js";
import { DELETE, FETCH, GET, IPATCH, PATCH, POST, PUT, codeClass } from "../../src/coap/codec/code.js";
import { JSON_FORMAT } from "../../src/coap/codec/content-format.js";
import { ACK, CON, NON } from "../../src/coap/codec/message.js";
import { OBSERVE } from "../../src/coap/codec/option-number.js";
import { BLOCK_SIZES, BODY_LENGTHS, bodyOf } from "../interop/bodies.js";
import { withOurServer } from "../interop/our-server.js";
import type { RecordedMessage } from "../interop/recorder.js";
import { HELLO, LARGE_BYTES } from "../interop/sample-site.js";
import { californiumRequests, withCaliforniumClient } from "./californium/californium.js";
import { assertStored } from "./scenarios/bodies.js";

function types(messages: readonly RecordedMessage[]): number[] {
  return messages.map(({ type }) => type);
}

function isNotification({ direction, code, options }: RecordedMessage): boolean {
  return direction === "out" && codeClass(code) === 2 && options.has(OBSERVE);
}

describe("Californium's client with our server", () => {
  for (const host of ["127.0.0.1", "[::1]"])
    it(`RFC 7252 §5.8, RFC 8132: all seven methods at ${host}, and errors`, () =>
      withOurServer(async ({ sample, endpoint }) => {
        const base = `coap://${host}:${endpoint.port}`;
        const uri = `${base}/methods`;
        const body = { payload: "{}", contentFormat: JSON_FORMAT };
        const answers = await californiumRequests(
          { method: "GET", uri },
          { method: "POST", uri, ...body },
          { method: "PUT", uri, ...body },
          { method: "DELETE", uri },
          { method: "FETCH", uri, ...body },
          { method: "PATCH", uri, ...body },
          { method: "IPATCH", uri, ...body },
          { method: "GET", uri: `${base}/nowhere` },
          { method: "PUT", uri: `${base}/hello`, payload: "x" },
          { method: "PUT", uri: `${base}/store/h%C3%A9`, payload: "x" },
          { method: "GET", uri: `${base}/.well-known/core?rt=sample.*` },
        );
        assert.deepEqual(answers.map(({ code, payload }) => `${code} ${payload.toString()}`).slice(0, 8), [
          ...["2.05 got", "2.01 posted", "2.04 put", "2.02 deleted"],
          ...["2.05 {}", "2.04 patched", "2.04 ipatched", "4.04 no such resource"],
        ]);
        assert.equal(answers[8]!.code, "4.05");
        assert.deepEqual([...sample.stored.keys()], ["hé"]);
        assert.equal(answers[10]!.payload.toString(), '</hello>;title="greeting";rt="sample.hello"');
        assert.deepEqual(
          sample.calls.map(({ method }) => method),
          [GET, POST, PUT, DELETE, FETCH, PATCH, IPATCH],
        );
        for (const { method, payload, contentFormat } of sample.calls) {
          const hasBody = method !== GET && method !== DELETE;
          assert.deepEqual(payload, encodeUtf8(hasBody ? "{}" : ""));
          assert.equal(contentFormat, hasBody ? JSON_FORMAT : undefined);
        }
      }));

  it("RFC 7252 §2.2, §5.2.2: Non-confirmable requests, and separate responses", () =>
    withOurServer(async ({ uri, recorder }) => {
      const [hello] = await californiumRequests({ method: "GET", uri: `${uri}/hello`, non: true });
      assert.equal(hello!.payload.toString(), HELLO);
      assert.deepEqual(types(recorder.messages), [NON, NON]);
      const [later] = await californiumRequests({ method: "GET", uri: `${uri}/separate` });
      assert.equal(later!.payload.toString(), "later");
      assert.deepEqual(types(recorder.messages.slice(2)), [CON, ACK, CON, ACK]);
    }));

  it("RFC 7641 §3.6, §4: notifications until the client deregisters", () =>
    withOurServer(async ({ uri, sample, endpoint, recorder }) => {
      const request = { method: "GET", uri: `${uri}/counter`, notifications: 4 } as const;
      await withCaliforniumClient(undefined, async (client) => {
        client.send(request);
        // The client does not acknowledge a notification that comes before it has looked at the first response.
        for (const known of [1, 2, 3]) {
          await client.answers(known);
          sample.count();
        }
        assert.deepEqual(
          (await client.answers(4)).map(({ payload }) => payload.toString()),
          ["0;", "1;", "2;", "3;"],
        );
        const deregistration = await recorder.waitFor(({ options }) => options.uint(OBSERVE) === 1);
        assert.deepEqual(deregistration.token, recorder.received[0]!.token);
      });
      sample.count();
      await endpoint.client.get(`${uri}/hello`);
      assert.equal(recorder.messages.filter(isNotification).length, 4);
    }));

  it("RFC 7641 §4.5: a notification that the client was not ready for is told again, with the newest state", () =>
    withOurServer(
      async ({ uri, sample, recorder }) => {
        const request = { method: "GET", uri: `${uri}/counter`, notifications: 2 } as const;
        await withCaliforniumClient(undefined, async (client) => {
          client.send(request);
          await recorder.waitFor(isNotification);
          sample.count();
          sample.count();
          const states = (await client.answers(2)).map(({ payload }) => payload.toString());
          assert.deepEqual([states[0], ["1;", "2;"].includes(states[1]!)], ["0;", true]);
        });
      },
      { parameters: { separateAckMs: 20, ackTimeoutMs: 200 } },
    ));

  it("RFC 7959 §2.6: notifications in blocks", () =>
    withOurServer(async ({ uri, sample }) => {
      const sizes = [100, 3000, 50];
      sample.setSeries(sizes[0]!);
      const request = { method: "GET", uri: `${uri}/series`, notifications: sizes.length } as const;
      await withCaliforniumClient(undefined, async (client) => {
        client.send(request);
        for (const [index, size] of sizes.entries()) {
          const { payload } = (await client.answers(index + 1)).at(-1)!;
          assert.ok(payload.equals(bodyOf(size)));
          if (index + 1 < sizes.length) sample.setSeries(sizes[index + 1]!);
        }
      });
    }));

  for (const blockSize of BLOCK_SIZES)
    it(`RFC 7959 §2: bodies of ${BODY_LENGTHS.join(", ")} bytes, there and back in blocks of ${blockSize}`, () =>
      withOurServer(async ({ uri, sample, recorder }) => {
        const answers = await californiumRequests(
          ...BODY_LENGTHS.flatMap((length) => {
            const target = `${uri}/store/${length}`;
            return [
              { method: "PUT", uri: target, payload: bodyOf(length), blockSize } as const,
              { method: "GET", uri: target, blockSize } as const,
            ];
          }),
        );
        assertStored(answers, sample, recorder, blockSize);
      }));

  it("RFC 7959 §2.4, §3.3: a large resource without a word about blocks, and blocks both ways", () =>
    withOurServer(async ({ uri, sample }) => {
      const payload = bodyOf(3000);
      const [large, fetched] = await californiumRequests(
        { method: "GET", uri: `${uri}/large` },
        { method: "FETCH", uri: `${uri}/methods`, payload, contentFormat: JSON_FORMAT, blockSize: 256 },
      );
      assert.ok(large!.payload.equals(bodyOf(LARGE_BYTES)));
      assert.ok(fetched!.payload.equals(payload));
      assert.equal(sample.calls.length, 1);
    }));
});
