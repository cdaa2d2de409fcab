import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import type { ObserveReadStream } from "coap";
import { decodeUtf8 } from "../../../../src/bytes/utf8.js";
import { codeClass } from "../../../../src/coap/codec/code.js";
import { ACK, CON, RST } from "../../../../src/coap/codec/message.js";
import { BLOCK1, BLOCK2, OBSERVE } from "../../../../src/coap/codec/option-number.js";
import { BLOCK_SIZES, BODY_LENGTHS, blockCount, bodyOf } from "../../ours/bodies.js";
import { INTERFACE } from "../../lan/lan.js";
import { withLanOrSkip, withServerOn } from "../../lan/lan-server.js";
import type { GroupAnswer } from "./group-asker.js";
import { withOurServer } from "../../ours/our-server.js";
import { withNodeCoapClient } from "./node-coap.js";
import type { RecordedMessage } from "../../ours/recorder.js";

const ASKER = fileURLToPath(new URL("group-asker.js", import.meta.url));

function types(messages: readonly RecordedMessage[]): number[] {
  return messages.map(({ type }) => type);
}

function isNotification({ direction, code, options }: RecordedMessage): boolean {
  return direction === "out" && codeClass(code) === 2 && options.has(OBSERVE);
}

describe("node-coap's client with our server, further", () => {
  it("RFC 7252 §5.9.2: gets our errors with their diagnostic payload", () =>
    withOurServer(({ uri }) =>
      withNodeCoapClient(async (client) => {
        const missing = await client.request(`${uri}/nowhere`);
        assert.deepEqual([missing.code, missing.payload.toString()], ["4.04", "no such resource"]);
        assert.equal((await client.request(`${uri}/hello`, { method: "PUT", payload: "x" })).code, "4.05");
        const accept = "application/cbor";
        assert.equal((await client.request(`${uri}/.well-known/core`, { accept })).code, "4.06");
        const proxyUri = "coap://example.com/";
        assert.equal((await client.request(`${uri}/hello`, { proxyUri })).code, "5.05");
      }),
    ));

  it("RFC 7252 §5.10.1, RFC 6690 §4: Uri-Path beyond ASCII, and a filter in Uri-Query", () =>
    withOurServer(({ uri, sample }) =>
      withNodeCoapClient(async (client) => {
        const put = await client.request(`${uri}/store/h%C3%A9/%E2%82%AC`, { method: "PUT", payload: "1" });
        assert.deepEqual([put.code, [...sample.stored.keys()]], ["2.01", ["hé/€"]]);
        const links = await client.request(`${uri}/.well-known/core?rt=sample.*`);
        assert.equal(links.headers["Content-Format"], "application/link-format");
        assert.equal(links.payload.toString(), '</hello>;title="greeting";rt="sample.hello"');
      }),
    ));

  it("RFC 7252 §5.2.2: separate responses", () =>
    withOurServer(({ uri, sample, recorder }) =>
      withNodeCoapClient(async (client) => {
        assert.equal((await client.request(`${uri}/separate`)).payload.toString(), "later");
        const last = await recorder.waitFor(({ direction, type }) => direction === "in" && type === ACK);
        assert.deepEqual(types(recorder.messages), [CON, ACK, CON, ACK]);
        assert.equal(last.messageId, recorder.sent[1]!.messageId);
        const post = await client.request(`${uri}/separate`, { method: "POST", payload: "x" });
        assert.deepEqual([post.payload.toString(), sample.calls.length], ["changed later", 1]);
      }),
    ));

  for (const [title, isEager] of [
    ["a deregistration", true],
    ["a Reset", false],
  ] as const)
    it(`RFC 7641 §3.6, §4: notifications, until ${title}`, () =>
      withOurServer(({ uri, sample, endpoint, recorder }) =>
        withNodeCoapClient(async (client) => {
          const stream = await client.request(`${uri}/counter`, { observe: true });
          const states: string[] = [];
          for await (const payload of stream) {
            states.push(decodeUtf8(payload as Uint8Array));
            if (states.length === 4) break;
            sample.count();
          }
          assert.deepEqual(states, ["0;", "1;", "2;", "3;"]);
          (stream as ObserveReadStream).close(isEager);
          if (isEager) {
            const deregistration = await recorder.waitFor(({ options }) => options.uint(OBSERVE) === 1);
            assert.equal(deregistration.direction, "in");
          } else sample.count();
          const isEnd = ({ direction, type }: RecordedMessage): boolean =>
            direction === "in" && (isEager ? type === CON : type === RST);
          assert.deepEqual((await recorder.waitFor(isEnd)).direction, "in");
          // A turn around, after which the server has done all that it does.
          await endpoint.client.get(`${uri}/hello`);
          const known = recorder.messages.filter(isNotification).length;
          sample.count();
          await endpoint.client.get(`${uri}/hello`);
          assert.equal(recorder.messages.filter(isNotification).length, known);
        }),
      ));

  for (const [szx, blockSize] of BLOCK_SIZES.entries())
    it(`RFC 7959 §2: bodies of ${BODY_LENGTHS.join(", ")} bytes, there and back in blocks of ${blockSize}`, () =>
      withOurServer(({ uri, sample, recorder }) =>
        withNodeCoapClient(async (client) => {
          for (const length of BODY_LENGTHS) {
            const payload = bodyOf(length);
            const target = `${uri}/store/${length}`;
            const known = recorder.receivedOnce.length;
            // Only block of the smallest size: its Block1 is 0, and so empty (RFC 7959 §2.2), where 1.5.0 breaks down.
            const isZero = szx === 0 && length <= blockSize;
            const put = await client.request(target, {
              method: "PUT",
              payload,
              ...(!isZero && { block1Szx: szx }),
            });
            assert.equal(put.code, "2.01");
            assert.deepEqual(sample.stored.get(String(length)), payload);
            const get = await client.request(target, { block2Szx: szx });
            assert.ok(get.payload.equals(payload), `${length} bytes came back differently`);
            assert.equal(recorder.receivedOnce.length - known, 2 * blockCount(length, blockSize));
          }
          for (const { options } of recorder.messages)
            for (const option of [BLOCK1, BLOCK2]) {
              const value = options.uint(option);
              assert.ok(value === undefined || 16 << (value & 7) === blockSize);
            }
        }),
      ));

  for (const { group, type, source } of [
    { group: `ff02::fd%${INTERFACE}`, type: "udp6", source: "linkLocal" },
    { group: `ff05::fd%${INTERFACE}`, type: "udp6", source: "ipv6Global" },
    { group: "224.0.1.187", type: "udp4", source: "ipv4" },
  ] as const)
    it(`RFC 7252 §8: asks two servers of ours by multicast at ${group}`, async function () {
      await withLanOrSkip(this, 3, async ([asking, one, other]) => {
        const server = (name: string): string[] => [name, "100", group];
        await withServerOn(one!, server("alpha"), () =>
          withServerOn(other!, server("beta"), async () => {
            const args = [ASKER, type, group, "/.well-known/core", "rt=sample.*", "2"];
            const { stdout, stderr } = await asking!.run(process.execPath, args);
            const lines = stdout.toString().trim().split("\n");
            const answers = lines.map((line) => JSON.parse(line) as GroupAnswer);
            const text = '</hello>;title="greeting";rt="sample.hello"';
            assert.equal(stderr, "");
            assert.deepEqual(
              new Set(answers.map((answer) => ({ ...answer, address: answer.address.split("%")[0]! }))),
              new Set([one!, other!].map((host) => ({ address: host[source], code: "2.05", text }))),
            );
          }),
        );
      });
    });
});
