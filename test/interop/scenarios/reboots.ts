/**
 * One of us, with OSCORE and its sequence numbers in a file, is killed in the middle of an observation and starts again.
 * RFC 8613 §7.5, Appendix B.1.
 */

import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { toHex } from "../../../src/bytes/hex.js";
import { decodeUtf8, encodeUtf8 } from "../../../src/bytes/utf8.js";
import { EMPTY, UNAUTHORIZED, codeClass } from "../../../src/coap/codec/code.js";
import { parseUri } from "../../../src/coap/codec/uri.js";
import { Message } from "../../../src/coap/codec/message.js";
import { OBSERVE, OSCORE } from "../../../src/coap/codec/option-number.js";
import { decodeOscoreOption } from "../../../src/security/oscore/option.js";
import { withFolder } from "../../node/cli/temporary-folder.js";
import { withEndpoint } from "../ours/endpoints.js";
import { freePort } from "../peers/free-port.js";
import { withPeer, type PeerProcess } from "../peers/peer-process.js";
import type { RecordedMessage, Recorder } from "../ours/recorder.js";
import type { PeerServer, RunningClient } from "./peer.js";
import { withRelay } from "./relay.js";
import { OUR_ID, SALT, SECRET, THEIR_ID } from "./shared-context.js";

/** Runs `use` with our command in a process of its own. */
function withCommand<T>(args: readonly string[], use: (command: PeerProcess) => Promise<T>): Promise<T> {
  return withPeer(process.execPath, ["bin/coapsule", ...args], use);
}

/** A file with our end of the security context. */
function writeContext(folder: string): string {
  const path = join(folder, "ours.json");
  const context = { masterSecret: SECRET, masterSalt: SALT, senderId: OUR_ID, recipientId: THEIR_ID };
  writeFileSync(path, JSON.stringify(context), { mode: 0o600 });
  return path;
}

/** Our server is killed while a peer's client observes it, which registers again; what somebody kept is a replay. */
export function assertServerReboots(
  withClient: (server: string, use: (client: RunningClient) => Promise<void>) => Promise<void>,
): Promise<void> {
  return withFolder(async (folder) => {
    const port = await freePort();
    const serve = ["serve", "--port", String(port), "--oscore", writeContext(folder)];
    await withRelay(port, async (relayPort, recorder) => {
      const server = `coap://[::1]:${relayPort}`;
      await withClient(server, async (client) => {
        const registration = { method: "GET", uri: `${server}/counter`, notifications: "all" } as const;
        await withCommand(serve, async (ours) => {
          await ours.waitFor(/^serving/mu);
          client.send(registration);
          await client.answers(2);
          await ours.kill();
        });
        const known = recorder.messages.length;
        const notified = recorder.sent.filter(({ options }) => options.has(OBSERVE)).length;
        await withCommand(serve, async (ours) => {
          await ours.waitFor(/^serving/mu);
          client.send(registration);
          // One that the first start sent may still have been under way.
          const answers = await client.answers(notified + 3);
          assert.ok(answers.every(({ code }) => code === "2.05"));
          const requests = recorder.messages.slice(0, known).filter(isRequest);
          for (const answer of await sendAgain(port, requests)) {
            assert.equal(answer.code, UNAUTHORIZED);
            assert.equal(decodeUtf8(answer.payload), "Replay detected");
          }
        });
        // §B.1.2: the first request may be an old one, so that it has to be repeated with an Echo value.
        const [challenge] = answersTo(recorder.messages.slice(known));
        assert.equal(challenge!.options.has(OBSERVE), false);
        assert.ok(partialIvOf(challenge!) !== undefined);
      });
      assertNoNonceTwice(recorder);
      assertNumbersGrow(recorder, "out");
    });
  });
}

/** Our client is killed while it observes a peer's server, and registers again. */
export function assertClientReboots({ uri }: PeerServer): Promise<void> {
  const set = (state: string): Promise<unknown> =>
    withEndpoint({}, ({ client }) => client.put(`${uri}/state`, { payload: encodeUtf8(state) }));
  return withFolder((folder) =>
    withRelay(parseUri(uri).port, async (relayPort, recorder) => {
      const observe = ["observe", `coap://[::1]:${relayPort}/state`, "--oscore", writeContext(folder)];
      await withCommand(observe, async (ours) => {
        await ours.waitFor(/^first$/mu);
        await set("second");
        await ours.waitFor(/^second$/mu);
        await ours.kill();
      });
      await set("third");
      const known = recorder.messages.length;
      await withCommand(observe, async (ours) => {
        await ours.waitFor(/^third$/mu);
        await set("fourth");
        await ours.waitFor(/^fourth$/mu);
      });
      // It was not refused, which it would have been without protection, nor challenged.
      const answers = answersTo(recorder.messages.slice(known));
      assert.ok(answers.every(({ options }) => options.has(OSCORE) && options.has(OBSERVE)));
      assertNoNonceTwice(recorder);
      assertNumbersGrow(recorder, "in");
    }),
  );
}

function isRequest({ direction, code }: RecordedMessage): boolean {
  return direction === "in" && code !== EMPTY && codeClass(code) === 0;
}

/** Somebody has kept requests, and sends them to a server; resolves with its answers. */
async function sendAgain(port: number, requests: readonly RecordedMessage[]): Promise<Message[]> {
  const socket = createSocket("udp6");
  const answers: Message[] = [];
  try {
    for (const { bytes } of requests) {
      socket.send(bytes, port, "::1");
      const [answer] = (await once(socket, "message")) as [Buffer];
      answers.push(new Message(answer));
    }
  } finally {
    socket.close();
  }
  return answers;
}

/** What the first registration among them, and what follows at its port, is answered with. */
function answersTo(messages: readonly RecordedMessage[]): RecordedMessage[] {
  const first = messages.findIndex(({ direction, options }) => direction === "in" && options.has(OBSERVE));
  const { port } = messages[first]!.remote;
  return messages
    .slice(first)
    .filter(({ direction, code, remote }) => direction === "out" && code !== EMPTY && remote.port === port);
}

function partialIvOf({ options }: RecordedMessage): number | undefined {
  const option = options.first(OSCORE);
  return option && decodeOscoreOption(option).partialIv;
}

/** §5.2: of what went either way, no two messages are protected with the same nonce, unless one is the other repeated. */
function assertNoNonceTwice({ messages }: Recorder): void {
  const requests = new Map<string, number | undefined>();
  const protectedWith = new Map<string, string>();
  for (const message of messages) {
    const { direction, code, token, remote, options, payload } = message;
    if (!options.has(OSCORE)) continue;
    const exchange = `${remote.port} ${toHex(token)}`;
    const partialIv = partialIvOf(message);
    if (codeClass(code) === 0) requests.set(exchange, partialIv);
    // A response without a Partial IV has the nonce of its request.
    const nonce = `${direction} ${partialIv ?? `request ${requests.get(exchange)}`}`;
    const ciphertext = toHex(payload);
    assert.equal(protectedWith.get(nonce) ?? ciphertext, ciphertext, nonce);
    protectedWith.set(nonce, ciphertext);
  }
}

/** §7.2: the Sender Sequence Numbers of one side only ever grow; repeated messages are left out. */
function assertNumbersGrow({ messages }: Recorder, direction: "in" | "out"): void {
  const numbers = messages
    .filter((message) => message.direction === direction)
    .map(partialIvOf)
    .filter((number) => number !== undefined);
  const grown = [...new Set(numbers)];
  assert.deepEqual(
    grown,
    [...grown].sort((a, b) => a - b),
  );
}
