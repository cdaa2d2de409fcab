import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decodeUtf8 } from "../../../../src/bytes/utf8.js";
import { CONTENT, CREATED, FETCH, POST, codeClass } from "../../../../src/coap/codec/code.js";
import { ACK, CON, NON, RST } from "../../../../src/coap/codec/message.js";
import { BLOCK1, BLOCK2, OBSERVE, SIZE2, URI_PATH } from "../../../../src/coap/codec/option-number.js";
import { BLOCK_SIZES, BODY_LENGTHS, blockCount, bodyOf } from "../../ours/bodies.js";
import { freePort } from "../free-port.js";
import { libcoapClientArguments, libcoapRequest } from "./libcoap.js";
import { lossyPlatform } from "../../ours/lossy-udp.js";
import { withPeer } from "../peer-process.js";
import { withOurServer } from "../../ours/our-server.js";
import type { RecordedMessage } from "../../ours/recorder.js";
import { LARGE_BYTES } from "../../ours/sample-site.js";

async function withFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "coapsule-"));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

function isNotification({ direction, code, options }: RecordedMessage): boolean {
  return direction === "out" && codeClass(code) === 2 && options.has(OBSERVE);
}

function types(messages: readonly RecordedMessage[]): number[] {
  return messages.map(({ type }) => type);
}

describe("libcoap's client with our server, further", () => {
  it("RFC 7252 §5.9.2: prints our errors with their diagnostic payload", () =>
    withOurServer(async ({ uri }) => {
      assert.match((await libcoapRequest(`${uri}/nowhere`)).errors, /^4\.04 no such resource$/u);
      assert.match((await libcoapRequest("-m", "put", "-e", "x", `${uri}/hello`)).errors, /^4\.05 /u);
      assert.match((await libcoapRequest("-O", "65001,x", `${uri}/hello`)).errors, /^4\.02 /u);
      assert.match((await libcoapRequest("-A", "cbor", `${uri}/.well-known/core`)).errors, /^4\.06 /u);
      assert.match((await libcoapRequest("-O", "35,coap://example.com/", `${uri}/hello`)).errors, /^5\.05 /u);
    }));

  it("RFC 6690 §4: /.well-known/core, whole and filtered", () =>
    withOurServer(async ({ uri }) => {
      const hello = '</hello>;title="greeting";rt="sample.hello"';
      const whole = await libcoapRequest(`${uri}/.well-known/core`);
      assert.deepEqual(whole.text.split(","), [
        hello,
        `</large>;sz=${LARGE_BYTES}`,
        "</separate>",
        "</methods>",
        "</store>",
        "</counter>;obs",
        "</series>;obs",
      ]);
      assert.equal((await libcoapRequest(`${uri}/.well-known/core?rt=sample.*`)).text, hello);
    }));

  it("RFC 7252 §5.2.2: separate responses", () =>
    withOurServer(async ({ uri, sample, recorder }) => {
      assert.equal((await libcoapRequest(`${uri}/separate`)).text, "later");
      assert.deepEqual(types(recorder.messages), [CON, ACK, CON, ACK]);
      const post = await libcoapRequest("-m", "post", "-e", "x", `${uri}/separate`);
      assert.deepEqual([post.text, post.errors], ["changed later", ""]);
      assert.equal(sample.calls.length, 1);
      const known = recorder.messages.length;
      assert.equal((await libcoapRequest("-N", `${uri}/separate`)).text, "later");
      assert.deepEqual(types(recorder.messages.slice(known)), [NON, NON]);
    }));

  it("RFC 7641 §4: notifications until the client cancels", () =>
    withOurServer(async ({ uri, sample, endpoint, recorder }) => {
      const args = libcoapClientArguments("-s", "1", `${uri}/counter`);
      await withPeer("coap-client-notls", args, async (client) => {
        await client.waitFor(/0;/u);
        sample.count();
        await client.waitFor(/0;1;/u);
        sample.count();
        await client.waitFor(/0;1;2;/u);
        await client.end();
      });
      const [registration] = recorder.received;
      const deregistration = await recorder.waitFor(({ options }) => options.uint(OBSERVE) === 1);
      assert.deepEqual(deregistration.token, registration!.token, "§3.6");
      const notifications = recorder.messages.filter(isNotification);
      assert.deepEqual(
        notifications.map(({ payload }) => decodeUtf8(payload)),
        ["0;", "1;", "2;"],
      );
      const sequence = notifications.map(({ options }) => options.uint(OBSERVE)!);
      assert.deepEqual(
        [...sequence].sort((one, other) => one - other),
        sequence,
        "§4.4",
      );
      sample.count();
      // A turn around, after which a notification would have been sent.
      await endpoint.client.get(`${uri}/hello`);
      assert.equal(recorder.messages.filter(isNotification).length, 3);
    }));

  it("RFC 7641 §3.6: a Reset ends the observation", () =>
    withOurServer(async ({ uri, sample, endpoint, recorder }) => {
      const port = String(await freePort());
      const args = libcoapClientArguments("-p", port, "-s", "8", `${uri}/counter`);
      await withPeer("coap-client-notls", args, (client) => client.waitFor(/0;/u));
      // It was killed; another one with its port knows nothing of the observation.
      const other = libcoapClientArguments("-p", port, "-s", "8", "-T", "other", `${uri}/series`);
      await withPeer("coap-client-notls", other, async () => {
        await recorder.waitFor(
          ({ direction, options }) => direction === "in" && options.string(URI_PATH) === "series",
        );
        sample.count();
        await recorder.waitFor(({ direction, type }) => direction === "in" && type === RST);
      });
      const sent = recorder.sent.length;
      sample.count();
      await endpoint.client.get(`${uri}/hello`);
      assert.equal(recorder.sent.slice(sent).filter(isNotification).length, 0);
    }));

  it("RFC 7959 §2.6: reads notifications that are larger than a block", () =>
    withOurServer(({ uri, sample, recorder }) =>
      withFolder(async (folder) => {
        const output = join(folder, "output");
        sample.setSeries(100);
        const args = libcoapClientArguments("-b", "64", "-o", output, "-s", "1", `${uri}/series`);
        const last = (length: number) => (message: RecordedMessage) =>
          message.direction === "out" && message.payload.length === length;
        await withPeer("coap-client-notls", args, async (client) => {
          await recorder.waitFor(last(100 % 64));
          sample.setSeries(300);
          await recorder.waitFor(last(300 % 64));
          await client.end();
        });
        const expected = Buffer.concat([bodyOf(100), bodyOf(300)]);
        assert.ok(expected.equals(await readFile(output)));
      }),
    ));

  for (const blockSize of BLOCK_SIZES)
    it(`RFC 7959 §2: bodies of ${BODY_LENGTHS.join(", ")} bytes, there and back in blocks of ${blockSize}`, () =>
      withOurServer(({ uri, sample, recorder }) =>
        withFolder(async (folder) => {
          const size = String(blockSize);
          await Promise.all(
            BODY_LENGTHS.map(async (length) => {
              const body = bodyOf(length);
              const [input, output] = [join(folder, `${length}.in`), join(folder, `${length}.out`)];
              await writeFile(input, body);
              const put = await libcoapRequest(
                "-m",
                "put",
                "-b",
                size,
                "-f",
                input,
                `${uri}/store/${length}`,
              );
              assert.equal(put.errors, "");
              assert.deepEqual(sample.stored.get(String(length)), body);
              const get = await libcoapRequest("-b", size, "-o", output, `${uri}/store/${length}`);
              assert.equal(get.errors, "");
              // The client makes no file for nothing.
              if (length > 0) assert.ok(Buffer.from(body).equals(await readFile(output)));
            }),
          );
          const blocks = BODY_LENGTHS.reduce<number>((sum, length) => sum + blockCount(length, blockSize), 0);
          assert.equal(recorder.receivedOnce.length, 2 * blocks);
          for (const { options } of recorder.messages)
            for (const option of [BLOCK1, BLOCK2]) {
              const value = options.uint(option);
              assert.ok(value === undefined || 16 << (value & 7) === blockSize);
            }
        }),
      ));

  it("RFC 7959 §2.4: a large resource without a word about blocks from the client", () =>
    withOurServer(({ uri, recorder }) =>
      withFolder(async (folder) => {
        const output = join(folder, "large");
        await libcoapRequest("-o", output, `${uri}/large`);
        assert.ok(Buffer.from(bodyOf(LARGE_BYTES)).equals(await readFile(output)));
        assert.equal(recorder.received[0]!.options.has(BLOCK2), false);
        assert.equal(recorder.sent[0]!.options.uint(SIZE2), LARGE_BYTES);
      }),
    ));

  it("RFC 7959 §3.3: a body in blocks that is answered with a body in blocks", () =>
    withOurServer(({ uri, sample, recorder }) =>
      withFolder(async (folder) => {
        const body = bodyOf(1500);
        const [input, output] = [join(folder, "input"), join(folder, "output")];
        await writeFile(input, body);
        const { errors } = await libcoapRequest(
          ...["-m", "fetch", "-b", "256", "-f", input, "-o", output, `${uri}/methods`],
        );
        assert.equal(errors, "");
        assert.equal(sample.calls.length, 1);
        assert.deepEqual(sample.calls[0]!.payload, body);
        assert.ok(Buffer.from(body).equals(await readFile(output)));
        // The server answers in blocks of the size that it likes; the first comes with the answer to the last of the request.
        const messages = blockCount(1500, 256) + blockCount(1500, 1024) - 1;
        assert.equal(recorder.received.filter(({ code }) => code === FETCH).length, messages);
      }),
    ));

  it("RFC 7959 §2.9.3: 4.13 to a body that exceeds the limit", () =>
    withOurServer(
      ({ uri, sample }) =>
        withFolder(async (folder) => {
          const input = join(folder, "input");
          for (const [length, code] of [
            [2048, ""],
            [2049, "4.13"],
          ] as const) {
            await writeFile(input, bodyOf(length));
            const { errors } = await libcoapRequest("-m", "put", "-f", input, `${uri}/store/${length}`);
            assert.ok(code === "" ? errors === "" : errors.startsWith(code), errors);
            assert.equal(sample.stored.has(String(length)), code === "");
          }
        }),
      { limits: { maxBodyBytes: 2048 } },
    ));

  it("RFC 7252 §4.2: a client that loses what it sends recovers", () =>
    withOurServer(async ({ uri, sample, recorder }) => {
      const answers = await Promise.all([
        // Its requests are lost.
        libcoapRequest("-l", "1", "-m", "post", "-e", "x", `${uri}/methods`),
        // Its acknowledgement of the separate response is lost.
        libcoapRequest("-l", "2", `${uri}/separate`),
        // One block is lost.
        libcoapRequest("-l", "3", "-b", "16", "-m", "put", "-e", "x".repeat(50), `${uri}/store/lost`),
      ]);
      assert.deepEqual(
        answers.map(({ text, errors }) => [text, errors]),
        [
          ["posted", ""],
          ["later", ""],
          ["", ""],
        ],
      );
      assert.equal(sample.calls.length, 1);
      assert.equal(decodeUtf8(sample.stored.get("lost")!), "x".repeat(50));
      assert.ok(recorder.received.length > 0);
    }));

  it("RFC 7252 §4.5: a client whose answers get lost has its POST done once", () =>
    withOurServer(
      async ({ uri, sample, endpoint, recorder }) => {
        const { text, errors } = await libcoapRequest("-m", "post", "-e", "x", `${uri}/methods`);
        assert.deepEqual([text, errors], ["posted", ""]);
        assert.deepEqual(
          recorder.messages.map(({ code }) => code),
          [POST, CREATED, POST, CREATED],
        );
        assert.deepEqual(recorder.sent[0]!.bytes, recorder.sent[1]!.bytes);
        assert.deepEqual([sample.calls.length, endpoint.counters.duplicates], [1, 1]);
      },
      {},
      lossyPlatform((datagram) => datagram === 1),
    ));

  it("RFC 7252 §4.2: our separate response is sent again until it is acknowledged", () =>
    withOurServer(
      async ({ uri, recorder, endpoint }) => {
        assert.equal((await libcoapRequest(`${uri}/separate`)).text, "later");
        assert.equal(recorder.sent.filter(({ code }) => code === CONTENT).length, 3);
        assert.equal(endpoint.counters.retransmissions, 2);
      },
      { parameters: { separateAckMs: 20, ackTimeoutMs: 100 } },
      // The acknowledgement gets through, the response at its third attempt.
      lossyPlatform((datagram) => datagram === 2 || datagram === 3),
    ));
});
