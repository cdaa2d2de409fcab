import assert from "node:assert/strict";
import { encodeUtf8 } from "../../../../src/bytes/utf8.js";
import { CHANGED, CONTENT, CREATED, CSM, DELETED, NOT_FOUND } from "../../../../src/coap/codec/code.js";
import { JSON_FORMAT, LINK_FORMAT } from "../../../../src/coap/codec/content-format.js";
import { BLOCK1, BLOCK2, OBSERVE } from "../../../../src/coap/codec/option-number.js";
import { parseLinks } from "../../../../src/coap/codec/link-format.js";
import { DisconnectedError } from "../../../../src/coap/errors.js";
import { BODY_LENGTHS, bodyOf } from "../../ours/bodies.js";
import { withLibcoap } from "./libcoap-streams.js";
import { withStreamClient } from "../../ours/stream-endpoints.js";
import { nextText } from "../../../notifications.js";

for (const scheme of ["coap+tcp", "coaps+tcp"] as const)
  describe(`our client with libcoap's server over ${scheme}, further`, () => {
    it("RFC 8323 §3.3: GET, PUT, POST and DELETE, after a CSM from both sides", () =>
      withLibcoap(scheme, ({ withServer }) =>
        withServer([], ({ uri }) =>
          withStreamClient(scheme, async ({ client }, recorder) => {
            const index = await client.get(uri);
            assert.match(index.text(), /^This is a test server made with libcoap/u);
            const made = `${uri}/made/by%20PUT`;
            const json = { payload: encodeUtf8("[1]"), contentFormat: JSON_FORMAT };
            assert.equal((await client.put(made, json)).code, CREATED);
            const read = await client.get(made);
            assert.deepEqual([read.code, read.text(), read.contentFormat], [CONTENT, "[1]", JSON_FORMAT]);
            assert.equal((await client.put(made, { payload: encodeUtf8("[2]") })).code, CHANGED);
            assert.equal((await client.delete(made)).code, DELETED);
            await assert.rejects(client.get(made), { code: NOT_FOUND });
            const posted = await client.post(`${uri}/made/by?POST`, { payload: encodeUtf8("1") });
            assert.deepEqual([posted.code, posted.locationPath], [CREATED, ["made", "by"]]);
            assert.deepEqual([recorder.sent[0]!.code, recorder.received[0]!.code], [CSM, CSM]);
          }),
        ),
      ));

    it("RFC 6690 §4, RFC 7252 §5.2.2: its links, and an answer that takes a second", () =>
      withLibcoap(scheme, ({ withServer }) =>
        withServer([], ({ uri }) =>
          withStreamClient(scheme, async ({ client }) => {
            const links = await client.get(`${uri}/.well-known/core`);
            assert.equal(links.contentFormat, LINK_FORMAT);
            assert.ok(parseLinks(links.text()).some(({ target }) => target === "/time"));
            assert.equal((await client.get(`${uri}/async?1`)).text(), "done");
          }),
        ),
      ));

    it("RFC 8323 §7.1, §7.4: notifications once a second until the observation is cancelled", () =>
      withLibcoap(scheme, ({ withServer }) =>
        withServer(["-v", "7"], ({ uri, process }) =>
          withStreamClient(scheme, async ({ client }, recorder) => {
            const observation = await client.observe(`${uri}/time?ticks`);
            const first = Number(await nextText(observation));
            assert.equal(Number(await nextText(observation)), first + 1);
            assert.equal(Number(await nextText(observation)), first + 2);
            await observation.cancel();
            await process.waitFor(/removed subscription/u);
            assert.equal(recorder.received.at(-1)!.options.has(OBSERVE), false);
          }),
        ),
      ));

    it("RFC 8323 §3.4: requests and observations end with the connection", () =>
      withLibcoap(scheme, ({ withServer }) =>
        withServer([], ({ uri, process }) =>
          withStreamClient(scheme, async ({ client }) => {
            const observation = await client.observe(`${uri}/time`);
            await observation.next();
            const waiting = client.get(`${uri}/async?30`);
            const failed = assert.rejects(waiting, DisconnectedError);
            await process.kill();
            await failed;
            const drain = async (): Promise<void> => {
              while (!(await observation.next()).done);
            };
            await assert.rejects(drain, DisconnectedError);
          }),
        ),
      ));

    for (const blockSize of [undefined, 256] as const)
      it(`RFC 8323 §6: bodies of ${BODY_LENGTHS.join(", ")} bytes, there and back in ${
        blockSize === undefined ? "BERT" : `blocks of ${blockSize}`
      }`, () =>
        withLibcoap(scheme, ({ withServer }) =>
          withServer([], ({ uri }) =>
            withStreamClient(scheme, async ({ client }, recorder) => {
              const options = blockSize === undefined ? {} : { blockSize };
              for (const length of BODY_LENGTHS) {
                const payload = bodyOf(length);
                const put = await client.put(`${uri}/${length}`, { payload, ...options });
                assert.equal(put.code, CREATED);
                const get = await client.get(`${uri}/${length}`, options);
                assert.ok(Buffer.from(get.payload).equals(payload), `${length} bytes came back differently`);
              }
              const szx = blockSize === undefined ? 7 : Math.log2(blockSize) - 4;
              for (const { options: sent } of recorder.sent)
                for (const option of [BLOCK1, BLOCK2])
                  assert.ok(!sent.has(option) || (sent.uint(option)! & 7) === szx);
            }),
          ),
        ));
  });
