/** What every peer's client asks of our server, which has the resources of `SampleSite`. */

import assert from "node:assert/strict";
import { encodeUtf8 } from "../../../src/bytes/utf8.js";
import { DELETE, FETCH, GET, IPATCH, PATCH, POST, PUT } from "../../../src/coap/codec/code.js";
import { JSON_FORMAT } from "../../../src/coap/codec/content-format.js";
import { ACK, CON, NON } from "../../../src/coap/codec/message.js";
import { BLOCK_SIZES, BODY_LENGTHS, bodyOf } from "../ours/bodies.js";
import { withOurServer } from "../ours/our-server.js";
import type { RecordedMessage } from "../ours/recorder.js";
import { HELLO, LARGE_BYTES, type SampleSite } from "../ours/sample-site.js";
import { assertBlockSize, assertStored, putAndGetRequests } from "./bodies.js";
import type { Send } from "./peer-request.js";

/** All seven methods. */
export async function assertCalls(send: Send, server: string, { calls }: SampleSite): Promise<void> {
  const uri = `${server}/methods`;
  const body = { payload: "{}", contentFormat: JSON_FORMAT };
  const answers = await send(
    { method: "GET", uri },
    { method: "POST", uri, ...body },
    { method: "PUT", uri, ...body },
    { method: "DELETE", uri },
    { method: "FETCH", uri, ...body },
    { method: "PATCH", uri, ...body },
    { method: "IPATCH", uri, ...body },
  );
  assert.deepEqual(
    answers.map(({ code, payload }) => `${code} ${payload.toString()}`),
    ["2.05 got", "2.01 posted", "2.04 put", "2.02 deleted", "2.05 {}", "2.04 patched", "2.04 ipatched"],
  );
  assert.deepEqual(
    calls.map(({ method }) => method),
    [GET, POST, PUT, DELETE, FETCH, PATCH, IPATCH],
  );
  for (const { method, payload, contentFormat } of calls) {
    const hasBody = method !== GET && method !== DELETE;
    assert.deepEqual(payload, encodeUtf8(hasBody ? "{}" : ""));
    assert.equal(contentFormat, hasBody ? JSON_FORMAT : undefined);
  }
}

/** Content, links and errors. */
export async function assertAnswers(send: Send, server: string, { stored }: SampleSite): Promise<void> {
  const answers = await send(
    { method: "GET", uri: `${server}/hello` },
    { method: "GET", uri: `${server}/.well-known/core?rt=sample.*` },
    { method: "GET", uri: `${server}/nowhere` },
    { method: "PUT", uri: `${server}/hello`, payload: "x" },
    { method: "PUT", uri: `${server}/store/h%C3%A9`, payload: "x" },
  );
  const [hello, links, missing, refused] = answers;
  assert.equal(hello!.payload.toString(), HELLO);
  assert.equal(links!.payload.toString(), '</hello>;title="greeting";rt="sample.hello"');
  assert.deepEqual([missing!.code, missing!.payload.toString()], ["4.04", "no such resource"]);
  assert.equal(refused!.code, "4.05");
  assert.deepEqual([...stored.keys()], ["hé"]);
}

function types(messages: readonly RecordedMessage[]): number[] {
  return messages.map(({ type }) => type);
}

/** What our server is asked over UDP, beside what only that peer has. */
export function testOurServer(peer: string, send: Send): void {
  describe(`${peer}'s client with our server`, () => {
    for (const host of ["127.0.0.1", "[::1]"])
      it(`RFC 7252 §5.8, RFC 8132: all seven methods at ${host}`, () =>
        withOurServer(({ sample, endpoint }) =>
          assertCalls(send, `coap://${host}:${endpoint.port}`, sample),
        ));

    it("RFC 7252 §5.9.2, RFC 6690 §4: gets content, links and our errors", () =>
      withOurServer(({ uri, sample }) => assertAnswers(send, uri, sample)));

    it("RFC 7252 §2.2, §5.2.2: Non-confirmable requests, and separate responses", () =>
      withOurServer(async ({ uri, recorder }) => {
        const [hello] = await send({ method: "GET", uri: `${uri}/hello`, non: true });
        assert.equal(hello!.payload.toString(), HELLO);
        assert.deepEqual(types(recorder.messages), [NON, NON]);
        const [later] = await send({ method: "GET", uri: `${uri}/separate` });
        assert.equal(later!.payload.toString(), "later");
        assert.deepEqual(types(recorder.messages.slice(2)), [CON, ACK, CON, ACK]);
      }));

    for (const blockSize of BLOCK_SIZES)
      it(`RFC 7959 §2: bodies of ${BODY_LENGTHS.join(", ")} bytes, there and back in blocks of ${blockSize}`, () =>
        withOurServer(async ({ uri, sample, recorder }) => {
          const answers = await send(...putAndGetRequests(uri, { blockSize }));
          assertStored(answers, sample);
          assertBlockSize(recorder, blockSize);
        }));

    it("RFC 7959 §2.4, §3.3: a large resource without a word about blocks, and blocks both ways", () =>
      withOurServer(async ({ uri, sample }) => {
        const payload = bodyOf(3000);
        const [large, fetched] = await send(
          { method: "GET", uri: `${uri}/large` },
          { method: "FETCH", uri: `${uri}/methods`, payload, contentFormat: JSON_FORMAT, blockSize: 256 },
        );
        assert.ok(large!.payload.equals(bodyOf(LARGE_BYTES)));
        assert.ok(fetched!.payload.equals(payload));
        assert.equal(sample.calls.length, 1);
      }));
  });
}
