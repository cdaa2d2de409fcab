/** Rows of the table: what our client asks of a peer's server. */

import assert from "node:assert/strict";
import { encodeUtf8 } from "../../../src/bytes/utf8.js";
import {
  BAD_OPTION,
  CHANGED,
  CONTENT,
  CREATED,
  CSM,
  EMPTY,
  PRECONDITION_FAILED,
  VALID,
} from "../../../src/coap/codec/code.js";
import { OCTET_STREAM } from "../../../src/coap/codec/content-format.js";
import { ACK, CON, NON } from "../../../src/coap/codec/message.js";
import { Options } from "../../../src/coap/codec/options.js";
import { DisconnectedError } from "../../../src/coap/errors.js";
import { withClientOver, type Scheme } from "../ours/any-transport.js";
import { BLOCK_SIZES, BODY_LENGTHS, FILLED_LENGTHS, bodyOf } from "../ours/bodies.js";
import { FAST_PARAMETERS, withEndpoint } from "../ours/endpoints.js";
import { lossyPlatform } from "../ours/lossy-udp.js";
import { assertPutAndGet } from "./bodies.js";
import {
  LARGE_STATES,
  METHODS,
  METHODS_OF_RFC_8132,
  SMALL_STATES,
  assertLinks,
  assertMethods,
  assertNotifications,
  assertStores,
} from "./our-client.js";
import type { WithServer } from "./peer.js";
import type { ServerScenario } from "./table.js";

/** An option that no registry knows: critical, and of experimental use (RFC 7252 §12.2). */
const UNKNOWN_CRITICAL = 65_001;

function observe(lengths: readonly number[]): ServerScenario["run"] {
  return (withServer, scheme) =>
    withServer((server) =>
      withClientOver(scheme, ({ client: other }) =>
        withClientOver(scheme, ({ client }) => assertNotifications(server, client, other, {}, lengths)),
      ),
    );
}

/** A body in blocks that is answered with a body in blocks. */
function bothWays(method: "fetch" | "post"): ServerScenario["run"] {
  return (withServer, scheme) =>
    withServer(({ uri }) =>
      withClientOver(scheme, async ({ client }) => {
        const payload = bodyOf(3000);
        const options = { payload, contentFormat: OCTET_STREAM, blockSize: 256 } as const;
        const response = await client[method](`${uri}/methods`, options);
        const words = encodeUtf8(`${method.toUpperCase()}  `);
        assert.ok(Buffer.from(response.payload).equals(Buffer.concat([words, payload])));
      }),
    );
}

/** A GET of /separate, answered when somebody else sends a POST. @param expected types of messages */
function separate(confirmable: boolean, expected: readonly number[]): ServerScenario["run"] {
  return (withServer, scheme) =>
    withServer(({ uri }) =>
      withClientOver(scheme, ({ client: other }) =>
        withClientOver(scheme, async ({ client }, recorder) => {
          const response = client.get(`${uri}/separate`, { confirmable });
          if (confirmable)
            await recorder.waitFor(({ direction, code }) => direction === "in" && code === EMPTY);
          await other.post(`${uri}/separate`);
          assert.equal((await response).text(), "later");
          assert.deepEqual(
            recorder.messages.map(({ type }) => type),
            expected,
          );
        }),
      ),
    );
}

/** Which datagrams of ours get lost: requests for the first time, and an acknowledgement or a block later on. */
function isLost(datagram: number): boolean {
  return [1, 3, 4, 8].includes(datagram);
}

/** Rows of the table, in the order of the layers. */
export const FOR_SERVERS: readonly ServerScenario[] = [
  {
    name: "stores",
    over: "all",
    title: "RFC 7252 §5.8: GET, PUT and DELETE, and 4.04",
    run: (withServer, scheme) =>
      withServer(({ uri }) => withClientOver(scheme, ({ client }) => assertStores(client, uri))),
  },
  {
    name: "csm",
    over: "connections",
    title: "RFC 8323 §5.3: a CSM from both sides, before all else",
    run: (withServer, scheme) =>
      withServer(({ uri }) =>
        withClientOver(scheme, async ({ client }, recorder) => {
          await client.get(`${uri}/state`);
          assert.deepEqual([recorder.sent[0]!.code, recorder.received[0]!.code], [CSM, CSM]);
        }),
      ),
  },
  {
    name: "methods",
    over: "all",
    title: "RFC 7252 §5.8: all four methods, with a query",
    run: (withServer, scheme) =>
      withServer(({ uri }) =>
        withClientOver(scheme, ({ client }) => assertMethods(client, uri, {}, METHODS)),
      ),
  },
  {
    name: "methods of RFC 8132",
    over: "all",
    title: "RFC 8132: FETCH, PATCH and iPATCH, with a query",
    run: (withServer, scheme) =>
      withServer(({ uri }) =>
        withClientOver(scheme, ({ client }) => assertMethods(client, uri, {}, METHODS_OF_RFC_8132)),
      ),
  },
  {
    name: "discovery",
    over: "all",
    title: "RFC 6690 §4: its /.well-known/core",
    run: (withServer, scheme) =>
      withServer(({ uri }) => withClientOver(scheme, ({ client }) => assertLinks(client, uri))),
  },
  {
    name: "critical option",
    over: "all",
    title: "RFC 7252 §5.4.1: 4.02 to a critical option that nobody knows",
    run: (withServer, scheme) =>
      withServer(({ uri }) =>
        withClientOver(scheme, async ({ client }, recorder) => {
          const options = new Options().addEmpty(UNKNOWN_CRITICAL);
          await assert.rejects(client.get(`${uri}/state`, { options }));
          assert.equal(recorder.received.at(-1)!.code, BAD_OPTION);
        }),
      ),
  },
  {
    name: "ETag",
    over: "all",
    title: "RFC 7252 §5.10.6.2: one of two ETags is confirmed with 2.03",
    run: (withServer, scheme) =>
      withServer(({ uri }) =>
        withClientOver(scheme, async ({ client }) => {
          const target = `${uri}/store/tagged`;
          await client.put(target, { payload: bodyOf(10), contentFormat: OCTET_STREAM });
          const { etag } = await client.get(target);
          const confirmed = await client.get(target, { etags: [encodeUtf8("other"), etag!] });
          assert.deepEqual([confirmed.code, confirmed.payload.length, confirmed.etag], [VALID, 0, etag]);
          await client.put(target, { payload: bodyOf(11), contentFormat: OCTET_STREAM });
          const changed = await client.get(target, { etags: [etag!] });
          assert.deepEqual([changed.code, changed.payload], [CONTENT, bodyOf(11)]);
        }),
      ),
  },
  {
    name: "conditions",
    over: "all",
    title: "RFC 7252 §5.10.8: If-Match and If-None-Match, and 4.12",
    run: (withServer, scheme) =>
      withServer(({ uri }) =>
        withClientOver(scheme, async ({ client }) => {
          const target = `${uri}/store/conditional`;
          const once = { payload: bodyOf(10), contentFormat: OCTET_STREAM, ifNoneMatch: true } as const;
          assert.equal((await client.put(target, once)).code, CREATED);
          await assert.rejects(client.put(target, once), { code: PRECONDITION_FAILED });
          const { etag } = await client.get(target);
          const replaced = {
            payload: bodyOf(11),
            contentFormat: OCTET_STREAM,
            ifMatch: [encodeUtf8("other"), etag!],
          };
          assert.equal((await client.put(target, replaced)).code, CHANGED);
          await assert.rejects(client.put(target, replaced), { code: PRECONDITION_FAILED });
          assert.deepEqual((await client.get(target)).payload, bodyOf(11));
        }),
      ),
  },
  {
    name: "ping",
    over: "datagrams",
    title: "RFC 7252 §4.3: answers a ping with a Reset",
    run: ping,
  },
  { name: "ping", over: "connections", title: "RFC 8323 §5.4: answers a ping", run: ping },
  {
    name: "NON",
    over: "datagrams",
    title: "RFC 7252 §5.2.3: a Non-confirmable response to a Non-confirmable request",
    run: (withServer, scheme) =>
      withServer(({ uri }) =>
        withClientOver(scheme, async ({ client }, recorder) => {
          assert.equal((await client.get(`${uri}/state`, { confirmable: false })).text(), "first");
          assert.deepEqual(
            recorder.messages.map(({ type }) => type),
            [NON, NON],
          );
        }),
      ),
  },
  {
    name: "separate",
    over: "datagrams",
    title: "RFC 7252 §5.2.2: a separate response, Confirmable",
    run: separate(true, [CON, ACK, CON, ACK]),
  },
  {
    name: "separate NON",
    over: "datagrams",
    title: "RFC 7252 §5.2.2, §5.2.3: a response that takes its time, Non-confirmable",
    run: separate(false, [NON, NON]),
  },
  {
    name: "any order",
    over: "connections",
    title: "RFC 8323 §3.3, §4.3: answers come in any order",
    run: (withServer, scheme) =>
      withServer(({ uri }) =>
        withClientOver(scheme, async ({ client }) => {
          const order: string[] = [];
          const later = client.get(`${uri}/separate`).then((response) => order.push(response.text()));
          await client.get(`${uri}/state`).then((response) => order.push(response.text()));
          await client.post(`${uri}/separate`);
          await later;
          assert.deepEqual(order, ["first", "later"]);
        }),
      ),
  },
  {
    name: "loss",
    over: "datagrams",
    title: "RFC 7252 §4.2: requests and blocks that get lost are sent again",
    run: (withServer) =>
      withServer(({ uri }) =>
        withEndpoint(
          { parameters: FAST_PARAMETERS },
          async ({ client, counters }) => {
            const payload = bodyOf(1000);
            assert.equal(
              (
                await client.put(`${uri}/store/lost`, {
                  payload,
                  contentFormat: OCTET_STREAM,
                  blockSize: 256,
                })
              ).code,
              CREATED,
            );
            assert.deepEqual((await client.get(`${uri}/store/lost`, { blockSize: 256 })).payload, payload);
            assert.ok(counters.retransmissions >= 4);
          },
          lossyPlatform(isLost),
        ),
      ),
  },
  {
    name: "Observe",
    over: "all",
    title: "RFC 7641 §3: notifications, until the end of the observation",
    run: observe(SMALL_STATES),
  },
  {
    name: "Observe in blocks",
    over: "all",
    title: "RFC 7959 §2.6: notifications that are larger than a block",
    run: observe(LARGE_STATES),
  },
  ...BLOCK_SIZES.map((blockSize): ServerScenario => ({
    name: `blocks of ${blockSize}`,
    kind: "blocks",
    over: "datagrams",
    title: `RFC 7959 §2: bodies of ${FILLED_LENGTHS.join(", ")} bytes, there and back in blocks of ${blockSize}`,
    run: (withServer, scheme) =>
      withServer(({ uri }) =>
        withClientOver(scheme, ({ client }, recorder) => assertPutAndGet(client, uri, recorder, blockSize)),
      ),
  })),
  {
    name: "empty body",
    kind: "blocks",
    over: "datagrams",
    title: "RFC 7959 §2: an empty body, there and back with a size of blocks",
    run: (withServer, scheme) =>
      withServer(({ uri }) =>
        withClientOver(scheme, ({ client }, recorder) => assertPutAndGet(client, uri, recorder, 256, [0])),
      ),
  },
  {
    name: "blocks over a connection",
    kind: "blocks",
    over: "connections",
    title: `RFC 8323 §6: bodies of ${BODY_LENGTHS.join(", ")} bytes, there and back`,
    run: (withServer, scheme) =>
      withServer(({ uri }) =>
        withClientOver(scheme, async ({ client }) => {
          for (const length of BODY_LENGTHS)
            for (const options of [{}, { blockSize: 256 } as const]) {
              const payload = bodyOf(length);
              await client.put(`${uri}/store/${length}`, {
                payload,
                contentFormat: OCTET_STREAM,
                ...options,
              });
              const get = await client.get(`${uri}/store/${length}`, options);
              assert.ok(Buffer.from(get.payload).equals(payload), `${length} bytes came back differently`);
            }
        }),
      ),
  },
  {
    name: "blocks both ways",
    over: "all",
    title: "RFC 7959 §3.3: a POST in blocks that is answered with a body in blocks",
    run: bothWays("post"),
  },
  {
    name: "blocks both ways, FETCH",
    over: "all",
    title: "RFC 7959 §3.3: a FETCH in blocks that is answered with a body in blocks",
    run: bothWays("fetch"),
  },
  {
    name: "end of the connection",
    over: "connections",
    title: "RFC 8323 §3.4: a request ends with the connection",
    run: (withServer, scheme) =>
      withServer((server) =>
        withClientOver(scheme, async ({ client }) => {
          await client.get(`${server.uri}/state`);
          const failed = assert.rejects(client.get(`${server.uri}/separate`), DisconnectedError);
          await server.kill();
          await failed;
        }),
      ),
  },
];

async function ping(withServer: WithServer, scheme: Scheme): Promise<void> {
  await withServer(({ uri }) =>
    withClientOver(scheme, async ({ client }) => assert.ok((await client.ping(uri)) >= 0)),
  );
}
