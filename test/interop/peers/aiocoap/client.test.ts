import assert from "node:assert/strict";
import { decodeUtf8 } from "../../../../src/bytes/utf8.js";
import { codeClass } from "../../../../src/coap/codec/code.js";
import { RST } from "../../../../src/coap/codec/message.js";
import { OBSERVE, URI_PATH } from "../../../../src/coap/codec/option-number.js";
import { text } from "../../../../src/coap/server/response.js";
import { bodyOf } from "../../ours/bodies.js";
import { withOurServer } from "../../ours/our-server.js";
import type { RecordedMessage } from "../../ours/recorder.js";
import { HELLO } from "../../ours/sample-site.js";
import { aiocoapClient, aiocoapRequests } from "./aiocoap.js";

function isNotification({ direction, code, options }: RecordedMessage): boolean {
  return direction === "out" && codeClass(code) === 2 && options.has(OBSERVE);
}

describe("aiocoap's client with our server, further", () => {
  it("RFC 7252 §5.9.2, RFC 6690 §4: aiocoap-client prints payloads, links and our errors", () =>
    withOurServer(async ({ uri, sample }) => {
      assert.deepEqual(await aiocoapClient(`${uri}/hello`), { exitCode: 0, text: HELLO, errors: "" });
      const put = await aiocoapClient("-m", "PUT", "--payload", "text", `${uri}/store/h%C3%A9`);
      assert.equal(put.exitCode, 0);
      assert.equal(decodeUtf8(sample.stored.get("hé")!), "text");
      const links = await aiocoapClient(`${uri}/.well-known/core?rt=sample.*`);
      assert.equal(links.text, '</hello>;title="greeting";rt="sample.hello"');
      const missing = await aiocoapClient(`${uri}/nowhere`);
      assert.match(missing.errors + missing.text, /4\.04 Not Found/u);
      assert.match(missing.errors + missing.text, /no such resource/u);
      const refused = await aiocoapClient("-m", "PUT", "--payload", "x", `${uri}/hello`);
      assert.match(refused.errors, /4\.05 Method Not Allowed/u);
      const format = await aiocoapClient("--accept", "application/cbor", `${uri}/.well-known/core`);
      assert.match(format.errors, /4\.06 Not Acceptable/u);
    }));

  it("RFC 7641 §3.6, RFC 7959 §2.6: notifications in blocks, until the client rejects one", () =>
    withOurServer(async ({ uri, sample, recorder }) => {
      const isReset = ({ type }: RecordedMessage): boolean => type === RST;
      // The client is still there when a notification comes that it no longer wants.
      sample.site.add("gate", { get: () => recorder.waitFor(isReset).then(() => text("open")) });
      sample.setSeries(100);
      const last = (length: number) => (message: RecordedMessage) =>
        message.direction === "out" && message.payload.length === length;
      const requests = aiocoapRequests(
        { method: "GET", uri: `${uri}/series`, notifications: 3 },
        { method: "GET", uri: `${uri}/gate` },
      );
      await recorder.waitFor(last(100));
      sample.setSeries(3000);
      await recorder.waitFor(last(3000 % 1024));
      sample.setSeries(50);
      await recorder.waitFor(({ options }) => options.string(URI_PATH) === "gate");
      // 0.4.17 acknowledges one that it no longer wants, and rejects the next.
      sample.setSeries(60);
      const { messageId } = await recorder.waitFor(last(60));
      await recorder.waitFor((message) => message.direction === "in" && message.messageId === messageId);
      sample.setSeries(61);
      const answers = await requests;
      assert.deepEqual(
        answers.slice(0, -1).map(({ payload }) => payload.equals(bodyOf(payload.length)) && payload.length),
        [100, 3000, 50],
      );
      assert.equal(answers.at(-1)!.payload.toString(), "open");
      const known = recorder.sent.filter(isNotification).length;
      sample.setSeries(70);
      await aiocoapRequests({ method: "GET", uri: `${uri}/hello` });
      assert.equal(recorder.sent.filter(isNotification).length, known);
    }));

  it("RFC 7252 §5.10.6.2: an ETag of ours is confirmed with 2.03", () =>
    withOurServer(async ({ uri }) => {
      const target = `${uri}/large`;
      const [first] = await aiocoapRequests({ method: "GET", uri: target, blockSize: 1024 });
      assert.notEqual(first!.etag, null);
      const [second] = await aiocoapRequests({ method: "GET", uri: target, etags: [first!.etag!] });
      assert.deepEqual([second!.code, second!.payload.length], ["2.03", 0]);
    }));

  it("RFC 7959 §2.10: takes a body whose blocks all carry If-None-Match", () =>
    withOurServer(async ({ uri, sample }) => {
      const payload = bodyOf(48);
      const [put] = await aiocoapRequests({
        method: "PUT",
        uri: `${uri}/methods`,
        payload,
        ifNoneMatch: true,
        blockSize: 16,
      });
      assert.equal(put!.code, "2.04");
      assert.deepEqual(sample.calls.at(-1)!.payload, payload);
    }));
});
