import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { PING, PONG, codeClass } from "../../../../src/coap/codec/code.js";
import { BLOCK1, BLOCK2, OBSERVE } from "../../../../src/coap/codec/option-number.js";
import { withFolder } from "../../../node/cli/temporary-folder.js";
import { BODY_LENGTHS, bodyOf } from "../../ours/bodies.js";
import { libcoapClientArguments } from "./libcoap.js";
import { withPeer } from "../peer-process.js";
import type { RecordedMessage } from "../../ours/recorder.js";
import { HELLO } from "../../ours/sample-site.js";
import { withLibcoap, type LibcoapPrograms } from "./libcoap-streams.js";
import { withStreamServer } from "../../ours/stream-endpoints.js";

/** NUM 0, no more, and the size exponent of BERT (RFC 8323 §6). */
const BERT_SZX = 7;

function isNotification({ direction, code, options }: RecordedMessage): boolean {
  return direction === "out" && codeClass(code) === 2 && options.has(OBSERVE);
}

/** Writes a body and reads it again, both with libcoap. */
async function putAndGet(
  { request }: LibcoapPrograms,
  uri: string,
  folder: string,
  length: number,
  args: readonly string[],
): Promise<Buffer> {
  const [source, target] = [join(folder, `${length}-in`), join(folder, `${length}-out`)];
  await writeFile(source, bodyOf(length));
  const put = await request(...args, "-m", "put", "-f", source, `${uri}/store/${length}`);
  assert.equal(put.errors, "");
  await writeFile(target, "");
  await request(...args, "-o", target, `${uri}/store/${length}`);
  return readFile(target);
}

for (const scheme of ["coap+tcp", "coaps+tcp"] as const)
  describe(`libcoap's client with our server over ${scheme}, further`, () => {
    it("RFC 7252 §5.9.2, RFC 6690 §4: prints our errors and links", () =>
      withLibcoap(scheme, ({ request }) =>
        withStreamServer(scheme, async ({ uri }) => {
          assert.equal((await request(`${uri}/hello`)).text, HELLO);
          assert.match((await request(`${uri}/nowhere`)).errors, /^4\.04 no such resource$/u);
          const links = await request(`${uri}/.well-known/core?rt=sample.*`);
          assert.equal(links.text, '</hello>;title="greeting";rt="sample.hello"');
        }),
      ));

    it(`RFC 8323 §6: bodies of ${BODY_LENGTHS.join(", ")} bytes, there and back in BERT`, () =>
      withFolder((folder) =>
        withLibcoap(scheme, (programs) =>
          withStreamServer(scheme, async ({ uri, recorder }) => {
            for (const length of BODY_LENGTHS) {
              const body = await putAndGet(programs, uri, folder, length, []);
              assert.ok(body.equals(bodyOf(length)), `${length} bytes came back differently`);
            }
            for (const option of [BLOCK1, BLOCK2]) {
              const blocks = recorder.messages.filter(({ options }) => options.has(option));
              assert.ok(blocks.length > 0);
              assert.ok(blocks.every(({ options }) => (options.uint(option)! & 7) === BERT_SZX));
            }
          }),
        ),
      ));

    it("RFC 7959 §2: bodies in blocks of 256 bytes", () =>
      withFolder((folder) =>
        withLibcoap(scheme, (programs) =>
          withStreamServer(scheme, async ({ uri }) => {
            for (const length of [256, 257, 5000]) {
              const body = await putAndGet(programs, uri, folder, length, ["-b", "256"]);
              assert.ok(body.equals(bodyOf(length)), `${length} bytes came back differently`);
            }
          }),
        ),
      ));

    it("RFC 8323 §7.1, §7.4: notifications until the client cancels", () =>
      withLibcoap(scheme, ({ client, trust }) =>
        withStreamServer(scheme, async ({ uri, sample, recorder }) => {
          const args = libcoapClientArguments(...trust, "-s", "1", `${uri}/counter`);
          await withPeer(client, args, async (process) => {
            await process.waitFor(/0;/u);
            sample.count();
            await process.waitFor(/1;/u);
            sample.count();
            await process.waitFor(/2;/u);
            await process.end();
          });
          const notifications = recorder.sent.filter(isNotification);
          assert.ok(notifications.length >= 3);
          const cancellation = recorder.received.filter(({ options }) => options.uint(OBSERVE) === 1);
          assert.equal(cancellation.length, 1);
        }),
      ));

    it("RFC 8323 §5.4: answers its pings", () =>
      withLibcoap(scheme, ({ client, trust }) =>
        withStreamServer(scheme, async ({ uri, recorder }) => {
          const args = libcoapClientArguments(...trust, "-K", "1", "-s", "5", `${uri}/counter`);
          await withPeer(client, args, async () => {
            const ping = await recorder.waitFor(({ code }) => code === PING);
            const pong = await recorder.waitFor(({ code }) => code === PONG);
            assert.deepEqual([ping.direction, pong.direction, pong.token], ["in", "out", ping.token]);
          });
        }),
      ));
  });
