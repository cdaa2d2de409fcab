import assert from "node:assert/strict";
import { encodeUtf8 } from "../../../../src/bytes/utf8.js";
import { ACK, CON, NON } from "../../../../src/coap/codec/message.js";
import {
  BAD_OPTION,
  CHANGED,
  CONTENT,
  CREATED,
  DELETED,
  EMPTY,
  GET,
  METHOD_NOT_ALLOWED,
  NOT_FOUND,
  PROXYING_NOT_SUPPORTED,
} from "../../../../src/coap/codec/code.js";
import { JSON_FORMAT, LINK_FORMAT, TEXT_PLAIN } from "../../../../src/coap/codec/content-format.js";
import { parseLinks } from "../../../../src/coap/codec/link-format.js";
import { BLOCK1, BLOCK2, OBSERVE, PROXY_URI, SIZE1 } from "../../../../src/coap/codec/option-number.js";
import { Options } from "../../../../src/coap/codec/options.js";
import { ClientErrorResponse, ProtocolError, ServerErrorResponse } from "../../../../src/coap/errors.js";
import { BLOCK_SIZES, BODY_LENGTHS, blockCount, bodyOf } from "../../ours/bodies.js";
import { FAST_PARAMETERS, withEndpoint } from "../../ours/endpoints.js";
import { withLibcoapServer } from "./libcoap.js";
import { nextText } from "../../../notifications.js";

/** An option that no registry knows: critical, and of experimental use (RFC 7252 §12.2). */
const UNKNOWN_CRITICAL = 65_001;

describe("our client with libcoap's server, further", () => {
  for (const address of ["127.0.0.1", "::1"])
    it(`RFC 7252 §5.8: GET, PUT, POST and DELETE at ${address}`, () =>
      withLibcoapServer(address, [], ({ uri }) =>
        withEndpoint({}, async ({ client }) => {
          const index = await client.get(uri);
          assert.match(index.text(), /^This is a test server made with libcoap/u);
          assert.deepEqual([index.code, index.maxAge, index.remote.address], [CONTENT, 0x2ffff, address]);

          const made = await client.put(`${uri}/made/by%20PUT`, {
            payload: encodeUtf8("[1]"),
            contentFormat: JSON_FORMAT,
          });
          assert.equal(made.code, CREATED);
          const read = await client.get(`${uri}/made/by%20PUT`);
          assert.deepEqual([read.text(), read.contentFormat], ["[1]", JSON_FORMAT]);
          const replaced = await client.put(`${uri}/made/by%20PUT`, { payload: encodeUtf8("[2]") });
          assert.equal(replaced.code, CHANGED);
          assert.equal((await client.get(`${uri}/made/by%20PUT`)).text(), "[2]");
          assert.equal((await client.delete(`${uri}/made/by%20PUT`)).code, DELETED);
          await assert.rejects(client.get(`${uri}/made/by%20PUT`), { code: NOT_FOUND });

          const posted = await client.post(`${uri}/made/by?POST`, { payload: encodeUtf8("1") });
          assert.deepEqual(
            [posted.code, posted.locationPath, posted.locationQuery],
            [CREATED, ["made", "by"], ["POST"]],
          );
        }),
      ));

  it("RFC 7252 §2.2: a Non-confirmable request gets a Non-confirmable response", () =>
    withLibcoapServer("::1", [], ({ uri }) =>
      withEndpoint({}, async ({ client }, recorder) => {
        assert.match((await client.get(`${uri}/time?ticks`, { confirmable: false })).text(), /^\d{10}$/u);
        assert.deepEqual(
          recorder.messages.map(({ type }) => type),
          [NON, NON],
        );
      }),
    ));

  it("RFC 8132 §2: FETCH with its parameters in the body", () =>
    withLibcoapServer("::1", [], ({ uri }) =>
      withEndpoint({}, async ({ client }) => {
        const response = await client.fetch(`${uri}/time`, {
          payload: encodeUtf8("ticks"),
          contentFormat: TEXT_PLAIN,
        });
        assert.match(response.text(), /^\d{10}$/u);
      }),
    ));

  it("RFC 7252 §5.9.2.6: 4.05 to FETCH, PATCH and iPATCH where there is no such method", () =>
    withLibcoapServer("::1", [], ({ uri }) =>
      withEndpoint({}, async ({ client }) => {
        for (const method of ["fetch", "patch", "ipatch"] as const)
          await assert.rejects(
            client[method](`${uri}/example_data`, { payload: encodeUtf8("x") }),
            (error) => {
              assert.ok(error instanceof ClientErrorResponse);
              assert.equal(error.code, METHOD_NOT_ALLOWED);
              return true;
            },
          );
      }),
    ));

  it("RFC 7252 §5.4.1: rejects its 4.02, which repeats the critical option that neither side knows", () =>
    withLibcoapServer("::1", [], ({ uri }) =>
      withEndpoint({}, async ({ client }, recorder) => {
        const options = new Options().addEmpty(UNKNOWN_CRITICAL);
        await assert.rejects(client.get(uri, { options }), (error) => {
          assert.ok(error instanceof ProtocolError);
          assert.match(error.message, /65001/u);
          return true;
        });
        assert.equal(recorder.received[0]!.code, BAD_OPTION);
      }),
    ));

  it("RFC 7252 §5.7.2: 5.05 to a request for a proxy", () =>
    withLibcoapServer("::1", [], ({ uri }) =>
      withEndpoint({}, async ({ client }) => {
        const options = new Options().addString(PROXY_URI, "coap://example.com/");
        await assert.rejects(client.get(uri, { options }), (error) => {
          assert.ok(error instanceof ServerErrorResponse);
          assert.equal(error.code, PROXYING_NOT_SUPPORTED);
          return true;
        });
      }),
    ));

  it("RFC 6690 §4: its /.well-known/core, whole and filtered", () =>
    withLibcoapServer("::1", [], ({ uri }) =>
      withEndpoint({}, async ({ client }) => {
        const response = await client.get(`${uri}/.well-known/core`);
        assert.equal(response.contentFormat, LINK_FORMAT);
        const links = new Map(parseLinks(response.text()).map((link) => [link.target, link.attributes]));
        assert.deepEqual([...links.keys()], ["/", "/time", "/async", "/example_data"]);
        assert.deepEqual(links.get("/time"), [
          ["if", "clock"],
          ["rt", "ticks"],
          ["title", "Internal Clock"],
          ["ct", "0"],
          ["obs", true],
        ]);
        const filtered = parseLinks((await client.get(`${uri}/.well-known/core?rt=tick*`)).text());
        assert.deepEqual(
          filtered.map(({ target }) => target),
          ["/time"],
        );
      }),
    ));

  it("RFC 7252 §5.2.2: separate responses, Confirmable and Non-confirmable", () =>
    withLibcoapServer("::1", [], ({ uri }) =>
      withEndpoint({}, ({ client: first }, confirmable) =>
        withEndpoint({}, async ({ client: second }, nonConfirmable) => {
          const responses = await Promise.all([
            first.get(`${uri}/async?1`),
            second.get(`${uri}/async?1`, { confirmable: false }),
          ]);
          assert.deepEqual(
            responses.map((response) => response.text()),
            ["done", "done"],
          );
          const summary = confirmable.messages.map(({ direction, type, code }) => [direction, type, code]);
          assert.deepEqual(summary.slice(1), [
            ["in", ACK, EMPTY],
            ["in", CON, CONTENT],
            ["out", ACK, EMPTY],
          ]);
          assert.equal(confirmable.messages[3]!.messageId, confirmable.messages[2]!.messageId);
          assert.deepEqual(
            nonConfirmable.messages.map(({ type }) => type),
            [NON, NON],
          );
        }),
      ),
    ));

  it("RFC 7252 §4.3: answers a ping with a Reset", () =>
    withLibcoapServer("::1", [], ({ uri }) =>
      withEndpoint({}, async ({ client }, recorder) => {
        assert.ok((await client.ping(uri)) >= 0);
        assert.equal(recorder.received.length, 1);
      }),
    ));

  it("RFC 7641 §3: notifications once a second until the observation is cancelled", () =>
    withLibcoapServer("::1", ["-v", "7"], ({ uri, process }) =>
      withEndpoint({}, async ({ client }, recorder) => {
        const observation = await client.observe(`${uri}/time?ticks`);
        const first = Number(await nextText(observation));
        assert.equal(Number(await nextText(observation)), first + 1);
        assert.equal(Number(await nextText(observation)), first + 2);
        await observation.cancel();
        assert.equal(observation.active, false);
        await process.waitFor(/removed subscription/u);
        const response = recorder.received.at(-1)!;
        assert.equal(
          response.options.has(OBSERVE),
          false,
          "§4.2: the answer to a deregistration has no Observe",
        );
        assert.deepEqual(response.token, recorder.sent[0]!.token);
      }),
    ));

  it("RFC 7641 §3.6: a notification that nobody waits for is rejected, which ends the observation", () =>
    withLibcoapServer("::1", ["-v", "7"], async ({ uri, process }) => {
      const port = await withEndpoint({}, async ({ client, port: own }) => {
        await client.observe(`${uri}/time`);
        return own;
      });
      // The same address and port, but it knows nothing of the observation.
      await withEndpoint({ port }, async ({ counters }, recorder) => {
        await process.waitFor(/removed subscription/u);
        const [notification, reset] = recorder.messages;
        assert.equal(notification!.options.has(OBSERVE), true);
        assert.deepEqual([reset!.type, reset!.messageId], [3, notification!.messageId]);
        assert.equal(counters.unmatched, 1);
      });
    }));

  it("RFC 7959 §2.6: reads the rest of a notification that is larger than a block", () =>
    withLibcoapServer("::1", [], ({ uri }) =>
      withEndpoint({}, async ({ client }) => {
        const observation = await client.observe(`${uri}/example_data`);
        assert.match(await nextText(observation), /^(?:[a-z]123456789){150}$/u);
        for (const length of [3000, 1500, 10]) {
          const payload = bodyOf(length);
          const contentFormat = JSON_FORMAT;
          await withEndpoint({}, (other) =>
            other.client.put(`${uri}/example_data`, { payload, contentFormat }),
          );
          const { value } = await observation.next();
          assert.deepEqual(value!.payload, payload);
          assert.equal(value!.contentFormat, contentFormat);
        }
        await observation.cancel();
      }),
    ));

  for (const blockSize of BLOCK_SIZES)
    it(`RFC 7959 §2: bodies of ${BODY_LENGTHS.join(", ")} bytes, there and back in blocks of ${blockSize}`, () =>
      withLibcoapServer("::1", [], ({ uri }) =>
        Promise.all(
          BODY_LENGTHS.map((length) =>
            // An endpoint each: libcoap 4.3.1 mixes up several uploads of one client at once to resources yet to be
            // made, unless they carry a Request-Tag.
            withEndpoint({}, async ({ client }, recorder) => {
              const payload = bodyOf(length);
              const put = await client.put(`${uri}/${length}`, { payload, blockSize });
              const uploads = recorder.sentOnce.length;
              const get = await client.get(`${uri}/${length}`, { blockSize });
              assert.deepEqual([put.code, get.code], [CREATED, CONTENT]);
              assert.ok(Buffer.from(get.payload).equals(payload), `${length} bytes came back differently`);
              const blocks = blockCount(length, blockSize);
              assert.deepEqual([uploads, recorder.sentOnce.length - uploads], [blocks, blocks]);
              for (const message of recorder.messages)
                for (const option of [BLOCK1, BLOCK2])
                  assert.equal(
                    16 << ((message.options.uint(option) ?? Math.log2(blockSize) - 4) & 7),
                    blockSize,
                  );
            }),
          ),
        ),
      ).then((results) => assert.equal(results.length, BODY_LENGTHS.length)));

  it("RFC 7959 §2.9.1: two uploads to resources yet to be made, though libcoap leaves Block1 out of a 2.31", () =>
    withLibcoapServer("::1", [], ({ uri }) =>
      withEndpoint({}, async ({ client }) => {
        const payload = bodyOf(1025);
        await client.put(`${uri}/one`, { payload, blockSize: 512 });
        await client.put(`${uri}/two`, { payload, blockSize: 512 });
        for (const name of ["one", "two"])
          assert.ok(Buffer.from((await client.get(`${uri}/${name}`)).payload).equals(payload), name);
      }),
    ));

  it("RFC 7959 §3.3: a body in blocks that is answered with a body in blocks", () =>
    // It sends back what was PUT.
    withLibcoapServer("::1", ["-e"], ({ uri }) =>
      withEndpoint({}, async ({ client }, recorder) => {
        const payload = bodyOf(1500);
        const response = await client.put(`${uri}/echo`, { payload, blockSize: 256 });
        assert.equal(response.code, CREATED);
        assert.deepEqual(response.payload, payload);
        const methods = recorder.sent.map(({ options }) => [options.has(BLOCK1), options.has(BLOCK2)].join());
        assert.equal(methods.filter((one) => one === "true,false").length, blockCount(1500, 256));
      }),
    ));

  it("RFC 7959 §2.5: a body that comes piece by piece, of unknown length, and is read as it comes", () =>
    withLibcoapServer("::1", [], ({ uri }) =>
      withEndpoint({}, async ({ client }, recorder) => {
        const whole = bodyOf(3000);
        async function* pieces(): AsyncGenerator<Uint8Array> {
          for (const [start, end] of [
            [0, 7],
            [7, 1900],
            [1900, 3000],
          ])
            yield await Promise.resolve(whole.subarray(start, end));
        }
        assert.equal(
          (await client.put(`${uri}/pieces`, { payload: pieces(), blockSize: 512 })).code,
          CREATED,
        );
        assert.ok(recorder.sent.every(({ options }) => !options.has(SIZE1)));
        const { head, totalBytes, body } = await client.stream(GET, `${uri}/pieces`, { blockSize: 512 });
        assert.deepEqual([head.code, totalBytes], [CONTENT, 3000]);
        const blocks: Uint8Array[] = [];
        for await (const block of body) blocks.push(block);
        assert.deepEqual(
          blocks.map(({ length }) => length),
          [512, 512, 512, 512, 512, 440],
        );
        assert.ok(Buffer.concat(blocks).equals(whole));
      }),
    ));

  it("RFC 7252 §4.2: requests and block-wise transfers survive lost datagrams", () =>
    // The server loses these of the datagrams that it sends, the Reset to the ping first.
    withLibcoapServer("::1", ["-l", "1,3,5-6,9,12,15"], ({ uri }) =>
      withEndpoint({ parameters: FAST_PARAMETERS }, async ({ client, counters }) => {
        const payload = bodyOf(1025);
        assert.equal((await client.put(`${uri}/lost`, { payload, blockSize: 256 })).code, CREATED);
        assert.deepEqual((await client.get(`${uri}/lost`, { blockSize: 256 })).payload, payload);
        assert.equal(counters.retransmissions, 6);
      }),
    ));
});
