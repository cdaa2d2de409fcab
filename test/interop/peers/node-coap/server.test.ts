import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { encodeUtf8 } from "../../../../src/bytes/utf8.js";
import {
  CHANGED,
  CONTENT,
  CREATED,
  DELETED,
  EMPTY,
  FETCH,
  GET,
  METHOD_NOT_ALLOWED,
} from "../../../../src/coap/codec/code.js";
import {
  CONTINUE,
  INTERNAL_SERVER_ERROR,
  IPATCH,
  NOT_FOUND,
  PATCH,
  POST,
} from "../../../../src/coap/codec/code.js";
import { JSON_FORMAT, OCTET_STREAM } from "../../../../src/coap/codec/content-format.js";
import { ACK, CON, NON, RST } from "../../../../src/coap/codec/message.js";
import { BLOCK1, BLOCK2, OBSERVE } from "../../../../src/coap/codec/option-number.js";
import { ProtocolError } from "../../../../src/coap/errors.js";
import { BLOCK_SIZES, BODY_LENGTHS, blockCount, bodyOf } from "../../ours/bodies.js";
import { withEndpoint } from "../../ours/endpoints.js";
import { cliModule } from "../../../node/cli/run-cli.js";
import { INTERFACE, type Host } from "../../lan/lan.js";
import { withLanOrSkip, withProgramOn } from "../../lan/lan-server.js";
import { endWith, withNodeCoapServer, type NodeCoapListener } from "./node-coap.js";
import { nextText } from "../../../notifications.js";

const MEMBER = fileURLToPath(new URL("group-member.js", import.meta.url));

/** A listener that keeps bodies by their path. */
function storing(): NodeCoapListener {
  const stored = new Map<string, { body: Buffer; format: string }>();
  return ({ method, url, payload, headers }, answer) => {
    const path = url.split("?")[0]!;
    const known = stored.get(path);
    if (method === "PUT") {
      answer.code = known ? "2.04" : "2.01";
      const format = (headers["Content-Format"] as string | undefined) ?? "application/octet-stream";
      stored.set(path, { body: Buffer.from(payload), format });
      answer.end();
    } else if (method === "DELETE") {
      answer.code = "2.02";
      stored.delete(path);
      answer.end();
    } else if (method === "GET" && known) {
      answer.setOption("Content-Format", known.format);
      endWith(answer, known.body);
    } else {
      answer.code = method === "GET" ? "4.04" : "4.05";
      answer.end(`no ${method} here`);
    }
  };
}

describe("our client with node-coap's server, further", () => {
  for (const address of ["127.0.0.1", "::1"])
    it(`RFC 7252 §5.8: GET, PUT, DELETE and errors at ${address}`, () =>
      withNodeCoapServer(address, storing(), ({ uri }) =>
        withEndpoint({}, async ({ client }) => {
          const target = `${uri}/made/h%C3%A9`;
          const payload = encodeUtf8("[1]");
          const made = await client.put(target, { payload, contentFormat: JSON_FORMAT });
          assert.equal(made.code, CREATED);
          const read = await client.get(target);
          assert.deepEqual([read.code, read.text(), read.contentFormat], [CONTENT, "[1]", JSON_FORMAT]);
          assert.equal((await client.put(target, { payload: encodeUtf8("2") })).code, CHANGED);
          assert.equal((await client.get(target)).contentFormat, OCTET_STREAM);
          assert.equal((await client.delete(target)).code, DELETED);
          await assert.rejects(client.get(target), { code: NOT_FOUND, diagnostic: "no GET here" });
          await assert.rejects(client.post(target, { payload }), { code: METHOD_NOT_ALLOWED });
        }),
      ));

  it("RFC 8132: POST, FETCH, PATCH and iPATCH, with Location-Path", () =>
    withNodeCoapServer(
      "::1",
      ({ method, url, payload }, answer) => {
        answer.code = method === "POST" ? "2.01" : method === "FETCH" ? "2.05" : "2.04";
        if (method === "POST") answer.setOption("Location-Path", "made");
        answer.end(`${method} ${url} ${payload.toString()}`);
      },
      ({ uri }) =>
        withEndpoint({}, async ({ client }) => {
          for (const [method, name, code, location] of [
            [POST, "POST", CREATED, ["made"]],
            [FETCH, "FETCH", CONTENT, []],
            [PATCH, "PATCH", CHANGED, []],
            [IPATCH, "iPATCH", CHANGED, []],
          ] as const) {
            const payload = encodeUtf8("{}");
            const response = await client.request(method, `${uri}/a/b?c=d&e`, {
              payload,
              contentFormat: JSON_FORMAT,
            });
            assert.deepEqual([response.code, response.text()], [code, `${name} /a/b?c=d&e {}`]);
            assert.deepEqual(response.locationPath, location);
          }
        }),
    ));

  it("RFC 7252 §4.3: its answer to a ping is no Reset, and said to be wrong", () =>
    withNodeCoapServer(
      "::1",
      (_, answer) => answer.end("an answer to nothing"),
      ({ uri }) =>
        withEndpoint({}, async ({ client }, recorder) => {
          await assert.rejects(client.ping(uri), (error) => {
            assert.ok(error instanceof ProtocolError);
            assert.match(error.message, /expected a Reset/u);
            return true;
          });
          assert.deepEqual(
            recorder.received.map(({ type, code }) => [type, code]),
            [[ACK, CONTENT]],
          );
        }),
    ));

  it("RFC 7641 §3.6: notifications, until one is rejected after the end", () => {
    const streams: { write: (payload: string) => void; finished: Promise<void> }[] = [];
    return withNodeCoapServer(
      "::1",
      ({ headers }, answer) => {
        if (headers.Observe !== 0) {
          answer.end("not observed");
          return;
        }
        const finished = new Promise<void>((resolve) => answer.on("finish", resolve));
        streams.push({ write: (payload) => void answer.write(payload), finished });
        answer.write("one");
      },
      ({ uri }) =>
        withEndpoint({}, async ({ client }, recorder) => {
          const observation = await client.observe(`${uri}/stream`);
          assert.equal(await nextText(observation), "one");
          for (const state of ["two", "three"]) {
            streams[0]!.write(state);
            assert.equal(await nextText(observation), state);
          }
          await observation.cancel();
          assert.deepEqual(
            recorder.sent.map(({ type, options }) => [type, options.uint(OBSERVE)]),
            [
              [CON, 0],
              [ACK, undefined],
              [ACK, undefined],
              [CON, 1],
            ],
          );
          // It does not know a deregistration (§4.1); a Reset it does.
          streams[0]!.write("four");
          await streams[0]!.finished;
          assert.equal(recorder.sent.at(-1)!.type, RST);
        }),
    );
  });

  for (const blockSize of BLOCK_SIZES)
    it(`RFC 7959 §2: bodies of ${BODY_LENGTHS.join(", ")} bytes, there and back in blocks of ${blockSize}`, () =>
      withNodeCoapServer("::1", storing(), ({ uri, server }) =>
        withEndpoint({}, async ({ client }, recorder) => {
          // 1.5.0 looks for the blocks of a body by their token, which a client may choose anew each time (§3.4).
          server._toCacheKey = (request) => `${request.url} ${request.rsinfo.port}`;
          for (const length of BODY_LENGTHS) {
            const payload = bodyOf(length);
            const target = `${uri}/${length}`;
            const known = recorder.sentOnce.length;
            assert.equal((await client.put(target, { payload, blockSize })).code, CREATED);
            const uploads = recorder.sentOnce.length - known;
            // The first Block2 for blocks of 16 is 0, and so empty (§2.2): 1.5.0 takes it for blocks of 0 bytes.
            const readSize = blockSize === 16 ? 1024 : blockSize;
            const get = await client.get(target, blockSize === 16 ? {} : { blockSize });
            assert.ok(Buffer.from(get.payload).equals(payload), `${length} bytes came back differently`);
            const downloads = recorder.sentOnce.length - known - uploads;
            assert.deepEqual(
              [uploads, downloads],
              [blockCount(length, blockSize), blockCount(length, readSize)],
            );
          }
          for (const { options } of recorder.messages)
            for (const option of [BLOCK1, BLOCK2]) {
              const value = options.uint(option);
              const sizes = option === BLOCK2 && blockSize === 16 ? [1024] : [blockSize];
              assert.ok(value === undefined || sizes.includes(16 << (value & 7)));
            }
        }),
      ));

  it("RFC 7252 §5.9.3.1: its 5.00 to an upload whose blocks it does not bring together, Non-confirmable", () =>
    withNodeCoapServer("::1", storing(), ({ uri }) =>
      withEndpoint({}, async ({ client }, recorder) => {
        const payload = bodyOf(1025);
        await assert.rejects(client.put(`${uri}/large`, { payload }), { code: INTERNAL_SERVER_ERROR });
        // It acknowledges the last block late, as if a separate response came.
        await recorder.waitFor(({ direction, code }) => direction === "in" && code === EMPTY);
        assert.deepEqual(
          recorder.received.map(({ type, code }) => [type, code]),
          [
            [ACK, CONTINUE],
            [NON, INTERNAL_SERVER_ERROR],
            [ACK, EMPTY],
          ],
        );
      }),
    ));

  it("RFC 7959 §2.4: blocks of the size that the server likes, of a body that it renders for each", () => {
    const body = bodyOf(100_000);
    return withNodeCoapServer(
      "::1",
      (_, answer) => endWith(answer, body),
      ({ uri }) =>
        withEndpoint({}, async ({ client }, recorder) => {
          const { head, body: blocks } = await client.stream(GET, `${uri}/large`);
          assert.equal(head.code, CONTENT);
          const read: Uint8Array[] = [];
          for await (const block of blocks) read.push(block);
          assert.ok(Buffer.concat(read).equals(body));
          assert.equal(recorder.sentOnce.length, blockCount(body.length, 1024));
        }),
    );
  });

  for (const { group, type, networkInterface, source } of [
    {
      group: `ff02::fd%${INTERFACE}`,
      type: "udp6",
      networkInterface: () => `::%${INTERFACE}`,
      source: ({ linkLocal }: Host) => `coap://[${linkLocal}%25${INTERFACE}]/`,
    },
    {
      group: "224.0.1.187",
      type: "udp4",
      networkInterface: ({ ipv4 }: Host) => ipv4,
      source: ({ ipv4 }: Host) => `coap://${ipv4}/`,
    },
  ] as const)
    it(`RFC 7252 §8: asks two of its servers by multicast at ${group}`, async function () {
      await withLanOrSkip(this, 3, async ([asking, one, other]) => {
        const member = (host: Host, target: string): string[] => [
          ...[MEMBER, type, group.split("%")[0]!, networkInterface(host), target],
        ];
        await withProgramOn(one!, member(one!, "/alpha"), () =>
          withProgramOn(other!, member(other!, "/beta"), async () => {
            const discover = [cliModule("main"), "discover", group, "--timeout", "1"];
            const { stdout, stderr } = await asking!.run(process.execPath, discover);
            assert.equal(stderr, "");
            const lines = stdout
              .toString()
              .trimEnd()
              .split("\n")
              .map((line) => line.trim());
            assert.deepEqual(lines.sort(), ["/alpha", "/beta", source(one!), source(other!)].sort());
          }),
        );
      });
    });
});
