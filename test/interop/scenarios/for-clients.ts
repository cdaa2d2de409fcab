/** Rows of the table: what a peer's client asks of our server, which has the resources of `SampleSite`. */

import assert from "node:assert/strict";
import { CSM, POST } from "../../../src/coap/codec/code.js";
import { OCTET_STREAM } from "../../../src/coap/codec/content-format.js";
import { ACK, CON, NON } from "../../../src/coap/codec/message.js";
import { BLOCK_SIZES, BODY_LENGTHS, FILLED_LENGTHS, bodyOf } from "../ours/bodies.js";
import { lossyPlatform } from "../ours/lossy-udp.js";
import { withOurServer, type OurServer } from "../ours/our-server.js";
import type { RecordedMessage } from "../ours/recorder.js";
import { HELLO, LARGE_BYTES } from "../ours/sample-site.js";
import { assertBlockSize, assertStored, putAndGetRequests } from "./bodies.js";
import { METHODS, METHODS_OF_RFC_8132, assertAnswers, assertCalls, assertEnd } from "./our-server.js";
import { sendAll, type RunningClient } from "./peer.js";
import type { ClientScenario } from "./table.js";

function types(messages: readonly RecordedMessage[]): number[] {
  return messages.map(({ type }) => type);
}

/** A body in blocks that is answered with a body in blocks. */
function bothWays(
  method: "FETCH" | "POST",
  answer: (payload: Uint8Array) => Uint8Array,
): ClientScenario["run"] {
  return (withClient, { uri, sample }) =>
    withClient(async (client) => {
      const payload = bodyOf(3000);
      // Over connections the sides agree on sizes (RFC 8323 §6).
      const blocks = uri.startsWith("coap:") ? { blockSize: 256 } : {};
      const request = { method, payload, contentFormat: OCTET_STREAM, ...blocks } as const;
      const [response] = await sendAll(client, [{ ...request, uri: `${uri}/methods` }]);
      assert.ok(response!.payload.equals(answer(payload)));
      assert.deepEqual(
        sample.calls.map((call) => call.payload),
        [payload],
      );
    });
}

/** Bodies there and back. */
function bodies(blockSize?: number, lengths: readonly number[] = BODY_LENGTHS): ClientScenario["run"] {
  return (withClient, { uri, sample, recorder }) =>
    withClient(async (client) => {
      const requests = putAndGetRequests(uri, blockSize === undefined ? {} : { blockSize }, lengths);
      assertStored(await sendAll(client, requests), sample, lengths);
      if (blockSize !== undefined) assertBlockSize(recorder, blockSize);
    });
}

/** A resource that is observed: states as the client should have them, and what makes the next one. */
interface Observed {
  readonly path: string;
  readonly states: readonly Buffer[];
  /** From 0, which is before the registration. */
  readonly change: (server: OurServer, index: number) => void;
}

/** The client observes; the next state is there when it has taken the one before. */
async function assertStates(
  client: RunningClient,
  server: OurServer,
  { path, states, change }: Observed,
): Promise<void> {
  change(server, 0);
  client.send({ method: "GET", uri: `${server.uri}${path}`, notifications: states.length });
  for (let known = 1; known < states.length; known += 1) {
    await client.answers(known);
    change(server, known);
  }
  const answers = await client.answers(states.length);
  answers.forEach(({ payload }, index) => assert.ok(payload.equals(states[index]!), `state ${index}`));
}

const COUNTER: Observed = {
  path: "/counter",
  states: ["0;", "1;", "2;", "3;"].map((state) => Buffer.from(state)),
  change: ({ sample }, index) => {
    if (index > 0) sample.count();
  },
};

const LENGTHS = [100, 3000, 50] as const;
const SERIES: Observed = {
  path: "/series",
  states: LENGTHS.map((length) => Buffer.from(bodyOf(length))),
  change: ({ sample }, index) => {
    sample.setSeries(LENGTHS[index]!);
  },
};

/** Rows of the table, in the order of the layers. */
export const FOR_CLIENTS: readonly ClientScenario[] = [
  {
    name: "methods",
    over: "all",
    title: "RFC 7252 §5.8: all four methods",
    run: (withClient, { uri, sample }) => withClient((client) => assertCalls(client, uri, sample, METHODS)),
  },
  {
    name: "csm",
    over: "connections",
    title: "RFC 8323 §5.3: a CSM from both sides, before all else",
    run: (withClient, { uri, recorder }) =>
      withClient(async (client) => {
        await sendAll(client, [{ method: "GET", uri: `${uri}/hello` }]);
        assert.deepEqual([recorder.sent[0]!.code, recorder.received[0]!.code], [CSM, CSM]);
      }),
  },
  {
    name: "methods over IPv4",
    over: "datagrams",
    title: "RFC 7252 §5.8: all four methods at 127.0.0.1",
    run: (withClient, { endpoint, sample }) =>
      withClient((client) => assertCalls(client, `coap://127.0.0.1:${endpoint.port}`, sample, METHODS)),
  },
  {
    name: "methods of RFC 8132",
    over: "all",
    title: "RFC 8132: FETCH, PATCH and iPATCH",
    run: (withClient, { uri, sample }) =>
      withClient((client) => assertCalls(client, uri, sample, METHODS_OF_RFC_8132)),
  },
  {
    name: "answers",
    over: "all",
    title: "RFC 7252 §5.9.2, RFC 6690 §4: gets content, links and our errors",
    run: (withClient, { uri }) => withClient((client) => assertAnswers(client, uri)),
  },
  {
    name: "names beyond ASCII",
    over: "all",
    title: "RFC 7252 §5.10.1: Uri-Path beyond ASCII",
    run: (withClient, { uri, sample }) =>
      withClient(async (client) => {
        await sendAll(client, [{ method: "PUT", uri: `${uri}/store/h%C3%A9/%E2%82%AC`, payload: "x" }]);
        assert.deepEqual([...sample.stored.keys()], ["hé/€"]);
      }),
  },
  {
    name: "ETag",
    over: "all",
    title: "RFC 7252 §5.10.6.2: an ETag of ours is confirmed with 2.03",
    run: (withClient, { uri }) =>
      withClient(async (client) => {
        const large = { method: "GET", uri: `${uri}/large` } as const;
        client.send(large);
        const [{ etag } = {}] = await client.answers(1);
        assert.match(etag!, /^(?:[0-9a-f]{2}){1,8}$/u);
        client.send({ ...large, etags: [etag!] });
        const [, confirmed] = await client.answers(2);
        assert.deepEqual([confirmed!.code, confirmed!.payload.length, confirmed!.etag], ["2.03", 0, etag]);
      }),
  },
  {
    name: "NON",
    over: "datagrams",
    title: "RFC 7252 §2.2: Non-confirmable requests",
    run: (withClient, { uri, recorder }) =>
      withClient(async (client) => {
        const [hello] = await sendAll(client, [{ method: "GET", uri: `${uri}/hello`, non: true }]);
        assert.equal(hello!.payload.toString(), HELLO);
        assert.deepEqual(types(recorder.messages), [NON, NON]);
      }),
  },
  {
    name: "separate",
    over: "datagrams",
    title: "RFC 7252 §5.2.2: separate responses",
    run: (withClient, { uri, recorder }) =>
      withClient(async (client) => {
        const [later] = await sendAll(client, [{ method: "GET", uri: `${uri}/separate` }]);
        assert.equal(later!.payload.toString(), "later");
        await recorder.waitFor(({ direction, type }) => direction === "in" && type === ACK);
        assert.deepEqual(types(recorder.messages), [CON, ACK, CON, ACK]);
      }),
  },
  {
    name: "loss",
    over: "datagrams",
    title: "RFC 7252 §4.2, §4.5: a client whose answer gets lost asks again, and has its POST done once",
    run: (withClient) =>
      withOurServer(
        ({ uri, sample, recorder }) =>
          withClient(async (client) => {
            const [posted] = await sendAll(client, [{ method: "POST", uri: `${uri}/methods`, payload: "x" }]);
            assert.deepEqual([posted!.code, posted!.payload.toString()], ["2.01", "posted"]);
            assert.ok(recorder.received.filter(({ code }) => code === POST).length >= 2);
            assert.equal(sample.calls.length, 1);
          }),
        {},
        lossyPlatform((datagram) => datagram === 1),
      ),
  },
  {
    name: "Observe",
    over: "all",
    title: "RFC 7641 §4: notifications of each state",
    run: (withClient, server) => withClient((client) => assertStates(client, server, COUNTER)),
  },
  {
    name: "end of Observe",
    over: "all",
    title: "RFC 7641 §3.6: no notifications when the client has deregistered or rejected one",
    run: (withClient, server) =>
      withClient(async (client) => {
        await assertStates(client, server, COUNTER);
        await assertEnd(server, () => {
          server.sample.count();
        });
      }),
  },
  {
    name: "Observe in blocks",
    over: "all",
    title: "RFC 7959 §2.6: notifications that are larger than a block",
    run: (withClient, server) => withClient((client) => assertStates(client, server, SERIES)),
  },
  ...BLOCK_SIZES.map((blockSize): ClientScenario => ({
    name: `blocks of ${blockSize}`,
    kind: "blocks",
    over: "datagrams",
    title: `RFC 7959 §2: bodies of ${FILLED_LENGTHS.join(", ")} bytes, there and back in blocks of ${blockSize}`,
    run: bodies(blockSize, FILLED_LENGTHS),
  })),
  {
    name: "empty body",
    kind: "blocks",
    over: "datagrams",
    title: "RFC 7959 §2: an empty body, there and back with a size of blocks",
    run: bodies(256, [0]),
  },
  {
    name: "blocks over a connection",
    kind: "blocks",
    over: "connections",
    title: `RFC 8323 §6: bodies of ${BODY_LENGTHS.join(", ")} bytes, there and back`,
    run: bodies(),
  },
  {
    name: "large",
    over: "all",
    title: "RFC 7959 §2.4: a large resource without a word about blocks",
    run: (withClient, { uri }) =>
      withClient(async (client) => {
        const [large] = await sendAll(client, [{ method: "GET", uri: `${uri}/large` }]);
        assert.ok(large!.payload.equals(bodyOf(LARGE_BYTES)));
      }),
  },
  {
    name: "blocks both ways",
    over: "all",
    title: "RFC 7959 §2.3: a POST in blocks, done once",
    run: bothWays("POST", () => Buffer.from("posted")),
  },
  {
    name: "blocks both ways, FETCH",
    over: "all",
    title: "RFC 7959 §3.3: a FETCH in blocks that is answered with a body in blocks",
    run: bothWays("FETCH", (payload) => payload),
  },
];
