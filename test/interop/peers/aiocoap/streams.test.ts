import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { CONTENT, CSM } from "../../../../src/coap/codec/code.js";
import { OBSERVE } from "../../../../src/coap/codec/option-number.js";
import { DisconnectedError } from "../../../../src/coap/errors.js";
import { withFolder } from "../../../cli/temporary-folder.js";
import { BODY_LENGTHS, bodyOf } from "../../ours/bodies.js";
import { LARGE_BYTES } from "../../ours/sample-site.js";
import { CREDENTIALS, withStreamClient, withStreamServer } from "../../ours/stream-endpoints.js";
import { aiocoapProtectedRequests, aiocoapRequests, withAiocoapServer } from "./aiocoap.js";
import { tlsCredentials } from "./credentials.js";
import { assertStored, putAndGetRequests } from "../../scenarios/bodies.js";
import { assertLinks, assertMethods, assertNotifications, assertStores } from "../../scenarios/our-client.js";
import { assertAnswers, assertCalls } from "../../scenarios/our-server.js";
import type { Send, WithServer } from "../../scenarios/peer-request.js";

/** Runs `use` with a file that has the certificate of both sides and its key. */
function withCertificate<T>(use: (path: string) => Promise<T>): Promise<T> {
  return withFolder((folder) => {
    const path = join(folder, "tls.pem");
    writeFileSync(path, CREDENTIALS.certificate + CREDENTIALS.privateKey);
    return use(path);
  });
}

/** aiocoap's client. @param server its URI */
function senderTo(server: string): Send {
  if (!server.startsWith("coaps")) return aiocoapRequests;
  return (...requests) =>
    withCertificate((path) => aiocoapProtectedRequests(tlsCredentials(server, path), ...requests));
}

for (const scheme of ["coap+tcp", "coaps+tcp", "coap+ws", "coaps+ws"] as const) {
  describe(`aiocoap's client with our server over ${scheme}`, () => {
    it("RFC 8323 §3.3, §4.3, RFC 8132: all seven methods, after a CSM from both sides", () =>
      withStreamServer(scheme, async ({ uri, sample, recorder }) => {
        await assertCalls(senderTo(uri), uri, sample);
        assert.deepEqual([recorder.sent[0]!.code, recorder.received[0]!.code], [CSM, CSM]);
      }));

    it("RFC 7252 §5.9.2, RFC 6690 §4: gets content, links and our errors", () =>
      withStreamServer(scheme, ({ uri, sample }) => assertAnswers(senderTo(uri), uri, sample)));

    it(`RFC 8323 §6: bodies of ${BODY_LENGTHS.join(", ")} bytes, there and back`, () =>
      withStreamServer(scheme, async ({ uri, sample }) => {
        const large = { method: "GET", uri: `${uri}/large` } as const;
        const answers = await senderTo(uri)(...putAndGetRequests(uri), large);
        assertStored(answers, sample);
        assert.ok(answers.at(-1)!.payload.equals(bodyOf(LARGE_BYTES)));
      }));

    it("RFC 8323 §7.1, §6: a notification that is larger than a block", () =>
      withStreamServer(scheme, async ({ uri, sample, recorder }) => {
        sample.setSeries(100);
        const requests = senderTo(uri)({ method: "GET", uri: `${uri}/series`, notifications: 2 });
        await recorder.waitFor(({ code, options }) => code === CONTENT && options.has(OBSERVE));
        sample.setSeries(3000);
        assert.deepEqual(
          (await requests).map(({ payload }) => payload.equals(bodyOf(payload.length)) && payload.length),
          [100, 3000],
        );
      }));
  });

  describe(`our client with aiocoap's server over ${scheme}`, () => {
    const withServer: WithServer = (use) =>
      scheme.startsWith("coaps")
        ? withCertificate((path) => withAiocoapServer(use, scheme, path))
        : withAiocoapServer(use, scheme);

    it("RFC 8323 §3.3, §4.3: GET, PUT and DELETE, and 4.04", () =>
      withServer(({ uri }) =>
        withStreamClient(scheme, async ({ client }, recorder) => {
          await assertStores(client, uri);
          assert.deepEqual([recorder.sent[0]!.code, recorder.received[0]!.code], [CSM, CSM]);
        }),
      ));

    it("RFC 7252 §5.8, RFC 8132, RFC 6690 §4: all seven methods, with a query, and links", () =>
      withServer(({ uri }) =>
        withStreamClient(scheme, async ({ client }) => {
          await assertMethods(client, uri);
          await assertLinks(client, uri);
        }),
      ));

    it("RFC 8323 §5.4: answers a ping", () =>
      withServer(({ uri }) =>
        withStreamClient(scheme, async ({ client }) => assert.ok((await client.ping(uri)) >= 0)),
      ));

    it("RFC 8323 §3.3, §4.3: answers come in any order", () =>
      withServer(({ uri }) =>
        withStreamClient(scheme, async ({ client }) => {
          const order: string[] = [];
          const separate = client.get(`${uri}/separate`).then((response) => order.push(response.text()));
          await client.get(`${uri}/state`).then((response) => order.push(response.text()));
          await client.post(`${uri}/separate`);
          await separate;
          assert.deepEqual(order, ["first", "later"]);
        }),
      ));

    it("RFC 8323 §7.1, §7.4: notifications, until the end of the observation", () =>
      withServer((server) =>
        withStreamClient(scheme, ({ client: other }) =>
          withStreamClient(scheme, ({ client }) => assertNotifications(server, client, other)),
        ),
      ));

    it(`RFC 8323 §6: bodies of ${BODY_LENGTHS.join(", ")} bytes, there and back`, () =>
      withServer(({ uri }) =>
        withStreamClient(scheme, async ({ client }) => {
          for (const length of BODY_LENGTHS)
            for (const options of [{}, { blockSize: 256 }]) {
              const payload = bodyOf(length);
              await client.put(`${uri}/store/${length}`, { payload, ...options });
              const get = await client.get(`${uri}/store/${length}`, options);
              assert.ok(Buffer.from(get.payload).equals(payload), `${length} bytes came back differently`);
            }
        }),
      ));

    it("RFC 8323 §3.4: a request ends with the connection", () =>
      withServer(({ uri, process }) =>
        withStreamClient(scheme, async ({ client }) => {
          await client.get(`${uri}/state`);
          const failed = assert.rejects(client.get(`${uri}/separate`), DisconnectedError);
          await process.kill();
          await failed;
        }),
      ));
  });
}
